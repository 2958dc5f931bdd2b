"""Whether configuration has the shape that its JSON Schema asks for: a quick yes, a no in words with places.

jsonschema-rs judges in less than a millisecond; jsonschema is imported for a no only, to find all that is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from apilint.config.reading import Written
from apilint.policy.model import ConfigurationError
from apilint.policy.selection import suggest

_DECLARED = "declarative_rules"
MOST = 10  # faults that are told at once
_LOOKED_AT = 60
_FEW = 16
_LONGEST = 60
_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "nothing",
}

# What other tools, and YAML 1.1, call these words.
_SAME = {
    "on": ("yes", "y", "true", "enable", "enabled"),
    "off": ("no", "n", "false", "disable", "disabled", "never", "none", "ignore", "skip"),
    "info": ("hint", "note", "notice", "informational"),
    "medium": ("warn", "warning", "moderate"),
    "high": ("error", "err", "major"),
    "critical": ("fatal", "blocker", "severe"),
}


class Fault(NamedTuple):
    """What is wrong at a path of a file; with `key` the place is that of the key."""

    path: tuple[str | int, ...]
    message: str
    key: bool = False


def text() -> str:
    """The JSON Schema itself, for editors."""
    with open(os.path.join(os.path.dirname(__file__), "apilint-v1.schema.json"), encoding="utf-8") as file:
        return file.read()


def validate(written: Written, kind: str) -> None:
    """Raise `ConfigurationError` for what is no `configuration`, `policy` or `waivers`: all faults, one a line."""
    if written.value is None:
        raise ConfigurationError(written.fault("it says nothing; begin with version: 1"))
    try:
        declares = not isinstance(written.value, dict) or _DECLARED in written.value
        if _quick(kind, declares).is_valid(written.value):
            return
    except (ValueError, TypeError, UnicodeError, RecursionError, OverflowError):
        pass  # a value that JSON does not have; the slow way words it
    refuse(written, _slow(kind, written.value) or [Fault((), "it holds values that configuration does not have")])


def refuse(written: Written, faults: Iterable[Fault]) -> None:
    """Raise `ConfigurationError` for the faults, in the order of the text; do nothing if there are none."""
    known = list(dict.fromkeys(faults))
    if not known:
        return
    written.look_up(fault.path for fault in known)

    def place(fault: Fault) -> tuple[int, ...]:
        return written.origin(*fault.path, key=fault.key).span or ()

    known.sort(key=place)
    lines = [written.fault(one.message, *one.path, key=one.key) for one in known[:MOST]]
    if len(known) > MOST:
        lines.append(written.fault("and more that is wrong from here on", *known[MOST].path, key=known[MOST].key))
    raise ConfigurationError("\n".join(lines))


def label(path: Iterable[str | int]) -> str:
    """A path as people write it: `waivers[0].owner`."""
    said = ""
    for step in path:
        said += f"[{step}]" if isinstance(step, int) else f"{'.' if said else ''}{_cut(step)}"
    return said if said.isprintable() else repr(said)[1:-1]


def quoted(value: Any) -> str:
    """A value in a message."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return repr(_cut(value)) if isinstance(value, str) else _cut(repr(value))


def _cut(said: str) -> str:
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    import json

    schema: dict[str, Any] = json.loads(text())
    return schema


def _of(kind: str) -> dict[str, Any]:
    return {"$schema": _schema()["$schema"], "$ref": f"#/$defs/{kind}", "$defs": _schema()["$defs"]}


@lru_cache(maxsize=8)
def _quick(kind: str, declares: bool) -> Any:
    import jsonschema_rs

    schema = _of(kind)
    if not declares:
        # Half of the schema is about rules without code, and half of the time goes into reading it.
        schema["$defs"] = {name: name.startswith("declar") or part for name, part in schema["$defs"].items()}
    return jsonschema_rs.validator_for(schema, validate_formats=False)


def _slow(kind: str, value: Any) -> list[Fault]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

    found: list[Fault] = []
    try:
        error: ValidationError
        for error in islice(Draft202012Validator(_of(kind)).iter_errors(value), _LOOKED_AT):
            found += _faults(error)
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass  # what was found so far is what is told
    return found


