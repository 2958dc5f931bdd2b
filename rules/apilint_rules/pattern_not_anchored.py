from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Fix, Flag, Severity, rule
from apilint.concepts.expressions import Expression, expressions
from apilint.concepts.mends import with_pattern

_SHORT = 3


@rule(
    "pattern-not-anchored",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-777", "CWE-625"),
    gives_way_to=(
        "string-pattern-permissive",
        "pattern-alternation-anchor",
        "url-pattern-bypassable",
        "pattern-invalid",
    ),
    needs=("pattern",),
    fixable=True,
)
def pattern_not_anchored(api: Api) -> Iterator[Flag]:
    r"""A pattern for what clients send is not anchored at both ends.

    JSON Schema searches for a pattern anywhere in the text. Without `^` and `$` it says only that a good part
    occurs; whatever stands before and after it passes unseen.

    Attack: `[0-9]+` accepts `1; DROP TABLE orders`, since a digit occurs in it.

    To fix: put the pattern between `^(?:` and `)$`. Where anything may stand before or after, say so with `.*`.
    A pattern that begins with `^` and a literal text is taken for a test of how the value begins, and reported
    with low confidence.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: number
              in: query
              schema:
                type: string
                pattern: "[0-9]{8}"  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: number
              in: query
              schema:
                type: string
                pattern: "^[0-9]{8}$"
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
            - name: number
              in: query
              schema:
                type: string
                pattern: "^[0-9]{8}$"
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        pattern = analyse(one.text)
        if one.of_names or not one.is_input or pattern.parsed is None or _is_held(one):
            continue
        before, after = "loose" in pattern.starts, "loose" in pattern.ends
        # Anchors would change little about what lets everything through.
        if (not before and not after) or pattern.is_permissive:
            continue
        lacking = "`^` and `$` are" if before and after else "`^` is" if before else "`$` is"
        shown = one.text if len(one.text) <= 40 else one.text[:39] + "…"
        confidence = Confidence.HIGH if before and after else Confidence.MEDIUM
        if _is_test_of_an_end(one.text, before, after):
            confidence = Confidence.LOW
        yield one.holder.flag(
            one.key,
            f"{one.label}: {lacking} missing, so any text around `{shown}` passes",
            severity=Severity.MEDIUM if before and after and one.schema.is_input else Severity.LOW,
            confidence=min(confidence, one.certainty),
            fix=_fix(one, before, after),
        )


def _is_held(one: Expression) -> bool:
    """Whether the value is fixed otherwise: listed, or no longer than what the pattern needs."""
    if any(one.schema.keyword(key) for key in ("enum", "const")):
        return True
    longest = one.max_length
    return longest is not None and analyse(one.text).shortest >= longest


def _is_test_of_an_end(text: str, before: bool, after: bool) -> bool:
    """Whether the pattern is meant to say only how a text begins or ends, with literal text there."""
    if before and after:
        return False
    edge = text[1 : 1 + _SHORT] if after else text[-1 - _SHORT : -1].replace("\\", "")
    return len(edge) == _SHORT and all(sign.isalnum() or sign in "/_-:.#" for sign in edge)


def _fix(one: Expression, before: bool, after: bool) -> Fix | None:
    """Add the anchors; not to what may look for a part of the value, for which nothing longer would be left."""
    pattern = analyse(one.text)
    if _is_test_of_an_end(one.text, before, after):
        return None
    if len(pattern.alternatives) > 1:
        # Anchors in some of the alternatives are for `pattern-alternation-anchor`.
        text = f"^(?:{one.text})$" if {*pattern.starts, *pattern.ends} == {"loose"} else ""
    else:
        text = f"{'^' * before}{one.text}{'$' * after}"
    values = [value for key in ("default", "example") for value in one.schema.keyword(key) if isinstance(value, str)]
    anchored = analyse(text)
    if not text or anchored.error or anchored.longest in (0, 1) or not all(map(anchored.accepts, values)):
        return None
    return with_pattern(one, text, f"Write `{text}`" if len(text) <= 60 else "Add `^` and `$`")
