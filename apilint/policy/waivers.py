"""Waivers applied: which findings they cover, and what is to be said about the waivers themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.engine import Raised, fingerprint
from apilint.findings import Severity, Suppression
from apilint.openapi.api import Api
from apilint.policy import selectors, waiver_rules, waiver_terms
from apilint.policy.looked import Looked
from apilint.policy.model import Notice, Waiver, WaiverTerms
from apilint.policy.waiver_terms import Terms, Verdict, key
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.openapi.operation import Operation
    from apilint.policy.codeowners import Codeowners

# Comparisons for one API: seconds, which only waivers take that no person wrote.
_STEPS = 10_000_000
_SELECTOR = 16  # what reading and comparing one costs
_TOO_LONG = "it takes too long to compare all waivers with all findings"
# A waiver by its key that covered a finding; and why it was not allowed to, or an empty string.
Use = tuple[str, str]


class _Held:
    """A waiver that holds, with what a comparison of its parts may cost."""

    __slots__ = ("files", "key", "operations", "pointers", "suppression", "waiver")

    def __init__(self, waiver: Waiver) -> None:
        self.waiver = waiver
        self.key = key(waiver)
        self.suppression = Suppression("waiver", waiver.reason, waiver.id, waiver.owner, waiver.expires)
        where = waiver.where
        self.files, self.operations = sum(map(len, where.files)), _SELECTOR * len(where.operations)
        self.pointers = sum(pointer.count("/") + 1 for pointer in where.pointers)


class Waivers:
    """The waivers of a configuration. What they are and whether they hold never changes: processes may share them."""

    def __init__(
        self,
        waivers: Sequence[Waiver],
        rules: Sequence[Rule],
        today: str,
        terms: WaiverTerms | None = None,
        refuses: Callable[[str, Severity, str], str] | None = None,
        codeowners: Callable[[str], Codeowners | None] | None = None,
    ) -> None:
        """`today` is `YYYY-MM-DD`, or empty for now; `terms` is what a policy demands of waivers.

        `refuses` says why a suppression of a kind does not hold for a rule and severity: see `config.locks`.
        `codeowners` gives those of the repository that holds a file.
        """
        self.terms = Terms(rules, today, terms, codeowners)
        self.verdicts: list[tuple[Waiver, Verdict]] = [(one, self.terms.verdict(one)) for one in waivers]
        self._refuses = refuses
        self._by_rule: dict[str, list[_Held]] = {}
        for waiver, verdict in self.verdicts:
            if verdict.rules:
                held = _Held(waiver)
                for id in verdict.rules:
                    self._by_rule.setdefault(id, []).append(held)

    def apply(
        self, api: Api, raised: Sequence[Raised], root: str = "", silent: Iterable[Raised] = ()
    ) -> tuple[list[Raised], frozenset[Use]]:
        """The findings with the waivers that cover them, and the waivers in use.

        `root` is the folder from which fingerprints name files. `silent` are findings for which another one speaks:
        a waiver that covers one of them is in use, too.
        """
        sheet = _Sheet(api, root)
        used: dict[Use, None] = {}
        found = []
        for one in raised:
            for held in self._by_rule.get(one.rule.id, ()):
                if not sheet.covers(held, one):
                    continue
                why = self._refuses(one.rule.id, one.severity, "waiver") if self._refuses is not None else ""
                used[(held.key, f"{one.rule.id}\0{why}" if why else "")] = None
                if not why and one.suppression is None:
                    one = one._replace(suppression=held.suppression)
            found.append(one)
        for one in silent:
            for held in self._by_rule.get(one.rule.id, ()):
                if (held.key, "") not in used and sheet.covers(held, one):
                    used[(held.key, "")] = None
        if sheet.stopped is not None:
            used[(sheet.stopped.key, f"{sheet.rule}\0{_TOO_LONG} ({api.file})")] = None
        return found, frozenset(used)


class _Sheet:
    """Compares waivers with the findings of one API, each part once. What takes too long is not covered."""

    def __init__(self, api: Api, root: str) -> None:
        self._api = api
        self._root = root
        self._left = _STEPS
        self._files: dict[tuple[int, int], bool] = {}
        self._operations: dict[tuple[int, int], bool] = {}
        self.stopped: _Held | None = None
        self.rule = ""

    def covers(self, held: _Held, one: Raised) -> bool:
        """Whether a waiver of the finding's rule covers it: all that it says has to fit."""
        where = held.waiver.where
        self._left -= 1
        if self._left < 0:
            if self.stopped is None:
                self.stopped, self.rule = held, one.rule.id
            return False
        return (
            (not where.operations or self._all_selected(held, one.flag.operations))
            and (not where.files or self._is_in(held, one))
            and (not where.pointers or self._is_at(held, one))
            and (not held.waiver.fingerprint or held.waiver.fingerprint == fingerprint(one, self._root))
        )

    def _all_selected(self, held: _Held, operations: Collection[Operation]) -> bool:
        """Whether there are operations that the finding concerns, and all of them are meant."""
        self._left -= len(operations) // 8
        known = self._operations
        return bool(operations) and all(
            known[pair] if (pair := (id(held), id(one))) in known else self._selects(held, one) for one in operations
        )

    def _selects(self, held: _Held, operation: Operation) -> bool:
        self._left -= held.operations
        selected = self._left >= 0 and selectors.selects(held.waiver.where.operations, operation)
        self._operations[(id(held), id(operation))] = selected
        return selected

    def _is_in(self, held: _Held, one: Raised) -> bool:
        pair = (id(held), id(one.document))
        if pair not in self._files:
            self._left -= held.files
            where = held.waiver.where
            self._files[pair] = self._left >= 0 and (
                selectors.is_in(where, one.document.path) or selectors.is_in(where, self._api.document.path)
            )
        return self._files[pair]

    def _is_at(self, held: _Held, one: Raised) -> bool:
        self._left -= held.pointers * (len(one.path) + 1)
        return self._left >= 0 and selectors.is_at(held.waiver.where, one.path)


