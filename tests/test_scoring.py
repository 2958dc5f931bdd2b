"""The score: never better for a finding more, never blind to a hole, never given for what was not read."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apilint import plugins
from apilint.findings import (
    Confidence,
    Finding,
    Input,
    Location,
    Problem,
    Report,
    Severity,
    Span,
    Suppression,
)
from apilint.rule import Rule, rule
from apilint.run import RunOptions, run
from apilint.scoring import ApiScore, Score, score, steps
from apilint.weights import (
    CAPS,
    CONFIDENCE_WEIGHTS,
    DOMAINS,
    GRADES,
    OTHER,
    SCORE_VERSION,
    SEVERITY_WEIGHTS,
    SUPPRESSED_WEIGHT,
    domain,
    grade,
)

ROOT = Path(__file__).resolve().parent.parent


def made(id: str, *refs: str) -> Rule:
    @rule(id, on=object, severity=Severity.HIGH, confidence=Confidence.HIGH, refs=refs)
    def check(view: Any) -> Any:
        """It is a rule."""
        return iter(())

    return check


RULES = (
    made("no-auth", "OWASP-API2:2023", "CWE-306"),
    made("weak-auth", "OWASP-API2:2023", "CWE-1390"),
    made("no-scope", "OWASP-API5:2023"),
    made("in-clear", "OWASP-API8:2023", "CWE-319"),
    made("unbounded", "OWASP-API4:2023", "CWE-770"),
    made("acme/house-rule"),
)
PLACE = Location("api.yaml", "/paths/~1a/get", Span(3, 5, 3, 8))


def finding(rule: str = "no-auth", severity: Severity = Severity.HIGH, **changes: Any) -> Finding:
    plain = Finding(rule, severity, Confidence.HIGH, "it is so", PLACE, None, 0, (), "f")
    return plain._replace(**changes)


def report(*findings: Finding, operations: int = 10, **changes: Any) -> Report:
    inputs = (Input("api.yaml", "checked", "3.0", operations, 1),)
    return Report(findings, (), inputs, RULES, (), "default", Severity.HIGH)._replace(**changes)


def worst(reached: Score) -> ApiScore:
    assert reached.worst is not None
    return reached.worst


SUPPRESSIONS = [None, Suppression("inline"), Suppression("waiver"), Suppression("baseline")]
findings = st.builds(
    Finding,
    st.sampled_from([*(rule.id for rule in RULES), "unknown"]),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    st.sampled_from(["one", "two"]),
    st.builds(
        Location,
        st.sampled_from(["api.yaml", "other.yaml", "shared.yaml"]),
        st.sampled_from(["/paths/~1a/get", "/components/schemas/A", ""]),
        st.builds(lambda line: Span(line, 1, line, 2), st.integers(1, 9)),
    ),
    st.none() | st.sampled_from(["GET /a", "POST /a", "GET /b"]),
    st.integers(0, 12),
    st.just(()),
    st.sampled_from(["f", "g"]),
    st.none(),
    st.sampled_from(SUPPRESSIONS),
    st.just(()),
    st.sampled_from(["", "api.yaml", "other.yaml"]),
)
inputs = st.sampled_from(
    [
        (Input("api.yaml", "checked", "3.0", 10, 1),),
        (Input("api.yaml", "checked", "3.0", 3, 1), Input("other.yaml", "checked", "3.1", 40, 2)),
        (Input("api.yaml", "checked", "3.0", 1, 1), Input("part.yaml", "fragment")),
    ]
)
some = st.lists(findings, max_size=12)


@settings(max_examples=100, deadline=None)
@given(some, findings, inputs)
def test_a_finding_more_never_raises_a_score(few: list[Finding], one: Finding, looked_at: tuple[Input, ...]) -> None:
    before = score(report(*few, inputs=looked_at))
    after = score(report(*few, one, inputs=looked_at))
    assert before.overall is not None
    assert after.overall is not None
    assert after.overall <= before.overall
    at = {api.api: api for api in before.apis}
    for api in after.apis:
        assert api.score <= at[api.api].score
        assert api.before_caps <= at[api.api].before_caps
        for mine, theirs in zip(api.domains, at[api.api].domains, strict=True):
            assert mine.score <= theirs.score


@settings(max_examples=100, deadline=None)
@given(some, inputs, st.randoms(use_true_random=False))
def test_the_order_of_findings_and_inputs_does_not_matter(
    few: list[Finding], looked_at: tuple[Input, ...], chance: random.Random
) -> None:
    mixed, turned = list(few), looked_at[::-1]
    chance.shuffle(mixed)
    assert score(report(*few, inputs=looked_at)) == score(report(*mixed, inputs=turned))


@settings(max_examples=100, deadline=None)
@given(some.filter(bool), st.integers(1, 10), st.integers(1, 10_000))
def test_clean_operations_lift_no_cap(few: list[Finding], operations: int, more: int) -> None:
    here = [one._replace(api="api.yaml") for one in few]
    before, after = (worst(score(report(*here, operations=number))) for number in (operations, operations + more))
    cap = min(cost.cap for cost in before.rules)
    assert cap == min(cost.cap for cost in after.rules)
    assert before.score <= after.score <= cap


@settings(max_examples=100, deadline=None)
@given(some)
def test_points_add_up_and_caps_hold(few: list[Finding]) -> None:
    api = worst(score(report(*few)))
    assert 0 <= api.score <= api.before_caps + 1e-6 <= 100 + 1e-6
    lost = 100 - api.before_caps
    assert sum(cost.points for cost in api.rules) == pytest.approx(lost)
    assert sum(part.points for part in api.domains) == pytest.approx(lost)
    for cost in api.rules:
        assert sum(one.points for one in cost.findings) == pytest.approx(cost.points)
    assert sum(len(cost.findings) for cost in api.rules) == len(few)
    if api.worst_operation is not None:
        assert api.worst_operation.score <= api.score


@settings(max_examples=100, deadline=None)
@given(some, st.integers(1, 100))
def test_the_steps_reach_their_target_and_none_is_idle(few: list[Finding], target: int) -> None:
    api = worst(score(report(*few)))
    taken = steps(api, target)
    left = [one for one in few if one.rule not in {step.rule for step in taken}]
    assert worst(score(report(*left))).score >= target
    if api.score >= target:
        assert taken == ()
    else:
        assert taken[-1].score >= target
        for step in taken:
            kept = [one for one in few if one in left or one.rule == step.rule]
            assert worst(score(report(*kept))).score < target


def test_a_step_that_later_ones_make_idle_is_left_out() -> None:
    half_sure = Confidence.MEDIUM
    few = (
        finding("no-auth", Severity.MEDIUM),
        finding("weak-auth", operations=7),
        finding("acme-auth", operations=7),
        finding("unbounded", operations=7, confidence=half_sure),
        finding("few-scopes", Severity.LOW, operations=8),
        finding("no-scope", confidence=half_sure),
    )
    more = (made("acme-auth", "OWASP-API2:2023"), made("few-scopes", "OWASP-API1:2023"))
    taken = steps(worst(score(report(*few, rules=(*RULES, *more)))), 65)
    # What gains most at first, `no-scope`, is not needed once the other two are mended.
    assert [(step.rule, step.score) for step in taken] == [("weak-auth", 52), ("acme-auth", 65)]


def test_nothing_found_is_full_marks() -> None:
    reached = score(report())
    assert (reached.version, reached.overall, reached.grade, reached.complete) == (SCORE_VERSION, 100, "A", True)
    assert [part.score for part in reached.domains] == [100] * len(DOMAINS)
    assert reached.caps == ()


@pytest.mark.parametrize(
    ("severity", "most", "letter"),
    [
        (Severity.CRITICAL, 49, "F"),
        (Severity.HIGH, 79, "C"),
        (Severity.MEDIUM, 94, "A"),
        (Severity.LOW, 99, "A"),
        (Severity.INFO, 99, "A"),
    ],
)
def test_the_gravest_finding_caps_the_score(severity: Severity, most: int, letter: str) -> None:
    one = finding(severity=severity, operation="GET /a", operations=1)
    reached = score(report(one, operations=100_000))
    assert (reached.overall, reached.grade) == (most, letter)
    assert [cap.severity for cap in reached.caps] == ([severity] if severity in CAPS else [])


@pytest.mark.parametrize("kind", ["inline", "waiver"])
def test_a_suppression_costs_half_and_buys_no_a(kind: str) -> None:
    one = finding(operation="GET /a", operations=1)
    waived = one._replace(suppression=Suppression(kind, "it is meant so"))
    reached = score(report(waived, operations=10_000))
    assert (reached.overall, reached.grade) == (89, "B")
    full, half = (worst(score(report(each, operations=1))).rules[0].loss for each in (one, waived))
    assert half == full / 2


@pytest.mark.parametrize("kind", ["baseline", "something else"])
def test_any_other_suppression_costs_in_full(kind: str) -> None:
    one = finding(operation="GET /a", operations=1)
    assert score(report(one._replace(suppression=Suppression(kind)))).overall == score(report(one)).overall


def test_what_a_finding_concerns() -> None:
    def loss(*few: Finding) -> float:
        return worst(score(report(*few))).rules[0].loss

    everywhere = loss(finding())
    assert everywhere == SEVERITY_WEIGHTS[Severity.HIGH]
    inside = [finding(operation=f"GET /{number}", operations=1) for number in range(10)]
    assert loss(*inside) == pytest.approx(everywhere)
    assert loss(inside[0]) == pytest.approx(everywhere / 10)
    # Many findings inside one operation concern one operation.
    assert loss(*[inside[0]._replace(message=str(number)) for number in range(5)]) == loss(inside[0])
    assert loss(finding(operations=5)) == pytest.approx(everywhere / 2)
    assert loss(finding(operations=99)) == everywhere
    unused = finding(location=PLACE._replace(pointer="/components/schemas/A"))
    assert loss(unused) == pytest.approx(everywhere / 10)


def test_domains_lose_what_their_rules_find() -> None:
    reached = score(report(finding(), finding("in-clear", Severity.MEDIUM), finding("acme/house-rule", Severity.LOW)))
    assert {part.name: part.score for part in reached.domains if part.rules} == {
        "authentication": 35,
        "transport": 75,
        OTHER: 94,
    }
    assert [cost.rule for cost in worst(reached).rules] == ["no-auth", "in-clear", "acme/house-rule"]


def test_the_worst_operation_is_named() -> None:
    bad = finding(operation="POST /a", operations=1)
    reached = score(report(bad, finding("unbounded", Severity.MEDIUM, operation="GET /a", operations=1)))
    operation = worst(reached).worst_operation
    assert operation is not None
    assert operation == ("POST /a", 67, 1)
    among = score(report(bad, finding("unbounded", Severity.MEDIUM, operation="GET /a", operations=1), operations=999))
    assert worst(among).worst_operation == operation


def test_the_worst_api_decides() -> None:
    both = (Input("good.yaml", "checked", "3.0", 500, 1), Input("bad.yaml", "checked", "3.0", 2, 1))
    reached = score(report(finding(api="bad.yaml"), inputs=both))
    assert [(api.api, api.grade) for api in reached.apis] == [("bad.yaml", "C"), ("good.yaml", "A")]
    assert reached.overall == worst(reached).score == 67
    placed = score(report(finding(location=PLACE._replace(file="bad.yaml")), inputs=both))
    assert [api.score for api in placed.apis] == [67, 100]
    # What could belong to either counts for both.
    shared = score(report(finding(location=PLACE._replace(file="shared.yaml")), inputs=both))
    assert [api.score for api in shared.apis] == [67, 67]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"problems": (Problem("malformed", "no YAML"),)}, "1 problem: not everything could be checked"),
        ({"inputs": ()}, "no operation was checked"),
        ({"inputs": (Input("api.yaml", "failed"), Input("b.yaml", "checked", "3.0", 1, 1))}, "1 input not checked"),
        ({"inputs": (Input("part.yaml", "fragment"),)}, "no operation was checked"),
        ({"inputs": (Input("api.yaml", "checked", "3.0", 0, 1),)}, "no operation was checked"),
        ({"preset": "selected"}, "only selected rules ran"),
    ],
)
def test_what_was_not_read_has_no_score(changes: dict[str, Any], why: str) -> None:
    reached = score(report(**changes))
    assert (reached.overall, reached.grade, reached.complete) == (None, None, False)
    assert why in reached.gaps
    assert all(api.grade is None for api in reached.apis)


def test_an_incomplete_run_tells_what_it_cannot_exceed() -> None:
    reached = score(report(finding(), problems=(Problem("malformed", "no YAML"),)))
    assert (reached.overall, reached.at_most) == (None, 67)


def test_an_api_without_operations_has_no_grade_and_hides_nothing() -> None:
    both = (Input("good.yaml", "checked", "3.0", 5, 1), Input("parts.yaml", "checked", "3.0", 0, 1))
    assert [(api.api, api.grade) for api in score(report(inputs=both)).apis] == [
        ("good.yaml", "A"),
        ("parts.yaml", None),
    ]
    assert score(report(finding(api="parts.yaml"), inputs=both)).overall == 67


def test_grades() -> None:
    assert [grade(points) for points in (100, 90, 89, 80, 79, 65, 64, 50, 49, 0)] == list("AABBCCDDFF")


def test_every_rule_has_the_domain_one_would_expect() -> None:
    found = {rule.id: domain(rule) for rule in plugins.load().rules}
    assert set(found.values()) == {part.name for part in DOMAINS}
    expected = {
        "authentication": "unauthenticated-write security-undefined http-basic-auth oauth-implicit-flow "
        "secret-in-example sensitive-path-unauthenticated wso2-auth-none auth-endpoint-without-rate-limit "
        "deprecated-operation-weaker security-scheme-misplaced file-upload-unauthenticated callback-unauthenticated",
        "authorization": "oauth-scope-missing write-requires-read-scope-only numeric-object-id privilege-parameter "
        "method-override-parameter aws-resource-policy-open path-trailing-slash-security-mismatch",
        "transport": "server-cleartext scheme-cleartext credentials-over-cleartext oauth-url-cleartext "
        "integration-tls-verification-disabled callback-url-cleartext server-variable-allows-cleartext",
        "input": "object-additional-properties pattern-not-anchored schema-empty path-traversal-parameter "
        "callback-url-user-controlled url-pattern-bypassable parameter-schema-undefined ref-siblings-ignored "
        "constraint-ignored-by-version aws-request-validator-missing privileged-property-writable",
        "output": "sensitive-property-in-response secret-returned-by-read error-leaks-internals pii-in-example "
        "response-schema-undefined version-disclosure-header mcp-sensitive-response",
        "resources": "rate-limit-undefined array-max-items string-max-length pagination-limit-unbounded "
        "catastrophic-pattern file-upload-size-undefined object-map-unbounded recursive-schema-unbounded",
        "configuration": "cors-credentials-with-wildcard trace-method security-headers-undefined hidden-unicode "
        "remote-ref-untrusted-host duplicate-key proxy-operation mcp-tool-description-injection",
        "inventory": "coexisting-versions debug-endpoint-exposed unused-component unresolved-ref server-localhost "
        "operation-deprecated-without-sunset openapi-version-outdated skip-extension-used",
    }
    wrong = {id: found[id] for name, ids in expected.items() for id in ids.split() if found[id] != name}
    assert wrong == {}


def test_a_third_party_s_rule_has_a_domain() -> None:
    assert domain(None) == OTHER
    assert domain(made("acme/a")) == OTHER
    assert domain(made("acme/a", "ACME-17", "https://acme.example/17")) == OTHER
    assert domain(made("acme/a", "OWASP-API8:2023")) == OTHER
    # The same number meant something else in 2019.
    assert domain(made("acme/a", "OWASP-API4:2019")) == OTHER
    assert domain(made("acme/a", "ACME-17", "CWE-798")) == "authentication"


CLEAN: dict[str, Any] = {
    "responses": {
        "200": {
            "description": "It",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"on": {"type": "boolean"}},
                    }
                }
            },
        },
        "401": {"description": "Who?"},
        "429": {"description": "Later", "headers": {"Retry-After": {"schema": {"type": "integer", "maximum": 60}}}},
    }
}


def api_with(clean: int, hole: bool) -> str:
    paths: dict[str, Any] = {f"/clean{number}": {"get": CLEAN} for number in range(clean)}
    if hole:
        paths["/hole"] = {"delete": {**CLEAN, "security": []}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.acme.example"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "opaque"}}},
    }
    return json.dumps(document)


@pytest.mark.parametrize("clean", [1, 10, 1000])
def test_clean_operations_never_hide_a_hole(clean: int, tmp_path: Path) -> None:
    def scored(name: str, hole: bool) -> Score:
        file = tmp_path / name
        file.write_text(api_with(clean, hole))
        return score(run(RunOptions(paths=(str(file),))))

    assert (scored("clean.json", hole=False).overall, scored("clean.json", hole=False).grade) == (100, "A")
    reached = scored("hole.json", hole=True)
    assert reached.overall is not None
    assert reached.overall <= CAPS[Severity.HIGH]
    assert reached.grade == "C"
    operation = worst(reached).worst_operation
    assert operation is not None
    assert (operation.operation, operation.score) == ("DELETE /hole", 67)


@pytest.mark.parametrize(
    ("name", "letter"),
    [("petstore-secure.yaml", "A"), ("petstore.yaml", "F"), ("parcels.json", "F"), ("orders/openapi.yaml", "C")],
)
def test_the_examples(name: str, letter: str) -> None:
    assert score(run(RunOptions(paths=(str(ROOT / "examples" / name),)))).grade == letter


def test_the_page_shows_the_table_as_it_is() -> None:
    page = (ROOT / "docs/score.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- table -->\n(.*)<!-- end of the table -->", page, re.DOTALL)
    assert shown
    assert shown[1] == table(), "copy the new table into docs/score.md"
    assert f"\nVersion {SCORE_VERSION}." in page
    grades = ", ".join(f"{letter} from {least}" for letter, least in GRADES[:-1])
    assert f"grade: {grades}, {GRADES[-1][0]} below." in page


def table() -> str:
    severities = [
        (each.label, SEVERITY_WEIGHTS[each], cap, int(100 - (100 - cap) * SUPPRESSED_WEIGHT))
        for each in reversed(Severity)
        for cap in [CAPS.get(each, 100)]
    ]
    confidences = [(each.label, CONFIDENCE_WEIGHTS[each]) for each in reversed(Confidence)]
    domains = [(each.name, f"{each.share:.2f}", each.about) for each in DOMAINS]
    return "\n".join(
        (
            rows(("severity", "weight", "at most with one", "with one, waived"), severities),
            rows(("confidence", "factor"), confidences),
            rows(("domain", "share", "about"), domains),
        )
    )


def rows(head: tuple[str, ...], body: list[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *body]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
