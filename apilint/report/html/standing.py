"""The score in the page: grade and points, what holds them down, and what each domain costs."""

from __future__ import annotations

from typing import Any

from apilint.findings import Report
from apilint.report.escape import SNIPPET, visible
from apilint.report.layout import count
from apilint.scoring import Score, score

RULES = 3


def standing(report: Report) -> dict[str, Any]:
    """What the page says of the score; without a grade where the run is incomplete."""
    reached = score(report)
    return {
        "grade": reached.grade or "",
        "points": reached.overall,
        "at_most": reached.at_most if reached.overall is None and reached.apis else None,
        "gaps": [visible(gap, SNIPPET) for gap in reached.gaps],
        "held": _held(reached),
        "decides": visible(reached.apis[0].api) if len(reached.apis) > 1 else "",
        "apis": len(reached.apis),
        "worst": _worst(reached),
        "domains": [
            (one.name, one.score, f"{one.points:.1f}", [visible(cost.rule, SNIPPET) for cost in one.rules[:RULES]])
            for one in reached.domains
        ],
        "version": reached.version,
    }


def _held(reached: Score) -> str:
    if not reached.caps:
        return ""
    cap = reached.caps[0]
    return f"{cap.points} at most with {count(cap.findings, f'{cap.severity.label} finding')}"


def _worst(reached: Score) -> str:
    if reached.worst is None or reached.worst.worst_operation is None:
        return ""
    worst = reached.worst.worst_operation
    return f"{visible(worst.operation, SNIPPET)}, {worst.score} if it stood alone"
