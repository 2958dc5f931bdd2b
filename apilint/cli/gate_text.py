"""The gate for people and for programs: what is asked, what there is, and what to mend first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from apilint.findings import Demand, Finding, Gated, Report
from apilint.policy.todo import Item, Todo
from apilint.report.escape import MESSAGE, POINTER, SNIPPET, cut, markdown, markdown_code, screen, visible
from apilint.report.gates import name
from apilint.report.json_text import json_document, json_text
from apilint.report.layout import Paint, count, hanging
from apilint.report.places import place
from apilint.report.summary import ignored, reason

PLACES = 5
PROBLEMS = 5


class Shown(NamedTuple):
    """The gate of an API, and what would let it pass, if somebody asked and it does not."""

    gate: Gated
    todo: Todo | None


class Layout(NamedTuple):
    """How the text is to look: columns, colours, every place or some; and the command that says what to do."""

    width: int
    paint: Paint
    everything: bool
    again: str


def as_text(report: Report, shown: Sequence[Shown], status: int, layout: Layout) -> str:
    """The gate of each API as a table, those that fail first."""
    lines: list[str] = []
    for one in shown:
        lines += [*_api(one.gate, layout), *_todo(one.todo, layout), ""]
    lines += _problems(report, layout)
    if report.ignored:
        lines += hanging("", ignored(report), layout.width, 2)
    if len(shown) > 1:
        failed = sum(bool(_unmet(one.gate)) for one in shown)
        said = f"{failed:,} of {count(len(shown), 'API')} failed" if failed else f"all {len(shown):,} APIs passed"
        lines.append(layout.paint("strong", said))
    lines += hanging("", f"exit status {status}: {why(report, shown)}", layout.width, 2)
    lines += hanging("", f"next: {_next(report, shown, layout)}", layout.width, 2)
    return screen("".join(f"{line}\n" for line in lines))


def why(report: Report, shown: Sequence[Shown]) -> str:
    """Why the exit status is what it is."""
    number = sum(len(_unmet(one.gate)) for one in shown)
    if report.problems or not number:
        return reason(report, 1)
    return f"{count(number, 'demand')} not met"


def _unmet(gate: Gated) -> list[Demand]:
    return [one for one in gate.demands if one.failure]


def _api(gate: Gated, layout: Layout) -> Iterator[str]:
    unmet = _unmet(gate)
    said = layout.paint("problem", "failed") if unmet else layout.paint("low", "passed")
    number = f", {len(unmet)} of {count(len(gate.demands), 'demand')} not met" if unmet else ""
    yield f"{layout.paint('strong', visible(gate.api))}: {name(gate)}: {said}{number}"
    first = max(len(_what(one)) for one in gate.demands)
    second = max(len(one.stands) for one in gate.demands)
    third = max(len(one.asked) for one in gate.demands)
    for one in gate.demands:
        row = f"  {_what(one):{first}}  {one.stands:>{second}}  {one.asked:{third}}"
        yield f"{row}  {layout.paint('problem', 'not met')}" if one.failure else f"{row}  met"
    for text in dict.fromkeys(one.failure for one in unmet if one.stands == "none"):
        yield from hanging("  ", visible(text, MESSAGE), layout.width, 4)


def _what(demand: Demand) -> str:
    return visible(demand.what, 40)


def _todo(todo: Todo | None, layout: Layout) -> Iterator[str]:
    if todo is None:
        return
    if not todo.items:
        return
    places = sum(len(one.findings) for one in todo.items)
    said = f"{count(places, 'place')} of {count(len(todo.items), 'rule')}"
    most = "To do, as far as can be told without a score" if todo.blocked else "To do, the least that lets it pass"
    yield ""
    yield from hanging("  ", f"{most}: {said}.", layout.width, 2)
    before = todo.before
    for number, item in enumerate(todo.items, 1):
        yield from hanging(f"  {number:>2}. ", _item(item, before), layout.width, 6)
        before = item.score
        listed = item.findings if layout.everything else item.findings[:PLACES]
        for finding in listed:
            text = visible(finding.message, MESSAGE) + _aside(finding)
            yield from hanging(f"      {place(finding.location)}: ", text, layout.width, 8)
        if more := len(item.findings) - len(listed):
            yield f"      and {count(more, 'more place')}: --all"


def _item(item: Item, before: int | None) -> str:
    fixable = sum(one.fix is not None for one in item.findings)
    fixes = "" if not fixable else ", fixable" if fixable == len(item.findings) else f", {fixable:,} fixable"
    said = f"mend {visible(item.rule, 100)} ({count(len(item.findings), 'place')}{fixes})"
    if item.score is None or before is None:
        return said
    return f"{said}: score {before} -> {item.score}" if item.score != before else f"{said}: score {before} stays"


def _aside(finding: Finding) -> str:
    kind = finding.suppression.kind if finding.suppression is not None else ""
    return f" (suppressed: {visible(kind, 60)})" if kind else ""


def _problems(report: Report, layout: Layout) -> Iterator[str]:
    for problem in report.problems[:PROBLEMS]:
        where = f"{visible(problem.file)}: " if problem.file else ""
        first, *rest = hanging("problem: ", where + visible(problem.message, MESSAGE), layout.width, 2)
        yield from (layout.paint("problem", first[:7]) + first[7:], *rest)
    if (more := len(report.problems) - PROBLEMS) > 0:
        yield f"and {count(more, 'more problem')}: apilint check"


def _next(report: Report, shown: Sequence[Shown], layout: Layout) -> str:
    if report.problems:
        return "apilint check shows what could not be looked at"
    failed = [one for one in shown if _unmet(one.gate)]
    if not failed:
        return "keep it so: run apilint check in CI"
    if todo := failed[0].todo:
        return f"apilint explain {visible(todo.items[0].rule, 100)}" if todo.items else "apilint check"
    return visible(layout.again, POINTER)


def as_markdown(report: Report, shown: Sequence[Shown], status: int) -> str:
    """The same for a comment or a wiki page."""
    parts = [f"## apilint gate: {markdown(why(report, shown))}"]
    for gate, todo in shown:
        unmet = _unmet(gate)
        parts.append(
            f"### {markdown_code(visible(gate.api))}: {markdown(name(gate))}: {'failed' if unmet else 'passed'}"
        )
        rows = [
            f"| {markdown(_what(one))} | {markdown(one.stands)} | {markdown(one.asked)} | {_met(one)} |"
            for one in gate.demands
        ]
        parts.append("\n".join(["| What | Stands | Asked | |", "| --- | --- | --- | --- |", *rows]))
        if todo is not None:
            parts += _markdown_todo(todo)
    parts += [f"- problem: {markdown(one.message)}" for one in report.problems[:PROBLEMS]]
    return screen("\n\n".join([*parts, f"Exit status {status}."]) + "\n")


def _met(demand: Demand) -> str:
    return "**not met**" if demand.failure else "met"


def _markdown_todo(todo: Todo) -> Iterator[str]:
    for text in todo.blocked:
        yield f"Cannot be told: {markdown(text)}"
    before, lines = todo.before, []
    for item in todo.items:
        lines.append(f"1. {markdown(_item(item, before))}")
        before = item.score
        lines += [
            f"   - {markdown_code(place(one.location))}: {markdown(one.message + _aside(one))}"
            for one in item.findings[:PLACES]
        ]
        if (more := len(item.findings) - PLACES) > 0:
            lines.append(f"   - and {count(more, 'more place')}")
    if lines:
        yield "To do, the least that lets it pass:"
        yield "\n".join(lines)


def as_json(report: Report, shown: Sequence[Shown], status: int, version: str) -> str:
    """The same for programs: one object, an API a line."""
    apis = ",\n".join(json_text(_data(one)) for one in shown)
    head = json_text({"version": "1", "tool": {"name": "apilint", "version": version}, "exit_status": status})
    problems = json_text([visible(one.message, MESSAGE) for one in report.problems])
    ignored_rules = json_text([visible(one, SNIPPET) for one in report.ignored])
    return json_document(f'{head[:-1]},\n"ignored":{ignored_rules},\n"problems":{problems},\n"apis":[{apis}]}}\n')


def _data(shown: Shown) -> dict[str, Any]:
    gate, todo = shown
    return {
        "api": gate.api,
        "level": visible(gate.level, SNIPPET) or None,
        "passes": not _unmet(gate),
        "threshold": gate.fail_on.label,
        "score": gate.score,
        "demands": [
            {
                "what": visible(one.what, SNIPPET),
                "stands": one.stands,
                "asked": one.asked,
                "failure": visible(one.failure, MESSAGE) or None,
            }
            for one in gate.demands
        ],
        "todo": None if todo is None else {"blocked": list(todo.blocked), "steps": list(map(_step, todo.items))},
    }


def _step(item: Item) -> dict[str, Any]:
    return {"rule": item.rule, "score": item.score, "findings": list(map(_place, item.findings))}


def _place(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.location.file,
        "line": finding.location.span.line,
        "column": finding.location.span.column,
        "pointer": cut(finding.location.pointer, POINTER),
        "message": visible(finding.message, MESSAGE),
        "severity": finding.severity.label,
        "fingerprint": finding.fingerprint,
        "fixable": finding.fix is not None,
        "suppression": None if finding.suppression is None else finding.suppression.kind,
    }
