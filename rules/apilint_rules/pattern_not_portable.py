from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.expressions import expressions

_NEEDS = {
    "backreference": "a backreference, which RE2 and Rust do not have",
    "lookahead": "a lookahead, which RE2 and Rust do not have",
    "lookbehind": "a lookbehind, which RE2 and Rust do not have",
    "inline flags": "flags for a group, which JavaScript has since 2025 only",
    "Unicode property": "a Unicode property, which JavaScript reads with the `u` flag only",
}


@rule(
    "pattern-not-portable",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-185"),
    gives_way_to=("pattern-invalid", "catastrophic-pattern"),
    needs=("pattern",),
)
def pattern_not_portable(api: Api) -> Iterator[Flag]:
    r"""A pattern uses what many engines cannot run.

    Gateways and validators in Go, Rust and C++ (Envoy, Istio, many API gateways) use engines that never
    backtrack, and so have no lookaround and no backreferences. They refuse the document, or leave the check out.

    Attack: the value that the server relies on the gateway to refuse comes through unchecked.

    To fix: say it without: by `enum`, by `allOf` with a second pattern, by `not`, or by a plainer pattern.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: name
              in: query
              schema:
                type: string
                pattern: ^(?!admin$)[a-z]{1,20}$  # flagged
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
            - name: name
              in: query
              schema:
                type: string
                pattern: ^[a-z]{1,20}$
                not: {enum: [admin]}
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        needs = [_NEEDS[feature] for feature in analyse(one.text).unportable if feature in _NEEDS]
        if needs:
            yield one.holder.flag(one.key, f"{one.label}: the pattern needs {needs[0]}")
