"""The gate: what a report means for the exit status."""

from __future__ import annotations

from apilint.findings import Report

PASS, FINDINGS, INCOMPLETE = 0, 1, 3  # 2 is wrong use, which ends before there is a report


def exit_status(report: Report) -> int:
    """0 nothing at or above the threshold, 1 findings at or above it, 3 the run is incomplete (which outranks 1)."""
    if report.problems:
        return INCOMPLETE
    if any(map(report.fails, report.findings)) or any(gate.failures for gate in report.gates.values()):
        return FINDINGS
    return PASS
