"""Inline suppressions applied: which findings they cover, and what is to be said about the suppressions themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from apilint.engine import Result, Shows, file_name, signature
from apilint.findings import Finding, Location, Severity, Suppression
from apilint.openapi.api import Api
from apilint.openapi.names import digest
from apilint.policy import dates
from apilint.policy import suppression_rules as pages
from apilint.policy.comments import comments
from apilint.policy.extensions import extensions
from apilint.policy.own_rules import Policy
from apilint.policy.policy_rules import SUPPRESSION_REFUSED
from apilint.policy.selection import suggest
from apilint.policy.standing import Standing
from apilint.policy.trust_rules import PENDING
from apilint.policy.written import Inline, Terms, shown
from apilint.reading.document import Document
from apilint.reading.pointer import Path, format_pointer
from apilint.rule import Rule

SOON = 14  # days
_SUGGESTIONS = 20
_LONGEST_ID = 100
Key = tuple[str, str, str]
Refuses = Callable[[str, Severity, str], str]
Demands = Callable[[str, str, str, "str | None"], str]


class Ground(NamedTuple):
    """What findings about suppressions need of the API they stand in: as the engine signs its own."""

    api: Api
    root: str
    name: str
    owner: Callable[[Any, Path], str]


class Applied(NamedTuple):
    """What came of the suppressions of one API.

    `findings` are those of the engine, with their suppressions. `about` are those about suppressions, by what tells
    them apart in all of a run; those in `used` another API has given although this one needs the suppression.
    """

    findings: list[Finding]
    about: dict[Key, Finding]
    used: frozenset[Key]


class _Entry:
    """A suppression of one rule that holds."""

    __slots__ = ("inline", "key", "rule", "suppression")

    def __init__(self, inline: Inline, rule: str, key: Key) -> None:
        self.inline = inline
        self.rule = rule
        self.key = key
        terms = inline.terms
        self.suppression = Suppression("inline", terms.reason, "", terms.owner, terms.expires)


class _Sheet:
    """The suppressions of one document that hold, by what they cover."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.entries: list[_Entry] = []
        self.rules: set[str] = set()
        # Many suppressions may share a target and many paths a suppression: one table for each target.
        self._tables: dict[int, dict[str, _Entry]] = {}
        self._paths: dict[str, list[dict[str, _Entry]]] = {}
        self._lines: dict[int, list[dict[str, _Entry]]] = {}

    def add(self, entry: _Entry) -> None:
        """Let an entry hold; of two for one rule and target the first is used."""
        self.entries.append(entry)
        self.rules.add(entry.rule)
        target = entry.inline.target
        table = self._tables.get(id(target))
        if table is None:
            table = self._tables[id(target)] = {}
            for path in target.paths:
                self._paths.setdefault(format_pointer(path), []).append(table)
            if target.line:
                self._lines.setdefault(target.line, []).append(table)
        table.setdefault(entry.rule, entry)

    def on_line(self, rule: str, line: int) -> _Entry | None:
        """What covers the findings of a rule that are shown on a line."""
        return next((table[rule] for table in self._lines.get(line, ()) if rule in table), None)

    def around(self, rule: str, pointer: str) -> _Entry | None:
        """What covers the findings of a rule at a pointer: the nearest that does."""
        while True:
            for table in self._paths.get(pointer, ()):
                if rule in table:
                    return table[rule]
            if not pointer:
                return None
            pointer = pointer[: pointer.rfind("/")]

    def cover(self, places: Sequence[tuple[str, Location]]) -> list[_Entry | None]:
        """For each rule and location of a finding in this document, what covers it."""
        found = [self.on_line(rule, at.span.line) or self.around(rule, at.pointer) for rule, at in places]
        if self.document.format == "yaml" and "&" in self.document.text:
            # What an alias or a merge brings in is written, and shown, elsewhere than its pointer says.
            offset = self.document.lines.offset
            open_ = sorted((offset(*at.span[:2]), n) for n, (_, at) in enumerate(places) if found[n] is None)
            for (_, number), at in zip(open_, self.document.at([one[0] for one in open_]), strict=True):
                found[number] = self.around(places[number][0], format_pointer(at.path))
        return found


