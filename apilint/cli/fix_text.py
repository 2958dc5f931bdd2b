"""What fixes did, for people: what was mended in each file, what stays and why, and what to do next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from apilint.findings import Finding, Problem
from apilint.mending.model import Mending
from apilint.report.escape import MESSAGE, POINTER, screen, visible
from apilint.report.layout import Paint, count, hanging
from apilint.report.places import place, problem_place

_FILES = 20
_NAMED = 10


def as_text(mending: Mending, refusals: Sequence[str], width: int, paint: Paint, *, tried: bool = False) -> str:
    """All that there is to say. `refusals` say why nothing was written; with `tried`, nothing was to be."""
    lines = [] if refusals else list(_files(mending, width, paint))
    if mending.left:
        kept = [_named(one.finding, f": {visible(one.reason, MESSAGE)}") for one in mending.left]
        lines += [paint("strong", "not fixed:"), *_some(kept, width, "  ", paint), ""]
    if mending.uncovered and not refusals:
        lines.append(paint("strong", "no longer hidden behind a finding that was fixed:"))
        lines += _some([_named(one, "") for one in mending.uncovered], width, "  ", paint)
        lines.append("")
    problems = list(map(_problem, mending.before.problems))
    lines += _some([*(visible(one, POINTER) for one in refusals), *problems], width, "problem: ", paint)
    said = total(mending, refusals, tried=tried)
    lines += [paint("strong", line) for line in hanging("", said, width, 2)]
    if step := next_step(mending, tried=tried):
        lines += ["", *hanging("", f"next: {step}", width, 2)]
    return screen("".join(f"{line}\n" for line in lines))


def total(mending: Mending, refusals: Sequence[str], *, tried: bool) -> str:
    """How much was mended, in one sentence."""
    if refusals:
        return f"nothing was written: {count(len(mending.done), 'finding')} could be fixed"
    if not mending.done:
        return "nothing was fixed" if mending.left else "nothing to fix"
    verb = "would be fixed" if tried else "fixed"
    return f"{count(len(mending.done), 'finding')} {verb} in {count(len(mending.files), 'file')}"


def next_step(mending: Mending, *, tried: bool) -> str:
    """What else could be done, or nothing."""
    if unsafe := mending.unsafe:
        noun, verb = ("fix", "changes") if unsafe == 1 else ("fixes", "change")
        more = "more " if mending.done else ""
        return f"{unsafe:,} {more}{noun} with --unsafe-fixes, which {verb} what the API accepts or returns"
    if tried and mending.files:
        return "apilint fix without --diff writes this"
    return "apilint check shows what is left" if mending.after and mending.done else ""


def _files(mending: Mending, width: int, paint: Paint) -> Iterator[str]:
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for one in mending.done:
        by_file[one.location.file].append(one)
    for file in sorted(by_file)[:_FILES]:
        yield paint("strong", visible(file, POINTER))
        rules = Counter(one.rule for one in by_file[file])
        unsafe = {one.rule for one in by_file[file] if one.fix is not None and not one.fix.safe}
        for rule, number in sorted(rules.items()):
            kind = " (unsafe)" if rule in unsafe else ""
            lines = sorted({one.location.span.line for one in by_file[file] if one.rule == rule})
            where = ", ".join(f"{line}" for line in lines[:_NAMED]) + (", ..." if len(lines) > _NAMED else "")
            at = f"line{'' if len(lines) == 1 else 's'} {where}"
            yield from hanging("  ", f"{number:,} {visible(rule, 100)}{kind}: {at}", width, 6)
        yield ""
    if len(by_file) > _FILES:
        yield f"and {count(len(by_file) - _FILES, 'more file')}"
        yield ""


def _some(said: Sequence[str], width: int, head: str, paint: Paint) -> list[str]:
    lines = []
    for one in said[:_NAMED]:
        first, *rest = hanging(head, one, width, 4)
        lines += [paint("problem", head) + first[len(head) :] if head.strip() else first, *rest]
    if len(said) > _NAMED:
        lines.append(f"  and {len(said) - _NAMED:,} more")
    return lines


def _named(finding: Finding, why: str) -> str:
    return f"{place(finding.location)} {visible(finding.rule, 100)}{why}"


def _problem(problem: Problem) -> str:
    where = problem_place(problem)
    return f"{where}{': ' if where else ''}{visible(problem.message, MESSAGE)}"
