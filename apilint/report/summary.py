"""The end of a text report: counts that add up, why the exit status is what it is, and one next step.

What other formats say in the same words is here too: suppressions, the order by gravity, what became of the inputs, the
reason of the status.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from apilint.findings import (
    BEFORE,
    Against,
    Compared,
    Contact,
    Finding,
    Fix,
    Input,
    Report,
    Severity,
    Since,
    Suppression,
)
from apilint.report import gates
from apilint.report.escape import MESSAGE, SNIPPET, visible
from apilint.report.layout import Paint, count, hanging
from apilint.report.places import place

_SUPPRESSED = {
    "configuration": "set aside by configuration",
    "waiver": "waived",
    "baseline": "baselined",
    "inline": "ignored inline",
}
_NAMED = 5


class Fate(enum.Enum):
    """What became of an input; the value says it in words."""

    CHECKED = "checked"
    PART = "a part of a document, read with it"
    LOOSE = "a part of a document that nothing checked refers to, skipped"
    OTHER = "no OpenAPI document, skipped"
    EXCLUDED = "excluded by configuration, skipped"
    FAILED = "not checked: see the problems"

    @property
    def is_skipped(self) -> bool:
        """Whether nobody looked at it, and nobody had to."""
        return self in (Fate.LOOSE, Fate.OTHER, Fate.EXCLUDED)


_FATES = {"checked": Fate.CHECKED, "skipped": Fate.OTHER, "excluded": Fate.EXCLUDED, "failed": Fate.FAILED}


def summary(report: Report, status: int, width: int, paint: Paint) -> list[str]:
    """All lines of the summary, the next step last. `status` is the exit status of the run."""
    lines = [paint("strong", line) for line in hanging("", headline(report), width, 2)]
    if report.hidden:
        lines += hanging("", hidden(report), width, 2)
    if report.ignored:
        lines += hanging("", ignored(report), width, 2)
    if report.configuration:
        lines += hanging("", configuration(report), width, 2)
    if report.baseline is not None:
        lines += hanging("", baseline(report.baseline), width, 2)
    for said in scope(report):
        lines += hanging("", said, width, 2)
    lines += hanging("", inputs(report), width, 2)
    if report.problems:
        lines.append(paint("problem", count(len(report.problems), "problem")) + ": the answer is incomplete")
    lines += _gates(report, width, paint)
    lines += hanging("", f"exit status {status}: {reason(report, status)}", width, 2)
    return [*lines, "", *hanging("", f"next: {_next_step(report)}", width, 2)]


def _gates(report: Report, width: int, paint: Paint) -> Iterator[str]:
    """Which APIs do not reach what is asked of them beside the threshold: one reason a line."""
    for head, *reasons in gates.paragraphs(report):
        first, *rest = hanging("", head, width, 2)
        yield from (paint("problem", first[:4]) + first[4:], *rest)
        for said in reasons:
            yield from hanging("  - ", said, width, 4)


def headline(report: Report) -> str:
    """What was found, counted, in one line: of a comparison with what it was made, and what became better."""
    if report.against is None:
        return totals(report)
    counted = [finding for finding in report.findings if finding.suppression is None]
    severities = Counter(finding.severity for finding in counted if finding.api)
    number = severities.total()
    parts = [f"{count(number, 'regression')} ({by_severity(severities)})" if number else "no regressions"]
    if better := len(report.against.improvements):
        parts.append(count(better, "improvement"))
    if same := report.against.unchanged:
        parts.append(f"{count(same, 'API')} unchanged")
    if others := len(counted) - number:
        parts.append(f"{count(others, 'finding')} about the policy")
    said = suppressed(report.findings)
    return f"compared with {visible(report.against.base, SNIPPET)}: {', '.join(parts)}{f'; {said}' if said else ''}"


def totals(report: Report) -> str:
    """How many findings count, by severity, how many are suppressed, by kind, and how many can be fixed."""
    severities: Counter[Severity] = Counter()
    fixable = 0
    for finding in report.findings:
        if finding.suppression is None:
            severities[finding.severity] += 1
            fixable += finding.fix is not None
    number = severities.total()
    parts = [f"{count(number, 'finding')}: {by_severity(severities)}" if number else "no findings"]
    if said := suppressed(report.findings):
        parts.append(said)
    if fixable:
        parts.append(f"{fixable:,} fixable [*]")
    return "; ".join(parts)


def by_severity(numbers: Mapping[Severity, int]) -> str:
    """How many of each severity, the gravest first: `1 high, 20 low`."""
    return ", ".join(f"{numbers[one]:,} {one.label}" for one in reversed(Severity) if numbers.get(one))


def suppressed(findings: Iterable[Finding]) -> str:
    """How many findings are suppressed, by kind: `1 waived, 2 baselined`, or an empty string."""
    kinds = Counter(finding.suppression.kind for finding in findings if finding.suppression is not None)
    known = sorted(kinds.items(), key=lambda item: list(_SUPPRESSED).index(item[0]) if item[0] in _SUPPRESSED else 9)
    return ", ".join(f"{number:,} {_SUPPRESSED.get(kind) or visible(kind, 60)}" for kind, number in known)


def suppression_words(suppression: Suppression) -> str:
    """A suppression in one line, already visible: `waiver W-12 until 2026-03-01: reason (owner: team)`."""
    kind = "ignored inline" if suppression.kind == "inline" else visible(suppression.kind, 60)
    id = f" {visible(suppression.id, 100)}" if suppression.id else ""
    until = f" until {visible(suppression.expires, 40)}" if suppression.expires else ""
    why = f": {visible(suppression.reason, MESSAGE)}" if suppression.reason else ""
    owner = f" (owner: {visible(suppression.owner, 100)})" if suppression.owner else ""
    return f"{kind}{id}{until}{why}{owner}"


def reach(finding: Finding, known: str = "") -> str:
    """Which operations a finding concerns, in words and already visible; an empty string where there is none.

    An operation that the text `known` names already is not named again.
    """
    if finding.operation is None:
        return f"reached from {count(finding.operations, 'operation')}" if finding.operations else ""
    others = finding.operations - 1
    if finding.operation in known:
        return f"and {count(others, 'more operation')}" if others > 0 else ""
    more = f" and {count(others, 'more operation')}" if others > 0 else ""
    return f"operation: {visible(finding.operation, SNIPPET)}{more}"


def answerable(finding: Finding) -> str:
    """Who answers for a finding, already visible; nothing where that is only the contact of the whole API."""
    return "" if isinstance(finding.owner, Contact) else visible(finding.owner, 100)


def caution(fix: Fix) -> str:
    """What stands behind the summary of a fix: nothing, or that it is to be looked at before it is applied."""
    return "" if fix.safe else " (unsafe: it may change which messages the API accepts or returns)"


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, then by confidence, the gravest first; else in their own order."""
    return sorted(findings, key=lambda finding: (-finding.severity, -finding.confidence))


