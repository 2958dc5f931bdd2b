"""Rounds of trials: which fixes are tried together, and which of them did harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from apilint.findings import Edit, Finding
from apilint.fixing.apply import apply
from apilint.fixing.data import applied, same
from apilint.mending.apart import above, apart, close
from apilint.mending.model import Left, Mended, Mending
from apilint.mending.state import Asked, State, key
from apilint.reading.document import Document
from apilint.report.summary import gravest_first
from apilint.run import Opened

ROUNDS = 10
# What trials may cost in one call, those that look for a fix that does harm among many included.
_RUNS = 200
_BYTES = 16 << 20
_FEW = 8  # runs that are allowed in any case
_SPENT = "too many fixes were tried before it: --rule tries one rule alone"


class Rounds:
    """Rounds of trials. Who is `patient` lets a fix bring in what can be mended after it."""

    def __init__(
        self, asked: Asked, start: State, *, patient: bool, left: Mapping[tuple[str, str], Left] = MappingProxyType({})
    ) -> None:
        self._asked = asked
        self._patient = patient
        self.state = start
        self.done: list[Finding] = []
        self._left: dict[tuple[str, str], Left] = dict(left)
        self._first: dict[str, tuple[str, bytes]] = {}
        self._raw: dict[int, Counter[tuple[str, str]]] = {}
        self._uncovered: dict[tuple[str, str], Finding] = {}
        self._runs = 0
        self._bytes = 0

    def go(self) -> bool:
        """Apply what can be applied, in as many rounds as it takes, up to a bound; gives whether that was enough."""
        for _ in range(ROUNDS):
            batch = self._batch()
            done = len(self.done)
            self._try(batch)
            if len(self.done) == done:
                break
        pending = self._pending()
        self._refuse(pending, "it takes more rounds: run apilint fix again")
        return not pending

    def guilty(self, new: Sequence[Finding]) -> list[Left]:
        """Those of the fixes that were kept to which findings go back that are still there in the end."""
        documents: dict[str, tuple[Opened, list[Edit]]] = {
            one.location.file: (self.state.documents(one), []) for one in self.done
        }
        return [
            Left(one, f"it would bring in {new[0].rule} at {new[0].location.file}#{new[0].location.pointer}")
            for one in (close(self.done, new, documents) if new else ())
        ]

    def _pending(self) -> list[Finding]:
        return [one for one in self.state.findings if self._asked.is_wanted(one) and key(one) not in self._left]

    def _batch(self) -> list[Finding]:
        """Fixes that do not touch one another."""
        pending = []
        for one in gravest_first(self._pending()):
            # A report has no edits that would show a secret.
            if one.fix is not None and one.fix.edits:
                pending.append(one)
            else:
                self._refuse([one], "there is a secret in what it would write")
        return apart(pending, lambda one: self.state.documents(one).path(one.location.file) or one.location.file)

    def _try(self, batch: Sequence[Finding]) -> None:
        """Keep the fixes of a batch, or of those parts of it that do no harm."""
        if not batch:
            return
        if self._runs >= _RUNS or (self._bytes >= _BYTES and self._runs >= _FEW):
            self._refuse(batch, _SPENT)
            return
        edits = self._edits(batch)
        texts = self._edited(edits)
        if texts is None:
            self._divide(batch, [], "it cannot be written into this text without changing more")
            return
        groups = self.state.groups(batch)
        state = self.state.after(self._asked, {**self.state.texts, **texts}, groups)
        self._runs += 1
        self._bytes += state.size(groups)
        harm, suspects = self._harm(state, edits, batch)
        if harm:
            self._divide(batch, suspects, harm)
            return
        for path, (file, before) in self._before(edits).items():
            self._first.setdefault(path, (file, before))
        self.state = state
        self.done += batch

    def _divide(self, batch: Sequence[Finding], suspects: Sequence[Finding], harm: str) -> None:
        """Try the parts of a batch: without those that the harm is about, or else one half and the other."""
        if len(batch) == 1:
            self._refuse(batch, harm)
            return
        if not 0 < len(suspects) < len(batch):
            suspects = batch[len(batch) // 2 :]
        keys = set(map(id, suspects))
        self._try([one for one in batch if id(one) not in keys])
        self._try(suspects)

    def _edits(self, batch: Sequence[Finding]) -> dict[str, tuple[Opened, list[Edit]]]:
        """The edits of fixes by file."""
        found: dict[str, tuple[Opened, list[Edit]]] = {}
        for one in batch:
            assert one.fix is not None
            found.setdefault(one.location.file, (self.state.documents(one), []))[1].extend(one.fix.edits)
        return found

    def _before(self, edits: dict[str, tuple[Opened, list[Edit]]]) -> dict[str, tuple[str, bytes]]:
        """The names and bytes of files before edits, by real path; those that cannot be told are left out."""
        found = {}
        for file, (now, _) in edits.items():
            path = now.path(file)
            data = None if path is None else self.state.texts.get(path, now.data(file))
            if path is not None and data is not None:
                found[path] = file, data
        return found

    def _edited(self, edits: dict[str, tuple[Opened, list[Edit]]]) -> dict[str, bytes] | None:
        """The files after edits, by real path; None where they cannot be told."""
        before = self._before(edits)
        if len(before) < len(edits):
            return None
        texts = {}
        for path, (file, data) in before.items():
            now, wanted = edits[file]
            replacements = now.replacements(file, wanted)
            if not replacements:
                return None
            texts[path] = apply(data, replacements)
        return texts

    def _harm(
        self, state: State, edits: dict[str, tuple[Opened, list[Edit]]], batch: Sequence[Finding]
    ) -> tuple[str, list[Finding]]:
        """Why fixes may not be kept, in words, empty if all is well, and those of them that it is about, if known."""
        if problems := state.problems - self.state.problems:
            return f"it would bring a problem: {min(one.message for one in problems)}", []
        now = {one.location.file: state.documents(one) for one in batch}
        wrong = {
            file
            for file, (before, wanted) in edits.items()
            if not _means(now[file].document(file), before.document(file), wanted)
        }
        if wrong:
            others = [one for one in batch if one.location.file in wrong]
            return "the text would mean something else than it is to mean", others
        counts = Counter(map(key, state.findings))
        counts.subtract(map(key, self.state.findings))
        counts.update(map(key, batch))
        if stay := [one for one in batch if counts[key(one)] > 0]:
            return "its finding would still be there", stay
        new = self.come(self.state.findings, state.findings, batch)
        if self._patient and new:
            new = self._lasting(state, new)
        if new:
            new = self._unknown(new)
        if not new:
            return "", []
        at = new[0].location
        return f"it would bring in {new[0].rule} at {at.file}#{at.pointer}", list(close(batch, new, edits))

    def _lasting(self, state: State, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that no fix of the next round is about, or takes away with what is around them."""
        wanted = (one for one in state.findings if one.fix is not None and self._asked.is_wanted(one))
        places = {(one.location.file, edit.pointer) for one in wanted if one.fix for edit in one.fix.edits}
        return [
            one
            for one in findings
            if not self._asked.is_wanted(one)
            and places.isdisjoint((one.location.file, place) for place in above(one.location.pointer))
        ]

    def come(self, before: Sequence[Finding], after: Sequence[Finding], mended: Sequence[Finding]) -> list[Finding]:
        """The findings that the run would show and that were not there before."""
        counts = Counter(map(key, after))
        counts.subtract(map(key, before))
        # A key that has another name now gives what stands below it another fingerprint.
        gone = Counter((one.rule, one.message) for one in before if counts[key(one)] < 0)
        gone.subtract((one.rule, one.message) for one in mended)
        come = [
            one
            for one in after
            if counts[key(one)] > 0 and key(one) not in self._uncovered and self._asked.shown.shows(one)
        ]
        gone.subtract((one.rule, one.message) for one in come)
        return [one for one in come if gone[one.rule, one.message] < 0]

    def _unknown(self, new: Sequence[Finding]) -> list[Finding]:
        """The findings that were not there before, not even unsaid because another rule spoke for them."""
        groups = self.state.groups(new)
        if missing := groups.difference(self._raw):
            report, _ = self._asked.everything(self.state.texts, self.state.inputs(missing), raw=True)
            self._runs += 1
            for group in missing:
                self._raw[group] = Counter(
                    key(one) for one in report.findings if self.state.group_of.get(one.api) == group
                )
        known = [one for one in new if self._raw[self.state.group_of[one.api]][key(one)]]
        self._uncovered.update((key(one), one) for one in known)
        return [one for one in new if key(one) not in self._uncovered]

    def _refuse(self, findings: Sequence[Finding], reason: str) -> None:
        self._left.update((key(one), Left(one, reason)) for one in findings)

    def result(self) -> Mending:
        """What was kept."""
        asked, state = self._asked, self.state
        files = [
            Mended(file, path, data, state.texts[path])
            for path, (file, data) in self._first.items()
            if state.texts[path] != data
        ]
        # Where there was nothing to apply, all that is known is what was found at first.
        found = state.findings if state.opened else asked.before.findings
        shown = tuple(one for one in found if one.suppression is None and asked.shown.shows(one))
        there, stay = set(map(key, shown)), set(map(key, found))
        unsafe = sum(asked.is_asked(one) and not one.fix.safe for one in self._all() if one.fix is not None)
        return Mending(
            files=tuple(sorted(files)),
            done=tuple(self.done),
            left=tuple(one for name, one in self._left.items() if name in stay),
            before=asked.before,
            after=shown,
            uncovered=tuple(one for key, one in self._uncovered.items() if key in there),
            mask=asked.mask,
            unsafe=0 if asked.unsafe else unsafe,
        )

    def _all(self) -> Iterator[Finding]:
        """What is found now: in groups that nobody looked at again, as at first."""
        yield from self.state.findings
        group_of = self.state.group_of
        yield from (one for one in self._asked.before.findings if group_of.get(one.api) not in self.state.opened)


def _means(after: Document | None, before: Document | None, edits: Sequence[Edit]) -> bool:
    """Whether a document holds what edits make of the one before, whatever the text."""
    return after is not None and before is not None and same(after.value, applied(before.value, edits))
