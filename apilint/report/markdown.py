"""The format `markdown`: a comment on a pull request, in GitHub Flavored Markdown as GitHub and GitLab show it.

The gravest findings come first; what does not fit is counted, never dropped in silence. Sources: a comment
on GitHub holds 65,536 characters, one on GitLab 1,000,000; the summary of a job on GitHub 1 MiB.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from apilint.findings import Finding, Problem, Report, Severity
from apilint.report import Presentation, gates
from apilint.report.escape import SNIPPET, markdown, markdown_code, screen, visible
from apilint.report.layout import count
from apilint.report.page import TO_FIX, WHY, part
from apilint.report.places import problem_place
from apilint.report.references import address, title
from apilint.report.summary import (
    Fate,
    answerable,
    before,
    by_severity,
    configuration,
    fates,
    gravest_first,
    headline,
    hidden,
    ignored,
    inputs,
    reach,
    reason,
    scope,
    suppression_words,
)
from apilint.rule import Rule

LIMIT = 65_536
PROBLEMS = 25
INPUTS = 25
DEVIATIONS = 25
_HEADER = "| Severity | Confidence | Rule | Place | What is wrong |\n| --- | --- | --- | --- | --- |"
_SUPPRESSED = "| Rule | Place | What is wrong | Why it does not count |\n| --- | --- | --- | --- |"
_KEPT = 400  # bytes for the lines that say what was left out


def render(report: Report, presentation: Presentation) -> str:
    """The report as a comment that GitHub takes: headline, findings, what was not checked, and how to mend."""
    return _within(report, presentation, LIMIT, 0.6)


def table(report: Report, presentation: Presentation, limit: int) -> str:
    """The same in at most `limit` bytes of UTF-8, for the summary of a job: most of the room is for findings."""
    return _within(report, presentation, limit, 0.9)


def _within(report: Report, presentation: Presentation, limit: int, share: float) -> str:
    counted = gravest_first(finding for finding in report.findings if finding.suppression is None)
    silent = gravest_first(finding for finding in report.findings if finding.suppression is not None)
    head = "\n\n".join(_head(report, presentation))
    foot = "\n\n".join(_not_checked(report, limit // 4))
    room = limit - _size(head) - _size(foot) - _KEPT
    rows = _rows(counted, int(room * share))
    room -= _size(rows)
    better = _better(report, int(room * 0.3))
    room -= _size(better)
    aside = _aside(silent, int(room * 0.4))
    mending = _mending(counted, report.rules, room - _size(aside))
    return screen("\n\n".join(filter(None, (head, rows, better, foot, mending, aside))) + "\n")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace")) + 2


def _head(report: Report, presentation: Presentation) -> Iterator[str]:
    problems = f", {count(len(report.problems), 'problem')}" if report.problems else ""
    counted = sum(finding.suppression is None for finding in report.findings)
    noun = "finding" if report.against is None else "regression"
    yield f"## apilint: {count(counted, noun) if counted else f'no {noun}s'}{problems}"
    said = reason(report, presentation.status)
    yield f"**Exit status {presentation.status}: {said}.** {_marked(_sentence(headline(report)))}"
    rest = [f"{_marked(inputs(report)[:1].upper() + inputs(report)[1:])}."]
    if report.hidden:
        rest.append(f"{_marked(hidden(report))}.")
    if report.ignored:
        rest.append(f"{_marked(ignored(report))}.")
    if report.configuration:
        said = configuration(report)
        rest.append(f"{_marked(said[:1].upper() + said[1:])}.")
    rest += [_marked(_sentence(said)) for said in scope(report)]
    yield " ".join(rest)
    if failed := gates.sentences(report):
        lines = [f"- {_marked(one)}" for one in failed]
        yield "\n".join(["### Gate", "", *lines, "", "What would help: `apilint gate --todo`"])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _marked(text: str) -> str:
    return markdown(text, 0)


def _rows(findings: Sequence[Finding], room: int) -> str:
    if not findings:
        return ""
    shown = _fitting(map(_row, findings), room - _size(_HEADER))
    left = findings[len(shown) :]
    lines = "\n".join([_HEADER, *shown]) if shown else ""
    if not left:
        return lines
    numbers = by_severity(Counter(finding.severity for finding in left))
    more = f"**{len(left):,} more** ({numbers}) found no room here: `apilint check --all` shows them."
    return f"{lines}\n\n{more}" if lines else more


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """The lines that `room` bytes hold, up to the first that does not fit."""
    shown = []
    for line in lines:
        room -= _size(line)
        if room < 0:
            break
        shown.append(line)
    return shown


def _row(finding: Finding) -> str:
    severity = finding.severity.label
    level = f"**{severity}**" if finding.severity >= Severity.HIGH else severity
    new = ", new" if finding.state == "new" else ""
    said = markdown(finding.message)
    if concerned := reach(finding, finding.message):
        said += f" ({_marked(concerned)})"
    said += _marked(before(finding))
    if owner := answerable(finding):
        said += f" — owner: {_marked(owner)}"
    return f"| {level}{new} | {finding.confidence.label} | {_rule(finding)} | {_place(finding)} | {said} |"


def _rule(finding: Finding) -> str:
    return markdown_code(finding.rule, 100) + (r" \[\*\]" if finding.fix is not None else "")


def _place(finding: Finding) -> str:
    return markdown_code(f"{visible(finding.location.file, SNIPPET)}:{finding.location.span.line}")


def _not_checked(report: Report, room: int) -> Iterator[str]:
    """Problems, inputs that were left out, departures from the schema; in about `room` bytes at most."""
    if report.problems:
        shown = _fitting(map(_problem, report.problems[:PROBLEMS]), room)
        lines = [f"### Not checked: {count(len(report.problems), 'problem')}", "", *shown]
        if more := len(report.problems) - len(shown):
            lines.append(f"- and {count(more, 'more problem')}")
        yield "\n".join(lines)
        room -= _size("\n".join(shown))
    left_out = [(one.file, fate) for one, fate in fates(report) if fate.is_skipped or fate is Fate.FAILED]
    if left_out:
        lines = [f"- {markdown_code(visible(file, SNIPPET))}: {fate.value}" for file, fate in left_out[:INPUTS]]
        yield _folded(f"{count(len(left_out), 'input')} not checked", lines, len(left_out), room // 2)
        room -= room // 2
    notes = [(one.file, said) for one in report.inputs for said in one.deviations]
    if notes:
        lines = [f"- {markdown_code(visible(file, SNIPPET))}: {markdown(said)}" for file, said in notes[:DEVIATIONS]]
        yield _folded(f"{count(len(notes), 'departure')} from the OpenAPI schema", lines, len(notes), room)


def _problem(problem: Problem) -> str:
    place = f" {markdown_code(problem_place(problem))}" if problem.file is not None else ""
    rule = f" (rule {markdown_code(problem.rule, 100)})" if problem.rule else ""
    return f"- **problem** {markdown_code(problem.kind, 100)}{place}: {markdown(problem.message)}{rule}"


def _folded(heading: str, lines: Sequence[str], number: int, room: int) -> str:
    shown = _fitting(lines, room)
    if more := number - len(shown):
        shown.append(f"- and {more:,} more")
    return f"<details>\n<summary>{heading}</summary>\n\n" + "\n".join(shown) + "\n\n</details>"


def _mending(findings: Sequence[Finding], rules: Sequence[Rule], room: int) -> str:
    """Why and how to fix, a fold for each rule with findings, the gravest first."""
    by_id = {rule.id: rule for rule in rules}
    numbers = Counter(finding.rule for finding in findings)
    known = [id for id in numbers if id in by_id]
    heading = "### Why, and how to mend"
    shown = _fitting((_fold(by_id[id], numbers[id]) for id in known), room - _size(heading))
    if not known:
        return ""
    if more := len(known) - len(shown):
        shown.append(f"The pages of {count(more, 'more rule')} found no room here: `apilint explain ID` shows them.")
    return "\n\n".join([heading, *shown])


def _fold(rule: Rule, number: int) -> str:
    parts = [f"{markdown(rule.summary)}."]
    if why := _flowing(part(rule, WHY)):
        parts.append(why)
    if mend := _flowing(part(rule, TO_FIX)):
        parts.append(f"**To fix:** {mend}")
    if references := ", ".join(map(_linked, rule.refs)):
        parts.append(f"References: {references}")
    parts.append(f"More: {markdown_code(f'apilint explain {rule.id}')}")
    heading = f"<summary><code>{rule.id}</code>: {count(number, 'finding')}</summary>"
    return "\n\n".join([f"<details>\n{heading}", *parts, "</details>"])


def _flowing(text: str) -> str:
    """Paragraphs without line ends inside them, which GitHub shows as such in comments; lists and code stay."""
    return text if "```" in text else re.sub(r"(?<!\n)\n(?=[^\s*>|+-])(?!\d+[.)])", " ", text)


def _linked(ref: str) -> str:
    url, called = address(ref), title(ref)
    name = f"{ref} {called}" if called else markdown(ref)
    return name if url is None else f"[{name}](<{visible(url)}>)"


def _better(report: Report, room: int) -> str:
    """What became better, in a table of its own: it counts nowhere."""
    members = gravest_first(report.against.improvements) if report.against is not None else []
    if not members:
        return ""
    heading = f"### {count(len(members), 'improvement')}"
    head = "| Rule | Place | What became better |\n| --- | --- | --- |"
    rows = (f"| {_rule(one)} | {_place(one)} | {markdown(one.message)}{_marked(before(one))} |" for one in members)
    shown = _fitting(rows, room - _size(heading) - _size(head))
    parts = [heading, "\n".join([head, *shown])] if shown else [heading]
    if more := len(members) - len(shown):
        parts.append(f"**{more:,} more** found no room here.")
    return "\n\n".join(parts)


def _aside(findings: Sequence[Finding], room: int) -> str:
    """The suppressed findings, folded: visible, and apart from those that count."""
    if not findings:
        return ""
    shown = _fitting(map(_suppressed_row, findings), room - _size(_SUPPRESSED) - 100)
    heading = f"<details>\n<summary>{count(len(findings), 'finding')} suppressed</summary>"
    parts = [heading, "\n".join([_SUPPRESSED, *shown])] if shown else [heading]
    if more := len(findings) - len(shown):
        parts.append(f"**{more:,} more** found no room here: `apilint check --all` shows them.")
    return "\n\n".join([*parts, "</details>"])


def _suppressed_row(finding: Finding) -> str:
    why = "" if finding.suppression is None else _marked(suppression_words(finding.suppression))
    return f"| {_rule(finding)} ({finding.severity.label}) | {_place(finding)} | {markdown(finding.message)} | {why} |"