def _faults(error: Any) -> Iterator[Fault]:
    """What an error of jsonschema means to a person."""
    path = tuple(error.absolute_path)
    if error.validator == "anyOf":
        yield from _alternatives(error, path)
    elif error.validator == "additionalProperties" and error.validator_value is False:
        known = error.schema.get("properties", {})
        for key in islice((key for key in error.instance if key not in known), MOST + 1):
            yield Fault((*path, key), _unknown(key, path, known), key=True)
    elif "propertyNames" in error.absolute_schema_path:
        meant = error.schema.get("description", "").rstrip(".")
        message = (
            f"{quoted(error.instance)} cannot be a name in {label(path)}: it has to be {meant[:1].lower()}{meant[1:]}"
        )
        yield Fault((*path, error.instance), message, key=True)
    elif error.validator == "required":
        # One error for each key: said once, with all of them.
        missing = [key for key in error.validator_value if key not in error.instance]
        if "version" in missing and not path:
            yield Fault(path, "the version is missing; begin with version: 1")
        else:
            yield Fault(path, f"{label(path) or 'this'} lacks {', '.join(missing)}", key=True)
    else:
        yield Fault(path, f"{label(path) or 'this'} {_why(error)}")


def _unknown(key: str, path: tuple[str | int, ...], known: Iterable[str]) -> str:
    names = [name for name in known if name != "$schema"]
    hint = suggest(key.lower().replace("-", "_"), names)
    if not hint and len(names) <= _FEW:
        hint = f"; there are {', '.join(names)}" if names else ""
    return f"no key is called {quoted(key)}{f' in {label(path)}' if path else ''}{hint}"


def _why(error: Any) -> str:
    """Why a value does not fit, as what follows its name."""
    value, wanted = error.instance, error.validator_value
    match error.validator:
        case "enum":
            return f"is {quoted(value)}, {_none_of(value, wanted)}"
        case "const" if error.schema.get("title") == "Version":
            return f"is {quoted(value)}; this apilint reads version {wanted}"
        case "const":
            return f"is {quoted(value)}, but has to be {wanted}"
        case "type":
            # A whole file that is none of ours may be anything, and is not shown.
            kind = "a text" if isinstance(value, str) and not error.absolute_path else _kind(value)
            return f"is {kind}, but has to be {_kinds(wanted)}"
        case "minLength":
            return "is empty"
        case "minItems":
            return "is an empty list"
        case "minProperties":
            return "says nothing"
        case "maxLength":
            return f"has {len(value):,} characters; {wanted:,} are the most"
        case "maxItems" | "maxProperties":
            return f"has {len(value):,} entries; {wanted:,} are the most"
        case "minimum":
            return f"is {quoted(value)}; {wanted} is the least"
        case "maximum":
            return f"is {quoted(value)}; {wanted} is the most"
        case _:
            return f"is {quoted(value)}, but has to be {_meant(error.schema)}"


def _meant(schema: Mapping[str, Any]) -> str:
    """What the schema describes, within a sentence."""
    described: str = schema.get("description", "something else").rstrip(".")
    return f"{described[:1].lower()}{described[1:]}"


def _none_of(value: Any, wanted: list[Any]) -> str:
    known = [str(one) for one in wanted]
    word = value.lower() if isinstance(value, str) else ""
    hint = suggest(next((one for one in _SAME if one in known and word in _SAME[one]), word), known)
    return f"none of {', '.join(map(str, wanted))}{hint}"


def _alternatives(error: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """What is wrong by the alternative that was meant: the one whose kind of value this is."""
    branches: dict[Any, list[Any]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    for errors in branches.values():
        if not any(not one.path and one.validator in ("type", "enum", "const", "required") for one in errors):
            for one in errors:
                yield from _faults(one)
            return
    if all(one.validator == "required" for one in error.context):
        needed = " or ".join(key for one in error.context for key in one.validator_value)
        yield Fault(path, f"{label(path) or 'this'} lacks {needed}", key=True)
        return
    first = [errors[0] for errors in branches.values()]
    words = [word for one in first if one.validator == "enum" for word in one.validator_value]
    if words and isinstance(error.instance, str):
        yield Fault(path, f"{label(path)} is {quoted(error.instance)}, {_none_of(error.instance, words)}")
        return
    kinds = [_kinds(one.validator_value) for one in first if one.validator == "type"]
    wanted = ", ".join([*map(str, words), *kinds])
    yield Fault(path, f"{label(path) or 'this'} is {_kind(error.instance)}, but has to be one of: {wanted}")


def _kinds(wanted: str | list[str]) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    return " or ".join(_KINDS.get(name, name) for name in names)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else quoted(value)
