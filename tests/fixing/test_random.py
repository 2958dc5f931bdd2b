"""Random documents, as people write them, and random edits: the text means what the edits mean, and all else stays."""

from __future__ import annotations

import json
import random
import re
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.findings import Edit
from apilint.fixing.apply import apply
from apilint.fixing.data import applied, same
from apilint.fixing.text import Fixer
from apilint.reading.document import Document
from apilint.reading.limits import Limits
from apilint.reading.parse import parse
from apilint.reading.pointer import format_pointer
from apilint.reading.source import Source

SOME = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
KEYS = [
    "a", "type", "format", "$ref", "200", "x-é", "b c", "true", "/p/{id}", "it's", "a: b", "😀", "#h", "-", "*k", "~",
    "<<x",
]  # fmt: skip
TEXTS = [
    "x", "yes", "null", "1", "1.0", "0o7", "a: b", "a #b", "it's", 'say "hi"', "é 😀 日本", "- a", "", " lead",
    "one\ntwo\n", "one\n  two\n\nthree", "http://a.example/?b=1&c=*d", "[x]", "{x}", "&a", "*a", "!t", "%x",
    "2020-01-01", "<b>", "|", ">", "a,b", "tab\there", "\u200b", "?", "key:", "~", "\\d+", "trail ", "@x",
]  # fmt: skip
PLAIN = re.compile(r"(?!(?:yes|null|true)$|- )[a-z<>-][a-z<> é😀日本-]*[a-z>]")
SCALARS = [*TEXTS, 0, -1, 2.5, True, False, None, 10**20]


def value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.random()
    if depth > 3 or kind < 0.35 + 0.1 * depth:
        return chance.choice(SCALARS)
    if kind < 0.8:
        return {key: value(chance, depth + 1) for key in chance.sample(KEYS, chance.randint(0, 4))}
    return [value(chance, depth + 1) for _ in range(chance.randint(0, 4))]


