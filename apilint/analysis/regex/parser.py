"""ECMA-262 regular expressions to a syntax tree.

Why a parser of our own: Python's (`re._parser`) is private, reads another language (`(?<n>`, `\\/`, `\\u{…}`,
`[^]`, `\\p{…}`, `\\A`), and keeps neither what is written in a class nor where. JSON Schema means ECMA-262 with
Unicode support (the `u` flag). What only the older syntax without that flag allows is read as browsers
do, and noted as a deviation, so that the analysis also serves patterns that many validators accept.
"""

from __future__ import annotations

from typing import NamedTuple

from apilint.analysis.regex import charset, properties
from apilint.analysis.regex.charset import Ranges
from apilint.analysis.regex.tree import Alt, Assertion, Back, Chars, Group, Look, Repeat, Seq, Tree

_MOST_CHARACTERS = 5_000
_MOST_NESTED = 60
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_CLASSES = {"d": charset.DIGITS, "w": charset.WORD, "s": charset.SPACES}
# Letters that mean something in Perl, Python or Java, where ECMA-262 has the letter itself or an error.
_FOREIGN = {
    "A": "the start of the text (here: `^`)",
    "Z": "the end of the text (here: `$`)",
    "z": "the end of the text (here: `$`)",
    "h": "a blank",
    "H": "a non-blank",
    "R": "a line break",
    "X": "a grapheme",
    "G": "the end of the last match",
    "K": "the start of the match",
    "Q": "quoted text",
    "E": "the end of quoted text",
    "a": "the bell",
    "e": "escape",
}


class Invalid(Exception):
    """The text is no regular expression; `args` holds what is wrong and the position."""


class TooLong(Exception):
    """The text is too long or nested too deeply to be worth the work."""


class Deviation(NamedTuple):
    """Something that the `u` flag makes an error: `grave` if the pattern does not mean what it seems to."""

    message: str
    grave: bool


class Member(NamedTuple):
    """A part of a class as it is written: a character, a range (`low` below `high`), or an escape like `\\d` (-1)."""

    text: str
    low: int
    high: int


class Class(NamedTuple):
    """A character class as it is written, for the search for slips."""

    text: str
    negative: bool
    members: tuple[Member, ...]


class Parsed(NamedTuple):
    """A tree and what was noticed on the way."""

    tree: Tree
    deviations: tuple[Deviation, ...]
    classes: tuple[Class, ...]
    features: frozenset[str]
    groups: dict[str, Tree]


