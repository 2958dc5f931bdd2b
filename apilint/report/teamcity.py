"""The format `teamcity`: service messages, which TeamCity reads from the log of a build.

Each rule that found something is an `inspectionType`, each finding an `inspection`; each problem is a `buildProblem`,
which fails the build, and so is a gate that fails by more than findings. Suppressed findings stay, as INFO, and say so.
After the messages comes the summary, as ordinary lines of the log; the result of the build is otherwise left to the
exit status and to failure conditions.

Source: the documentation of service messages: escaped values, 255 characters for ids, names and categories, 4,000 for
texts, 60 for the identity of a problem, which is a Java identifier.
"""

from __future__ import annotations

from collections.abc import Sequence

from apilint.findings import Finding, Gated, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import teamcity
from apilint.report.gates import failing, sentence
from apilint.report.identity import guid, problem_identity
from apilint.report.places import in_repository, problem_place
from apilint.report.remarks import Rules, explain, facts, log, problem_text, suppressed

NAME = 200
TEXT = 1_500
FILE = 4_000
CATEGORY = "API security"
LEVELS = ("INFO", "WEAK WARNING", "WARNING", "ERROR", "ERROR")


def render(report: Report, presentation: Presentation) -> str:
    """The messages, and the summary unless the presentation is quiet."""
    lines = _types(report)
    lines += map(_inspection, report.findings)
    lines += map(_problem, report.problems)
    if presentation.status:
        lines += map(_gate, failing(report))
    return log(lines, report, presentation)


def _types(report: Report) -> list[str]:
    rules = Rules(report)
    found = {finding.rule: finding for finding in reversed(report.findings)}
    lines = []
    for name in sorted(found):
        finding = found[name]
        remedy = rules.remedy(name)
        described = f"{rules.summary(finding)}.{f' To fix: {remedy}' if remedy else ''} {explain(finding)}"
        attributes = (
            ("id", teamcity(name, NAME)),
            ("name", teamcity(rules.summary(finding), NAME)),
            ("category", CATEGORY),
            ("description", teamcity(described, TEXT)),
        )
        lines.append(_message("inspectionType", attributes))
    return lines


def _inspection(finding: Finding) -> str:
    reason = suppressed(finding)
    said = [finding.message, f"severity: {finding.severity.label}; {facts(finding)}", *([reason] if reason else [])]
    attributes = (
        ("typeId", teamcity(finding.rule, NAME)),
        ("message", "|n".join(teamcity(line) for line in said)),
        ("file", teamcity(in_repository(finding.location.file), FILE)),
        ("line", str(finding.location.span.line)),
        ("SEVERITY", "INFO" if reason else LEVELS[finding.severity]),
    )
    return _message("inspection", attributes)


def _problem(problem: Problem) -> str:
    where = f" ({problem_place(problem)})" if problem.file is not None else ""
    identity = problem_identity(problem)
    attributes = (
        (
            "description",
            teamcity(f"apilint: {problem.kind}: {problem_text(problem)}{where}; the answer is incomplete", TEXT),
        ),
        ("identity", f"apilint_{identity.replace('-', '')}"),
    )
    return _message("buildProblem", attributes)


def _gate(gate: Gated) -> str:
    identity = guid(f"gate/{gate.api}").replace("-", "")
    attributes = (("description", teamcity(f"apilint: {sentence(gate)}", TEXT)), ("identity", f"apilint_{identity}"))
    return _message("buildProblem", attributes)


def _message(name: str, attributes: Sequence[tuple[str, str]]) -> str:
    written = " ".join(f"{key}='{value}'" for key, value in attributes)
    return f"##teamcity[{name} {written}]"
