from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Fix, Flag, Severity, rule
from apilint.concepts.expressions import Expression, expressions
from apilint.concepts.mends import with_pattern


@rule(
    "pattern-invalid",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-185"),
    needs=("pattern",),
    fixable=True,
)
def pattern_invalid(api: Api) -> Iterator[Flag]:
    r"""A pattern is no regular expression of the kind that OpenAPI means.

    Patterns are ECMA-262 (JavaScript) regular expressions. What belongs to another language, such as `(?i)`, `\A`,
    `[[:alpha:]]` or `/…/i`, is an error or means something else there: validators refuse the document, skip the
    pattern, or match what nobody meant.

    Attack: the validator cannot compile the pattern and goes on without it; the value is not checked at all.

    To fix: write it in ECMA-262's syntax. Other engines read that too, as far as patterns commonly go. What only the
    `u` flag refuses, such as `\:` for `:`, is reported with a lower severity.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: code
              in: query
              schema:
                type: string
                pattern: (?i)^[a-z]{5}$  # flagged
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
            - name: code
              in: query
              schema:
                type: string
                pattern: ^[A-Za-z]{5}$
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        pattern = analyse(one.text)
        fix = None
        if pattern.error:
            wrong, severity = pattern.error, Severity.MEDIUM
        elif _has_delimiters(one.text):
            wrong, severity = "the slashes around the pattern are part of it", Severity.MEDIUM
            fix = _fix(one)
        elif pattern.deviations:
            worst = next((each for each in pattern.deviations if each.grave), pattern.deviations[0])
            old = api.version in ("2.0", "3.0")
            wrong = worst.message
            # JSON Schema asks for the `u` flag only since the version that 3.1 uses.
            severity = Severity.MEDIUM if worst.grave else Severity.INFO if old else Severity.LOW
        else:
            continue
        yield one.holder.flag(one.key, f"{one.label}: invalid pattern: {wrong}", severity=severity, fix=fix)


def _has_delimiters(text: str) -> bool:
    """Whether a pattern stands between slashes as in source code: `/^a$/`, `/^a$/i`."""
    if not text.startswith("/"):
        return False
    body, slash, flags = text[1:].rpartition("/")
    return bool(slash) and set(flags) <= set("dgimsuvy") and (body.startswith("^") or body.endswith("$"))


def _fix(one: Expression) -> Fix | None:
    """Take the slashes away, if the flags after them have no say in what matches."""
    text, _, flags = one.text[1:].rpartition("/")
    text = text.replace("\\/", "/")
    if not set(flags) <= set("dguy") or analyse(text).error:
        return None
    return with_pattern(one, text, "Remove the slashes around the pattern")
