from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.expressions import expressions


class Options(NamedTuple):
    """From which number on a repetition is excessive, alone and multiplied with those around it."""

    single: int = 10_000
    nested: int = 1_000_000


@rule(
    "pattern-repetition-excessive",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-1333", "CWE-770"),
    options=Options,
    needs=("pattern",),
)
def pattern_repetition_excessive(api: Api, options: Options) -> Iterator[Flag]:
    r"""A pattern repeats something so many times that compiling it is a load.

    Engines write repetitions out: `{1,50000}` becomes fifty thousand copies, and nested ones multiply. RE2, as in
    Envoy and Go, refuses more than 1,000; others spend the memory, on every start and in every client.

    Attack: validation that never worked, since the engine of the gateway refused the pattern and went on without it.

    To fix: leave the length to `maxLength`, and write `+` or `*` in the pattern.

    Options: `single` (10,000): the number from which on one repetition is excessive. `nested` (1,000,000): the same
    for the product of nested ones.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: note
              in: query
              schema:
                type: string
                pattern: ^[ -~]{1,50000}$  # flagged
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
            - name: note
              in: query
              schema:
                type: string
                maxLength: 50000
                pattern: ^[ -~]+$
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        single, nested = analyse(one.text).repetitions
        if single >= options.single:
            yield one.holder.flag(one.key, f"{one.label}: the pattern repeats a part up to {single:,} times")
        elif nested >= options.nested:
            yield one.holder.flag(one.key, f"{one.label}: nested repetitions of the pattern multiply to {nested:,}")
