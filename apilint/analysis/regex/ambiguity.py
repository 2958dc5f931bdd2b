"""Patterns on which a backtracking engine takes exponential or polynomial time, with a text that shows it.

A pattern is exponential if one of its states can come back to itself in two ways over the same text: each repetition of
that text doubles the ways through, and an engine that looks for a match tries them all before it gives up. It is
polynomial of degree d if d loops, one after the other, can share the same text: the ways to divide it grow as its
length to the power of d - 1, and the work with them as its d-th power. (Weber and Seidl, "On the degree of ambiguity of
finite automata", 1991.) Both do harm only where the match can fail, so a text is built that the automaton refuses.

Work is bounded by a number of steps; beyond it there is no opinion. What only the search for a place to begin adds to
an unanchored pattern is not counted: anchors mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from apilint.analysis.regex.automaton import ACYCLIC, CYCLIC, Automaton, TooLarge, build
from apilint.analysis.regex.language import Sets, after
from apilint.analysis.regex.parser import Parsed
from apilint.analysis.regex.tree import Alt, Assertion, Group, Look, Repeat, Seq, Tree

_MOST_STEPS = 60_000
_MOST_PIVOTS = 4
_MOST_LOOPS = 12
_ROUNDS = 12
_MOST_CONDITIONS = 5

Triple = tuple[int, ...]


class Ambiguity(NamedTuple):
    """What makes a pattern slow: `degree` 0 for exponential, and `prefix`, `pump` (to be repeated) and `suffix`.

    `certain` is False where assertions or backreferences, which the analysis passes over, may prevent it.
    """

    degree: int
    prefix: str
    pump: str
    suffix: str
    certain: bool

    def text(self, rounds: int) -> str:
        """A text that shows it, longer for more rounds."""
        return self.prefix + self.pump * rounds + self.suffix


def ambiguity(parsed: Parsed) -> tuple[Ambiguity | None, int]:
    """The worst ambiguity of a pattern, and how many steps it took to find out.

    None where there is none, or where finding out would take too long.
    """
    loops = _loops(parsed.tree)
    if loops == 0:
        return None, 0
    found, steps = _try(parsed, CYCLIC, _exponential)
    if found is not None or loops == 1:
        return found, steps
    for part in islice(_conditions(parsed.tree), _MOST_CONDITIONS):
        inside = parsed._replace(tree=Seq((Assertion("^"), part)))
        found, more = _try(inside, CYCLIC, _exponential)
        steps += more
        if found is not None:
            return found, steps
    found, more = _try(parsed, ACYCLIC, _polynomial)
    return found, steps + more


def _loops(tree: Tree) -> int:
    """How many repetitions could be loops."""
    if isinstance(tree, Repeat):
        return _loops(tree.item) + (2 if tree.high is None or tree.high > 1 else 0)
    if isinstance(tree, (Group, Look)):
        return _loops(tree.item)
    items = tree.items if isinstance(tree, Seq) else tree.options if isinstance(tree, Alt) else ()
    return sum(map(_loops, items))


def _conditions(tree: Tree) -> Iterator[Tree]:
    """What stands in lookaheads at the beginning of the pattern, each a pattern of its own."""
    while isinstance(tree, Group):
        tree = tree.item
    for item in tree.items if isinstance(tree, Seq) else (tree,):
        if isinstance(item, Look) and item.ahead:
            yield item.item
        elif not isinstance(item, Assertion):
            return


def _try(parsed: Parsed, loops: str, find: Callable[[_Search], Ambiguity | None]) -> tuple[Ambiguity | None, int]:
    try:
        search = _Search(build(parsed, loops))
        return find(search), search.steps
    except TooLarge:
        return None, _MOST_STEPS


class _Search:
    """An automaton, its loops (strongly connected states), and a budget of steps."""

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton
        self.steps = 0
        self.follow = [list(reach.states) for reach in automaton.after]
        self.components = _components(self.follow, automaton.masks)
        self.component = {state: number for number, one in enumerate(self.components) for state in one}

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise TooLarge

    def letter(self, mask: int) -> str:
        return self.automaton.letters[(mask & -mask).bit_length() - 1]

    def paths(self, start: Triple, allowed: Callable[[Triple], bool]) -> dict[Triple, tuple[Triple, int]]:
        """All tuples of states that the same text leads to, each with the one before and the letters on the way."""
        masks, follow = self.automaton.masks, self.follow
        found: dict[Triple, tuple[Triple, int]] = {}
        queue = [start]
        for current in queue:
            partial: list[tuple[Triple, int]] = [((), -1)]
            for state in current:
                self.spend(len(partial) * len(follow[state]) // 4)
                partial = [
                    ((*states, following), mask & masks[following])
                    for states, mask in partial
                    for following in follow[state]
                    if mask & masks[following]
                ]
                self.spend(len(partial))
            self.spend(1)
            for states, mask in partial:
                if states not in found and allowed(states):
                    found[states] = (current, mask)
                    queue.append(states)
        return found

    def word(self, paths: dict[Triple, tuple[Triple, int]], start: Triple, end: Triple) -> str:
        """The text on the way between two tuples, of which the second was reached from the first."""
        letters = []
        while True:
            before, mask = paths[end]
            letters.append(self.letter(mask))
            end = before
            if end == start:
                return "".join(reversed(letters))

    def prefix(self, state: int) -> str | None:
        """A shortest text that leads to a state from the beginning."""
        masks = self.automaton.masks
        for entry in (self.automaton.start, self.automaton.later):
            if state in entry.states:
                return self.letter(masks[state])
            for first in entry.states:
                found = self.paths((first,), lambda states: True) if masks[first] else {}
                if (state,) in found:
                    return self.letter(masks[first]) + self.word(found, (first,), (state,))
        return None

    def attack(self, state: int, pump: str, degree: int) -> Ambiguity | None:
        """The ambiguity at a state, if some text makes the match fail after it."""
        prefix = self.prefix(state)
        if prefix is None:
            return None
        suffix = self.suffix(prefix, pump)
        if suffix is None:
            return None
        # What leads to the state is often what the first round reads anyway.
        if len(prefix) == 1 and pump[-1:] == prefix and self.suffix("", pump) == suffix:
            prefix = ""
        while prefix.endswith(pump):
            prefix = prefix[: -len(pump)]
        return Ambiguity(degree, prefix, pump, suffix, self.automaton.exact)

    def suffix(self, prefix: str, pump: str) -> str | None:
        """What to add after any number of rounds so that there is no match."""
        sets = after(self.automaton, prefix)
        seen: list[Sets] = []
        for _ in range(_ROUNDS):
            for character in pump:
                sets.read(self.automaton.letter(character))
                self.spend(len(sets.states) + 1)
            if sets.accepted:
                return None
            if any(sets.key() == one.key() for one in seen):
                break
            seen.append(sets.copy())
        for character in ("", *self.candidates()):
            if all(self.refuses(one, character) for one in seen[1:] or seen):
                return character
        return None

    def candidates(self) -> list[str]:
        automaton = self.automaton
        preferred = [one for one in "!\n" if automaton.letter(one)]
        letters = list(dict.fromkeys([*preferred, *automaton.letters]))
        # Beyond a line break many patterns match nothing more.
        return [*letters, *("\n" + letter for letter in letters[:8])]

    def refuses(self, sets: Sets, text: str) -> bool:
        again = sets.copy()
        self.spend(len(sets.states) + 1)
        for one in text:
            again.read(self.automaton.letter(one))
        return not again.is_accepting


def _exponential(search: _Search) -> Ambiguity | None:
    best: Ambiguity | None = None
    for component in search.components:
        for state, pump in _pumps(search, component):
            found = search.attack(state, pump, 0)
            if found is not None and (best is None or len(found.text(1)) < len(best.text(1))):
                best = found
        if best is not None:
            break
    return best


def _pumps(search: _Search, component: list[int]) -> Iterator[tuple[int, str]]:
    """States of a loop and a text that leads each back to itself in two ways."""
    inside = set(component)
    count = 0
    for state in component:
        forth = search.paths((state, state), lambda pair: pair[0] <= pair[1] and inside.issuperset(pair))
        pair = next((one for one in _twofold(search, forth, inside)), None)
        for end, word in _apart(search, state, forth, inside) if pair is None else ():
            yield end, word
            count += 1
            break
        if pair is not None:
            yield pair
            count += 1
        if count == 0 or count >= _MOST_PIVOTS:
            # A loop in which one state has no two ways back has none at all.
            return


def _twofold(search: _Search, forth: dict[Triple, tuple[Triple, int]], inside: set[int]) -> Iterator[tuple[int, str]]:
    """Steps that empty loops allow in two ways."""
    for state in sorted({one for pair in forth for one in pair}):
        for following, ways in search.automaton.after[state].states.items():
            if ways > 1 and following in inside:
                mask = search.automaton.masks[following]
                if following == state:
                    yield state, search.letter(mask)
                    continue
                back = search.paths((following,), lambda one: one[0] in inside)
                if (state,) in back:
                    yield state, search.letter(mask) + search.word(back, (following,), (state,))


def _apart(
    search: _Search, state: int, forth: dict[Triple, tuple[Triple, int]], inside: set[int]
) -> Iterator[tuple[int, str]]:
    """Ways that part from a state over the same text and come together in it again."""
    for pair in forth:
        if pair[0] == pair[1]:
            continue
        back = search.paths(pair, inside.issuperset)
        if (state, state) in back:
            yield state, search.word(forth, (state, state), pair) + search.word(back, pair, (state, state))
            return


def _polynomial(search: _Search) -> Ambiguity | None:
    """Chains of loops of which each can hand what it has read to the next."""
    loops = search.components[:_MOST_LOOPS]
    shared: dict[int, dict[int, tuple[int, str]]] = {}
    for first in range(len(loops)):
        for second in range(len(loops)):
            found = _shared(search, loops[first], loops[second]) if first != second else None
            if found is not None:
                shared.setdefault(first, {})[second] = found
    if not shared:
        return None
    depths: dict[int, int] = {}

    def depth(loop: int) -> int:
        if loop not in depths:
            depths[loop] = 1
            depths[loop] = 1 + max(map(depth, shared.get(loop, ())), default=0)
        return depths[loop]

    for first in sorted(shared, key=depth, reverse=True):
        for second in sorted(shared[first], key=depth, reverse=True):
            state, pump = shared[first][second]
            found_here = search.attack(state, pump, 1 + depth(second))
            if found_here is not None:
                return found_here
    return None


def _shared(search: _Search, first: list[int], second: list[int]) -> tuple[int, str] | None:
    """A state of the first loop, and a text over which it returns, leads to the second loop, and that returns."""
    inside, beyond = set(first), set(second)
    for state in first[:_MOST_PIVOTS]:
        for other in second[:_MOST_PIVOTS]:
            found = search.paths((state, state, other), lambda one: one[0] in inside and one[2] in beyond)
            if (state, other, other) in found:
                return state, search.word(found, (state, state, other), (state, other, other))
    return None


def _components(follow: list[list[int]], masks: list[int]) -> list[list[int]]:
    """The sets of states that lead to one another (Tarjan), those first that come first in the pattern."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    found: list[list[int]] = []
    for root in range(len(follow)):
        if root in index or not masks[root]:
            continue
        work: list[tuple[int, Iterable[int]]] = []
        _enter(root, index, low, stack, on_stack, work, follow)
        while work:
            state, rest = work[-1]
            following = next(iter(rest), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == index[state]:
                    component: list[int] = []
                    while not component or component[-1] != state:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    if len(component) > 1 or state in follow[state]:
                        found.append(sorted(component))
            elif not masks[following]:
                continue
            elif following not in index:
                _enter(following, index, low, stack, on_stack, work, follow)
            elif following in on_stack:
                low[state] = min(low[state], index[following])
    return found[::-1]


def _enter(
    state: int,
    index: dict[int, int],
    low: dict[int, int],
    stack: list[int],
    on_stack: set[int],
    work: list[tuple[int, Iterable[int]]],
    follow: list[list[int]],
) -> None:
    index[state] = low[state] = len(index)
    stack.append(state)
    on_stack.add(state)
    work.append((state, iter(follow[state])))
