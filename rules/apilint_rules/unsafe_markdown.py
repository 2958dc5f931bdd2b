from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.analysis.markdown import without_code
from apilint.api import Api, Confidence, Edit, Fix, Flag, Severity, rule

# How each begins in the raw text of a document, where JSON may escape the sign and the blanks.
_RAW = (
    r"(?:(script)\b|(iframe|object|embed)[\s\\]|[a-z][^<>]{0,300}?(?:[\s\"'/]|\\[nrt])"
    r"(on(?:error|load|click|focus|toggle|mouse[a-z]{1,10}|animation[a-z]{1,10})))"
)
_LINKS = ("script:", "data:text/html")
_SCRIPT = r"<script(?=[\s/>])"
_HANDLER = r"<[a-z][^<>]*[\s\"'/]on(?:error|load|click|focus|toggle|mouse[a-z]{1,10}|animation[a-z]{1,10})\s{0,20}="
_FRAME = r"<(?:iframe|object|embed)\s[^<>]*(?:src|srcdoc|data)\s{0,20}="
_LINK = (
    r"(?:\]\(|\]:|href\s{0,20}=|src\s{0,20}=|action\s{0,20}=|<)[\s\"'<]{0,20}((?:javascript|vbscript):|data:text/html)"
)
# Links that are there to do nothing.
_IDLE = r"javascript:\s{0,20}(?:void\b|;|//|[\"')>]|$)"


@rule(
    "unsafe-markdown",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-79"),
    needs=("<", "](", "]:", "\\u003c", "\\x3c"),
    tags=("owasp",),
    fixable=True,
)
def unsafe_markdown(api: Api) -> Iterator[Flag]:
    """A description holds HTML that runs code in the browser of whoever reads it.

    Descriptions are Markdown, and Markdown lets HTML through. Portals that show the document mostly clean it, not
    all do, and on many of them the reader is signed in. Code spans and code blocks are safe and are left out.

    Attack: a supplier hides a script in a description, and the developer portal runs it with the reader's session.

    To fix: remove the HTML, or put it into a code span if it is there to be read.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          description: Lists orders.<script src="https://a.example/a.js"></script>  # flagged
          responses:
            "200":
              description: See [the orders](javascript:alert(document.cookie))  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          description: Lists orders.&lt;script src="https://a.example/a.js">&lt;/script>
          responses:
            "200":
              description: See [the orders](javascript:alert(document.cookie))
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          description: Lists orders. A `<script>` in a note is shown as text. See [the notes](https://a.example/notes).
          responses:
            "200": {description: The orders}
    ```
    """
    for text in api.search((*_tags(api), *_LINKS)):
        if text.role != "prose":
            continue
        value = str(text.value)
        shown = without_code(value)
        if found := _tag(shown):
            is_sure = _runs(shown)
            yield text.flag(None, f"{text.label}: the {text.path[-1]} holds {found}",
                            severity=Severity.HIGH if is_sure else Severity.LOW,
                            confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM,
                            fix=_escaped(text.pointer, value, shown))  # fmt: skip
        elif scheme := _link(shown):
            yield text.flag(None, f"{text.label}: the {text.path[-1]} has a link to `{scheme}…`, which runs code")
        elif re.search(_FRAME, shown, re.IGNORECASE):
            # Often a video, put there on purpose.
            yield text.flag(None, f"{text.label}: the {text.path[-1]} loads another page into this one",
                            severity=Severity.MEDIUM)  # fmt: skip


def _tags(api: Api) -> dict[str, None]:
    """The dangerous tags and handlers that seem to stand somewhere in the documents, as they are written there."""
    found: dict[str, None] = {}
    for document in api.documents.values():
        for sign in ("<", r"\\[ux](?:00)?3c"):
            for hit in re.finditer(sign + _RAW, document.distinct, re.IGNORECASE):
                tag, handler = hit[1] or hit[2], hit[3]
                names = (handler,) if handler else (f"<{tag}", hit[0][: hit.end(1 if hit[1] else 2) - hit.start()])
                found.update(dict.fromkeys(name.lower() for name in names))
    return found


def _tag(shown: str) -> str:
    for pattern, what in ((_SCRIPT, "a `<script>` element"), (_HANDLER, "an event handler, which runs code")):
        for found in re.finditer(pattern, shown, re.IGNORECASE):
            if not _is_escaped(shown, found.start()):
                return what
    return ""


def _runs(shown: str) -> bool:
    """Whether more is there than the tag alone, which may be a word in angle brackets."""
    return bool(re.search(rf"{_HANDLER}|</script|<script\s[^<>]*=", shown, re.IGNORECASE))


def _link(shown: str) -> str:
    for found in re.finditer(_LINK, shown, re.IGNORECASE):
        if not re.match(_IDLE, shown[found.start(1) : found.start(1) + 60], re.IGNORECASE):
            return found.group(1).lower()
    return ""


def _is_escaped(shown: str, index: int) -> bool:
    return index > 0 and shown[index - 1] == "\\"


def _escaped(pointer: str, value: str, shown: str) -> Fix:
    """The text with the signs escaped by which the tags begin; indices are the same without the code."""
    places = [
        found.start()
        for pattern in (_SCRIPT, r"</script(?=[\s/>])", _HANDLER)
        for found in re.finditer(pattern, shown, re.IGNORECASE)
        if not _is_escaped(shown, found.start())
    ]
    for index in sorted(set(places), reverse=True):
        value = f"{value[:index]}&lt;{value[index + 1 :]}"
    return Fix("Write `&lt;` for the `<` of the tags", True, (Edit(pointer, "set", value),))
