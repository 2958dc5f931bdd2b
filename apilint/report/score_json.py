"""A score for programs: one JSON object, its keys as long as `version` is the same; the table's version beside it."""

from __future__ import annotations

from typing import Any

from apilint.report.escape import POINTER, cut, visible
from apilint.report.json_text import json_document, json_text
from apilint.report.score import next_grade
from apilint.scoring import ApiScore, FindingCost, Score, steps

LISTED = 1_000


def as_json(score: Score, version: str) -> str:
    """The score, an API a line; of an API at most the `LISTED` costliest findings. `version` is apilint's own."""
    head = json_text(
        {
            "version": "1",
            "tool": {"name": "apilint", "version": version},
            "score_version": score.version,
            "preset": score.preset,
            "score": score.overall,
            "grade": score.grade,
            "at_most": score.at_most,
            "complete": score.complete,
            "gaps": list(score.gaps),
        }
    )
    apis = ",\n".join(json_text(_api(api)) for api in score.apis)
    return json_document(f'{head[:-1]},\n"apis":[{apis}]}}\n')


def _api(api: ApiScore) -> dict[str, Any]:
    costs = sorted(
        (cost for rule in api.rules for cost in rule.findings),
        key=lambda cost: (-cost.points, cost.finding.rule, cost.finding.location, cost.finding.message),
    )
    return {
        "api": api.api,
        "operations": api.operations,
        "score": api.score,
        "grade": api.grade,
        "before_caps": _round(api.before_caps),
        "domains": [
            {"name": domain.name, "score": domain.score, "points": _round(domain.points)} for domain in api.domains
        ],
        "caps": [
            {"points": cap.points, "severity": cap.severity.label, "findings": cap.findings, "rules": list(cap.rules)}
            for cap in api.caps
        ],
        "worst_operation": _worst(api),
        "rules": [
            {
                "rule": cost.rule,
                "domain": cost.domain,
                "severity": cost.severity.label,
                "points": _round(cost.points),
                "cap": cost.cap,
                "findings": len(cost.findings),
            }
            for cost in api.rules
        ],
        "findings": list(map(_finding, costs[:LISTED])),
        "not_listed": max(0, len(costs) - LISTED),
        "lift": _lift(api),
    }


def _worst(api: ApiScore) -> dict[str, Any] | None:
    worst = api.worst_operation
    if worst is None:
        return None
    return {"operation": visible(worst.operation, POINTER), "score": worst.score, "findings": worst.findings}


def _finding(cost: FindingCost) -> dict[str, Any]:
    finding = cost.finding
    return {
        "rule": finding.rule,
        "points": _round(cost.points),
        "severity": finding.severity.label,
        "file": finding.location.file,
        "line": finding.location.span.line,
        "column": finding.location.span.column,
        "pointer": cut(finding.location.pointer, POINTER),
        "fingerprint": finding.fingerprint,
        "suppression": None if finding.suppression is None else finding.suppression.kind,
    }


def _lift(api: ApiScore) -> dict[str, Any] | None:
    above = next_grade(api.score)
    if above is None:
        return None
    taken = [{"rule": step.rule, "findings": step.findings, "score": step.score} for step in steps(api, above[1])]
    return {"grade": above[0], "score": above[1], "steps": taken}


def _round(points: float) -> float:
    # Three decimals: what follows may differ between two machines' logarithms.
    return round(points, 3) + 0.0
