from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.analysis.json_schema import RANGES, is_number, shown
from apilint.api import Confidence, Edit, Fix, Flag, Schema, Severity, rule

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_PAIRS = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"))
# 2⁶³ is no longer exact in JSON as many tools write it, so bounds may lie a little beyond the range.
_ROUNDED = 2048


@rule(
    "number-bound-conflict",
    on=Schema,
    having=("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "minItems", "minProperties"),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1284"),
    fixable=True,
)
def number_bound_conflict(schema: Schema) -> Iterator[Flag]:
    """Bounds contradict each other, or one of them has no effect.

    A lower bound above the upper one admits no value at all, so whoever implements the description drops one
    of them. `exclusiveMinimum: true` modifies `minimum` up to 3.0 and means nothing alone; from 3.1 on the
    keyword takes the bound itself, and validators refuse or ignore a boolean. A bound that the declared
    number format cannot reach is no bound.

    Attack: the validator that nobody could satisfy is switched off, and any number gets in.

    To fix: correct the bounds. From 3.1 on write `exclusiveMinimum: 0` for `minimum: 0, exclusiveMinimum: true`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: limit
              in: query
              schema:
                type: integer
                minimum: 100  # flagged
                maximum: 1
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
            - name: limit
              in: query
              schema:
                type: integer
                minimum: 1
                maximum: 100
          responses:
            "200": {description: The orders}
    ```
    """
    severity = Severity.MEDIUM if schema.is_input else Severity.LOW
    is_modern = schema.api.version not in ("2.0", "3.0")
    for side in ("Minimum", "Maximum"):
        yield from _boolean(schema, side, is_modern, severity)
    lower, upper = _extremes(schema, is_modern)
    if lower is not None and upper is not None and (lower[0], lower[1]) > (upper[0], -upper[1]):
        yield schema.flag(_written(schema, lower[2]), f"{schema.label} admits no number: {_of(lower)}, {_of(upper)}",
                          severity=severity)  # fmt: skip
    yield from _beyond_format(schema)
    for least, most in _PAIRS:
        below = [one for one in schema.keyword(least) if is_number(one)]
        above = [one for one in schema.keyword(most) if is_number(one)]
        if below and above and max(below) > min(above):
            yield schema.flag(
                _written(schema, least),
                f"{schema.label} admits nothing: `{least}` is {shown(max(below))}, `{most}` is {shown(min(above))}",
                severity=severity,
            )


def _boolean(schema: Schema, side: str, is_modern: bool, severity: Severity) -> Iterator[Flag]:
    key, base = f"exclusive{side}", side.lower()
    value, bound = schema.get(key), schema.get(base)
    if is_modern and isinstance(value, bool):
        pointer = schema.child(key).pointer
        fix = None
        if value and is_number(bound):
            edits = (Edit(pointer, "set", bound), Edit(schema.child(base).pointer, "remove"))
            fix = Fix(f"Write the bound as `{key}`", True, edits)
        elif not value:
            fix = Fix(f"Remove `{key}`", True, (Edit(pointer, "remove"),))
        yield schema.flag(
            key,
            f"{schema.label}: a boolean `{key}` has no effect in OpenAPI {schema.api.version}",
            severity=severity if value else Severity.LOW,
            fix=fix,
        )
    elif not is_modern and value is True and not any(map(is_number, schema.keyword(base))):
        yield schema.flag(key, f"{schema.label}: `{key}` has no effect without `{base}`", severity=severity)


def _extremes(schema: Schema, is_modern: bool) -> tuple[Any, Any]:
    """The greatest lower and the smallest upper bound: value, whether it is exclusive, keyword."""
    lower = [(one, False, "minimum") for one in schema.keyword("minimum") if is_number(one)]
    upper = [(one, False, "maximum") for one in schema.keyword("maximum") if is_number(one)]
    if is_modern:
        lower += [(one, True, "exclusiveMinimum") for one in schema.keyword("exclusiveMinimum") if is_number(one)]
        upper += [(one, True, "exclusiveMaximum") for one in schema.keyword("exclusiveMaximum") if is_number(one)]
    else:
        lower = [(one, True in schema.keyword("exclusiveMinimum"), key) for one, _, key in lower]
        upper = [(one, True in schema.keyword("exclusiveMaximum"), key) for one, _, key in upper]
    return max(lower, default=None), min(upper, key=lambda one: (one[0], not one[1]), default=None)


def _beyond_format(schema: Schema) -> Iterator[Flag]:
    formats = [one for one in schema.keyword("format") if isinstance(one, str) and one in RANGES]
    if not formats or schema.types.isdisjoint(("integer", "number")):
        return
    least, most = RANGES[formats[0]]
    for key in _BOUNDS:
        bound = schema.get(key)
        if is_number(bound) and not least - _ROUNDED * (least < 0) <= bound <= most + _ROUNDED:
            yield schema.flag(
                key,
                f"{schema.label}: `{key}` lies outside the range of `{formats[0]}`",
                severity=Severity.LOW,
            )


def _of(bound: tuple[Any, bool, str]) -> str:
    return f"`{bound[2]}` is {shown(bound[0])}{' (excluded)' if bound[1] and not bound[2].startswith('e') else ''}"


def _written(schema: Schema, keyword: str) -> str | None:
    return keyword if keyword in schema.value else None
