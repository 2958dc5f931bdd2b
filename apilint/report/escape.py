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
