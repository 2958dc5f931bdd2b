"""What every format says of the gate: which APIs do not reach what is asked of them beside the threshold, and why."""

from __future__ import annotations

from typing import Any

from apilint.findings import Gated, Report
from apilint.report.escape import MESSAGE, SNIPPET, visible
from apilint.report.layout import count

LISTED = 10


def failing(report: Report) -> list[Gated]:
    """The APIs whose gate asks for more than the threshold, and for more than they reach."""
    return [gate for gate in report.gates.values() if gate.failures]


def name(gate: Gated) -> str:
    """What to call the gate of an API: `gate public`, or `gate` without a level."""
    return f"gate {visible(gate.level, SNIPPET)}" if gate.level else "gate"


def why(gate: Gated) -> str:
    """Why an API does not pass, beside the threshold, in one line and already visible."""
    return visible("; ".join(gate.failures), 4 * MESSAGE)


def sentence(gate: Gated) -> str:
    """The same with the names of gate and API: `gate public of api.yaml: failed: score 61, at least 80 needed`."""
    return f"{name(gate)} of {visible(gate.api)}: failed: {why(gate)}"


def sentences(report: Report) -> list[str]:
    """A sentence for each API that fails; some of them, and the others counted."""
    found = failing(report)
    lines = list(map(sentence, found[:LISTED]))
    if more := len(found) - len(lines):
        lines.append(f"gate: {count(more, 'more API')} failed")
    return lines


def paragraphs(report: Report) -> list[list[str]]:
    """The same for people: where there are several reasons, a line for each after the one that says whose they are."""
    found = failing(report)
    parts = [
        [sentence(gate)]
        if len(gate.failures) == 1
        else [
            f"{name(gate)} of {visible(gate.api)}: failed:",
            *(visible(failure, MESSAGE) for failure in gate.failures),
        ]
        for gate in found[:LISTED]
    ]
    return [*parts, [sentences(report)[-1]]] if len(found) > LISTED else parts


def threshold(report: Report) -> str:
    """The threshold in words: one severity, or that it is not the same for all APIs."""
    severities = {gate.fail_on for gate in report.gates.values()}
    if not severities or any(one.status == "checked" and one.file not in report.gates for one in report.inputs):
        severities.add(report.fail_on)
    return severities.pop().label if len(severities) == 1 else "the threshold of their API"


def brief(report: Report) -> str:
    """In a few words why the gate fails beside the threshold; an empty string if it does not."""
    found = failing(report)
    failures = [failure for gate in found for failure in gate.failures]
    if len(failures) == 1:
        return visible(failures[0], MESSAGE)
    if not failures:
        return ""
    where = f" by {count(len(found), 'API')}" if len(report.gates) > 1 else ""
    return f"{count(len(failures), 'demand')} of the gate not met{where}"


def next_step(report: Report) -> str:
    """The command that says what would help; an empty string if the gate does not fail beside the threshold."""
    found = failing(report)
    if not found:
        return ""
    from shlex import quote

    return f"apilint gate --todo {visible(quote(found[0].api))}" if len(found) == 1 else "apilint gate --todo"


def as_data(report: Report) -> list[dict[str, Any]]:
    """The gates of a report for programs."""
    return [
        {
            "api": gate.api,
            "level": visible(gate.level, SNIPPET) or None,
            "threshold": gate.fail_on.label,
            "score": gate.score,
            "failures": [visible(failure, MESSAGE) for failure in gate.failures],
        }
        for gate in report.gates.values()
    ]
