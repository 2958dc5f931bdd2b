from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.expressions import Expression, expressions, greatest


@rule(
    "pattern-length-conflict",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1284"),
    needs=("pattern",),
)
def pattern_length_conflict(api: Api) -> Iterator[Flag]:
    r"""A pattern and the lengths beside it contradict each other.

    One of the two is wrong. Where no text fits both, every request is refused, until somebody removes the
    validation altogether. Where `maxLength` is above all that the pattern can match, it limits nothing, and the
    limit that was meant may be missing from the pattern.

    Attack: a gateway is set to report only, since the contradictory schema refuses real requests.

    To fix: correct the pattern's repetitions, or `minLength` and `maxLength`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: id
              in: query
              schema:
                type: string
                maxLength: 20
                pattern: ^[0-9a-f-]{36}$  # flagged
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
            - name: id
              in: query
              schema:
                type: string
                maxLength: 36
                pattern: ^[0-9a-f-]{36}$
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        pattern = analyse(one.text)
        if one.of_names or pattern.parsed is None:
            continue
        told = _conflict(one, pattern.shortest, pattern.longest)
        if told is not None:
            message, severity = told
            yield one.holder.flag(one.key, f"{one.label}: {message}", severity=severity)


def _conflict(one: Expression, shortest: int, longest: int | None) -> tuple[str, Severity] | None:
    most, least = one.max_length, greatest(one.schema, "minLength")
    if most is not None and shortest > most:
        return f"the pattern needs at least {shortest:,} characters, `maxLength` allows {most:,}", Severity.LOW
    if longest is None:
        return None
    if least is not None and longest < least:
        return f"the pattern allows at most {longest:,} characters, `minLength` wants {least:,}", Severity.LOW
    if most is not None and longest < most:
        return (
            f"the pattern allows at most {longest:,} characters, so `maxLength` {most:,} limits nothing",
            Severity.INFO,
        )
    return None
