from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.invisible import hints, invisible, spoken
from apilint.api import Api, Confidence, Edit, Fix, Flag, Severity, Text, rule

_LISTED = frozenset(("enum", "const"))


@rule(
    "hidden-unicode",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1007", "CWE-176", "CWE-451"),
    fixable=True,
)
def hidden_unicode(api: Api) -> Iterator[Flag]:
    """A text holds characters that no reader sees.

    Controls for the direction of writing show a text in another order than programs read it. Tag characters spell
    words for language models alone. Characters without width make two names of what looks like one. What scripts
    and emoji need is left alone.

    Attack: a path that looks like one with strict limits is another one; a description gives hidden orders to an agent.

    To fix: remove the characters. In names ask first where they came from, and who uses the name.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          operationId: "list\\u200bOrders"  # flagged
          description: "Only for \\u202eelpoep"  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          operationId: "list\\u200bOrders"
          description: "Only for elpoep"
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          operationId: listOrders
          description: Only for people
          responses:
            "200": {description: The orders}
    ```
    """
    wanted = tuple(dict.fromkeys(hint for document in api.documents.values() for hint in hints(document.text)))
    for text in api.search(wanted) if wanted else ():
        # A pattern may well list such characters.
        if text.path[-1:] == ("pattern",) or text.path[-2:-1] == ("patternProperties",):
            continue
        found = list(invisible(str(text.value), prose=text.role != "other"))
        severity = _severity(text, {kind for _, kind in found}) if found else None
        if severity is not None:
            yield text.flag(None, _message(text, found), severity=severity, fix=_fix(text, found))


def _severity(text: Text, kinds: set[str]) -> Severity | None:
    is_grave = kinds != {"empty"}
    if text.role == "prose":
        return Severity.HIGH if is_grave else Severity.LOW
    if text.role == "other" or not _LISTED.isdisjoint(map(str, text.path[-2:])):
        return Severity.HIGH if is_grave else Severity.MEDIUM
    # Examples show what the API takes, also what it should not.
    return Severity.MEDIUM if is_grave else None


def _message(text: Text, found: list[tuple[int, str]]) -> str:
    import unicodedata

    value = str(text.value)
    first = value[found[0][0]]
    words = spoken("".join(value[index] for index, kind in found if kind == "tag"))
    says = f" that spell `{words[:40]}`" if words else ""
    name = unicodedata.name(first, "a tag character").lower()
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    what = "the key" if text.is_key else f"`{text.path[-1]}`" if text.path else "the text"
    return f"{text.label}: {what} hides U+{ord(first):04X} ({name}){others}{says}"


def _fix(text: Text, found: list[tuple[int, str]]) -> Fix | None:
    if text.role != "prose":
        return None
    value, places = str(text.value), {index for index, _ in found}
    plain = "".join(character for index, character in enumerate(value) if index not in places)
    return Fix("Remove the characters that nobody sees", True, (Edit(text.pointer, "set", plain),))
