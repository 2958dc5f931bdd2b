"""When a value is bounded (rules.md's "bounded value"): decided over a schema's whole composition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from apilint.analysis.json_schema import is_number

if TYPE_CHECKING:
    from apilint.openapi.schema import Schema

# Formats whose values cannot grow: RFC 3339 dates and times, UUIDs, addresses; a host name has at most
# 253 characters (RFC 1035) and an e-mail address 254 (RFC 5321).
_CLOSED_FORMATS = frozenset(
    "date date-time time duration uuid ipv4 ipv6 int32 int64 hostname idn-hostname email idn-email float double".split()
)
_OF_STRINGS = frozenset("maxLength enum const format pattern".split())
_OF_ARRAYS = frozenset("maxItems enum const prefixItems additionalItems".split())
_OF_MAPS = frozenset("maxProperties enum const propertyNames patternProperties".split())
_OF_MINIMUM = frozenset("minimum exclusiveMinimum enum const format".split())
_OF_MAXIMUM = frozenset("maximum exclusiveMaximum enum const".split())
_MAP_KEYWORDS = ("additionalProperties", "unevaluatedProperties", "patternProperties")
_UNSIGNED = frozenset("uint uint8 uint16 uint32 uint64".split())


def _fixed(schema: Schema) -> bool:
    return bool(schema.keyword("enum") or schema.keyword("const"))


def each_way(schema: Schema, bounded: Callable[[Schema], bool]) -> bool:
    """Whether a schema is bounded by itself, or in each branch of its `oneOf` or `anyOf`."""
    return bounded(schema) or any(all(map(bounded, part.alternatives)) for part in schema.parts() if part.alternatives)


def _any_number(schema: Schema, keyword: str) -> bool:
    values = schema.keyword(keyword)
    return bool(values) and any(map(is_number, values))


def string_is_bounded(schema: Schema) -> bool:
    """Whether a string has a greatest length: maxLength, enum, const, a closed format or a finite pattern."""
    if schema.lacks(_OF_STRINGS):
        return False
    if _any_number(schema, "maxLength") or _fixed(schema):
        return True
    if any(isinstance(value, str) and value.lower() in _CLOSED_FORMATS for value in schema.keyword("format")):
        return True
    patterns = schema.keyword("pattern")
    if not patterns:
        return False
    from apilint.analysis.regex import is_finite

    return any(isinstance(value, str) and is_finite(value) for value in patterns)


def number_has_minimum(schema: Schema) -> bool:
    """Whether a number has a lower bound."""
    if schema.lacks(_OF_MINIMUM):
        return False
    return _has_bound(schema, "minimum", "exclusiveMinimum") or any(
        isinstance(value, str) and value.lower() in _UNSIGNED for value in schema.keyword("format")
    )


def number_has_maximum(schema: Schema) -> bool:
    """Whether a number has an upper bound."""
    return not schema.lacks(_OF_MAXIMUM) and _has_bound(schema, "maximum", "exclusiveMaximum")


def _has_bound(schema: Schema, inclusive: str, exclusive: str) -> bool:
    # Through 3.0 the exclusive keyword is a boolean that only sharpens the inclusive one.
    return (
        _any_number(schema, inclusive)
        or (schema.api.version not in ("2.0", "3.0") and _any_number(schema, exclusive))
        or _fixed(schema)
    )


def array_is_bounded(schema: Schema) -> bool:
    """Whether an array has a greatest number of items: maxItems, enum, const or a closed tuple."""
    if schema.lacks(_OF_ARRAYS):
        return False
    if _any_number(schema, "maxItems") or _fixed(schema):
        return True
    if schema.api.version in ("2.0", "3.0"):
        return False
    if schema.keyword("prefixItems"):
        return False in schema.keyword("items") or False in schema.keyword("unevaluatedItems")
    tuples = any(isinstance(value, list) for value in schema.keyword("items"))
    return tuples and False in schema.keyword("additionalItems")


def map_schema_key(schema: Schema) -> str | None:
    """The keyword by which an object takes any number of freely named members with a schema, if one does."""
    for keyword in _MAP_KEYWORDS:
        value = schema.value.get(keyword)
        if isinstance(value, dict) and value:
            if keyword == "patternProperties" and not any(isinstance(one, dict) for one in value.values()):
                continue
            return keyword
    return None


def map_is_bounded(schema: Schema) -> bool:
    """Whether an object has a greatest number of members: maxProperties, enum, const or listed names."""
    if schema.lacks(_OF_MAPS):
        return False
    if _any_number(schema, "maxProperties") or _fixed(schema):
        return True
    for part in schema.parts() if schema.keyword("propertyNames") else ():
        names = schema.api.follow(part.child("propertyNames"))
        if names is not None and (names.get("enum") or "const" in names.value):
            return True
    return schema.value.get("patternProperties") is not None and _patterns_finite(schema)


def _patterns_finite(schema: Schema) -> bool:
    from apilint.analysis.regex import is_finite

    patterns = schema.value["patternProperties"]
    if not isinstance(patterns, dict) or isinstance(schema.value.get("additionalProperties"), dict):
        return False
    return all(is_finite(pattern) for pattern in patterns)


def accepts_unknown_properties(schema: Schema) -> str | None:
    """How an object with named properties lets in others: "explicit", "implicit", or None where it does not."""
    closing = [*schema.keyword("additionalProperties")]
    if schema.api.version not in ("2.0", "3.0"):
        closing += schema.keyword("unevaluatedProperties")
    if any(value is False for value in closing) or _fixed(schema):
        return None
    if any(value is True or value == {} for value in closing):
        return "explicit"
    return None if closing else "implicit"
