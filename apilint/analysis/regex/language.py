"""Questions about what a pattern accepts, answered on its automaton: in linear time, and without running the pattern.

Where the automaton accepts more than the pattern (`exact` is False), a yes means "perhaps" and a no still means "no".
"""

from __future__ import annotations

from collections.abc import Collection

from apilint.analysis.regex.automaton import Automaton, Reach, TooLarge

_MOST_SETS = 300
_MOST_WORK = 20_000  # states in these sets


class Sets:
    """The states in which an automaton can be, letter by letter, with the search from every place on."""

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton
        self.accepted = automaton.start.accepts
        self.at_end = automaton.start.accepts_at_end
        self.states: frozenset[int] = frozenset()
        self._next: Collection[int] = automaton.start.states

    @property
    def size(self) -> int:
        """How many states the next letter is compared with."""
        return len(self._next) + 1

    def key(self) -> tuple[frozenset[int], bool, bool]:
        """What decides about all that follows."""
        return frozenset(self._next), self.accepted, self.at_end

    def copy(self) -> Sets:
        """The same states, to go on from twice."""
        other = Sets(self.automaton)
        other.accepted, other.at_end, other.states, other._next = self.accepted, self.at_end, self.states, self._next
        return other

    def read(self, letter: int) -> None:
        """Read one letter, given as a bit set."""
        automaton = self.automaton
        self.states = frozenset(state for state in self._next if automaton.masks[state] & letter)
        reaches: list[Reach] = [automaton.after[state] for state in self.states]
        reaches.append(automaton.later)
        self.accepted = self.accepted or any(one.accepts for one in reaches)
        self.at_end = any(one.accepts_at_end for one in reaches)
        self._next = {state for one in reaches for state in one.states}

    @property
    def is_accepting(self) -> bool:
        """Whether the text read so far matches."""
        return self.accepted or self.at_end

    @property
    def can_accept(self) -> bool:
        """Whether some text that begins with what was read so far matches."""
        return self.is_accepting or bool(_live(self.automaton).intersection(self._next))


def _live(automaton: Automaton) -> frozenset[int]:
    """The states from which acceptance can be reached."""
    before: dict[int, list[int]] = {}
    for state, reach in enumerate(automaton.after):
        for following in reach.states:
            before.setdefault(following, []).append(state)
    found = {
        state
        for state, reach in enumerate(automaton.after)
        if automaton.masks[state] and (reach.accepts or reach.accepts_at_end)
    }
    stack = list(found)
    while stack:
        for state in before.get(stack.pop(), ()):
            if state not in found and automaton.masks[state]:
                found.add(state)
                stack.append(state)
    return frozenset(found)


def after(automaton: Automaton, text: str) -> Sets:
    """Where a text leads."""
    sets = Sets(automaton)
    for character in text:
        sets.read(automaton.letter(character))
    return sets


def admits(automaton: Automaton, text: str) -> bool:
    """Whether some accepted text contains another, anywhere."""
    every = (1 << len(automaton.letters)) - 1
    wanted = [automaton.letter(character) for character in text]
    live = _live(automaton)
    # A state and how much of the wanted text was read; as each start is tried, no going back is needed.
    if _is_open(automaton):
        return True
    seen: set[tuple[int, int]] = set()
    stack = [(state, count) for state in {**automaton.start.states, **automaton.later.states} for count in (0, 1)]
    while stack:
        state, count = stack.pop()
        letter = every if count in (0, len(wanted) + 1) else wanted[count - 1]
        if (state, count) in seen or not automaton.masks[state] & letter or state not in live:
            continue
        seen.add((state, count))
        if count >= len(wanted):
            return True
        following = (count, count + 1) if count == 0 else (count + 1,)
        stack.extend((other, one) for other in automaton.after[state].states for one in following)
    return False


def _is_open(automaton: Automaton) -> bool:
    """Whether anything may stand before or after a match."""
    live = _live(automaton)
    if automaton.later.accepts or automaton.later.accepts_at_end or automaton.start.accepts:
        return True
    if any(state in live for state in automaton.later.states):
        return True
    reachable = set(automaton.start.states)
    stack = list(reachable)
    while stack:
        state = stack.pop()
        if state not in live:
            continue
        if automaton.after[state].accepts:
            return True
        new = [one for one in automaton.after[state].states if one not in reachable]
        reachable.update(new)
        stack.extend(new)
    return False


def sample(automaton: Automaton, longest: int = 200) -> str | None:
    """A shortest text that matches."""
    sets = Sets(automaton)
    seen, layer, work = {sets.key()}, [("", sets)], 0
    for _ in range(longest):
        following = []
        for text, one in layer:
            if one.is_accepting:
                return text
            for bit, character in enumerate(automaton.letters):
                another = one.copy()
                another.read(1 << bit)
                work += another.size
                if another.key() not in seen and another.can_accept:
                    seen.add(another.key())
                    following.append((text + character, another))
                if len(seen) > _MOST_SETS or work > _MOST_WORK:
                    raise TooLarge
        layer = following
    return None


def accepts_everything(automaton: Automaton) -> bool:
    """Whether every line of text with something other than blanks in it matches."""
    line_ends = automaton.letter("\n") | automaton.letter("\r") | automaton.letter("\u2028")
    blanks = automaton.letter(" ") | automaton.letter("\t") | automaton.letter("\x0b")
    bits = [1 << bit for bit in range(len(automaton.letters)) if not line_ends >> bit & 1]
    stack = [(Sets(automaton), False)]
    seen = {(stack[0][0].key(), False)}
    work = 0
    while stack:
        sets, with_text = stack.pop()
        if with_text and not sets.is_accepting:
            return False
        if sets.accepted:
            continue
        for bit in bits:
            another = sets.copy()
            another.read(bit)
            work += another.size
            key = (another.key(), with_text or not bit & blanks)
            if key not in seen:
                if len(seen) > _MOST_SETS or work > _MOST_WORK:
                    return False
                seen.add(key)
                stack.append((another, key[1]))
    return True
