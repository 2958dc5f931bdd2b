"""What JSON Schema and the OpenAPI registries say about keywords, types and formats. Pure knowledge, no model."""

from __future__ import annotations

import math
from typing import Any

# Keywords that say something about people or tools, and nothing about values.
ANNOTATIONS = frozenset(
    "title description summary example examples default deprecated nullable readOnly writeOnly externalDocs xml "
    "$comment $id $schema $anchor $dynamicAnchor $vocabulary $defs definitions discriminator".split()
)
# The OpenAPI format registry (https://spec.openapis.org/registry/format/), JSON Schema's own, and Swagger 2.0's.
REGISTERED_FORMATS = frozenset(
    "base64url binary byte char commonmark date date-time date-time-local decimal decimal128 double double-int "
    "duration email file float hostname html http-date idn-email idn-hostname int16 int32 int64 int8 ipv4 ipv6 iri "
    "iri-reference json-pointer media-range password regex relative-json-pointer sf-binary sf-boolean sf-decimal "
    "sf-integer sf-string sf-token time time-local uint16 uint32 uint64 uint8 unixtime uri uri-reference uri-template "
    "uuid".split()
)
NUMBER_FORMATS = frozenset(
    "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float double decimal decimal128 double-int "
    "sf-integer sf-decimal unixtime".split()
)
RANGES = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
_NUMBERS = frozenset(("number", "integer"))
# The types of value that a keyword limits; for values of other types it holds whatever they are.
LIMITED_TYPES = {
    **dict.fromkeys(("maxLength", "minLength", "pattern"), frozenset(("string",))),
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"), _NUMBERS),
    **dict.fromkeys(("maxItems", "minItems", "uniqueItems", "items", "prefixItems"), frozenset(("array",))),
    **dict.fromkeys(
        ("maxProperties", "minProperties", "properties", "additionalProperties", "patternProperties", "propertyNames"),
        frozenset(("object",)),
    ),
}
_KINDS = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object", type(None): "null"}


def says_nothing(schema: Any) -> bool:
    """Whether a schema admits every value: `true`, or no keyword but annotations and extensions."""
    if isinstance(schema, dict):
        return all(key in ANNOTATIONS or key.startswith("x-") for key in schema)
    return schema is True


def kind_of(value: Any) -> str:
    """The JSON type of a value; a float without a fraction is an integer, as JSON Schema has it since draft 6."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return _KINDS.get(type(value), "unknown")


def is_number(value: Any) -> bool:
    """Whether a value is a finite number, and so may be a bound."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def shown(number: float) -> str:
    """A number for a message: a document may write one with thousands of digits, which Python refuses to print."""
    return f"{number:,}" if abs(number) < 10**20 else "a huge number"


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON has it: `true` is not 1, at any depth."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    numbers = (int, float)
    comparable = type(one) is type(other) or (type(one) in numbers and type(other) in numbers)
    return comparable and bool(one == other)
