"""The format `summary`: counts instead of findings. Also what `--statistics` adds to the formats for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from apilint.findings import Confidence, Finding, Report, Severity
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, screen, visible
from apilint.report.layout import Paint, count, hanging, linked, painter
from apilint.report.references import first_address
from apilint.report.summary import summary, suppressed

FILES = 20


def render(report: Report, presentation: Presentation) -> str:
    """The counts, then what the summary of the other formats for people says."""
    shown = [*lines(report, presentation), ""] if report.findings or report.problems else []
    if not presentation.quiet:
        shown += summary(report, presentation.status, _width(presentation), painter(presentation.color))
    return screen("".join(f"{line}\n" for line in shown))


def lines(report: Report, presentation: Presentation) -> list[str]:
    """The counts: by level, by rule, by API, file and owner, and of what does not count or was not done."""
    width, paint = _width(presentation), painter(presentation.color)
    counted = [finding for finding in report.findings if finding.suppression is None]
    apis = [api for finding in counted for api in (finding.api, *finding.also) if api]
    files = [finding.location.file for finding in counted]
    parts = [
        _levels(counted, paint),
        _rules(report, counted, presentation, width, paint),
        _places("API", apis, presentation, width, paint),
        _places("file", [] if files == apis else files, presentation, width, paint),
        _owners(counted, presentation, width, paint),
        _suppressed(report, paint),
        _problems(report, width, paint),
    ]
    shown: list[str] = []
    for part in parts:
        if found := list(part):
            shown += ["", *found] if shown else found
    return shown


def _width(presentation: Presentation) -> int:
    return max(40, presentation.width)


def _levels(findings: Sequence[Finding], paint: Paint) -> Iterator[str]:
    """A row for each severity, a column for each confidence."""
    numbers = Counter((finding.severity, finding.confidence) for finding in findings)
    labels = [confidence.label for confidence in reversed(Confidence)]
    yield paint("strong", f"{'confidence':>10}" + "".join(f"{label:>7}" for label in [*labels, "all"]))
    for severity in reversed(Severity):
        row = [numbers[severity, confidence] for confidence in reversed(Confidence)]
        cells = "".join(f"{number:>7,}" for number in [*row, sum(row)])
        yield paint(severity.label, f"{severity.label:>10}") + cells
    columns = [sum(numbers[severity, confidence] for severity in Severity) for confidence in reversed(Confidence)]
    yield f"{'all':>10}" + "".join(f"{number:>7,}" for number in [*columns, sum(columns)])


def _rules(
    report: Report, findings: Sequence[Finding], presentation: Presentation, width: int, paint: Paint
) -> Iterator[str]:
    """The rules, those with most findings first: number, severity, id, what each is about and what it covers."""
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        members.setdefault(finding.rule, []).append(finding)
    if not members:
        return
    known = {rule.id: rule for rule in report.rules}
    head = f"by rule: {count(len(members), 'rule')} with findings, of {count(len(known), 'rule')} that ran"
    yield from (paint("strong", line) for line in hanging("", head, width, 2))
    for id, found in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        worst = max(finding.severity for finding in found)
        fixable = sum(finding.fix is not None for finding in found)
        mark = " [*]" if fixable else ""
        rule = known.get(id)
        url = first_address(rule.refs) if rule is not None and presentation.links else None
        yield f"{len(found):>8,}  {paint(worst.label, f'{worst.label:8}')}  {linked(visible(id, 100), url)}{mark}"
        about = [visible(rule.summary, MESSAGE), ", ".join(map(visible, rule.refs))] if rule is not None else []
        if fixable:
            about.append(f"{fixable:,} fixable")
        if said := "; ".join(filter(None, about)):
            yield from hanging(" " * 10, said, width, 10)


def _places(kind: str, names: Sequence[str], presentation: Presentation, width: int, paint: Paint) -> Iterator[str]:
    numbers = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    if not numbers:
        return
    yield paint("strong", f"by {kind}: {count(len(numbers), kind)} with findings")
    listed = numbers if presentation.everything else numbers[:FILES]
    for name, number in listed:
        yield from hanging(f"{number:>8,}  ", visible(name), width, 10)
    if more := len(numbers) - len(listed):
        yield f"{'':10}and {more:,} more: --all"


def _owners(findings: Sequence[Finding], presentation: Presentation, width: int, paint: Paint) -> Iterator[str]:
    """Who has how many to mend; nothing where all are of the same owner, or of none."""
    if len({finding.owner for finding in findings}) > 1:
        owners = [finding.owner for finding in findings if finding.owner]
        yield from _places("owner", owners, presentation, width, paint)
        if left := len(findings) - len(owners):
            yield f"{left:>8,}  without owner"


def _suppressed(report: Report, paint: Paint) -> Iterator[str]:
    if said := suppressed(report.findings):
        yield paint("strong", "suppressed: ") + said


def _problems(report: Report, width: int, paint: Paint) -> Iterator[str]:
    kinds = Counter(problem.kind for problem in report.problems)
    if kinds:
        yield paint("problem", f"not checked: {count(len(report.problems), 'problem')}")
        for kind, number in sorted(kinds.items()):
            yield from hanging(f"{number:>8,}  ", visible(kind, 100), width, 10)
