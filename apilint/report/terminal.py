"""The format `full`: for people. A block with a code frame for each finding, and a summary that adds up.

A rule that speaks often is gathered into one section for the run: the first findings in full, a few
more on one line each, the rest counted. The more findings there are, the sooner, so that even the report of
a large document is read to its end; `everything` shows all of them in full. Suppressed findings come after
those that count, on one line each with the reason.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import Finding, Input, Location, Problem, Related, Report, Span
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, POINTER, SNIPPET, screen, visible
from apilint.report.frame import Mark, frame
from apilint.report.layout import Paint, columns, count, hanging, linked, painter
from apilint.report.places import place
from apilint.report.summary import answerable, before, gravest_first, reach, summary, suppression_words

if TYPE_CHECKING:
    from apilint.report.diff import Change

DEVIATIONS = 3
PROBLEMS = 10  # of one kind
SUPPRESSED = 10
IMPROVEMENTS = 10


class _Room(NamedTuple):
    """How much is shown: a rule with more than `often` findings is gathered, `in_full` and `on_one_line` of them."""

    often: int
    in_full: int
    on_one_line: int
    related: int
    hops: int


_AMPLE = _Room(often=10, in_full=3, on_one_line=5, related=3, hops=4)
_SCARCE = _Room(often=2, in_full=1, on_one_line=3, related=1, hops=2)
_ALL = _Room(often=0, in_full=0, on_one_line=0, related=3, hops=1_000)
_MANY = 25  # findings from which on room is scarce


class _Page(NamedTuple):
    """What every part of the text needs; `addresses` are where the rules can be read about, if the terminal links.

    `explained` are the rules of which the reason and the remedy were said.
    """

    report: Report
    width: int
    paint: Paint
    room: _Room
    addresses: Mapping[str, str | None]
    explained: set[str]


def render(report: Report, presentation: Presentation) -> str:
    """The report as text of at most `presentation.width` columns, where words and names allow it."""
    counted = [finding for finding in report.findings if finding.suppression is None]
    room = _ALL if presentation.everything else _SCARCE if len(counted) > _MANY else _AMPLE
    paint = painter(presentation.color)
    page = _Page(report, max(40, presentation.width), paint, room, addresses(report, presentation), set())
    if report.against is not None:
        counted = gravest_first(counted)
    often = _often(counted, room.often) if room.often else set()
    lines: list[str] = []
    lines += _by_file(page, [finding for finding in counted if finding.rule not in often])
    lines += _by_rule(page, [finding for finding in counted if finding.rule in often])
    lines += _suppressed(page, presentation.everything)
    lines += _improvements(page, presentation.everything)
    lines += _problems(page, presentation.everything)
    if presentation.statistics:
        from apilint.report.statistics import lines as statistics

        lines += [*statistics(report, presentation), ""]
    if not presentation.quiet:
        lines += _deviations(page)
        lines += summary(report, presentation.status, page.width, page.paint)
    return screen("".join(f"{line}\n" for line in lines))


def addresses(report: Report, presentation: Presentation) -> dict[str, str | None]:
    """Where each rule can be read about, by its id; nothing if the terminal does not link."""
    if not presentation.links:
        return {}
    from apilint.report.references import first_address

    return {rule.id: first_address(rule.refs) for rule in report.rules}


def _often(findings: Sequence[Finding], most: int) -> set[str]:
    return {rule for rule, number in Counter(finding.rule for finding in findings).items() if number > most}


def _by_file(page: _Page, findings: Sequence[Finding]) -> Iterator[str]:
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.location.file, []).append(finding)
    inputs = {looked_at.file: looked_at for looked_at in page.report.inputs}
    for file, members in files.items():
        yield from _heading(page, file, inputs.get(file))
        yield ""
        for finding in members:
            yield from _block(page, finding)


def _heading(page: _Page, file: str, looked_at: Input | None) -> Iterator[str]:
    name = visible(file)
    if looked_at is None or looked_at.version is None:
        yield page.paint("strong", name)
        return
    kind = "Swagger" if looked_at.version == "2.0" else "OpenAPI"
    facts = f"({kind} {visible(looked_at.version, 20)}, {count(looked_at.operations, 'operation')})"
    if columns(name) + 1 + columns(facts) <= page.width:
        yield f"{page.paint('strong', name)} {facts}"
    else:
        yield from (page.paint("strong", name), f"  {facts}")


def _by_rule(page: _Page, findings: Sequence[Finding]) -> Iterator[str]:
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        rules.setdefault(finding.rule, []).append(finding)
    summaries = {rule.id: rule.summary for rule in page.report.rules if rule.id in rules}
    worst_first = sorted(rules.items(), key=lambda item: -max(finding.severity for finding in item[1]))
    for rule, members in worst_first:
        files = len({finding.location.file for finding in members})
        where = f" in {count(files, 'file')}" if files > 1 else ""
        name = linked(visible(rule, 100), page.addresses.get(rule))
        yield page.paint("strong", f"{name}: {count(len(members), 'finding')}{where}")
        if rule in summaries:
            yield from hanging("  ", visible(summaries[rule], MESSAGE), page.width, 2)
        yield f"  help: apilint explain {visible(rule, 100)}"
        yield ""
        members = gravest_first(members)  # the others may be left out
        full = page.room.in_full
        for finding in members[:full]:
            yield from _block(page, finding, helped=False)
        brief = members[full : full + page.room.on_one_line]
        for finding in brief:
            yield from hanging(f"  {place(finding.location)}: ", visible(finding.message, MESSAGE), page.width, 6)
        if more := len(members) - full - len(brief):
            said = f"and {more:,} more: --all, with --select {visible(rule, 100)} for these alone"
            yield from hanging("  ", said, page.width, 6)
        if brief:
            yield ""


def _block(page: _Page, finding: Finding, helped: bool = True) -> Iterator[str]:
    severity = finding.severity.label
    fixable = " [*]" if finding.fix is not None else ""
    head = f"{severity}[{visible(finding.rule, 100)}]{fixable}: "
    first, *rest = hanging(head, visible(finding.message, MESSAGE), page.width, 2)
    shown = f"{severity}[{linked(visible(finding.rule, 100), page.addresses.get(finding.rule))}]{fixable}"
    yield page.paint(severity, shown) + page.paint("strong", first[len(head) - 2 :])
    yield from (page.paint("strong", line) for line in rest)
    related = finding.related[: page.room.related]
    changes = _changes(page.report, finding)
    gutter = max([_gutter(finding.location, related), *(len(str(change.number)) for change in changes)])
    yield from _frames(page, finding.location, related, gutter)
    sign = f"{' ' * gutter} = "
    if more := len(finding.related) - len(related):
        yield f"{sign}and {count(more, 'more related place')}"
    yield from hanging(sign, "; ".join(_facts(finding)), page.width, gutter + 3)
    if finding.chain:
        # One entry a file: the hops inside a file say less than the way between files.
        files = list({hop.file: f"{visible(hop.file, SNIPPET)}:{hop.span.line}" for hop in finding.chain}.values())
        if (between := len(files) - page.room.hops) > 0:
            files[1 : 1 + between] = [count(between, "more file")]
        yield from hanging(sign, f"by way of: {', '.join(files)}", page.width, gutter + 3)
    if page.report.against is not None:
        for word, said in _reasons(page, finding):
            yield from hanging(f"{sign}{word}: ", said, page.width, gutter + 3)
    if helped:
        yield f"{sign}help: apilint explain {visible(finding.rule, 100)}"
    if finding.fix is not None:
        kind = "fix" if finding.fix.safe else "unsafe fix"
        yield from hanging(sign, f"{kind}: {visible(finding.fix.summary, MESSAGE)}", page.width, gutter + 3)
    if changes:
        from apilint.report.diff import diff

        yield from diff(changes, gutter, page.width, page.paint)
    yield ""


def _reasons(page: _Page, finding: Finding) -> Iterator[tuple[str, str]]:
    """Why a regression matters and how to mend it, from its page; the first time only."""
    if finding.rule in page.explained:
        return
    page.explained.add(finding.rule)
    from apilint.report.page import TO_FIX, WHY, part

    for rule in page.report.rules:
        if rule.id == finding.rule:
            for word, section in (("why", WHY), ("to fix", TO_FIX))[page.room is _SCARCE :]:
                # A page goes on with details and examples, which `apilint explain` shows.
                if said := " ".join(part(rule, section).partition("\n\n")[0].split()):
                    yield word, said


def _facts(finding: Finding) -> Iterator[str]:
    yield f"confidence: {finding.confidence.label}"
    if concerned := reach(finding):
        yield concerned
    if finding.state == "new":
        yield "new"
    if owner := answerable(finding):
        yield f"owner: {owner}"


def _changes(report: Report, finding: Finding) -> Sequence[Change]:
    """The lines that the fix of a finding changes; nothing where it has none or they cannot be told."""
    if finding.fix is None or not (replacements := report.replacements(finding)):
        return ()
    from apilint.report.diff import changes

    return changes(report.line, replacements)


def _gutter(location: Location, related: Sequence[Related]) -> int:
    """The room that line numbers take: the same for all places of a finding."""
    return len(str(max([location.span.line, *(other.span.line for other, _ in related)])))


def _frames(page: _Page, location: Location, related: Sequence[Related], gutter: int) -> Iterator[str]:
    """The primary place, the related ones in the same file beside it, and those of other files after it."""
    places: dict[str, list[Mark]] = {location.file: [Mark(location.span, "", True)]}
    for other, label in related:
        places.setdefault(other.file, []).append(Mark(other.span, visible(label, SNIPPET)))
    arrow = page.paint("frame", " " * gutter + "-->")
    for file, marks in places.items():
        yield f"{arrow} {place(Location(file, '', marks[0].span))}"
        drawn = frame(functools.partial(page.report.line, file), marks, gutter, page.width, page.paint)
        yield from drawn
        if not drawn:
            yield from (f"{' ' * gutter} = {mark.label}" for mark in marks if mark.label)


def _suppressed(page: _Page, everything: bool) -> Iterator[str]:
    """A line for each suppressed finding, with the reason; some of them, and the others counted."""
    members = gravest_first(finding for finding in page.report.findings if finding.suppression is not None)
    if not members:
        return
    yield page.paint("strong", f"suppressed: {count(len(members), 'finding')}")
    listed = members if everything else members[:SUPPRESSED]
    for finding in listed:
        yield from hanging(f"  {place(finding.location)}: ", suppressed_line(finding), page.width, 6)
    if more := len(members) - len(listed):
        yield f"  and {more:,} more: --all"
    yield ""


def _improvements(page: _Page, everything: bool) -> Iterator[str]:
    """A line for each improvement: what became better, where, and where it stood before."""
    members = gravest_first(page.report.against.improvements) if page.report.against is not None else []
    if not members:
        return
    yield page.paint("strong", f"improvements: {len(members):,}")
    listed = members if everything else members[:IMPROVEMENTS]
    for one in listed:
        said = f"{visible(one.message, MESSAGE)}{before(one)}"
        yield from hanging(f"  {place(one.location)}: ", said, page.width, 6)
    if more := len(members) - len(listed):
        yield f"  and {more:,} more: --all"
    yield ""


def suppressed_line(finding: Finding) -> str:
    """What was found and why it does not count, on one line and already visible."""
    why = "" if finding.suppression is None else f" ({suppression_words(finding.suppression)})"
    said = visible(finding.message, MESSAGE)
    return f"{finding.severity.label}[{visible(finding.rule, 100)}] {said}{why}"


def _problems(page: _Page, everything: bool) -> Iterator[str]:
    kinds: dict[str, list[Problem]] = {}
    for problem in page.report.problems:
        kinds.setdefault(problem.kind, []).append(problem)
    for kind, members in kinds.items():
        listed = members if everything else members[:PROBLEMS]
        for problem in listed:
            yield from _problem(page, problem)
        if more := len(members) - len(listed):
            said = f"and {count(more, 'more problem')} of the kind {visible(kind, 100)}: --all"
            yield from hanging("", said, page.width, 2)
            yield ""


def _problem(page: _Page, problem: Problem) -> Iterator[str]:
    head = f"problem[{visible(problem.kind, 100)}]: "
    first, *rest = hanging(head, visible(problem.message, MESSAGE), page.width, 2)
    yield page.paint("problem", first[: len(head) - 2]) + page.paint("strong", first[len(head) - 2 :])
    yield from (page.paint("strong", line) for line in rest)
    if problem.file is not None and problem.line is not None:
        column = problem.column or 1
        span = Span(problem.line, column, problem.line, column + 1)
        location = Location(problem.file, problem.pointer or "", span)
        yield from _frames(page, location, (), _gutter(location, ()))
    elif problem.file is not None:
        yield f"{page.paint('frame', ' -->')} {visible(problem.file)}"
    if problem.pointer:
        yield f"  = at {visible(problem.pointer, POINTER)}"
    if problem.rule:
        yield f"  = rule: {visible(problem.rule, 100)}"
    yield ""


def _deviations(page: _Page) -> Iterator[str]:
    for looked_at in page.report.inputs:
        for deviation in looked_at.deviations[:DEVIATIONS]:
            yield from hanging("note: ", f"{visible(looked_at.file)}: {visible(deviation, MESSAGE)}", page.width, 2)
        more = len(looked_at.deviations) - DEVIATIONS
        if more > 0:
            said = f"{visible(looked_at.file)}: and {count(more, 'more departure')} from the OpenAPI schema"
            yield from hanging("note: ", said, page.width, 2)
        if looked_at.deviations:
            yield ""
