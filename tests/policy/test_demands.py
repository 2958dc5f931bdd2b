"""What the gate says of a report, and the least that would let an API pass."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apilint.findings import Confidence, Finding, Input, Location, Problem, Report, Severity, Since, Span, Suppression
from apilint.policy.demands import gated
from apilint.policy.gate import exit_status
from apilint.policy.levels import Asked, Held
from apilint.policy.model import Configuration, Level, Origin, Public, Where
from apilint.policy.todo import todo
from apilint.rule import Rule, rule
from apilint.scoring import findings_of, score

OPERATIONS = 4


def made(id: str, ref: str) -> Rule:
    @rule(id, on=object, severity=Severity.HIGH, confidence=Confidence.HIGH, refs=(ref,), tags=(f"about-{id}",))
    def check(view: Any) -> Any:
        """It is a rule."""
        return iter(())

    return check


RULES = (
    made("no-auth", "CWE-306"),
    made("in-clear", "CWE-319"),
    made("unbounded", "CWE-770"),
    made("leaky", "CWE-200"),
)


def finding(rule: str, severity: Severity = Severity.HIGH, **changes: Any) -> Finding:
    number = changes.pop("number", 1)
    plain = Finding(
        rule,
        severity,
        Confidence.HIGH,
        f"{rule} {number}",
        Location("api.yaml", f"/paths/{number}", Span(number, 1, number, 5)),
        None,
        0,
        (),
        f"{rule}-{number}",
        api="api.yaml",
    )
    return plain._replace(**changes)


def report(*findings: Finding, **changes: Any) -> Report:
    inputs = (Input("api.yaml", "checked", "3.0", OPERATIONS, 1),)
    return Report(findings, (), inputs, RULES, (), "default", Severity.HIGH)._replace(**changes)


def asked(level: Level, **changes: Any) -> dict[str, Asked]:
    configuration = Configuration(levels={"own": level})._replace(**changes)
    return {"api.yaml": Asked(configuration, Severity.HIGH, Held("own"))}


def failures(level: Level, *findings: Finding, **changes: Any) -> tuple[str, ...]:
    return gated(report(*findings, **changes), asked(level))["api.yaml"].failures


def waived(id: str, kind: str = "waiver") -> dict[str, Any]:
    return {"suppression": Suppression(kind, "because", id)}


def test_a_score_and_domains() -> None:
    found = [finding("in-clear"), finding("no-auth", Severity.MEDIUM)]
    level = Level(min_score=80, domains={"transport": 90, "input": 90, "authentication": 0})
    assert failures(level, *found) == ("score 64, at least 80 needed", "transport 35, at least 90 needed")
    assert failures(level) == ()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"preset": "selected"}, "only selected rules ran"),
        ({"problems": (Problem("malformed", "no YAML"),)}, "1 problem: not everything could be checked"),
    ],
)
def test_a_run_that_is_incomplete_has_no_score_and_says_so(changes: dict[str, Any], why: str) -> None:
    level = Level(min_score=80, domains={"transport": 90})
    assert failures(level, **changes) == (f"no score, at least 80 needed: {why}",)
    assert failures(level._replace(min_score=None), **changes) == (f"no score of transport, at least 90 needed: {why}",)
    assert failures(Level(max_waivers=3), **changes) == ()


def test_rules_that_configuration_turns_off_leave_a_score_and_those_of_the_command_line_do_not() -> None:
    level = asked(Level(min_score=80))
    run = report(ignored=("leaky", "unbounded"))
    assert gated(run, level)["api.yaml"].failures == ()
    assert gated(run, level, ignored=("leaky",))["api.yaml"].failures == (
        "no score, at least 80 needed: rules were left out: leaky",
    )


def test_the_gravest_findings_that_may_be_left() -> None:
    level = Level(severities={"transport": Severity.LOW, "*": Severity.HIGH})
    found = [finding("in-clear", number=1), finding("in-clear", number=2), finding("no-auth")]
    assert failures(level, *found) == ("2 findings of high in transport, low allowed (in-clear)",)
    assert failures(level, finding("no-auth", Severity.CRITICAL)) == ("1 finding of critical, high allowed (no-auth)",)
    assert failures(level, finding("in-clear", **waived("W-1"))) == ()


def test_rules_that_are_rejected() -> None:
    found = [finding("no-auth", Severity.INFO, number=1), finding("no-auth", Severity.INFO, number=2), finding("leaky")]
    assert failures(Level(reject=("no-auth", "in-clear")), *found) == ("rule no-auth is rejected (2 findings)",)
    assert failures(Level(reject=("*a*",)), *found) == ("*a* is rejected (3 findings: no-auth, leaky)",)
    assert failures(Level(reject=("tag:about-leaky",)), *found) == ("tag:about-leaky is rejected (1 finding: leaky)",)
    assert failures(Level(reject=("leaky",)), finding("leaky", **waived("W-1"))) == ()


def test_exceptions_in_use() -> None:
    two = [finding("leaky", number=1, **waived("W-1")), finding("leaky", number=2, **waived("W-1"))]
    other = finding("no-auth", **waived("W-2"))
    assert failures(Level(max_waivers=1), *two) == ()
    assert failures(Level(max_waivers=1), *two, other) == ("2 waivers in use, 1 allowed",)
    inline = [finding("in-clear", number=number, **waived("", "inline")) for number in (1, 2)]
    assert failures(Level(max_waivers=1), *two, *inline) == (
        "3 exceptions in use (1 waiver, 2 inline suppressions), 1 allowed",
    )
    assert failures(Level(max_waivers=0), finding("leaky", **waived("", "baseline"))) == ()
    off = finding("leaky", **waived("apilint.yaml:9", "configuration"))
    assert failures(Level(max_waivers=0), off) == ("1 override in use, 0 allowed",)


def test_operations_that_are_declared_public_are_a_design_and_no_exception() -> None:
    origin = Origin("apilint.yaml")
    public = Public(Where(operations=("GET /health",)), "it tells nothing", origin)
    found = report(finding("no-auth", **waived(str(origin), "configuration")))
    assert gated(found, asked(Level(max_waivers=0), public=(public,)))["api.yaml"].failures == ()


def test_with_changes_only_the_score_and_what_is_in_use_are_those_of_the_whole() -> None:
    level = asked(Level(min_score=80, max_waivers=0, severities={"*": Severity.LOW}))
    everything = [finding("in-clear"), finding("leaky", **waived("W-1"))]
    change = report(since=Since("main", ("abc1234",), 2))
    gate = gated(change, level, whole=everything)["api.yaml"]
    assert gate.failures == ("score 66, at least 80 needed", "1 waiver in use, 0 allowed")
    assert gated(change, level)["api.yaml"].score == 100  # the change answers for all there is


def test_the_threshold_of_a_level_is_the_api_s() -> None:
    found = report(finding("leaky", Severity.MEDIUM))
    assert exit_status(found) == 0
    gate = gated(found, asked(Level(fail_on=Severity.MEDIUM)))
    assert (gate["api.yaml"].fail_on, gate["api.yaml"].failures) == (Severity.MEDIUM, ())
    assert exit_status(found._replace(gates=gate)) == 1
    assert gate["api.yaml"].demands[0].failure == "1 finding at or above medium (leaky)"
    short = gated(report(), asked(Level(min_score=80)), gaps=("nobody looked",))
    assert exit_status(report(gates=short)) == 1


ids = st.sampled_from([one.id for one in RULES])
suppressions = st.none() | st.builds(
    Suppression,
    st.sampled_from(["waiver", "inline", "baseline", "configuration"]),
    st.just("because"),
    st.sampled_from(["", "W-1", "W-2", "W-3"]),
)
found = st.lists(
    st.builds(
        lambda rule, severity, confidence, operation, operations, suppression: finding(
            rule,
            severity,
            confidence=confidence,
            operation=operation,
            operations=operations,
            suppression=suppression,
        ),
        ids,
        st.sampled_from(list(Severity)),
        st.sampled_from(list(Confidence)),
        st.none() | st.sampled_from(["GET /a", "GET /b", "GET /c"]),
        st.integers(0, OPERATIONS),
        suppressions,
    ),
    max_size=14,
).map(
    lambda all: [
        one._replace(fingerprint=str(n), location=Location("api.yaml", f"/{n}", Span(n + 1, 1, n + 1, 2)))
        for n, one in enumerate(all)
    ]
)
levels = st.builds(
    Level,
    st.sampled_from(list(Severity)),
    st.none() | st.integers(0, 100),
    st.dictionaries(st.sampled_from(["authentication", "transport", "output"]), st.integers(0, 100)),
    st.dictionaries(st.sampled_from(["*", "transport"]), st.sampled_from(list(Severity))),
    st.lists(ids, max_size=1).map(tuple),
    st.none() | st.integers(0, 3),
)


def is_open(level: Level, findings: list[Finding]) -> bool:
    return not any(one.failure for one in gated(report(*findings), asked(level))["api.yaml"].demands)


@settings(max_examples=150, deadline=None)
@given(levels, found)
def test_what_is_to_do_is_enough_and_nothing_of_it_can_be_left(level: Level, findings: list[Finding]) -> None:
    gate = gated(report(*findings), asked(level))["api.yaml"]
    listed = [one for item in todo(gate, findings).items for one in item.findings]
    kept = [one for one in findings if one not in listed]
    assert len(kept) + len(listed) == len(findings)
    assert is_open(level, kept)
    for one in listed:
        assert not is_open(level, [*kept, one])
    assert not listed or not is_open(level, findings)


def test_the_steps_say_how_far_each_leads() -> None:
    findings = [
        finding("in-clear", Severity.CRITICAL, number=1),
        finding("unbounded", Severity.MEDIUM, number=2),
        finding("no-auth", number=3),
        finding("leaky", Severity.LOW, number=4),
    ]
    gate = gated(report(*findings), asked(Level(min_score=90)))["api.yaml"]
    steps = todo(gate, findings)
    assert steps.before == gate.score == score(report(*findings)).overall
    assert [one.rule for one in steps.items] == ["in-clear", "no-auth"]
    left = list(findings)
    for item in steps.items:
        left = [one for one in left if one not in item.findings]
        assert item.score == score(report(*left)).overall


def test_few_places_rather_than_many() -> None:
    many = [
        finding("unbounded", Severity.MEDIUM, number=number, operation=f"GET /{number % 3}", operations=1)
        for number in range(1, 60)
    ]
    one = finding("no-auth", number=100)
    gate = gated(report(*many, one), asked(Level(min_score=85)))["api.yaml"]
    (item,) = todo(gate, [*many, one]).items
    assert (item.rule, len(item.findings)) == ("no-auth", 1)


def test_many_findings_take_little_time() -> None:
    findings = [
        finding(RULES[number % 4].id, Severity.MEDIUM, number=number + 1, operation=f"GET /{number % 4}", operations=1)
        for number in range(3_000)
    ]
    gate = gated(report(*findings), asked(Level(min_score=99)))["api.yaml"]
    items = todo(gate, findings).items
    assert sum(len(one.findings) for one in items) > 2_000


def test_without_a_score_it_says_what_is_in_the_way() -> None:
    findings = [finding("no-auth")]
    run = report(*findings, preset="selected")
    gate = gated(run, asked(Level(fail_on=Severity.HIGH, min_score=90)))["api.yaml"]
    steps = todo(gate, findings_of(run)["api.yaml"])
    assert [one.rule for one in steps.items] == ["no-auth"]
    assert steps.blocked == ("no score, at least 90 needed: only selected rules ran",)
