"""A score for people and for programs: how good, what holds it down, what costs most, what would lift it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apilint.report.escape import SNIPPET, cut, screen, visible
from apilint.report.layout import Paint, count, hanging
from apilint.report.places import place
from apilint.scoring import ApiScore, Cap, RuleCost, Score, Step, steps
from apilint.weights import GRADES, grade

COSTLIEST = 10
APIS = 20
BAR = 10
_GRADE_ROLES = {"A": "low", "B": "low", "C": "medium", "D": "high", "F": "critical"}


def as_text(score: Score, width: int, paint: Paint, explain: bool = False) -> str:
    """The score of the run, the domains of the API that decides, and on request what costs most and what would lift it.

    At most `APIS` APIs are listed, the worst first.
    """
    lines = [paint("strong", _headline(score, paint))]
    if score.at_most is not None and not score.complete:
        lines += hanging("", f"at most {score.at_most}, as far as anything was looked at", width, 2)
    for gap in score.gaps:
        first, *rest = hanging("incomplete: ", visible(gap), width, 2)
        lines += [paint("problem", first[:10]) + first[10:], *rest]
    if len(score.apis) > 1:
        lines += ["", *_apis(score)]
    if api := score.worst:
        lines += ["", *_api(api, width)]
        if explain:
            lines += ["", *_costliest(api, width), "", *_lift(api, width)]
        lines += ["", *hanging("", _about(score), width, 2)]
    else:
        lines.append("")
    lines += hanging("", f"next: {_next(score, explain)}", width, 2)
    return screen("".join(f"{line}\n" for line in lines))


def next_grade(points: int) -> tuple[str, int] | None:
    """The grade above the one that so many points earn, and the points that it takes; None for the best."""
    return next(((letter, least) for letter, least in reversed(GRADES) if least > points), None)


def _headline(score: Score, paint: Paint) -> str:
    if score.overall is None or score.grade is None:
        return "API security score: none, the run is incomplete"
    return f"API security score: {paint(_GRADE_ROLES[score.grade], score.grade)}, {score.overall} of 100"


def _apis(score: Score) -> Iterator[str]:
    yield f"{count(len(score.apis), 'API')}: the worst of them decides"
    for api in score.apis[:APIS]:
        yield f"  {api.grade or '-'} {api.score:>3}  {visible(api.api)}"
    if (more := len(score.apis) - APIS) > 0:
        yield f"  and {more:,} more, no worse: --format json lists all"


def _api(api: ApiScore, width: int) -> Iterator[str]:
    yield from hanging("", f"{visible(api.api)}, {count(api.operations, 'operation')}:", width, 2)
    for domain in api.domains:
        filled = domain.score * BAR // 100
        line = f"  {domain.name:14}  {'#' * filled}{'.' * (BAR - filled)}  {domain.score:>3}"
        if domain.rules:
            room = max(width - len(line) - 11, 12)
            line += f"  {_points(-domain.points):>6}  {_rule(domain.rules, room)}"
        yield line
    for cap in api.caps:
        yield from hanging("held down: ", _cap(cap), width, 2)
    if worst := api.worst_operation:
        text = (
            f"{visible(worst.operation, SNIPPET)}, {worst.score} if it stood alone, {count(worst.findings, 'finding')}"
        )
        yield from hanging("worst operation: ", text, width, 2)


def _rule(rules: Sequence[RuleCost], room: int) -> str:
    """The costliest rule, and how many more there are."""
    more = f" +{len(rules) - 1}" if len(rules) > 1 else ""
    return cut(visible(rules[0].rule, 100), room - len(more)) + more


def _cap(cap: Cap) -> str:
    rules = ", ".join(visible(rule, 100) for rule in cap.rules[:3])
    more = f" and {count(len(cap.rules) - 3, 'more rule')}" if len(cap.rules) > 3 else ""
    return f"{cap.points} at most with {count(cap.findings, f'{cap.severity.label} finding')} ({rules}{more})"


def _costliest(api: ApiScore, width: int) -> Iterator[str]:
    if not api.rules:
        yield "Nothing costs a point."
        return
    above = next_grade(api.score)
    yield f"What costs most, of {_points(100 - api.before_caps)} points lost before caps:"
    for cost in api.rules[:COSTLIEST]:
        held = f" ({cost.cap} at most)" if above and cost.cap < min(above[1], api.before_caps) else ""
        yield from hanging(f"  {_points(cost.points):>5}  ", visible(cost.rule, 100) + held, width, 9)
        yield from hanging(" " * 9, _places(cost), width, 9)
    if rest := api.rules[COSTLIEST:]:
        yield f"  {_points(sum(cost.points for cost in rest)):>5}  {count(len(rest), 'more rule')}"


def _lift(api: ApiScore, width: int) -> Iterator[str]:
    above = next_grade(api.score)
    if above is None:
        yield "What lifts the grade: nothing, it is the best."
        return
    taken = steps(api, above[1])
    reached = taken[-1].score
    yield from hanging(
        "", f"What lifts the grade: mend {_these(taken)} for a score of {reached}, {grade(reached)}:", width, 2
    )
    for step in taken:
        text = f"{visible(step.rule, 100)}, {count(step.findings, 'finding')}: then {step.score}"
        yield from hanging("  - ", text, width, 4)


def _these(taken: Sequence[Step]) -> str:
    return "this" if len(taken) == 1 else f"these {len(taken)}"


def _about(score: Score) -> str:
    grades = ", ".join(f"{letter} {least}" for letter, least in GRADES[:-1])
    return f"score version {score.version}, preset {visible(score.preset, 60)}; grades from: {grades}"


def _next(score: Score, explain: bool) -> str:
    if not score.complete:
        return "apilint check shows what could not be looked at"
    api = score.apis[0]
    if not api.rules:
        return "keep it so: apilint score --min-score in CI"
    if explain:
        above = next_grade(api.score)
        first = steps(api, above[1])[0].rule if above else api.rules[0].rule
        return f"apilint explain {visible(first, 100)}"
    return "apilint score --explain shows what costs most and what would help"


def _places(cost: RuleCost) -> str:
    """The costliest place, how many more there are, and how many of all are suppressed."""
    text = place(cost.findings[0].finding.location)
    if len(cost.findings) > 1:
        text += f", and {count(len(cost.findings) - 1, 'more place')}"
    suppressed = sum(one.finding.suppression is not None for one in cost.findings)
    return f"{text} ({suppressed:,} suppressed)" if suppressed else text


def _points(points: float) -> str:
    """One decimal; what is there is never shown as nothing."""
    if 0 < abs(points) < 0.05:
        return "<0.1" if points > 0 else "-<0.1"
    return f"{points:.1f}"
