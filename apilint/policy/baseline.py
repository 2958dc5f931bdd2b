"""The baseline: findings that were there before, which do not count until they are mended or become graver.

A finding is known by its fingerprint, so that neither reordering nor moved lines bring it back. The fingerprint holds
the file's name from the root: what stands in a renamed file is new. No file is touched here; see `baseline_file`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import Compared, Finding, Severity, Suppression
from apilint.reading.pointer import format_pointer, parse_pointer

if TYPE_CHECKING:
    from apilint.engine import Shows

KIND = "baseline"
_LONGEST = {"pointer": 1_000, "operation": 200}
# Where findings about many operations stand, each of which is a defect of its own.
_OF_MANY = "/paths"


class BaselineError(ValueError):
    """A baseline that cannot be used or made; the message says which file, where in it, and why."""


class Entry(NamedTuple):
    """A finding as a baseline holds it.

    `severity` is the gravest that is known, as the rule gave it; `operations`, where it is not 0, the most operations
    concerned. `file` is the name that the fingerprint holds. `options` are those of the rule that were set. A `shared`
    finding was reached from another document than its own. `operation` and `pointer` are for people: where it stood
    when it came in.
    """

    fingerprint: str
    rule: str
    severity: Severity
    file: str
    since: str
    operation: str = ""
    pointer: str = ""
    operations: int = 0
    options: str = ""
    shared: bool = False


class Baseline(NamedTuple):
    """What is known already. `apis` are the root documents that were checked for it, named as in fingerprints.

    `name` is the path of its file, `data` what stood in it.
    """

    name: str
    entries: tuple[Entry, ...] = ()
    apis: tuple[str, ...] = ()
    data: bytes | None = None

    def with_its_rules(self, shows: Shows) -> Shows:
        """What must be signed: what is shown, and all that the rules of the entries find.

        Else what is merely hidden, by a narrower preset than the one at writing, would look mended.
        """
        rules = {entry.rule for entry in self.entries}
        return lambda rule, severity, confidence: rule.id in rules or shows(rule, severity, confidence)


class Ran(NamedTuple):
    """What ran over one API: the ids of its rules, those of them that are on in some places only, and what was set."""

    rules: frozenset[str]
    options: tuple[tuple[str, str, str], ...] = ()
    partly: frozenset[str] = frozenset()

    def said(self, rule: str) -> str:
        """The options of a rule, as an entry holds them."""
        given = {name: value for id, name, value in self.options if id == rule}
        return plain(", ".join(f"{name}={value}" for name, value in sorted(given.items())))

    def asked(self, entry: Entry) -> bool:
        """Whether the rule of an entry ran everywhere, as it did when the entry was written."""
        return entry.rule in self.rules - self.partly and entry.options == self.said(entry.rule)


class Looked(NamedTuple):
    """What a run looked at, which decides what its silence says.

    `complete` is false where anything could not be done. `rules` are the ids of those that ran over documents, `ran` is
    what ran over each API by its display name, `files` the real path and the name in fingerprints by display name,
    `checked` what ran by the names of root documents in fingerprints.
    """

    complete: bool
    rules: frozenset[str]
    ran: Mapping[str, Ran]
    files: Mapping[str, tuple[str | None, str]]
    checked: Mapping[str, Ran]


def looked_at(complete: bool, ran: Mapping[str, Ran], files: Mapping[str, tuple[str | None, str]]) -> Looked:
    """What a run looked at, from what ran over each of its root documents, by their display names."""
    files = {shown: (real, plain(name)) for shown, (real, name) in files.items()}
    paths: dict[str, set[str | None]] = {}
    for real, name in files.values():
        paths.setdefault(name, set()).add(real)
    named = {files[root]: one for root, one in ran.items() if root in files}
    # Two files of one name, from different roots, are not told apart; and who knows what standard input was.
    checked = {name: one for (real, name), one in named.items() if real is not None and len(paths[name]) == 1}
    return Looked(complete, frozenset().union(*(one.rules for one in ran.values())), ran, files, checked)


def compare(
    baseline: Baseline, shown: Sequence[Finding], found: Iterable[Finding], looked: Looked
) -> tuple[list[Finding], Compared]:
    """The shown findings with their state, the known ones suppressed, and how the run stands against the baseline.

    `found` is all that the rules found, also what is not shown. What another suppression covers keeps that one.
    """
    known = {entry.fingerprint: entry for entry in baseline.entries}
    covered: dict[str, str | None] = {}
    findings = []
    for finding in shown:
        entry = known.get(finding.fingerprint)
        # Files of one name in different roots share fingerprints: an entry covers what stands in one of them.
        if (
            entry is not None
            and covered.setdefault(entry.fingerprint, _real(finding, looked)) == _real(finding, looked)
            and not _graver(finding, entry)
        ):
            suppression = finding.suppression or Suppression(KIND, f"since {entry.since}")
            findings.append(finding._replace(state="unchanged", suppression=suppression))
        else:
            findings.append(finding._replace(state="new"))
    seen: dict[str, list[Finding]] = {}
    for finding in found:
        seen.setdefault(finding.fingerprint, []).append(finding)
    keeps: list[Entry] = []
    unjudged = 0
    for entry in baseline.entries:
        there = seen.get(entry.fingerprint)
        if not _judged(entry, baseline, looked):
            unjudged += not there
            keeps.append(entry)
        elif there:
            keeps.append(_milder(entry, there))
    since = min((entry.since for entry in baseline.entries), default="")
    mended = len(baseline.entries) - len(keeps)
    return findings, Compared(since, len(baseline.entries), mended, unjudged, tuple(keeps), looked, baseline)


def updated(
    baseline: Baseline, findings: Iterable[Finding], compared: Compared, today: str, gone: Callable[[str], bool]
) -> Baseline:
    """The baseline with all findings of a run that nothing else suppresses, and without what was mended.

    Findings about suppressions never come in. What the run could not judge stays, unless its file is `gone`. What was
    known keeps its date. Raises `BaselineError` for findings that it could not tell apart.
    """
    looked: Looked = compared.looked
    wanted: dict[str, Finding] = {}
    otherwise = set()
    for finding in findings:
        if finding.suppression is not None and finding.suppression.kind != KIND:
            otherwise.add(finding.fingerprint)
            continue
        if finding.rule not in looked.rules:
            continue  # It is about a suppression: written for apilint, it was not there before.
        other = wanted.setdefault(finding.fingerprint, finding)
        if _real(other, looked) != _real(finding, looked):
            raise BaselineError(
                f"{other.location.file} and {finding.location.file} have one name in two repositories, and a baseline "
                "cannot tell them apart: write one for each, or give their common folder with --ref-root"
            )
        if (other.own_severity, other.operations) < (finding.own_severity, finding.operations):
            wanted[finding.fingerprint] = finding
    kept: dict[str, Entry] = {}
    for entry in compared.keeps:
        again = wanted.get(entry.fingerprint)
        if (again is not None and not _graver(again, entry)) or (
            again is None and entry.fingerprint not in otherwise and not gone(entry.file)
        ):
            kept[entry.fingerprint] = entry
    new = [_entry(one, today, looked) for fingerprint, one in wanted.items() if fingerprint not in kept]
    apis = {api for api in baseline.apis if not gone(api)} | looked.checked.keys()
    return baseline._replace(entries=tuple(sorted((*kept.values(), *new), key=order)), apis=tuple(sorted(apis)))


def order(entry: Entry) -> tuple[str, str, str]:
    """Where an entry stands in the file: whatever moves in a document, it stays there."""
    return entry.file, entry.rule, entry.fingerprint


def plain(text: str) -> str:
    """A text that every JSON parser takes back as it is: lone surrogates, as in names that are not UTF-8, spelt out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _judged(entry: Entry, baseline: Baseline, looked: Looked) -> bool:
    """Whether the run would have found what the entry stands for if it were still there.

    What was reached from other documents than its own needs all of those that the baseline was written for.
    """
    if not looked.complete or entry.rule not in looked.rules:
        return False
    apis = baseline.apis if entry.shared else (entry.file,)
    ran = [looked.checked.get(api) for api in apis]
    return all(one is not None and one.asked(entry) for one in ran)


