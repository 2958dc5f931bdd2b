from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import spelt
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.expressions import ambiguous_expressions

_HARMLESS = 16  # characters: too few for the ways to multiply


@rule(
    "catastrophic-pattern",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-1333"),
    needs=("pattern",),
)
def catastrophic_pattern(api: Api) -> Iterator[Flag]:
    r"""A pattern takes exponential time on some texts.

    The pattern can match the same text in several ways, and each repetition multiplies them. Engines that
    backtrack (JavaScript, Java, Python, .NET, Ruby, PCRE) try all of them before they say no: thirty characters
    can take hours. Every gateway, server and client that validates with the document is open to it.

    Attack: one request with the text that the finding shows keeps a processor busy; a few stop the service.

    To fix: make only one way through. Nested repetitions such as `(a+)+` become `a+`, alternatives must not begin
    alike, and what separates the parts must not be optional: `[a-z]+(?:-[a-z]+)*`. A small `maxLength` helps where it
    is checked before the pattern.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: tags
              in: query
              schema:
                type: string
                pattern: ^(?:[a-z]+,?)+$  # flagged
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
            - name: tags
              in: query
              schema:
                type: string
                pattern: ^[a-z]+(?:,[a-z]+)*$
          responses:
            "200": {description: The orders}
    ```
    """
    for one, found in ambiguous_expressions(api):
        if found.degree:
            continue
        longest = one.max_length
        severity = Severity.HIGH if one.is_input else Severity.LOW
        if longest is not None and longest <= _HARMLESS:
            severity = Severity.LOW
        confidence = one.certainty if one.is_input else Confidence.MEDIUM
        yield one.holder.flag(
            one.key,
            f"{one.label}: the pattern takes exponential time on {spelt(found, 30)}",
            severity=severity,
            confidence=confidence if found.certain else min(confidence, Confidence.MEDIUM),
        )
