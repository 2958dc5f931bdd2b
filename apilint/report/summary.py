"""The end of a text report: counts that add up, why the exit status is what it is, and one next step."""

from __future__ import annotations

from apilint.findings import Report, Severity
from apilint.report.escape import visible
from apilint.report.layout import Paint, count, hanging


def summary(report: Report, status: int, width: int, paint: Paint) -> list[str]:
    """All lines of the summary, the next step last. `status` is the exit status of the run."""
    lines = [paint("strong", line) for line in hanging("", totals(report), width, 2)]
    if report.hidden:
        # Rules of which the preset shows nothing were not even asked.
        lines += hanging("", f"{report.hidden:,} or more hidden by {_hiding(report)}", width, 2)
    lines += hanging("", _inputs(report), width, 2)
    if report.problems:
        lines.append(paint("problem", count(len(report.problems), "problem")) + ": the answer is incomplete")
    lines += hanging("", f"exit status {status}: {_reason(report, status)}", width, 2)
    return [*lines, "", *hanging("", f"next: {_next_step(report)}", width, 2)]


def totals(report: Report) -> str:
    """How many findings there are, by severity, and how many can be fixed."""
    severities = [0] * len(Severity)
    fixable = 0
    for finding in report.findings:
        severities[finding.severity] += 1
        fixable += finding.fix is not None
    if not report.findings:
        return "no findings"
    by_severity = ", ".join(f"{severities[s]:,} {s.label}" for s in reversed(Severity) if severities[s])
    fixes = f"; {fixable:,} fixable [*]" if fixable else ""
    return f"{count(len(report.findings), 'finding')}: {by_severity}{fixes}"


def at_or_above(report: Report) -> int:
    """How many findings reach the threshold of `--fail-on`."""
    return sum(finding.severity >= report.fail_on and not finding.suppression for finding in report.findings)


def _hiding(report: Report) -> str:
    if report.preset in ("audit", "selected"):
        return "--min-confidence: run without it to see them"
    return f"preset {visible(report.preset, 60)} or --min-confidence: --preset audit shows them"


def _inputs(report: Report) -> str:
    statuses = [looked_at.status for looked_at in report.inputs]
    operations = sum(looked_at.operations for looked_at in report.inputs)
    documents = sum(looked_at.documents for looked_at in report.inputs)
    parts = [
        f"checked {count(statuses.count('checked'), 'API')} with {count(operations, 'operation')}",
        f"{count(documents, 'document')} read",
    ]
    if fragments := statuses.count("fragment"):
        parts.append(f"{count(fragments, 'fragment')} skipped")
    if others := statuses.count("skipped"):
        parts.append(f"{count(others, 'other file')} skipped")
    if failed := statuses.count("failed"):
        parts.append(f"{count(failed, 'input')} not checked")
    return ", ".join(parts)


def _reason(report: Report, status: int) -> str:
    reached = at_or_above(report)
    threshold = report.fail_on.label
    if report.problems:
        return "not everything could be checked"
    if not reached:
        return f"nothing at or above {threshold}"
    said = f"{count(reached, 'finding')} at or above {threshold}"
    return said if status else f"{said}, which --exit-zero lets pass"


def _next_step(report: Report) -> str:
    if all(looked_at.status == "fragment" for looked_at in report.inputs) and not report.findings:
        return "name an OpenAPI document or a folder that holds one: apilint check PATH"
    if report.findings:
        worst = max(report.findings, key=lambda finding: finding.severity)
        return f"apilint explain {visible(worst.rule, 100)}"
    if report.problems:
        return f"mend the {'problem' if len(report.problems) == 1 else 'problems'} above and run again"
    if report.hidden:
        return "apilint check --preset audit"
    return "keep it so: run apilint check in CI, or as a pre-commit hook"
