from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import analyse, spelt
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.expressions import ambiguous_expressions

_SHORT = 1_000


@rule(
    "polynomial-pattern",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API4:2023", "CWE-1333"),
    needs=("pattern",),
)
def polynomial_pattern(api: Api) -> Iterator[Flag]:
    r"""A pattern takes time that grows as the square of a text's length, or worse, and no length is set.

    Two repetitions, one after the other, can share the same text, so an engine that backtracks tries every place
    to divide it. With ten thousand characters that is a hundred million steps, with three such repetitions far more.

    Attack: a request with a long text of the kind that the finding shows, sent a few times a second.

    To fix: add a `maxLength` (up to 1,000 is enough), or let the repetitions have no character in common:
    `^[^@]+@[^@.]+(?:\.[^@.]+)+$`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: email
              in: query
              schema:
                type: string
                pattern: ^[^@]+@[^@]+\.[^@]+$  # flagged
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
            - name: email
              in: query
              schema:
                type: string
                maxLength: 254
                pattern: ^[^@]+@[^@]+\.[^@]+$
          responses:
            "200": {description: The orders}
    ```
    """
    for one, found in ambiguous_expressions(api):
        lengths = [length for length in (one.max_length, analyse(one.text).longest) if length is not None]
        if not found.degree or not one.is_input or (lengths and min(lengths) <= _SHORT):
            continue
        power = {2: "square", 3: "cube"}.get(found.degree, f"{found.degree}th power")
        yield one.holder.flag(
            one.key,
            f"{one.label}: the pattern takes time as the {power} of the length of {spelt(found, 5_000)}",
            severity=Severity.MEDIUM if found.degree > 2 else Severity.LOW,
            confidence=min(one.certainty, Confidence.HIGH if found.certain else Confidence.MEDIUM),
        )
