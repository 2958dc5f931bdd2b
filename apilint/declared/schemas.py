"""JSON Schemas in conditions: bounded, with references into themselves only, and nothing fetched."""

from __future__ import annotations

from itertools import islice
from typing import Any, NoReturn

from apilint.declared.javascript import UNDEFINED
from apilint.declared.patterns import options, portable, vet
from apilint.declared.values import Test, ValueTestError, Verdict, Wrong

_MOST_PARTS = 5_000
_DEEPEST = 60
_MOST_ERRORS = 20
_MOST_LOOKED_AT = 200
# The order in which ajv, and so Spectral, looks at the keywords of a schema: the first error is the one that is told.
_ORDER = (
    "$ref type multipleOf maximum minimum exclusiveMaximum exclusiveMinimum maxLength minLength pattern format "
    "const enum not anyOf oneOf allOf if then else maxItems minItems uniqueItems additionalItems items contains "
    "maxProperties minProperties required dependencies propertyNames additionalProperties properties patternProperties"
).split()
_NAMED = ("properties", "patternProperties", "dependencies")
_RANKS = {name: at for at, name in enumerate(_ORDER)}
_LONGEST_ERROR = 300
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_KNOWN = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")


def schema(given: Any) -> Test:
    """What a JSON Schema finds wrong with a value. Raises `ValueTestError` and `PatternError`.

    Without `$schema` it is taken for draft 7, as Spectral does. With `x-all-errors: true` all errors are told, else the
    first.
    """
    import jsonschema_rs

    if not isinstance(given, dict | bool):
        raise ValueTestError("schema is a JSON Schema", "schema")
    everything = isinstance(given, dict) and given.get("x-all-errors") is True
    copied = _copied(given)
    if isinstance(copied, dict) and "$schema" not in copied:
        copied["$schema"] = "http://json-schema.org/draft-07/schema#"
    try:
        validator = jsonschema_rs.validator_for(
            copied, validate_formats=True, retriever=_refuse, pattern_options=options()
        )
    except ValueError as error:
        raise ValueTestError(
            f"the JSON Schema cannot be used: {str(error).partition(chr(10))[0][:200]}", "schema"
        ) from None

    def test(value: Any) -> Verdict:
        if value is UNDEFINED:
            return None
        try:
            if validator.is_valid(value):
                return []
            errors = sorted(
                islice(validator.iter_errors(value), _MOST_LOOKED_AT), key=lambda error: _rank(error, copied)
            )
            some = errors[: _MOST_ERRORS if everything else 1]
            return [Wrong(_said(error), _within(value, error.instance_path)) for error in some]
        except (ValueError, OverflowError, RecursionError) as error:
            return [Wrong(f"it could not be held against the schema ({type(error).__name__})")]

    return test


def _rank(error: Any, schema: Any) -> tuple[int, ...]:
    """Where in the order an error comes: by keyword, and under `properties` by how they are written."""
    ranks: list[int] = []
    named = False
    for step in error.schema_path:
        if named and isinstance(schema, dict):
            ranks.append(list(schema).index(step) if step in schema else 0)
        else:
            ranks.append(step if isinstance(step, int) else _RANKS.get(step, 0))
        named = step in _NAMED and not named
        inside = isinstance(schema, dict) or (isinstance(schema, list) and isinstance(step, int) and step < len(schema))
        schema = (schema.get(step) if isinstance(schema, dict) else schema[step]) if inside else None
    return tuple(ranks)


def _said(error: Any) -> str:
    text = str(error.message)
    return text if len(text) <= _LONGEST_ERROR else text[: _LONGEST_ERROR - 1] + "…"


def _within(value: Any, path: Any) -> tuple[str | int, ...]:
    found: list[str | int] = []
    for step in path:
        if type(value) is list and isinstance(step, int) and step < len(value):
            value = value[step]
        elif type(value) is dict and str(step) in value:
            step = str(step)
            value = value[step]
        else:
            break
        found.append(step)
    return tuple(found)


def _refuse(address: str) -> NoReturn:
    raise ValueError("references lead to other files or addresses")


def _copied(given: Any) -> Any:
    """The schema with patterns that every engine reads, once it is known to be harmless."""
    parts = 0

    def copy(value: Any, depth: int, key: str) -> Any:
        nonlocal parts
        parts += 1
        if parts > _MOST_PARTS or depth > _DEEPEST:
            raise ValueTestError("the JSON Schema is too large, or nested too deeply", "schema")
        if isinstance(value, dict):
            for name in _REFERENCES:
                reference = value.get(name)
                if isinstance(reference, str) and not reference.startswith("#"):
                    raise ValueTestError(f"{name} leads out of the JSON Schema: {reference[:80]!r}", "schema")
            dialect = value.get("$schema")
            if isinstance(dialect, str) and not any(known in dialect for known in _KNOWN):
                raise ValueTestError(f"the JSON Schema is of an unknown dialect: {dialect[:80]!r}", "schema")
            if key == "patternProperties":
                for pattern in value:
                    vet(str(pattern))
                return {portable(str(name)): copy(one, depth + 1, "") for name, one in value.items()}
            inside = "" if key == "properties" else None
            return {str(name): copy(one, depth + 1, str(name) if inside is None else "") for name, one in value.items()}
        if isinstance(value, list):
            return [copy(one, depth + 1, "") for one in value]
        if key == "pattern" and isinstance(value, str):
            vet(value)
            return portable(value)
        return value

    return copy(given, 0, "")
