"""The gate: what a report means for the exit status."""

from __future__ import annotations

from apilint.findings import Report

PASS, FINDINGS, USAGE, INCOMPLETE = 0, 1, 2, 3


def exit_status(report: Report) -> int:
    """0 nothing at or above the threshold, 1 findings at or above it, 3 the run is incomplete (which outranks 1)."""
    if report.problems:
        return INCOMPLETE
    if any(finding.severity >= report.fail_on and not finding.suppression for finding in report.findings):
        return FINDINGS
    return PASS