class Suppressor:
    """Applies the inline suppressions of documents to findings."""

    def __init__(
        self,
        rules: Iterable[Rule],
        known: Mapping[str, Rule],
        today: str,
        shows: Shows,
        refuses: Refuses | None = None,
        stood: Standing | None = None,
        demands: Demands | None = None,
    ) -> None:
        """`rules` are those that were chosen, `known` all that there are; `today` is `YYYY-MM-DD`, or empty for now.

        `refuses` says why a suppression of a kind does not hold for a rule and severity: see `config.locks`. With
        `stood`, those alone hold of which it says so: see `policy.standing`. `demands` says what a policy misses in the
        terms of one: see `policy.waiver_terms`.
        """
        self._demands = demands
        self._known = known
        self._stood = stood
        self._refuses = refuses
        self._shown = {rule.id: rule for rule in rules if shows(rule, *rule.most)}
        self._today = today or dates.today()
        self._inlines: dict[int, tuple[Document, list[Inline]]] = {}
        self._suggestions: dict[str, str] = {}

    def apply(self, result: Result, ground: Ground) -> Applied | None:
        """Apply what is written in the documents of an API; None where nothing is."""
        about: dict[Key, Finding] = {}
        sheets: dict[str, _Sheet] = {}
        for document in ground.api.documents.values():
            if pages.COMMENT not in document.text and pages.EXTENSION not in document.text:
                continue
            known = self._inlines.get(id(document))
            if known is None:
                known = self._inlines[id(document)] = (document, [*comments(document), *extensions(document)])
            if known[1]:
                sheet = sheets[document.name] = _Sheet(document)
                about.update(self._judge(known[1], sheet, ground))
        if not sheets:
            return None
        findings = list(result.findings)
        refused: dict[_Entry, str] = {}
        used = set(_mark(findings, sheets, self._refuses, refused))
        about.update(_refusals(refused, sheets, ground))
        left = [entry for sheet in sheets.values() for entry in sheet.entries if entry not in used]
        if left and not result.problems and pages.UNUSED.id in self._shown:
            idle = {entry.rule for entry in left if entry.rule in self._shown}
            used.update(_silent(result, sheets, idle))
            for sheet in sheets.values():
                for entry in sheet.entries:
                    if entry not in used and entry.rule in idle:
                        message = f"the suppression of {entry.rule} suppresses nothing: the rule finds nothing here"
                        page = self._shown[pages.UNUSED.id]  # with the levels that configuration gives it
                        about[entry.key] = _about(page, message, entry.rule, entry.inline, sheet, ground)
        return Applied(findings, _apart(about), frozenset(entry.key for entry in used))

    def _judge(self, inlines: list[Inline], sheet: _Sheet, ground: Ground) -> Iterator[tuple[Key, Finding]]:
        """Put what holds on the sheet; give what is to be said about the rest, and about what soon will not hold."""
        for number, inline in enumerate(inlines):
            for rule in inline.terms.rules or ("",):
                place = f"{number}\0{rule}"
                page, message = self._verdict(rule, inline.terms)
                holds = page is None or page is pages.EXPIRES_SOON
                if holds and (why := self._missed(rule, inline.terms, sheet.document)):
                    holds, page, message = False, SUPPRESSION_REFUSED, _refusal(rule, why)
                if holds and self._stood is not None and not self._stood(sheet.document, inline, rule):
                    said = f"the suppression of {rule} does not hold yet, as the trusted revision does not have it"
                    page, message = PENDING, f"{said}: somebody should review it"
                if page is None or page is pages.EXPIRES_SOON:
                    sheet.add(_Entry(inline, rule, (pages.UNUSED.id, sheet.document.name, place)))
                # What the policy refuses is said, whatever a repository turns off.
                told = page if page is SUPPRESSION_REFUSED or page is None else self._shown.get(page.id)
                if page is not None and told is not None:
                    finding = _about(told, message, rule, inline, sheet, ground)
                    yield (page.id, sheet.document.name, place), finding

    def _verdict(self, rule: str, terms: Terms) -> tuple[Rule | None, str]:
        """Which rule about suppressions has something to say about one, and what."""
        if terms.fault:
            return pages.MALFORMED, f"the suppression does not hold: {terms.fault}"
        if rule not in self._known:
            said = f"no rule is called {shown(rule)}, so the suppression does not hold{self._suggest(rule)}"
            return pages.UNKNOWN_RULE, said
        if self._known[rule].view is Policy:
            return (
                pages.MALFORMED,
                f"the suppression does not hold: {rule} is about the policy and cannot be suppressed",
            )
        if not terms.reason:
            return pages.WITHOUT_REASON, f"the suppression of {rule} gives no reason, so it does not hold"
        if not terms.expires:
            return None, ""
        if terms.expires < self._today:
            said = f"the suppression of {rule} expired on {terms.expires}: its findings count again"
            return pages.EXPIRED, said
        left = dates.days(self._today, terms.expires)
        if left > SOON:
            return None, ""
        said = f"the last day of the suppression of {rule} is {terms.expires}, {dates.ahead(left)}"
        return pages.EXPIRES_SOON, said

    def _missed(self, rule: str, terms: Terms, document: Document) -> str:
        """What the policy misses in a suppression that would hold; empty for nothing."""
        return self._demands(terms.owner, terms.expires, rule, document.path) if self._demands is not None else ""

    def _suggest(self, rule: str) -> str:
        """A "did you mean", for as many ids as a person would mistype."""
        if rule not in self._suggestions:
            if len(self._suggestions) >= _SUGGESTIONS or len(rule) > _LONGEST_ID:
                return ""
            self._suggestions[rule] = suggest(rule, self._known)
        return self._suggestions[rule]


