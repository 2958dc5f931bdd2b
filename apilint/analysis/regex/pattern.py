"""One pattern and all that can be asked about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from apilint.analysis.regex import measure
from apilint.analysis.regex.parser import Deviation, Invalid, Parsed, TooLong, parse
from apilint.analysis.regex.tree import Alt, Group, Tree

if TYPE_CHECKING:
    from apilint.analysis.regex.ambiguity import Ambiguity
    from apilint.analysis.regex.automaton import Automaton

_PORTABLE = frozenset(("word boundary",))


class Pattern:
    """A regular expression as ECMA-262 and JSON Schema mean it: a search, unless anchored.

    `parsed` is None for what cannot be read; `error` then says why, and is empty for what is too long to be read.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.error = ""
        self.parsed: Parsed | None = None
        try:
            self.parsed = parse(text)
        except Invalid as invalid:
            self.error = str(invalid.args[0])
        except TooLong:
            pass

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """What only engines without the `u` flag accept."""
        return self.parsed.deviations if self.parsed is not None else ()

    @property
    def unportable(self) -> tuple[str, ...]:
        """Features that engines without backtracking (RE2, Go, Rust) or with older syntax lack."""
        return tuple(sorted(self.parsed.features - _PORTABLE)) if self.parsed is not None else ()

    @cached_property
    def slips(self) -> tuple[str, ...]:
        """What in the character classes is probably not meant."""
        return tuple(measure.slips(self.parsed)) if self.parsed is not None else ()

    @cached_property
    def repetitions(self) -> tuple[int, int]:
        """The greatest number of one repetition, and the greatest product of nested ones."""
        return measure.repetitions(self.parsed.tree) if self.parsed is not None else (0, 1)

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """For each alternative how it begins: "anchored", "open" (`.*`) or "loose"."""
        return tuple(measure.edges(self.parsed.tree, end=False)) if self.parsed is not None else ("loose",)

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """For each alternative how it ends."""
        return tuple(measure.edges(self.parsed.tree, end=True)) if self.parsed is not None else ("loose",)

    @cached_property
    def alternatives(self) -> tuple[Tree, ...]:
        """The alternatives of the whole pattern; the pattern itself where there is one."""
        tree: Tree | None = self.parsed.tree if self.parsed is not None else None
        while isinstance(tree, Group):
            tree = tree.item
        return tree.options if isinstance(tree, Alt) else () if tree is None else (tree,)

    @cached_property
    def shortest(self) -> int:
        """The least number of characters of a string that matches."""
        return measure.widths(self.parsed.tree, self.parsed.groups)[0] if self.parsed is not None else 0

    @cached_property
    def longest(self) -> int | None:
        """The greatest number of characters of a string that matches; None for no limit."""
        if self.parsed is None or {*self.starts, *self.ends} != {"anchored"}:
            return None
        return measure.widths(self.parsed.tree, self.parsed.groups)[1]

    @cached_property
    def automaton(self) -> Automaton | None:
        """The automaton; None for what is too large."""
        # Imported here and below, since most questions are about the tree.
        from apilint.analysis.regex.automaton import TooLarge, build

        try:
            return build(self.parsed) if self.parsed is not None else None
        except TooLarge:
            return None

    @property
    def is_exact(self) -> bool:
        """Whether yes means yes in the answers about accepted strings; no always means no."""
        return self.automaton is not None and self.automaton.exact

    @cached_property
    def is_permissive(self) -> bool:
        """Whether every line of text matches that is more than blanks."""
        from apilint.analysis.regex.language import accepts_everything

        return self.is_exact and self.automaton is not None and accepts_everything(self.automaton)

    def accepts(self, text: str) -> bool:
        """Whether a string matches; True where that is not known."""
        from apilint.analysis.regex.language import after

        return self.automaton is None or after(self.automaton, text).is_accepting

    def accepts_start(self, text: str) -> bool:
        """Whether some string that begins with a text matches; True where that is not known."""
        from apilint.analysis.regex.language import after

        return self.automaton is None or after(self.automaton, text).can_accept

    def admits(self, text: str) -> bool:
        """Whether some string that contains a text matches; True where that is not known."""
        from apilint.analysis.regex.language import admits

        return self.automaton is None or admits(self.automaton, text)

    @cached_property
    def sample(self) -> str | None:
        """A short string that matches; None where that is not known."""
        from apilint.analysis.regex.automaton import TooLarge
        from apilint.analysis.regex.language import sample

        try:
            return sample(self.automaton) if self.automaton is not None else None
        except TooLarge:
            return None

    @property
    def ambiguity(self) -> Ambiguity | None:
        """What makes backtracking engines slow on it; None where nothing is known to."""
        return self._ambiguity[0]

    @property
    def effort(self) -> int:
        """How many steps it takes to find out about the ambiguity; the same each time, for those who keep a budget."""
        return self._ambiguity[1]

    @cached_property
    def _ambiguity(self) -> tuple[Ambiguity | None, int]:
        from apilint.analysis.regex.ambiguity import ambiguity

        return ambiguity(self.parsed) if self.parsed is not None else (None, 0)
