"""The syntax tree of a regular expression."""

from __future__ import annotations

from typing import NamedTuple

from apilint.analysis.regex.charset import Ranges


class Chars(NamedTuple):
    """One character of a set; `text` is how it is written."""

    ranges: Ranges
    text: str


class Seq(NamedTuple):
    """One item after the other."""

    items: tuple[Tree, ...]


class Alt(NamedTuple):
    """One of several alternatives."""

    options: tuple[Tree, ...]


class Repeat(NamedTuple):
    """An item `low` to `high` times; `high` is None where there is no limit."""

    item: Tree
    low: int
    high: int | None


class Group(NamedTuple):
    """A group: capturing with a number from 1 on, else 0."""

    item: Tree
    number: int


class Assertion(NamedTuple):
    """`^`, `$`, `\\b` (as "b") or `\\B` (as "B")."""

    kind: str


class Look(NamedTuple):
    """A condition on what follows (`ahead`) or precedes."""

    item: Tree
    ahead: bool
    negative: bool


class Back(NamedTuple):
    """The text of a group again."""

    name: str


Tree = Chars | Seq | Alt | Repeat | Group | Assertion | Look | Back
