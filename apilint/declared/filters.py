"""Filters of JSONPath, `[?…]`: read as a small language of comparisons, and never evaluated as code.

What RFC 9535 has (`@.a == 'b'`, `match(@.a, 'b')`) is understood, and what rulesets for Spectral use besides:
`@property`, `===`, regular expressions between slashes, and a few methods of texts and lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from apilint.declared.javascript import UNDEFINED, is_true
from apilint.declared.patterns import PatternError, compiled
from apilint.declared.terms import (
    COMPARED,
    FUNCTIONS,
    METHODS,
    FilterError,
    Regex,
    Term,
    about,
    called,
    constant,
    member_of,
    root,
)

MOST_TOKENS = 300
_DEEPEST = 30


class _Token(NamedTuple):
    kind: str
    text: str


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<at>@(?:property|parentProperty|parent|path|root|object|array|string|number|boolean|null|integer|scalar)?\b
          (?:\(\))?|@)
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_$][\w$]*)
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<op>===|!==|==|!=|<=|>=|=~|~=|&&|\|\||\?\.|[<>!()\[\].,])
    )""",
    re.VERBOSE,
)
_REGEX = re.compile(r"\s*/((?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([a-z]*)")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}


def parse(text: str) -> Callable[[Any], bool]:
    """What says whether a place passes a filter, written as between `[?` and `]`. Raises `FilterError`."""
    try:
        return _Parser(_tokens(text)).whole()
    except PatternError as error:
        raise FilterError(str(error)) from None


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    text = text.strip()
    while at < len(text):
        operand = not tokens or (tokens[-1].kind == "op" and tokens[-1].text not in (")", "]"))
        found = _REGEX.match(text, at) if operand else None
        if found:
            tokens.append(_Token("regex", f"/{found[1]}/{found[2]}"))
        else:
            found = _TOKEN.match(text, at)
            if not found or found.end() == at or not found.lastgroup:
                raise FilterError(f"{text[at : at + 20]!r} is not understood")
            tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
        at = found.end()
        if len(tokens) > MOST_TOKENS:
            raise FilterError("it is too long")
    return tokens


def _until(stop: bool, terms: Sequence[Term]) -> Term:
    """The first of some terms that counts as true, or as false, and the last where none does: `||` and `&&`."""
    if len(terms) == 1:
        return terms[0]

    def found(place: Any) -> Any:
        value: Any = UNDEFINED
        for term in terms:
            value = term(place)
            if is_true(value) is stop:
                break
        return value

    return found


class _Parser:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Callable[[Any], bool]:
        term = self._or()
        if self._at < len(self._tokens):
            raise FilterError(f"{self._tokens[self._at].text!r} is not understood")
        return lambda place: is_true(term(place))

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise FilterError("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, *texts: str) -> str:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind in ("op", "name") and token.text in texts:
                self._at += 1
                return token.text
        return ""

    def _must(self, text: str) -> None:
        if not self._takes(text):
            raise FilterError(f"a {text!r} is missing")

    def _or(self) -> Term:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError("it is nested too deeply")
        terms = [self._and()]
        while self._takes("||"):
            terms.append(self._and())
        self._depth -= 1
        return _until(True, terms)

    def _and(self) -> Term:
        terms = [self._comparison()]
        while self._takes("&&"):
            terms.append(self._comparison())
        return _until(False, terms)

    def _comparison(self) -> Term:
        left = self._unary()
        sign = self._takes("===", "!==", "==", "!=", "<=", ">=", "<", ">", "=~", "~=", "in")
        return COMPARED[sign](left, self._unary()) if sign else left

    def _unary(self) -> Term:
        refused = 0
        while self._takes("!"):
            refused += 1
        term = self._postfix(self._primary())
        if refused == 0:
            return term
        return lambda place: is_true(term(place)) is (refused % 2 == 0)

    def _primary(self) -> Term:
        token = self._next()
        if token.kind == "at":
            return about(token.text)
        if token.kind == "number":
            number: Any = float(token.text) if "." in token.text else int(token.text)
            return lambda place: number
        if token.kind == "string":
            string = re.sub(r"\\(.)", r"\1", token.text[1:-1])
            return lambda place: string
        if token.kind == "regex":
            pattern, _, flags = token.text[1:].rpartition("/")
            regex = Regex(compiled(pattern, flags))
            return lambda place: regex
        if token.text == "(":
            term = self._or()
            self._must(")")
            return term
        if token.text == "[":
            items = self._list("]")
            return lambda place: [item(place) for item in items]
        if token.kind == "name":
            return self._named(token.text)
        raise FilterError(f"{token.text!r} is not understood")

    def _named(self, name: str) -> Term:
        if name in _WORDS:
            word = _WORDS[name]
            return lambda place: word
        if name == "void":
            self._next()
            return lambda place: UNDEFINED
        if name == "$":
            return root
        if name in FUNCTIONS and self._takes("("):
            return FUNCTIONS[name](self._list(")"))
        raise FilterError(f"{name!r} is not known here")

    def _list(self, end: str) -> list[Term]:
        items: list[Term] = []
        while not self._takes(end):
            items.append(self._or())
            if not self._takes(","):
                self._must(end)
                break
        return items

    def _postfix(self, term: Term) -> Term:
        while True:
            if self._takes(".", "?."):
                token = self._next()
                if token.kind == "op" and token.text == "[":
                    term = self._indexed(term)
                    continue
                if token.kind not in ("name", "at"):
                    raise FilterError(f"{token.text!r} is no name")
                if self._takes("("):
                    if token.text not in METHODS:
                        raise FilterError(f"the method {token.text!r} is not known; there are {', '.join(METHODS)}")
                    term = called(METHODS[token.text], term, self._list(")"))
                else:
                    term = member_of(term, constant(token.text))
            elif self._takes("["):
                term = self._indexed(term)
            else:
                return term

    def _indexed(self, term: Term) -> Term:
        key = self._or()
        self._must("]")
        return member_of(term, key)
