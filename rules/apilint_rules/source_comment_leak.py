from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, Text, rule
from apilint.concepts.leaks import spot

# In capitals and set apart, since a list of things to do is a thing that an API may be about.
_MARKS = tuple(rf"{word}(?=\s*[:(\]]|\s+-\s)" for word in ("TODO", "FIXME", "HACK"))
# Without the first letter, which may be a capital.
_PHRASES = (
    r"nternal (?:use )?only",
    r"o(?:n't| not) expose",
    r"o auth(?:entication|orization)? yet",
    r"emove before (?:release|production)",
)
# What readers may use internally is theirs; and "services that do not expose a port" are a fact.
_HARMLESS = r"(?i)\b(?:your|their|own|its)\s+internal|[a-z,]\s+do(?:n't| not) expose|not (?:for )?internal"


@rule(
    "source-comment-leak",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-615", "CWE-546"),
)
def source_comment_leak(api: Api) -> Iterator[Flag]:
    """A description holds a note that was meant for colleagues.

    Descriptions are often made from comments in the source code, and are published. A `TODO` or "internal use
    only" tells readers what is unfinished, or what they should not have found.

    Attack: an attacker searches the documentation for `FIXME` and "internal", and begins there.

    To fix: move the note to the issue tracker, or to an extension that is stripped before publication; leave
    operations that are internal out of the published description.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          description: "All orders. TODO: check the role of the caller"  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /todos:
        get:
          description: All things to do (TODOs) of the user, with hacks and tips
          responses:
            "200": {description: The list}
    ```
    """
    found: dict[tuple[str, str], list[Text]] = {}
    for text in spot(api, (*_MARKS, *_PHRASES)):
        if text.role == "prose" and not text.is_key:
            note = _note(text.value[:100_000])
            if note:
                found.setdefault((note, text.value), []).append(text)
    for (note, _), texts in found.items():
        more = f", in {len(texts)} places" if len(texts) > 1 else ""
        yield texts[0].flag(
            None,
            f"{texts[0].label}: `{note}` is for colleagues and not for readers{more}",
            related=tuple((other, "here too") for other in texts[1:]),
        )


def _note(text: str) -> str:
    for mark in _MARKS:
        match = re.search(rf"(?:^|[\s(*_#/\[])({mark})", text)
        if match is not None:
            return match[1]
    flat = " ".join(text.split())
    for phrase in _PHRASES:
        match = re.search(rf"\b[A-Za-z]{phrase}", flat)
        if match is not None and not re.search(_HARMLESS, flat[max(0, match.start() - 12) : match.end()]):
            return match[0]
    return ""