def at_or_above(report: Report) -> int:
    """How many findings reach the threshold of the gate."""
    return sum(map(report.fails, report.findings))


def hidden(report: Report) -> str:
    """How many findings are not shown, and what shows them. Rules of which the preset shows nothing were not asked."""
    if report.preset in ("audit", "selected"):
        how = "--min-confidence: run without it to see them"
    else:
        how = f"preset {visible(report.preset, 60)} or --min-confidence: --preset audit alone shows them"
    return f"{report.hidden:,} or more hidden by {how}"


def ignored(report: Report) -> str:
    """Which rules were told not to run."""
    names = ", ".join(visible(rule, 100) for rule in report.ignored[:_NAMED])
    more = f" and {len(report.ignored) - _NAMED:,} more" if len(report.ignored) > _NAMED else ""
    how = "--ignore or configuration" if report.configuration else "--ignore"
    return f"{count(len(report.ignored), 'rule')} not asked, by {how}: {names}{more}"


def configuration(report: Report) -> str:
    """Which files of configuration and policy hold, for one input at least."""
    names = ", ".join(visible(name, SNIPPET) for name in report.configuration[:_NAMED])
    more = f" and {len(report.configuration) - _NAMED:,} more" if len(report.configuration) > _NAMED else ""
    return f"configuration: {names}{more}"


def baseline(compared: Compared) -> str:
    """How old the baseline is, how much it holds, and what became of it."""
    if not compared.known:
        return "baseline without findings"
    parts = [f"baseline of {visible(compared.since, 40)}", count(compared.known, "finding")]
    if compared.mended:
        parts.append(f"{compared.mended:,} mended")
    if compared.unjudged:
        parts.append(f"{compared.unjudged:,} not looked for")
    return ", ".join(parts)


