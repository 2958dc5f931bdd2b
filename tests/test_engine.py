"""The engine: crash isolation, one finding for one cause, fingerprints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apilint import engine
from apilint.api import Api, Confidence, Flag, Operation, Rule, Schema, Severity, rule

TEXT = """
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get: {responses: {'200': {description: ok}}}
    put: {responses: {'200': {description: ok}}}
"""


def make(id: str, on: type, check: Any, **more: Any) -> Rule:
    check.__doc__ = "A rule."
    return rule(id, on=on, severity=Severity.LOW, confidence=Confidence.HIGH, **more)(check)


def each(operation: Operation) -> Iterator[Flag]:
    yield operation.flag("responses", f"`{operation.name}` is flagged")


@pytest.mark.parametrize("error", [ValueError("no"), RecursionError(), MemoryError(), SystemExit(3), KeyError("x")])
def test_a_crash_is_a_problem_and_the_others_go_on(build_api: Any, error: BaseException) -> None:
    def broken(operation: Operation) -> Iterator[Flag]:
        yield operation.flag(None, "before the crash")
        raise error

    rules = [make("acme/broken", Operation, broken)._replace(owner="acme 1.0"), make("each", Operation, each)]
    result = engine.run(build_api(TEXT), rules)
    assert [finding.rule for finding in result.findings] == ["acme/broken", "acme/broken", "each", "each"]
    assert len(result.problems) == 2
    problem = result.problems[0]
    assert (problem.kind, problem.rule, problem.pointer, problem.line) == (
        "rule-crashed",
        "acme/broken",
        "/paths/~1a/get",
        6,
    )
    assert "acme 1.0" in problem.message
    assert type(error).__name__ in problem.message


def test_rubbish_from_a_rule_is_a_problem(build_api: Any) -> None:
    rules = [make("rubbish", Operation, lambda operation: [7]), make("nothing", Operation, lambda operation: None)]
    result = engine.run(build_api(TEXT), rules)
    assert not result.findings
    assert {problem.rule for problem in result.problems} == {"rubbish", "nothing"}


@pytest.mark.parametrize(
    "flag",
    [
        lambda operation: operation.flag(None, 7),
        lambda operation: operation.flag(None, "x", severity="high"),
        lambda operation: operation.flag(None, "x", related=((1, 2),)),
        lambda operation: operation.flag(None, "x", fix="x"),
        lambda operation: "not a flag",
    ],
)
def test_a_flag_with_wrong_parts_fails_where_its_rule_is_known(build_api: Any, flag: Any) -> None:
    rules = [make("acme/odd", Operation, lambda operation: [flag(operation)]), make("each", Operation, each)]
    result = engine.run(build_api(TEXT), rules)
    assert {finding.rule for finding in result.findings} == {"each"}
    assert {problem.rule for problem in result.problems} == {"acme/odd"}


def test_an_error_that_cannot_be_shown_is_named(build_api: Any) -> None:
    class Mute(BaseException):
        def __str__(self) -> str:
            raise ValueError

    def mute(api: Api) -> Iterator[Flag]:
        raise Mute
        yield

    (problem,) = engine.run(build_api(TEXT), [make("mute", Api, mute)]).problems
    assert problem.message.endswith("Mute")


def test_interrupts_are_not_swallowed(build_api: Any) -> None:
    def stop(api: Api) -> Iterator[Flag]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        engine.run(build_api(TEXT), [make("stop", Api, stop)])


def test_a_place_is_flagged_once_by_a_rule(build_api: Any) -> None:
    def twice(api: Api) -> Iterator[Flag]:
        for operation in api.operations:
            yield operation.path_item.flag(None, f"because of {operation.name}")

    result = engine.run(build_api(TEXT), [make("twice", Api, twice)])
    assert [finding.message for finding in result.findings] == ["because of GET /a"]


def test_a_finding_tells_where_it_stands(build_api: Any) -> None:
    (first, _) = engine.run(build_api(TEXT), [make("each", Operation, each)]).findings
    assert first.location.file == "openapi.yaml"
    assert first.location.pointer == "/paths/~1a/get/responses"
    assert first.location.span == (6, 11, 6, 20)
    assert (first.operation, first.operations, len(first.fingerprint)) == ("GET /a", 1, 32)


def whole(api: Api) -> Iterator[Flag]:
    yield api.flag("paths", "the whole", operations=api.operations)


def test_a_rule_gives_way_where_another_speaks_for_its_operations(build_api: Any) -> None:
    rules = [make("each", Operation, each, gives_way_to=("whole",)), make("whole", Api, whole)]
    api = build_api(TEXT)
    assert [finding.rule for finding in engine.run(api, rules).findings] == ["whole"]
    assert [finding.rule for finding in engine.run(api, rules[:1]).findings] == ["each", "each"]


def test_a_rule_gives_way_at_the_same_place_only(build_api: Any) -> None:
    def here(api: Api) -> Iterator[Flag]:
        yield api.operations[0].flag("responses", "here", operations=())

    rules = [make("each", Operation, each, gives_way_to=("here",)), make("here", Api, here)]
    assert [finding.rule for finding in engine.run(build_api(TEXT), rules).findings] == ["each", "here"]


def fingerprints(build_api: Any, text: str) -> set[str]:
    return {finding.fingerprint for finding in engine.run(build_api(text), [make("each", Operation, each)]).findings}


def test_fingerprints_survive_lines_and_order(build_api: Any) -> None:
    moved = TEXT.replace("paths:", "# a comment\n\npaths:").replace("    get: {r", "    get: {summary: new, r")
    lines = moved.splitlines()
    lines[-1], lines[-2] = lines[-2], lines[-1]
    assert fingerprints(build_api, TEXT) == fingerprints(build_api, "\n".join(lines))
    assert fingerprints(build_api, TEXT) != fingerprints(build_api, TEXT.replace("/a:", "/b:"))


def test_time_that_has_run_out_is_said(build_api: Any) -> None:
    rules = [make("each", Operation, each), make("whole", Api, whole)]
    result = engine.run(build_api(TEXT), rules, until=0.0)
    assert not result.findings
    assert [(problem.kind, problem.rule) for problem in result.problems] == [
        ("limit-reached", "each"),
        ("limit-reached", "whole"),
    ]


def test_a_finding_names_the_references_that_led_to_it(build_api: Any) -> None:
    api = build_api(
        TEXT.replace("get: {", "get: {requestBody: {content: {a/b: {schema: {$ref: 'a.yaml#/A'}}}}, "),
        a__yaml="A: {$ref: 'b.yaml'}\n",
        b__yaml="type: object\nproperties:\n  n: {type: string}\n",
    )

    def text(schema: Schema) -> Iterator[Flag]:
        yield schema.flag(None, "text")

    (finding,) = engine.run(api, [make("text", Schema, text, types=("string",))]).findings
    assert (finding.location.file, finding.location.span.line, finding.operation) == ("b.yaml", 3, "GET /a")
    assert [(hop.file, hop.pointer) for hop in finding.chain] == [
        ("openapi.yaml", "/paths/~1a/get/requestBody/content/a~1b/schema/$ref"),
        ("a.yaml", "/A/$ref"),
    ]