class Writer:
    """Writes YAML in all the styles there are, with a number in each comment."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.numbers = count(1)
        self.unit = chance.choice([2, 2, 4])
        self.indented = chance.random() < 0.5

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def comment(self) -> str:
        return f"  # c{next(self.numbers)}." if self.maybe(0.2) else ""

    def own_lines(self, indent: int) -> list[str]:
        lines = [" " * indent + f"# c{next(self.numbers)}."] if self.maybe(0.1) else []
        return [*lines, ""] if self.maybe(0.05) else lines

    def scalar(self, one: Any) -> str:
        if not isinstance(one, str):
            return json.dumps(one)
        if PLAIN.fullmatch(one):
            double = json.dumps(one, ensure_ascii=self.maybe(0.5) and "😀" not in one)
            return self.chance.choice([one, one, double, f"'{one}'"])
        if "\n" in one or "\t" in one or "\u200b" in one or self.maybe(0.6):
            return json.dumps(one, ensure_ascii="😀" not in one)
        return "'" + one.replace("'", "''") + "'"

    def flow(self, one: Any, indent: int) -> str:
        if not isinstance(one, dict | list):
            return self.scalar(one)
        wide = self.maybe(0.2) and one
        gap = "\n" + " " * (indent + 2) if wide else self.chance.choice(["", "", " "])
        end = "\n" + " " * (indent + 1) if wide else gap
        after = gap if wide else self.chance.choice([" ", " ", ""])
        if isinstance(one, list):
            inner = [self.flow(item, indent + 2) for item in one]
        else:
            inner = [f"{self.scalar(key)}: {self.flow(item, indent + 2)}" for key, item in one.items()]
        left, right = "[]" if isinstance(one, list) else "{}"
        tail = "," if one and self.maybe(0.1) else ""
        parts = []
        for number, part in enumerate(inner):
            comma = tail if number == len(inner) - 1 else ","
            parts.append((after if number else gap) + part + comma + (self.comment() if wide else ""))
        return left + "".join(parts) + end + right

    def block(self, one: Any, indent: int) -> list[str]:
        members = one.items() if isinstance(one, dict) else ((None, item) for item in one)
        return [line for key, item in members for line in (*self.own_lines(indent), *self.member(key, item, indent))]

    def member(self, key: str | None, item: Any, indent: int) -> list[str]:
        pad = " " * indent
        head = pad + ("-" if key is None else self.scalar(key) + ":")
        if isinstance(item, str) and re.fullmatch(r"[^ \n].*\n.*[^\n]\n?", item, re.DOTALL) and self.maybe(0.7):
            deeper = " " * (indent + (2 if key is None else self.unit))
            sign = "|" if item.endswith("\n") else "|-"
            lines = [deeper + line if line else "" for line in item.removesuffix("\n").split("\n")]
            return [f"{head} {sign}{self.comment()}", *lines]
        if isinstance(item, dict | list) and item and self.maybe(0.75):
            if key is None and self.maybe(0.8):
                body = self.block(item, indent + 2)
                first = next(number for number, line in enumerate(body) if re.match(" *[^ #]", line))
                return [*body[:first], pad + "- " + body[first].lstrip(" "), *body[first + 1 :]]
            deep = isinstance(item, dict) or self.indented or key is None
            return [head + self.comment(), *self.block(item, indent + self.unit * deep)]
        if item is None and self.maybe(0.5):
            return [head + self.comment()]
        return (head + " " + self.flow(item, indent) + self.comment()).split("\n")

    def document(self, one: Any) -> str:
        block = isinstance(one, dict | list) and one and self.maybe(0.9)
        lines = self.block(one, 0) if block else self.flow(one, 0).split("\n")
        lines = [*self.own_lines(0), *(["---"] if self.maybe(0.1) else []), *lines, *self.own_lines(0)]
        end = self.chance.choice(["\n", "\n", "\r\n"])
        return end.join(lines) + (end if self.maybe(0.9) else "")


def paths(one: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    items = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
    return [*([(path, one)] if path else []), *(below for key, item in items for below in paths(item, (*path, key)))]


def edit(chance: random.Random, every: list[tuple[tuple[str | int, ...], Any]]) -> Edit:
    path, old = chance.choice(every)
    kind = chance.random()
    if kind < 0.3:
        return Edit(format_pointer(path), "remove")
    if kind < 0.45 and isinstance(path[-1], str):
        return Edit(format_pointer(path), "rename", chance.choice(["new", *KEYS]))
    if kind < 0.6 and isinstance(old, str):
        return Edit(format_pointer(path), "set", old.replace("o", "&lt;").replace("é", "") + chance.choice(["", "!"]))
    if kind < 0.8 and isinstance(old, dict | list):
        step = chance.choice(["new", *KEYS]) if isinstance(old, dict) else "-"
        return Edit(format_pointer((*path, step)), "set", value(chance, 2))
    return Edit(format_pointer(path), "set", value(chance, 2))


def document(text: str, name: str) -> Document:
    return parse(Source(name, None, text.encode()), Limits())


def kept(made: Document, meant: Any, edits: list[Edit]) -> set[str]:
    """The comments that no edit may take away: those on lines where none of its places stand.

    What empties a collection takes what stood in it.
    """
    lines = made.text.split("\n")
    spots = {format_pointer(path): path for path, _ in paths(made.value)}
    gone: set[int] = set()
    for one in edits:
        path = spots.get(one.pointer)
        if path is not None:
            while path[:-1] and one.action == "remove" and not at(meant, path[:-1]):
                path = path[:-1]
            place = made.locate([path])[path]
            first = (place.key or place.value).line
            while place.key is None and first > 1 and not re.match(r" *[^ #\r]", lines[first - 2]):
                first -= 1  # a comment may stand between a dash and its item
            gone |= set(range(first - (place.key is None), place.value.end_line + 1))
    stay = "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)
    return set(re.findall(r"# c\d+\.", stay))


def at(one: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            one = one[step]
        except (LookupError, TypeError):
            return None
    return one


def check(text: str, name: str, edits: list[Edit]) -> bool | None:
    """Whether there is a fix of the text, which is right then; None where the edits cannot be made of the data."""
    made = document(text, name)
    try:
        meant = applied(made.value, edits)
    except ValueError:
        return None
    found = Fixer(made).replacements(edits)
    if not found:
        return None if same(made.value, meant) else False
    after = apply(text, found)
    assert same(document(after, name).value, meant)
    assert all(note in after for note in kept(made, meant, edits))
    if "\n" not in text.replace("\r\n", ""):
        assert "\r" not in text or "\n" not in after.replace("\r\n", "")
    return True


@SOME
@given(st.randoms(use_true_random=False))
def test_yaml(chance: random.Random) -> None:
    one = value(chance)
    every = paths(one)
    if every:
        check(Writer(chance).document(one), "a.yaml", [edit(chance, every) for _ in range(chance.randint(1, 3))])


@SOME
@given(st.randoms(use_true_random=False))
def test_json(chance: random.Random) -> None:
    one = value(chance)
    every = paths(one)
    if every:
        separators = chance.choice([(",", ":"), (", ", ": "), (",", ": ")])
        indent = chance.choice([None, 2, 4, "\t"])
        text = json.dumps(one, indent=indent, separators=separators, ensure_ascii=chance.random() < 0.5)
        text = text.replace("\n", chance.choice(["\n", "\r\n"])) + chance.choice(["", "\n"])
        check(text, "a.json", [edit(chance, every) for _ in range(chance.randint(1, 3))])


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_few_edits_are_refused(kind: str) -> None:
    answers = []
    for seed in range(600):
        chance = random.Random(seed)
        one = value(chance)
        every = paths(one)
        if every:
            text = Writer(chance).document(one) if kind == "yaml" else json.dumps(one, indent=chance.choice([None, 2]))
            answers.append(check(text, f"a.{kind}", [edit(chance, every)]))
    assert answers.count(True) > 250
    assert answers.count(False) <= 0.02 * len(answers)
