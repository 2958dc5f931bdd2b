from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.api import Api, Confidence, Fix, Flag, Severity, rule
from apilint.concepts.expressions import Expression, expressions
from apilint.concepts.mends import with_pattern


@rule(
    "pattern-char-class-mistake",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-185", "CWE-625"),
    needs=("pattern",),
    fixable=True,
)
def pattern_char_class_mistake(api: Api) -> Iterator[Flag]:
    r"""A character class holds characters that were hardly meant.

    `[A-z]` takes in `[`, `\`, `]`, `^`, `_` and the backtick, which lie between the letters in ASCII. `[+-.]` is a
    range that takes in the comma. `[a|b]` and `[a,b]` match `|` and `,`, for a class needs no separator. The check
    lets through more than it says.

    Attack: a backslash or a backtick in a "letters only" value reaches a shell or a path.

    To fix: write `[A-Za-z]`, put `-` last in the class or write `\-`, and leave out separators.

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
                pattern: ^[A-z]{1,20}$  # flagged
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
            - name: name
              in: query
              schema:
                type: string
                pattern: ^[A-Za-z]{1,20}$
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
                pattern: ^[A-Za-z]{1,20}$
          responses:
            "200": {description: The orders}
    ```
    """
    for one in expressions(api):
        slips = analyse(one.text).slips
        if slips:
            is_range = any(slip.startswith("the range") for slip in slips)
            yield one.holder.flag(
                one.key,
                f"{one.label}: {slips[0]}",
                severity=Severity.MEDIUM if one.is_input else Severity.LOW,
                confidence=Confidence.HIGH if is_range else Confidence.MEDIUM,
                fix=_fix(one),
            )


def _fix(one: Expression) -> Fix | None:
    """Write the two ranges for `A-z`, if nothing else is wrong."""
    text = re.sub(r"(?<![\\\w-])A-z(?![\w-]|\\-)|(?<=[\w\]])A-z(?=[\]\w])|(?<=\[)A-z", "A-Za-z", one.text)
    pattern = analyse(text)
    if text == one.text or pattern.error or pattern.slips:
        return None
    return with_pattern(one, text, "Write `A-Za-z` instead of `A-z`")
