"""Patterns as automata without empty steps, made from the tree: for questions about what a pattern accepts.

A state is one written character (or set) of the pattern that has just been read. Patterns are searches, as JSON Schema
has it: they match anywhere unless anchors say otherwise. Assertions other than `^` and `$` and backreferences
are taken as passable (`Automaton.exact` is then False), so that the automaton accepts at least what the pattern does.
Work is bounded: what is too large raises `TooLarge`, and the callers then have no opinion.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.regex import charset
from apilint.analysis.regex.parser import Parsed
from apilint.analysis.regex.tree import Alt, Assertion, Back, Chars, Group, Look, Repeat, Seq, Tree

_MOST_STATES = 700
_MOST_STEPS = 60_000
_MOST_EDGES = 10_000
_MANY = 20  # optional copies of a repeated item, beyond which `loops` has its say
_MOST_COPIES = 200
_LONG = 1_000
_MOST_BACK = 5

# Kinds of steps between nodes before the empty ones are taken away.
_EMPTY, _START, _END = 0, 1, 2

# What becomes of `{n,m}` with a large m.
EXACT, CYCLIC, ACYCLIC = "exact", "cyclic", "acyclic"


class TooLarge(Exception):
    """The pattern would take more work than it is worth."""


class Reach(NamedTuple):
    """Where empty steps lead: states with the number of ways (1, or 2 for more), and the ways to acceptance."""

    states: dict[int, int]
    accepts: bool  # whatever follows
    accepts_at_end: bool


class Automaton(NamedTuple):
    """States by number: the letters that each reads as a bit set, and where it leads.

    `start` is for the beginning of the text, `later` for a search that begins further on.
    `letters` gives for each bit a character that stands for all that the pattern treats alike.
    """

    masks: list[int]
    after: list[Reach]
    start: Reach
    later: Reach
    letters: list[str]
    ranges: list[charset.Ranges]
    exact: bool

    def letter(self, character: str) -> int:
        """The bit of a character."""
        code = ord(character)
        for bit, ranges in enumerate(self.ranges):
            if charset.contains(ranges, code):
                return 1 << bit
        return 0


def build(parsed: Parsed, loops: str = EXACT) -> Automaton:
    """The automaton of a pattern.

    `loops` says what becomes of `{n,m}` with many optional copies: "exact" writes out as many as is bearable,
    "cyclic" makes them a loop without limit, "acyclic" a few copies. Where the automaton differs from the pattern,
    `exact` is False.
    """
    return _Builder(parsed, loops).build()


class _Builder:
    def __init__(self, parsed: Parsed, loops: str) -> None:
        self.groups = parsed.groups
        self.loops = loops
        self.edges: list[list[tuple[int, int]]] = []  # for each node: kind of step, next node
        self.reads: dict[int, tuple[charset.Ranges, int]] = {}  # for each reading node: what, next node
        self.exact = True
        self.backs = 0
        self.steps = 0
        self.tree = parsed.tree

    def build(self) -> Automaton:
        accept = self.node()
        first = self.add(self.tree, accept)
        ranges, letters, masks_of = _alphabet([ranges for ranges, _ in self.reads.values()])
        numbers = {node: number for number, node in enumerate(self.reads)}
        masks = [masks_of[ranges_of] for ranges_of, _ in self.reads.values()]
        after = [self.reach(following, numbers, accept, at_start=False) for _, following in self.reads.values()]
        if sum(len(one.states) for one in after) > _MOST_EDGES:
            raise TooLarge
        start = self.reach(first, numbers, accept, at_start=True)
        later = self.reach(first, numbers, accept, at_start=False)
        return Automaton(masks, after, start, later, letters, ranges, self.exact)

    def node(self) -> int:
        if len(self.edges) >= _MOST_STATES * 6:
            raise TooLarge
        self.edges.append([])
        return len(self.edges) - 1

    def add(self, tree: Tree, then: int) -> int:
        """The node from which a tree is read before `then`."""
        if isinstance(tree, Chars):
            if len(self.reads) >= _MOST_STATES:
                raise TooLarge
            node = self.node()
            self.reads[node] = (tree.ranges, then)
            return node
        if isinstance(tree, Seq):
            for item in reversed(tree.items):
                then = self.add(item, then)
            return then
        if isinstance(tree, Alt):
            node = self.node()
            self.edges[node] = [(_EMPTY, self.add(option, then)) for option in tree.options]
            return node
        if isinstance(tree, Group):
            return self.add(tree.item, then)
        if isinstance(tree, Repeat):
            return self.repeat(tree, then)
        return self.condition(tree, then)

    def condition(self, tree: Assertion | Look | Back, then: int) -> int:
        if isinstance(tree, Assertion) and tree.kind in "^$":
            node = self.node()
            self.edges[node] = [(_START if tree.kind == "^" else _END, then)]
            return node
        self.exact = False
        if isinstance(tree, Back) and tree.name in self.groups:
            self.backs += 1
            if self.backs > _MOST_BACK:
                raise TooLarge
            return self.add(Repeat(self.groups[tree.name], 0, 1), then)
        return then

    def repeat(self, tree: Repeat, then: int) -> int:
        low, high = tree.low, tree.high
        if high == 0:
            return then
        if low > _MOST_COPIES:
            low, high, self.exact = _MOST_COPIES, None if high is None else max(_MOST_COPIES, high), False
        if high is not None and high - low > (_MOST_COPIES if self.loops == EXACT else _MANY):
            endless = self.loops != ACYCLIC or high >= _LONG
            high, self.exact = None if endless else low + 2, False
        if high is None:
            then = self.loop(tree.item, then, once=low > 0)
            low -= 1
        else:
            end = then
            for _ in range(high - low):
                node = self.node()
                self.edges[node] = [(_EMPTY, self.add(tree.item, then)), (_EMPTY, end)]
                then = node
        for _ in range(low):
            then = self.add(tree.item, then)
        return then

    def loop(self, item: Tree, then: int, *, once: bool) -> int:
        """Rounds without limit; the first has an entry of its own, so that going on and entering again differ."""
        again = self.node()
        body = self.add(item, again)
        self.edges[again] = [(_EMPTY, body), (_EMPTY, then)]
        if once:
            return body
        entry = self.node()
        self.edges[entry] = [(_EMPTY, body), (_EMPTY, then)]
        return entry

    def reach(self, first: int, numbers: dict[int, int], accept: int, *, at_start: bool) -> Reach:
        """Follow the empty steps from a node along every path that does not come back to itself."""
        states: dict[int, int] = {}
        accepts = [False, False]
        on_path: set[int] = set()
        stack: list[tuple[int, bool, Iterator[tuple[int, int]]]] = []

        def enter(node: int, ended: bool) -> None:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise TooLarge
            if node == accept:
                accepts[ended] = True
            elif node in numbers:
                if not ended:
                    states[numbers[node]] = min(2, states.get(numbers[node], 0) + 1)
            elif node not in on_path:
                on_path.add(node)
                stack.append((node, ended, iter(self.edges[node])))

        enter(first, False)
        while stack:
            node, ended, edges = stack[-1]
            following = next(edges, None)
            if following is None:
                stack.pop()
                on_path.discard(node)
            elif following[0] != _START or at_start:
                enter(following[1], ended or following[0] == _END)
        return Reach(states, accepts[False], accepts[True])


def _alphabet(
    sets: list[charset.Ranges],
) -> tuple[list[charset.Ranges], list[str], dict[charset.Ranges, int]]:
    """Characters that no set tells apart become one letter: the characters of each, and a readable one of them."""
    distinct = list(dict.fromkeys([*sets, charset.LINE_ENDS, charset.SPACES]))
    bounds = sorted({edge for ranges in distinct for low, high in ranges for edge in (low, high + 1)} | {0})
    by_signature: dict[int, list[tuple[int, int]]] = {}
    for low, following in zip(bounds, [*bounds[1:], charset.LAST + 1], strict=True):
        if low <= charset.LAST:
            signature = sum(1 << index for index, ranges in enumerate(distinct) if charset.contains(ranges, low))
            by_signature.setdefault(signature, []).append((low, following - 1))
    masks = dict.fromkeys(distinct, 0)
    for bit, signature in enumerate(by_signature):
        for index, ranges in enumerate(distinct):
            if signature >> index & 1:
                masks[ranges] |= 1 << bit
    letters = [tuple(ranges) for ranges in by_signature.values()]
    return letters, [_readable(ranges) for ranges in letters], masks


def _readable(ranges: charset.Ranges) -> str:
    for sign in "ax0A1bz-._/:@!#~ ,;=%&\t\n":
        if charset.contains(ranges, ord(sign)):
            return sign
    printable = (chr(code) for low, high in ranges for code in range(low, min(high, low + 100) + 1))
    return next((one for one in printable if one.isprintable()), chr(ranges[0][0]))
