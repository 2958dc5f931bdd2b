"""The one sanitiser: whatever came from a document, a file name or an exception passes here on its way out.

One function for each destination; those for JSON are in `json_text`, so that text for people need not
import a JSON encoder. All of them share `visible`, which leaves nothing in a text that
a terminal, a log or a person could take for something else than text: control characters, bidi
controls, invisible characters and lone surrogates become a visible form such as `\\x1b` or `\\u202e`.

Sources: the commands that CI runners read from logs (`::name::` at the start of a line for GitHub,
`##[name]` and `##vso[` anywhere in a line for Azure and older GitHub runners, `##teamcity[`); RFC 3986
for references; SARIF 2.1.0 section 3.11 for links inside messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MESSAGE = 300
POINTER = 1000
SNIPPET = 200

_BLANKS = frozenset("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
_LINE_COMMAND = re.compile(r"^((?:\x1b\[[0-9;]*m|[ \t])*):(?=:)", re.MULTILINE)
INLINE_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def visible(text: str, limit: int = 0) -> str:
    """Make every character of `text` one that is seen, and cut it in the middle to `limit` characters.

    A limit of 0 cuts nothing. Blanks of other scripts stay; line ends and tabs do not.
    """
    if limit and len(text) > limit:
        text = cut(text, limit)
    if text.isprintable():
        return text
    return cut("".join(map(shown, text)), limit) if limit else "".join(map(shown, text))


def shown(character: str) -> str:
    """One character as it is to be seen: itself, or an escape in ASCII."""
    if character.isprintable() or character in _BLANKS:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cut(text: str, limit: int) -> str:
    """Leave the middle out of a text longer than `limit`: both the start and the end tell where it is from."""
    if len(text) <= limit:
        return text
    head = (limit - 3) * 2 // 3
    return f"{text[:head]}...{text[len(text) - (limit - 3 - head) :]}"


def screen(text: str) -> str:
    """Disarm the commands of CI runners in a whole text made of visible lines and our own SGR sequences."""
    if "::" in text:
        text = _LINE_COMMAND.sub(r"\1\\x3a", text)
    if "##" in text:
        text = INLINE_COMMAND.sub(r"#\\x23", text)
    return text


def uri(file: str) -> str:
    """A display name as a relative reference (RFC 3986): no scheme, no authority, no query, no fragment.

    Names that are not UTF-8 keep their bytes.
    """
    try:
        data = file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = file.encode("utf-8", "surrogatepass")
    while data.startswith(b"//"):
        data = data[1:]
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def sarif_message(text: str, limit: int = MESSAGE) -> str:
    """A text for a SARIF message, in which `[text](target)` must not become a link."""
    return visible(text, limit).replace("](", "]\\(")


def markdown(text: str, limit: int = MESSAGE) -> str:
    """A text as GitHub Flavored Markdown, for a paragraph, a list item or a cell of a table: it shows as itself.

    Plain words stay; any other word becomes code, in which nothing is a mark, a link, a mention (`@name`, `#1`,
    a commit), a picture or HTML to GitHub and GitLab. What stands between backticks becomes code without them.
    """
    written, code = "", ""
    for is_code, part in [*_markdown_parts(visible(text, limit)), (False, "")]:
        if is_code:
            code += part
        else:
            written += (markdown_code(code) if code else "") + part
            code = ""
    return written.lstrip(" ")  # four blanks would begin a block of code


def markdown_code(text: str, limit: int = 0) -> str:
    """A text as code in Markdown, also in a cell of a table, where a bar would end the cell."""
    return "\\|".join(_code_span(piece) if piece else "" for piece in visible(text, limit).split("|"))


def _markdown_parts(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text, and whether each must be code."""
    for index, stretch in enumerate(re.split("`([^`]+)`", text)):
        if index % 2:
            yield True, stretch
            continue
        for word in filter(None, re.split("( )", stretch)):
            if _is_prose(word):
                yield False, word
            elif marks := re.search(r"(?<=[^,.;:])[,.;:]+$", word):
                yield True, word[: marks.start()]
                yield False, marks[0]
            else:
                yield True, word


def _is_prose(word: str) -> bool:
    """Whether a word is a blank, a mark of a sentence, or a word or number with such marks, and no commit's name."""
    found = re.fullmatch(r"""[("']*([^\W\d_]+(?:['-][^\W\d_]+)*|\d{1,3}(?:,\d{3})*%?)[)"',.;:!?]*|[)"',.;: ]+""", word)
    if found is None or re.match(r"\d+[.)]", word):  # "1." would begin a list
        return False
    return not re.fullmatch("[0-9a-fA-F-]{7,}", found[1] or "")


def _code_span(text: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def inert(text: str, limit: int = MESSAGE) -> str:
    """A visible text in which no runner that looks for `##[name]` inside a line sees a command."""
    text = visible(text, limit)
    return INLINE_COMMAND.sub(r"#\\x23", text) if "##" in text else text


def github_data(text: str, limit: int = MESSAGE) -> str:
    """A text for the message of a GitHub workflow command, escaped as the runner takes it back."""
    return inert(text, limit).replace("%", "%25")


def github_property(text: str, limit: int = MESSAGE) -> str:
    """A text for a property of a GitHub workflow command, in which a colon or comma would end it."""
    return github_data(text, limit).replace(":", "%3A").replace(",", "%2C")


def azure(text: str, limit: int = MESSAGE) -> str:
    """A text for a property or the message of an Azure Pipelines logging command, which unescapes both alike."""
    return inert(text, limit).replace("%", "%AZP25").replace(";", "%3B").replace("]", "%5D")


def teamcity(text: str, limit: int = MESSAGE) -> str:
    """A text for a value in a TeamCity service message, in ASCII; a character beyond 16 bits takes two escapes."""
    return re.sub(r"[|'\[\]]|[^ -~]", _teamcity_escape, inert(text, limit))


def _teamcity_escape(match: re.Match[str]) -> str:
    if match[0].isascii():
        return f"|{match[0]}"
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"|0x{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def html_json(value: object) -> str:
    """A value as JSON inside a `script` element, which no text in it can end or make a comment of."""
    from apilint.report.json_text import json_document, json_text

    text = json_document(json_text(value))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def html_document(text: str) -> str:
    """Disarm the commands of CI runners in a whole page, of which each text was escaped already."""
    if "##" in text:
        text = INLINE_COMMAND.sub("#&#35;", text)
    return _LINE_COMMAND.sub(r"\1&#58;", text) if "::" in text else text


def xml(text: str, limit: int = MESSAGE) -> str:
    """A text for an attribute in double quotes or for a text node of XML 1.0, on one line, that no runner obeys."""
    text = visible(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    if "##" in text:
        text = INLINE_COMMAND.sub("#&#35;", text)
    return f"&#58;{text[1:]}" if text.startswith(":") else text


def no_tags(text: str, limit: int = MESSAGE) -> str:
    """A visible text for readers that take plain text for HTML: no tag, comment or entity begins in it."""
    return re.sub("<(?=[A-Za-z/!?])|&(?=#|[A-Za-z])", r"\g<0> ", visible(text, limit))
