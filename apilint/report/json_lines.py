"""The format `jsonl`: the objects of the format `json`, one a line, for programs that read a stream.

Each line has a `type`: one `run` first, then `input`, `finding` and `problem` lines, and one `summary` last, so that a
report that was cut off can be told from a whole one. The schema of a line is `report-v1-line.schema.json`.
"""

from __future__ import annotations

from collections.abc import Iterator

from apilint.findings import Report
from apilint.report import Presentation
from apilint.report.json_report import (
    LISTED,
    finding_text,
    improvement_texts,
    input_text,
    problem_text,
    summary_of,
    tool_of,
)
from apilint.report.json_text import json_document, json_text


def render(report: Report, presentation: Presentation) -> str:
    """The report as JSON Lines; as many findings as in the format `json`."""
    return json_document("".join(f"{line}\n" for line in _lines(report, presentation)))


def _lines(report: Report, presentation: Presentation) -> Iterator[str]:
    yield json_text({"type": "run", "version": 1, "tool": tool_of(report, presentation)})
    for looked_at in report.inputs:
        yield _typed("input", input_text(looked_at))
    for finding in report.findings[:LISTED]:
        yield _typed("finding", finding_text(finding, report.replacements))
    for text in improvement_texts(report):
        yield _typed("improvement", text)
    for problem in report.problems:
        yield _typed("problem", problem_text(problem))
    yield _typed("summary", json_text(summary_of(report, presentation)))


def _typed(kind: str, text: str) -> str:
    """The text of an object that has members, with its type before them."""
    return f'{{"type":"{kind}",{text[1:]}'
