"""The engine: crash isolation, one finding for one cause, fingerprints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from apilint import engine
from apilint.api import Api, Confidence, Flag, Operation, Rule, Schema, Server, Severity, by_operation, rule
from apilint.policy.selection import configure

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


def test_among_findings_about_many_operations_it_matters_which(build_api: Any) -> None:
    def one(api: Api) -> Iterator[Flag]:
        yield api.flag("paths", "one", operations=api.operations[:1])

    rules = [make("whole", Api, whole, gives_way_to=("one",)), make("one", Api, one)]
    assert [finding.rule for finding in engine.run(build_api(TEXT), rules).findings] == ["whole", "one"]


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


@pytest.mark.parametrize("level", [{"severity": Severity.HIGH}, {"confidence": Confidence.HIGH}])
def test_no_flag_is_graver_or_surer_than_its_rule_says(build_api: Any, level: dict[str, Any]) -> None:
    def flag_much(operation: Operation) -> Iterator[Flag]:
        yield operation.flag(None, "much", **level)

    flag_much.__doc__ = "A rule."
    usual = rule("much", on=Operation, severity=Severity.LOW, confidence=Confidence.LOW)(flag_much)
    assert [one.kind for one in engine.run(build_api(TEXT), [usual]).problems] == ["rule-crashed"] * 2
    more = usual._replace(up_to=(Severity.HIGH, Confidence.HIGH))
    assert len(engine.run(build_api(TEXT), [more]).findings) == 2


class Options(NamedTuple):
    """What `test_options` sets."""

    word: str = "usual"
    most: int = 3
    strict: bool = False
    ratio: float = 0.5
    names: tuple[str, ...] = ()


def flag_options(api: Api, options: Options) -> Iterator[Flag]:
    """A rule with options."""
    yield api.flag(None, repr(tuple(options)))


WITH_OPTIONS = rule(
    "acme/options", on=Api, severity=Severity.LOW, confidence=Confidence.HIGH, options=Options
)(flag_options)  # fmt: skip


def test_options_have_defaults_and_can_be_set(build_api: Any) -> None:
    [found] = engine.run(build_api(TEXT), [WITH_OPTIONS]).findings
    assert found.message == "('usual', 3, False, 0.5, ())"
    given = [("word", "other"), ("most", "7"), ("strict", "true"), ("ratio", "1"), ("names", "a, b")]
    rules = configure([WITH_OPTIONS], [("acme/options", name, text) for name, text in given])
    [found] = engine.run(build_api(TEXT), rules).findings
    assert found.message == "('other', 7, True, 1.0, ('a', 'b'))"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("acme/option", "most", "1"), "did you mean 'acme/options'"),
        (("acme/options", "least", "1"), "no option 'least': it has word, most, strict, ratio, names"),
        (("acme/options", "most", "many"), "'most' of acme/options is a whole number, not a text"),
        (("acme/options", "strict", "1"), "is true or false, not a text"),
    ],
)
def test_options_that_do_not_fit(given: tuple[str, str, str], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        configure([WITH_OPTIONS], [given])


def test_a_rule_that_only_an_index_knows_is_loaded_when_it_runs(build_api: Any) -> None:
    indexed = Rule("server-cleartext", Server, Severity.HIGH, Confidence.HIGH, module="apilint_rules.server_cleartext")
    text = TEXT.replace("paths:", "servers: [{url: 'http://a.example.net'}]\npaths:")
    [found] = engine.run(build_api(text), [indexed]).findings
    assert found.rule == "server-cleartext"
    assert indexed.summary == "A server is reached over an unencrypted connection"
    missing = indexed._replace(module="apilint_rules.nowhere")
    [problem] = engine.run(build_api(text), [missing]).problems
    assert "ModuleNotFoundError" in problem.message


MANY = "paths: {" + ", ".join(f"/{n}: {{get: {{}}}}" for n in range(9)) + "}"


@pytest.mark.parametrize(("count", "expected"), [(2, 2), (5, 5), (6, 1), (9, 1)])
def test_what_most_operations_lack_is_one_finding(build_api: Any, count: int, expected: int) -> None:
    api = build_api(f'openapi: 3.0.0\ninfo: {{title: T, version: "1"}}\n{MANY}\n')
    flags = list(by_operation(api, api.operations[:count], api.operations, None, "no answer"))
    assert len(flags) == expected
    assert flags[0].message == (
        "GET /0: no answer"
        if expected > 1
        else f"no answer: {count} of 9 operations, among them `GET /0`, `GET /1`, `GET /2`"
    )
    assert sum(len(flag.operations) for flag in flags) == count