def parse(text: str) -> Parsed:
    """Read a regular expression.

    Raises `Invalid` for what no ECMA-262 engine accepts, `TooLong` for what is not worth reading.
    """
    if len(text) > _MOST_CHARACTERS:
        raise TooLong
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.count = 0
        self.deviations: list[Deviation] = []
        self.classes: list[Class] = []
        self.features: set[str] = set()
        self.groups: dict[str, Tree] = {}
        self.references: list[str] = []
        self.named = "(?<" in text

    def whole(self) -> Parsed:
        tree = self.choice()
        if self.at < len(self.text):
            raise Invalid("a `)` closes nothing", self.at)
        for name in self.references:
            if name not in self.groups:
                self.deviate(f"`\\{name}` refers to no group", grave=True)
        noted = tuple(dict.fromkeys(self.deviations))
        return Parsed(tree, noted, tuple(self.classes), frozenset(self.features), self.groups)

    def deviate(self, message: str, *, grave: bool = False) -> None:
        self.deviations.append(Deviation(message, grave))

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def take(self, expected: str) -> bool:
        if self.text.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False

    def choice(self) -> Tree:
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise TooLong
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Alt(tuple(options))

    def sequence(self) -> Tree:
        items = []
        while self.at < len(self.text) and self.peek() not in "|)":
            items.append(self.quantified(self.term()))
        return items[0] if len(items) == 1 else Seq(tuple(items))

    def term(self) -> Tree:
        start = self.at
        sign = self.text[start]
        self.at += 1
        if sign in "^$":
            return Assertion(sign)
        if sign == "(":
            return self.group()
        if sign == "[":
            return self.character_class(start)
        if sign == "\\":
            return self.escape(start)
        if sign == ".":
            return Chars(charset.complement(charset.LINE_ENDS), ".")
        if sign in "*+?":
            raise Invalid(f"nothing stands before `{sign}` that could be repeated", start)
        if sign == "{" and self.bounds(start) is not None:
            raise Invalid("nothing stands before `{` that could be repeated", start)
        if sign in "{}]":
            self.deviate(f"a lone `{sign}` must be written `\\{sign}`", grave=sign == "{" and self.peek() == ",")
        return _one(ord(sign), sign)

    def quantified(self, item: Tree) -> Tree:
        start = self.at
        sign = self.peek()
        if sign in ("*", "+", "?"):
            self.at += 1
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif sign == "{" and (found := self.bounds(start)) is not None:
            low, high, self.at = found
        else:
            return item
        if isinstance(item, Assertion) or (isinstance(item, Look) and not item.ahead):
            raise Invalid(f"`{self.text[start : self.at]}` repeats an assertion", start)
        if isinstance(item, Look):
            self.deviate("an assertion cannot be repeated")
        if high is not None and low > high:
            raise Invalid(f"in `{self.text[start : self.at]}` the least number is above the greatest", start)
        self.take("?")
        if self.peek() in ("*", "+", "?"):
            kind = "possessive" if self.peek() == "+" else "doubled"
            raise Invalid(f"`{self.text[start : self.at + 1]}` is a {kind} quantifier", start)
        return Repeat(item, low, high)

    def bounds(self, start: int) -> tuple[int, int | None, int] | None:
        """The numbers of a `{n,m}` at a position and where it ends; None if it is none."""
        end = self.text.find("}", start)
        if end < 0 or end - start > 40:
            return None
        low, comma, high = self.text[start + 1 : end].partition(",")
        if not _decimal(low) or (high and not _decimal(high)):
            return None
        return int(low), (int(high) if high else None) if comma else int(low), end + 1

    def group(self) -> Tree:
        start = self.at - 1
        for sign, ahead, negative in (
            ("?=", True, False),
            ("?!", True, True),
            ("?<=", False, False),
            ("?<!", False, True),
        ):
            if self.take(sign):
                self.features.add("lookahead" if ahead else "lookbehind")
                return Look(self.closed(start), ahead, negative)
        if self.take("?:"):
            return Group(self.closed(start), 0)
        if self.take("?<"):
            return self.named_group(start)
        if self.take("?"):
            return self.modified(start)
        self.count += 1
        number = self.count
        item = self.closed(start)
        self.groups[str(number)] = item
        return Group(item, number)

    def named_group(self, start: int) -> Tree:
        name, closed, _ = self.text[self.at :].partition(">")
        if not closed or not name.replace("$", "_").isidentifier() or name in self.groups:
            raise Invalid(f"`(?<{name[:20]}` names a group wrongly", start)
        self.at += len(name) + 1
        self.count += 1
        number = self.count
        item = self.closed(start)
        self.groups[name] = self.groups[str(number)] = item
        return Group(item, number)

    def modified(self, start: int) -> Tree:
        flags = self.text[self.at :].partition(":")[0]
        if flags and set(flags) <= set("ims-") and flags.count("-") <= 1 and flags != "-":
            self.at += len(flags) + 1
            self.features.add("inline flags")
            return Group(self.closed(start), 0)
        sign = self.peek()
        names = {"P": "Python's syntax of named groups", ">": "an atomic group", "#": "a comment"}
        if sign in names:
            raise Invalid(f"`(?{sign}` is {names[sign]}, which ECMA-262 does not have", start)
        raise Invalid(f"`(?{self.text[self.at : self.at + 8].partition(')')[0]})` sets flags inside the pattern", start)

    def closed(self, start: int) -> Tree:
        item = self.choice()
        if not self.take(")"):
            raise Invalid("a `(` is not closed", start)
        return item

    def escape(self, start: int) -> Tree:
        sign = self.peek()
        if sign in ("b", "B"):
            self.at += 1
            self.features.add("word boundary")
            return Assertion(sign)
        if sign == "k" and self.named:
            name = self.text[self.at + 1 :].partition(">")[0]
            if not name.startswith("<") or name[1:] not in self.groups:
                raise Invalid("`\\k` names no group before it", start)
            self.at += len(name) + 2
            self.features.add("backreference")
            return Back(name[1:])
        if sign in "123456789" and sign:
            digits = self.text[self.at : self.at + 3]
            number = digits[: next((index for index, one in enumerate(digits) if not _decimal(one)), len(digits))]
            self.at += len(number)
            self.references.append(number)
            self.features.add("backreference")
            return Back(number)
        ranges = self.escaped(start, inside=False)
        return Chars(ranges, self.text[start : self.at])

    def escaped(self, start: int, *, inside: bool) -> Ranges:
        """The characters that an escape stands for, its backslash already read."""
        if self.at >= len(self.text):
            raise Invalid("a `\\` stands at the end", start)
        sign = self.text[self.at]
        self.at += 1
        if sign.lower() in _CLASSES:
            ranges = _CLASSES[sign.lower()]
            return charset.complement(ranges) if sign.isupper() else ranges
        if sign in "pP":
            return self.property(sign == "P")
        if sign in _CONTROLS:
            return ((_CONTROLS[sign],) * 2,)
        if sign == "b" and inside:
            return ((8, 8),)
        if sign in "xu" or sign == "c" or sign.isdigit():
            code = self.numeric(sign)
            if code is not None:
                return ((code, code),)
        elif sign in _SYNTAX or (sign == "-" and inside):
            return ((ord(sign),) * 2,)
        if sign in _FOREIGN:
            self.deviate(f"`\\{sign}` is not {_FOREIGN[sign]} but the letter `{sign}`", grave=True)
        elif sign.isalnum():
            self.deviate(f"`\\{sign}` has no meaning", grave=True)
        else:
            self.deviate(f"`{sign}` needs no backslash, and the `u` flag allows none")
        return ((ord(sign),) * 2,)

    def numeric(self, sign: str) -> int | None:
        rest = self.text[self.at : self.at + 12]
        if sign == "c" and rest[:1].isascii() and rest[:1].isalpha():
            self.at += 1
            return ord(rest[0]) % 32
        if sign == "0" and not _decimal(rest[:1]):
            return 0
        if sign == "u" and rest.startswith("{"):
            digits, closed, _ = rest[1:].partition("}")
            if closed and _hexadecimal(digits) and int(digits, 16) <= charset.LAST:
                self.at += len(digits) + 2
                return int(digits, 16)
            return None
        length = {"x": 2, "u": 4}.get(sign, 0)
        digits = rest[:length]
        if not length or len(digits) < length or not _hexadecimal(digits):
            return None
        self.at += length
        code = int(digits, 16)
        low = rest[6:10]
        if 0xD800 <= code < 0xDC00 and rest[4:6] == "\\u" and _hexadecimal(low) and 0xDC00 <= int(low, 16) < 0xE000:
            self.at += 6
            return 0x10000 + ((code - 0xD800) << 10) + (int(low, 16) - 0xDC00)
        return code

    def property(self, negative: bool) -> Ranges:
        self.features.add("Unicode property")
        name, closed, _ = self.text[self.at :].partition("}")
        if not name.startswith("{") or not closed:
            raise Invalid("`\\p` needs a property in braces: `\\p{L}`", self.at)
        self.at += len(name) + 1
        ranges = properties.ranges(name[1:])
        if ranges is None:
            raise Invalid(f"`\\p{{{name[1:31]}}}` is no Unicode property that ECMA-262 knows", self.at)
        return charset.complement(ranges) if negative else ranges

    def character_class(self, start: int) -> Tree:
        negative = self.take("^")
        members: list[Member] = []
        sets: list[Ranges] = []
        while not self.take("]"):
            if self.at >= len(self.text):
                raise Invalid("a `[` is not closed", start)
            self.member(members, sets)
        text = self.text[start : self.at]
        if "[:" in text and text.endswith(":]"):
            self.deviate(f"`{text[text.index('[:') :]}` is a POSIX class, which ECMA-262 does not have", grave=True)
        self.classes.append(Class(text, negative, tuple(members)))
        ranges = charset.union(sets)
        return Chars(charset.complement(ranges) if negative else ranges, text)

    def member(self, members: list[Member], sets: list[Ranges]) -> None:
        start = self.at
        low = self.atom()
        if self.peek() == "-" and self.peek(2) not in ("-]", "-"):
            self.at += 1
            high = self.atom()
            text = self.text[start : self.at]
            if len(low) == 1 == len(high) and low[0][0] == low[0][1] and high[0][0] == high[0][1]:
                first, last = low[0][0], high[0][0]
                if first > last:
                    raise Invalid(f"the range `{text}` runs backwards", start)
                members.append(Member(text, first, last))
                sets.append(((first, last),))
                return
            self.deviate(f"`{text}` is no range: write the `-` as `\\-`")
            sets += [low, high, ((45, 45),)]
            members.append(Member(text, -1, -1))
            return
        single = len(low) == 1 and low[0][0] == low[0][1]
        members.append(Member(self.text[start : self.at], low[0][0] if single else -1, low[0][1] if single else -1))
        sets.append(low)

    def atom(self) -> Ranges:
        start = self.at
        sign = self.peek()
        if not sign:
            raise Invalid("a `[` is not closed", start)
        self.at += 1
        return self.escaped(start, inside=True) if sign == "\\" else ((ord(sign),) * 2,)


def _one(code: int, text: str) -> Chars:
    return Chars(((code, code),), text)


def _decimal(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _hexadecimal(text: str) -> bool:
    return bool(text) and all(sign in "0123456789abcdefABCDEF" for sign in text)