class Applied(NamedTuple):
    """The waivers of some inputs, and the ids of the rules there that ran, or have a page, and may be shown."""

    waivers: Waivers
    shown: Collection[str]


def notices(parts: Iterable[Applied], used: Collection[Use], looked: Looked) -> list[Notice]:
    """What is to be said about the waivers of a run, each once however many inputs share it.

    `used` is what `Waivers.apply` gave for all inputs.
    """
    refused: dict[str, list[str]] = {}
    for one, why in used:
        refused.setdefault(one, []).extend([why] if why else [])
    said: dict[Notice, None] = {}
    idle: dict[str, tuple[Waiver, list[bool]]] = {}
    for part in parts:
        for waiver, verdict in part.waivers.verdicts:
            if not _concerns(waiver, looked):
                continue
            found = [*verdict.notices, *_refusals(waiver, refused.get(key(waiver), ()))]
            if verdict.rules and key(waiver) not in refused:
                certain = verdict.named <= set(part.shown) and waiver_rules.UNUSED.id in part.shown
                idle.setdefault(key(waiver), (waiver, []))[1].append(certain)
            if verdict.rules and (warning := part.waivers.terms.warning(waiver, verdict.left)):
                found.append(warning)
            said.update(dict.fromkeys(one for one in found if one.page in part.shown))
    if looked.complete and not any(_TOO_LONG in why for _, why in used):
        for waiver, judged in idle.values():
            if all(judged) and looked.covers(waiver.where):
                said[waiver_terms.unused(waiver)] = None
    return list(said)


def _refusals(waiver: Waiver, why: Iterable[str]) -> Iterator[Notice]:
    for one in sorted(why):
        rule, _, reason = one.partition("\0")
        yield waiver_terms.refusal(waiver, rule, reason)


def _concerns(waiver: Waiver, looked: Looked) -> bool:
    """Whether a waiver is about one of the files that were read."""
    return not waiver.where.files or any(selectors.is_in(waiver.where, path) for path in looked.files)
