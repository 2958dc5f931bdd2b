"""A naive backtracking matcher that counts its steps: the engine that slow patterns are slow on, for tests only."""

from __future__ import annotations

import sys
from collections.abc import Callable

from apilint.analysis.regex import charset
from apilint.analysis.regex.parser import parse
from apilint.analysis.regex.tree import Alt, Assertion, Back, Chars, Group, Look, Repeat, Seq, Tree

Then = Callable[[int], bool]


class Counter:
    """Match as ECMA-262 describes it, greedy and without any optimisation."""

    def __init__(self, most: int = 2_000_000) -> None:
        self.steps = 0
        self.most = most

    def search(self, pattern: str, text: str) -> bool:
        """Whether the pattern matches somewhere; raises OverflowError after too many steps."""
        sys.setrecursionlimit(20_000)
        tree = parse(pattern).tree
        return any(self.match(tree, text, start, lambda _: True) for start in range(len(text) + 1))

    def match(self, tree: Tree, text: str, at: int, then: Then) -> bool:
        self.steps += 1
        if self.steps > self.most:
            raise OverflowError
        if isinstance(tree, Chars):
            return at < len(text) and charset.contains(tree.ranges, ord(text[at])) and then(at + 1)
        if isinstance(tree, Seq):
            return self.sequence(tree.items, text, at, then)
        if isinstance(tree, Alt):
            return any(self.match(option, text, at, then) for option in tree.options)
        if isinstance(tree, Group):
            return self.match(tree.item, text, at, then)
        if isinstance(tree, Repeat):
            return self.repeat(tree, text, at, then, 0)
        if isinstance(tree, Assertion):
            return self.assertion(tree.kind, text, at) and then(at)
        if isinstance(tree, Look):
            assert tree.ahead, "not needed here"
            return self.match(tree.item, text, at, lambda _: True) is not tree.negative and then(at)
        assert not isinstance(tree, Back), "not needed here"
        raise AssertionError

    def sequence(self, items: tuple[Tree, ...], text: str, at: int, then: Then) -> bool:
        if not items:
            return then(at)
        return self.match(items[0], text, at, lambda end: self.sequence(items[1:], text, end, then))

    def repeat(self, tree: Repeat, text: str, at: int, then: Then, count: int) -> bool:
        def again(end: int) -> bool:
            return (end > at or count < tree.low) and self.repeat(tree, text, end, then, count + 1)

        if (tree.high is None or count < tree.high) and self.match(tree.item, text, at, again):
            return True
        return count >= tree.low and then(at)

    def assertion(self, kind: str, text: str, at: int) -> bool:
        if kind == "^":
            return at == 0
        if kind == "$":
            return at == len(text)
        word = [0 <= place < len(text) and charset.contains(charset.WORD, ord(text[place])) for place in (at - 1, at)]
        return (word[0] is not word[1]) is (kind == "b")


def steps(pattern: str, text: str, most: int = 2_000_000) -> int:
    """How many steps the search takes that finds nothing; `most` where it takes more."""
    counter = Counter(most)
    try:
        assert not counter.search(pattern, text), f"{pattern} matches {text!r}"
    except OverflowError:
        return most
    return counter.steps