def _apart(about: dict[Key, Finding]) -> dict[Key, Finding]:
    """Give those that are alike, but for their lines, fingerprints of their own."""
    seen: dict[str, int] = {}
    for key, finding in about.items():
        before = seen[finding.fingerprint] = seen.get(finding.fingerprint, -1) + 1
        if before:
            about[key] = finding._replace(fingerprint=digest(f"{finding.fingerprint}\0{before}", 16))
    return about


def _mark(
    findings: list[Finding], sheets: Mapping[str, _Sheet], refuses: Refuses | None, refused: dict[_Entry, str]
) -> Iterator[_Entry]:
    """Give the findings that are covered their suppressions, in place; gives the entries that were needed.

    Those that the policy refuses are put into `refused`, each with why.
    """
    for name, sheet in sheets.items():
        numbers = [
            n for n, one in enumerate(findings) if one.rule in sheet.rules and one.location.file == name
        ]  # most findings are of other rules
        covers = sheet.cover([(findings[n].rule, findings[n].location) for n in numbers])
        for number, entry in zip(numbers, covers, strict=True):
            if entry is None:
                continue
            yield entry
            finding = findings[number]
            if finding.suppression is not None:  # a waiver goes first
                continue
            if refuses is not None and (why := refuses(finding.rule, finding.severity, "inline")):
                refused.setdefault(entry, why)
            else:
                findings[number] = finding._replace(suppression=entry.suppression)


def _refusals(
    refused: Mapping[_Entry, str], sheets: Mapping[str, _Sheet], ground: Ground
) -> Iterator[tuple[Key, Finding]]:
    """What is to be said about the entries that the policy refuses."""
    for sheet in sheets.values():
        for entry in sheet.entries:
            if entry in refused:
                message = _refusal(entry.rule, refused[entry])
                key = (SUPPRESSION_REFUSED.id, *entry.key[1:])
                yield key, _about(SUPPRESSION_REFUSED, message, entry.rule, entry.inline, sheet, ground)


def _refusal(rule: str, why: str) -> str:
    return f"the suppression of {rule} does not hold: {why}"


def _silent(result: Result, sheets: Mapping[str, _Sheet], rules: set[str]) -> Iterator[_Entry]:
    """The entries that cover what rules found and nobody is shown: what gave way, and what the preset leaves out."""
    for sheet in sheets.values():
        raised = [one for one in result.raised if one.rule.id in rules and one.document is sheet.document]
        places = sheet.document.locate(one.path for one in raised)
        located = []
        for one in raised:
            place = places[one.path]
            location = Location(sheet.document.name, format_pointer(one.path), place.key or place.value)
            located.append((one.rule.id, location))
        yield from (entry for entry in sheet.cover(located) if entry is not None)


def _about(page: Rule, message: str, rule: str, inline: Inline, sheet: _Sheet, ground: Ground) -> Finding:
    """A finding about a suppression, signed as the engine signs its own."""
    document, path = sheet.document, inline.path
    name = ground.api.names.name(document, path)
    file = file_name(document.name, document.path, ground.root)
    return Finding(
        rule=page.id,
        severity=page.severity,
        confidence=page.confidence,
        message=message,
        location=Location(document.name, format_pointer(path), inline.span),
        operation=name.operation or None,
        operations=1 if name.operation else 0,
        related=(),
        fingerprint=signature(page.id, file, "\0".join((name.canonical, rule, inline.terms.reason))),
        api=ground.name,
        owner=inline.terms.owner or ground.owner(document, path),
    )