def _graver(finding: Finding, entry: Entry) -> bool:
    """Whether a finding says more than what was accepted, whatever configuration makes of its severity."""
    return finding.own_severity > entry.severity or 0 < entry.operations < finding.operations


def _milder(entry: Entry, found: Sequence[Finding]) -> Entry:
    """The entry, with no more than what is left of it."""
    severity = max(finding.own_severity for finding in found)
    operations = max(finding.operations for finding in found)
    return entry._replace(
        severity=min(entry.severity, severity), operations=min(entry.operations, operations) if entry.operations else 0
    )


def _entry(finding: Finding, today: str, looked: Looked) -> Entry:
    file = looked.files.get(finding.location.file)
    api = looked.files.get(finding.api)
    return Entry(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        severity=finding.own_severity,
        file=file[1] if file else plain(finding.location.file),
        since=today,
        operation=_words("operation", finding.operation or ""),
        pointer=_words("pointer", finding.location.pointer),
        operations=finding.operations if finding.location.pointer == _OF_MANY else 0,
        options=looked.ran[finding.api].said(finding.rule) if finding.api in looked.ran else "",
        shared=bool(finding.also) or file is None or file != api,
    )


def _words(kind: str, text: str) -> str:
    """A text for people, short, and without what looks like a credential: the file goes into a repository."""
    from apilint.analysis.secrets import mask

    # A credential is known by what stands around it, which the escapes of a pointer hide.
    text = plain(format_pointer(map(mask, parse_pointer(text))) if kind == "pointer" else mask(text))
    most = _LONGEST[kind]
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _real(finding: Finding, looked: Looked) -> str | None:
    file = looked.files.get(finding.location.file)
    return file[0] if file else None
