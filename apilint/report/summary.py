"""The end of a text report: counts that add up, why the exit status is what it is, and one next step.

What other formats say in the same words is here too: suppressions, the order by gravity, what became of the inputs, the
reason of the status.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping

from apilint.findings import Compared, Contact, Finding, Fix, Input, Report, Severity, Suppression
from apilint.report.escape import MESSAGE, SNIPPET, visible
from apilint.report.layout import Paint, count, hanging

_SUPPRESSED = {"waiver": "waived", "baseline": "baselined", "inline": "ignored inline"}
_NAMED = 5


class Fate(enum.Enum):
    """What became of an input; the value says it in words."""

    CHECKED = "checked"
    PART = "a part of a document, read with it"
    LOOSE = "a part of a document that nothing checked refers to, skipped"
    OTHER = "no OpenAPI document, skipped"
    FAILED = "not checked: see the problems"

    @property
    def is_skipped(self) -> bool:
        """Whether nobody looked at it, and nobody had to."""
        return self in (Fate.LOOSE, Fate.OTHER)


_FATES = {"checked": Fate.CHECKED, "skipped": Fate.OTHER, "failed": Fate.FAILED}


def summary(report: Report, status: int, width: int, paint: Paint) -> list[str]:
    """All lines of the summary, the next step last. `status` is the exit status of the run."""
    lines = [paint("strong", line) for line in hanging("", totals(report), width, 2)]
    if report.hidden:
        lines += hanging("", hidden(report), width, 2)
    if report.ignored:
        lines += hanging("", ignored(report), width, 2)
    if report.baseline is not None:
        lines += hanging("", baseline(report.baseline), width, 2)
    lines += hanging("", inputs(report), width, 2)
    if report.problems:
        lines.append(paint("problem", count(len(report.problems), "problem")) + ": the answer is incomplete")
    lines += hanging("", f"exit status {status}: {reason(report, status)}", width, 2)
    return [*lines, "", *hanging("", f"next: {_next_step(report)}", width, 2)]


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
    """How many findings reach the threshold of `--fail-on`."""
    return sum(finding.severity >= report.fail_on and not finding.suppression for finding in report.findings)


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
    return f"{count(len(report.ignored), 'rule')} not asked, by --ignore: {names}{more}"


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
    if failed := numbers[Fate.FAILED]:
        parts.append(f"{count(failed, 'input')} not checked")
    return ", ".join(parts)


def reason(report: Report, status: int) -> str:
    """Why the exit status is what it is."""
    reached = at_or_above(report)
    threshold = report.fail_on.label
    if report.problems:
        return "not everything could be checked"
    if not reached:
        return f"nothing at or above {threshold}"
    said = f"{count(reached, 'finding')} at or above {threshold}"
    return said if status else f"{said}, which --exit-zero lets pass"


def _next_step(report: Report) -> str:
    counted = [finding for finding in report.findings if finding.suppression is None]
    if all(looked_at.status in ("fragment", "skipped") for looked_at in report.inputs) and not report.findings:
        return "name an OpenAPI document or a folder that holds one: apilint check PATH"
    if counted:
        worst = max(counted, key=lambda finding: finding.severity)
        return f"apilint explain {visible(worst.rule, 100)}"
    if report.problems:
        return f"mend the {'problem' if len(report.problems) == 1 else 'problems'} above and run again"
    if report.hidden:
        return "apilint check --preset audit"
    return "keep it so: run apilint check in CI, or as a pre-commit hook"
