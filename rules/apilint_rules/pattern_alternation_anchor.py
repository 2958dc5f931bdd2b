from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Fix, Flag, Severity, rule
from apilint.concepts.expressions import Expression, expressions
from apilint.concepts.mends import with_pattern


@rule(
    "pattern-alternation-anchor",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-777", "CWE-185"),
    needs=("pattern",),
    fixable=True,
)
def pattern_alternation_anchor(api: Api) -> Iterator[Flag]:
    r"""The anchors of a pattern bind to some of its alternatives only.

    `^a|b$` does not mean "`a` or `b`" but "begins with `a`, or ends with `b`": `|` binds less than anything
    else. It reads as if it were anchored, and lets through almost anything.

    Attack: `^admin|user$` accepts `administrator; rm -rf /` and `not a user`.

    To fix: put the alternatives into a group: `^(?:a|b)$`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: sort
              in: query
              schema:
                type: string
                pattern: ^asc|desc$  # flagged
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
            - name: sort
              in: query
              schema:
                type: string
                pattern: ^(?:asc|desc)$
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
            - name: sort
              in: query
              schema:
                type: string
                pattern: ^(?:asc|desc)$
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        if "|" not in one.text or (not one.of_names and any(one.schema.keyword(key) for key in ("enum", "const"))):
            continue
        pattern = analyse(one.text)
        starts, ends = pattern.starts, pattern.ends
        first_only = starts[0] == "anchored" and "loose" in starts
        last_only = ends[-1] == "anchored" and "loose" in ends
        mixed = any(set(edges) >= {"anchored", "loose"} for edges in (starts, ends))
        if not mixed or len(pattern.alternatives) < 2:
            continue
        shown = one.text if len(one.text) <= 50 else one.text[:49] + "…"
        yield one.holder.flag(
            one.key,
            f"{one.label}: the anchors of `{shown}` bind to some of its alternatives only",
            severity=Severity.MEDIUM if one.is_input and not one.of_names else Severity.LOW,
            confidence=Confidence.HIGH if first_only and last_only else Confidence.MEDIUM,
            fix=_fix(one) if first_only and last_only else None,
        )


def _fix(one: Expression) -> Fix | None:
    if not one.text.startswith("^") or not one.text.endswith("$"):
        return None
    text = f"^(?:{one.text[1:-1]})$"
    pattern = analyse(text)
    if pattern.error or {*pattern.starts, *pattern.ends} != {"anchored"}:
        return None
    return with_pattern(one, text, f"Write `{text}`" if len(text) <= 60 else "Put the alternatives into a group")
