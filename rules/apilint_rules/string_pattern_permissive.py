from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.expressions import expressions


@rule(
    "string-pattern-permissive",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-625", "CWE-20"),
    needs=("pattern",),
)
def string_pattern_permissive(api: Api) -> Iterator[Flag]:
    r"""A pattern for what clients send lets everything through.

    It looks like validation, to readers and to other tools, and checks nothing. `.*` does it, and so does
    `.{1,64}` without `^` and `$`: a pattern is searched for anywhere in the text, so a longer text has it too.

    Attack: script, markup or a megabyte of text reaches code that relies on a pattern having been checked.

    To fix: write down the characters that the value really has, between `^` and `$`; or remove the pattern and
    bound the value by `maxLength`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: reference
              in: query
              schema:
                type: string
                pattern: ^.*$  # flagged
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
            - name: reference
              in: query
              schema:
                type: string
                pattern: ^[A-Z]{2}[0-9]{8}$
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        if one.of_names or not one.is_input or any(one.schema.keyword(key) for key in ("enum", "const")):
            continue
        # Another pattern of the composition may do what this one does not.
        others = [text for text in one.schema.keyword("pattern") if text != one.text]
        if others or not analyse(one.text).is_permissive:
            continue
        shown = one.text if len(one.text) <= 40 else one.text[:39] + "…"
        yield one.holder.flag(
            one.key,
            f"{one.label}: the pattern `{shown}` lets every text through",
            severity=Severity.MEDIUM if one.schema.is_input and not _is_on_purpose(one.text) else Severity.LOW,
            confidence=one.certainty,
        )


def _is_on_purpose(text: str) -> bool:
    """Whether a pattern names no character, as `.*` does: it says that anything goes, and nobody relies on it."""
    named = re.sub(r"\\[sSdDwWnrt]|\{[\d,]*\}", "", text)
    return not any(sign.isalnum() for sign in named)