def since(change: Since) -> list[str]:
    """What was left out since it stands elsewhere than the change, and of which files nobody can tell what changed."""
    commits = ", ".join(change.commits)
    against = visible(change.revision, 100) + (f" ({commits})" if commits and commits != change.revision else "")
    verb = "is" if change.elsewhere == 1 else "are"
    number = count(change.elsewhere, "finding")
    left = f"{number} elsewhere {verb} not shown" if change.elsewhere else "nothing was left out"
    unknown = [f"all of {visible(file)} counts as changed: {visible(why, MESSAGE)}" for file, why in change.unknown]
    more = [f"and {count(len(unknown) - _NAMED, 'more file')}"] if len(unknown) > _NAMED else []
    return [f"since {against}: {left}", *unknown[:_NAMED], *more]


def scope(report: Report) -> list[str]:
    """What a report is about where that is not all of the documents: a sentence a line, already visible."""
    about = [] if report.since is None else since(report.since)
    return about if report.against is None else [*about, *against(report.against)]


def against(comparison: Against) -> list[str]:
    """What could not be compared, as it is new or gone, and what was compared under another name."""
    lines = []
    if comparison.new:
        lines.append(f"new, so that there is nothing to compare with: {_named(comparison.new)}")
    if comparison.removed:
        lines.append(f"removed: {_named(comparison.removed)}")
    if comparison.renamed:
        lines.append(f"renamed: {_named([f'{head}, before {base}' for head, base in comparison.renamed], '; ')}")
    return lines


def compared(report: Report) -> list[str]:
    """All that a comparison says in sentences, for programs that have one place for them."""
    return [headline(report), *(() if report.against is None else against(report.against))]


def before(finding: Finding) -> str:
    """Where something stood in the base, already visible; an empty string for what was nowhere, and for other runs."""
    return "".join(f" (before: {place(one.location)})" for one in finding.related[:1] if one.label == BEFORE)


def _named(names: Sequence[str], between: str = ", ") -> str:
    shown = between.join(visible(name, SNIPPET) for name in names[:_NAMED])
    return shown + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")


def fates(report: Report) -> list[tuple[Input, Fate]]:
    """The inputs, and what became of each: a fragment was read with the documents that refer to it, or not at all."""
    read = set(report.documents)
    return [(one, _FATES.get(one.status) or (Fate.PART if one.file in read else Fate.LOOSE)) for one in report.inputs]


def inputs(report: Report) -> str:
    """How much was looked at, and how much was not."""
    numbers = Counter(fate for _, fate in fates(report))
    operations = sum(looked_at.operations for looked_at in report.inputs)
    documents = sum(looked_at.documents for looked_at in report.inputs)
    parts = [
        f"checked {count(numbers[Fate.CHECKED], 'API')} with {count(operations, 'operation')}",
        f"{count(documents, 'document')} read",
    ]
    if fragments := numbers[Fate.LOOSE]:
        parts.append(f"{count(fragments, 'fragment')} skipped")
    if others := numbers[Fate.OTHER]:
        parts.append(f"{count(others, 'other file')} skipped")
    if excluded := numbers[Fate.EXCLUDED]:
        parts.append(f"{count(excluded, 'document')} excluded")
    if failed := numbers[Fate.FAILED]:
        parts.append(f"{count(failed, 'input')} not checked")
    return ", ".join(parts)


def reason(report: Report, status: int) -> str:
    """Why the exit status is what it is."""
    reached = at_or_above(report)
    threshold = gates.threshold(report)
    if report.problems:
        return "not everything could be checked"
    said = [f"{count(reached, 'finding')} at or above {threshold}"] if reached else []
    if more := gates.brief(report):
        said.append(more)
    if not said:
        return f"nothing at or above {threshold}"
    return "; ".join(said) if status else f"{'; '.join(said)}, which --exit-zero lets pass"


def _next_step(report: Report) -> str:
    counted = [finding for finding in report.findings if finding.suppression is None]
    if report.against is not None and not counted and not report.problems:
        return "apilint check says what else there is to know about these documents"
    if (
        all(looked_at.status in ("fragment", "skipped", "excluded") for looked_at in report.inputs)
        and not report.findings
    ):
        return "name an OpenAPI document or a folder that holds one: apilint check PATH"
    if not report.problems and (todo := gates.next_step(report)):
        return todo
    if counted:
        worst = max(counted, key=lambda finding: finding.severity)
        return f"apilint explain {visible(worst.rule, 100)}"
    if report.problems:
        return f"mend the {'problem' if len(report.problems) == 1 else 'problems'} above and run again"
    if report.hidden:
        return "apilint check --preset audit"
    return "keep it so: run apilint check in CI, or as a pre-commit hook"
