from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.json_schema import is_number, shown
from apilint.api import Confidence, Flag, InputSchema, Severity, rule

# The greatest values of number types, which generators and hurried people write where a bound is asked for.
_TYPE_ENDS = frozenset((2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**63 - 1, 2**63))
_HUGE = 10**9
_GENERATED = "^example[0-9a-f]{8}$"
_FILES = frozenset(("binary", "byte", "base64url"))


class Options(NamedTuple):
    """`max_length`, `max_items`: from which bound on a string or an array counts as unbounded."""

    max_length: int = 16_000_000
    max_items: int = 100_000


@rule(
    "bound-meaningless",
    on=InputSchema,
    having=("maxLength", "maxItems", "maxProperties", "maximum", "pattern"),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-1284", "CWE-770"),
    options=Options,
)
def bound_meaningless(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A bound is so large that it bounds nothing.

    `maxLength: 2147483647` satisfies every checker and admits two gigabytes. A pattern that a tool has filled in
    as a placeholder is no better: sooner or later it is switched off, since no real value fits.

    Attack: the attacker sends as much as he likes, all of it within the limits of the description.

    To fix: choose the greatest value that makes sense for what the value means.

    Options: `max_length` (16000000) and `max_items` (100000): from which bound on a string, or an array or map,
    counts as unbounded.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: customer
              in: query
              schema:
                type: string
                maxLength: 2147483647  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: customer
              in: query
              schema:
                type: string
                maxLength: 40
          responses:
            "200": {description: The orders}
    ```
    """
    value = schema.value
    for key, limit in (
        ("maxLength", options.max_length),
        ("maxItems", options.max_items),
        ("maxProperties", options.max_items),
    ):
        bound = value.get(key)
        if bound is None or not is_number(bound) or bound < limit or _is_bounded_elsewhere(schema, key, limit):
            continue
        if key != "maxLength" or bound >= _HUGE or not _is_file(schema):
            confidence = Confidence.HIGH if bound in _TYPE_ENDS or bound >= _HUGE else Confidence.LOW
            yield _flag(schema, key, f"a `{key}` of {shown(bound)} bounds nothing", confidence)
    most = value.get("maximum")
    if is_number(most) and most >= 2**31 - 1 and schema.is_count and not schema.keyword("enum"):
        # In bodies such names are often sizes in bytes, of which a server may well have billions.
        confidence = Confidence.MEDIUM if schema.in_parameter else Confidence.LOW
        yield _flag(schema, "maximum", f"a `maximum` of {shown(most)} bounds nothing", confidence)
    if value.get("pattern") == _GENERATED:
        yield _flag(schema, "pattern", "the pattern is a placeholder that a tool filled in", Confidence.HIGH)


def _flag(schema: InputSchema, key: str, what: str, confidence: Confidence) -> Flag:
    return schema.flag(key, f"{schema.label}: {what}", confidence=min(confidence, schema.certainty))


def _is_bounded_elsewhere(schema: InputSchema, key: str, limit: int) -> bool:
    """Whether another part of the composition bounds the value well."""
    return any(is_number(one) and one < limit for one in schema.keyword(key))


def _is_file(schema: InputSchema) -> bool:
    """Whether the string is a file, for which megabytes are no surprise."""
    return any(isinstance(one, str) and one in _FILES for one in schema.keyword("format")) or bool(
        schema.keyword("contentEncoding")
    )
