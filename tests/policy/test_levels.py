"""Levels of the gate: which demand what, who is held to which, and that nothing milder gets in from below."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apilint.findings import Confidence, Severity
from apilint.policy.levels import (
    BUILT_IN,
    Asked,
    Held,
    demanded,
    floors_of,
    known,
    level_of,
    loosened,
    require_sense,
    stricter,
    title,
)
from apilint.policy.model import (
    Assignment,
    Configuration,
    ConfigurationError,
    Level,
    Origin,
    Override,
    Policy,
    Setting,
    Where,
)
from apilint.rule import rule
from apilint.run import RunOptions, run
from apilint.weights import SHARES

severities = st.sampled_from(list(Severity))
points = st.integers(0, 100)
domains = st.sampled_from(["authentication", "transport", "input"])
levels = st.builds(
    Level,
    st.none() | severities,
    st.none() | points,
    st.dictionaries(domains, points),
    st.dictionaries(domains | st.just("*"), severities),
    st.lists(st.sampled_from(["a", "b"]), unique=True).map(tuple),
    st.none() | st.integers(0, 5),
)


def passes(level: Level, severity: Severity, name: str, score: int, waivers: int, id: str) -> bool:
    """Whether an API passes that has this score everywhere, one finding, and so many waivers."""
    allowed = level.severities.get(name, level.severities.get("*", Severity.CRITICAL))
    return (
        (level.fail_on is None or severity < level.fail_on)
        and score >= (level.min_score or 0)
        and all(score >= least for least in level.domains.values())
        and severity <= allowed
        and id not in level.reject
        and (level.max_waivers is None or waivers <= level.max_waivers)
    )


@given(levels, levels, st.tuples(severities, domains, points, st.integers(0, 6), st.sampled_from(["a", "b", "c"])))
def test_the_stricter_level_lets_pass_what_both_let_pass(one: Level, other: Level, api: tuple[Any, ...]) -> None:
    assert passes(stricter(one, other), *api) == (passes(one, *api) and passes(other, *api))


def test_a_domain_of_its_own_does_not_escape_what_all_are_held_to() -> None:
    mild = Level(severities={"transport": Severity.HIGH})
    hard = Level(severities={"*": Severity.LOW})
    assert stricter(mild, hard).severities == {"transport": Severity.LOW, "*": Severity.LOW}


def test_the_built_in_levels_are_a_ladder() -> None:
    ladder = list(BUILT_IN)
    assert ladder == ["draft", "internal", "partner", "public"]
    for milder, harder in pairwise(ladder):
        assert stricter(BUILT_IN[milder], BUILT_IN[harder])[:2] == BUILT_IN[harder][:2]
        assert title(Asked(Configuration(), Severity.HIGH, Held(milder, (harder,)))) == harder
    assert all(set(level.domains) | set(level.severities) <= set(SHARES) for level in BUILT_IN.values())


def test_configuration_changes_what_it_says_and_leaves_the_rest() -> None:
    configuration = Configuration(levels={"public": Level(min_score=70), "pci": Level(reject=("no-tls",))})
    levels = known(configuration)
    assert levels["public"] == BUILT_IN["public"].after(Level(min_score=70))
    assert levels["public"].domains["transport"] == 95
    assert levels["pci"] == Level(reject=("no-tls",))
    assert levels["draft"] == BUILT_IN["draft"]


DOCUMENT = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
paths:
  /orders:
    get: {operationId: list, tags: [shop], responses: {"200": {description: ok}}}
  /admin:
    get: {operationId: admin, tags: [staff], responses: {"200": {description: ok}}}
"""


def api(folder: Path, more: str = "") -> Any:
    from apilint.openapi.build import build
    from apilint.reading.limits import Limits
    from apilint.reading.workspace import Workspace

    (folder / "apis").mkdir(exist_ok=True)
    path = folder / "apis" / "orders.yaml"
    path.write_text(DOCUMENT + more)
    workspace = Workspace(str(folder), Limits())
    document = workspace.open(str(path), "apis/orders.yaml")
    assert document is not None
    return build(workspace, document, "3.0")


def assignment(level: str, folder: Path, files: tuple[str, ...] = (), operations: tuple[str, ...] = ()) -> Assignment:
    return Assignment(Where(files, operations, folder=str(folder)), level, Origin("apilint.yaml"))


@pytest.mark.parametrize(
    ("assigned", "own", "held"),
    [
        ([], "", Held()),
        ([("internal", ("**",), ())], "", Held("internal")),
        ([("internal", ("other/**",), ())], "", Held()),
        # The last one holds: an exception is written after the rule.
        ([("public", ("**",), ()), ("draft", ("apis/*",), ())], "", Held("draft")),
        # Some operations: only more, never less.
        ([("internal", ("**",), ()), ("public", (), ("tag:shop",))], "", Held("internal", ("public",))),
        ([("public", ("**",), ()), ("draft", (), ("tag:shop",))], "", Held("public", ("draft",))),
        ([("public", (), ("tag:shop",))], "", Held("", ("public",))),
        ([("public", (), ("tag:nobody",))], "", Held()),
        # All operations are the whole API.
        ([("public", ("**",), ()), ("draft", (), ("GET /**",))], "", Held("draft")),
        # What is assigned to the whole later takes back what parts were given before.
        ([("public", (), ("tag:shop",)), ("draft", ("**",), ())], "", Held("draft")),
        ([("internal", ("**",), ())], "public", Held("internal", ("public",))),
        ([("public", ("**",), ())], "draft", Held("public", ("draft",))),
        ([], "partner", Held("", ("partner",))),
    ],
)
def test_who_is_held_to_what(tmp_path: Path, assigned: list[Any], own: str, held: Held) -> None:
    configuration = Configuration(assignments=[assignment(name, tmp_path, *where) for name, *where in assigned])
    looked_at = api(tmp_path, f"x-apilint-level: {own}\n" if own else "")
    assert level_of(configuration, looked_at) == held
    assert looked_at.problems == []


def test_a_document_never_makes_its_gate_milder() -> None:
    strict = Configuration(fail_on=Severity.MEDIUM, min_score=90)
    alone = demanded(Asked(strict, Severity.MEDIUM))
    assert demanded(Asked(strict, Severity.MEDIUM, Held("", ("draft",)))) == alone
    # Configuration may: it is what the gate was set by.
    assert demanded(Asked(strict, Severity.MEDIUM, Held("draft"))).fail_on == Severity.CRITICAL
    assert demanded(Asked(strict, Severity.HIGH, Held("public", ("draft",)))).min_score == 85
    assert title(Asked(strict, Severity.HIGH, Held("public", ("draft",)))) == "public"


def test_levels_that_ask_for_different_things_hold_both() -> None:
    configuration = Configuration(levels={"pci": Level(reject=("a",)), "gdpr": Level(reject=("b",))})
    asked = Asked(configuration, Severity.HIGH, Held("pci", ("gdpr",)))
    assert demanded(asked).reject == ("a", "b")
    assert title(asked) == "pci and gdpr"


def test_the_command_line_sets_the_threshold() -> None:
    asked = Asked(Configuration(), Severity.LOW, Held("public"), commanded=True)
    assert demanded(asked).fail_on == Severity.LOW
    assert demanded(asked).min_score == 85


@pytest.mark.parametrize("written", ["pubic", "[public]", "3", "null", '"' + "x" * 5_000 + '"'])
def test_a_level_that_is_none_makes_the_answer_incomplete(tmp_path: Path, written: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(f"{DOCUMENT}x-apilint-level: {written}\n")
    report = run(RunOptions(paths=(str(path),), isolated=True))
    (problem,) = report.problems
    assert (problem.kind, problem.line, problem.pointer) == ("level-unknown", 8, "/x-apilint-level")
    assert len(problem.message) < 300
    if written == "pubic":
        assert problem.message == (
            "x-apilint-level cannot be followed: no level is called 'pubic'; did you mean 'public'?"
        )


@pytest.mark.parametrize(
    ("configuration", "level", "said"),
    [
        (
            Configuration(assignments=[Assignment(Where(), "publik", Origin("a.yaml"))]),
            "",
            "a.yaml: no level is called 'publik'; did you mean 'public'?",
        ),
        (Configuration(), "secret", "--level: no level is called 'secret'; there are draft, internal, partner, public"),
        (
            Configuration(
                levels={"pci": Level(domains={"transpord": 3})}, origins={("levels", "pci"): Origin("a.yaml")}
            ),
            "",
            "a.yaml: the score has no domain 'transpord'; did you mean 'transport'?",
        ),
        (
            Configuration(
                levels={"pci": Level(severities={"tls": Severity.LOW})},
                origins={("levels", "pci", "max_severity"): Origin("b.yaml")},
            ),
            "",
            "b.yaml: the score has no domain 'tls'",
        ),
    ],
)
def test_what_does_not_exist_is_wrong_use(configuration: Configuration, level: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        require_sense(configuration, level)
    assert str(wrong.value).startswith(said)


class TestFloors:
    """What a policy demands holds whatever a repository says."""

    policy = Policy(
        "policy",
        Configuration(levels={"public": Level(min_score=80)}),
        fail_on=Severity.HIGH,
        min_score=60,
        levels={"public": Level(domains={"transport": 99})},
    )

    def asked(self, **changes: Any) -> Asked:
        held = changes.pop("held", Held("public"))
        commanded = changes.pop("commanded", False)
        fail_on = changes.pop("fail_on", Severity.CRITICAL)
        configuration = Configuration(**changes)._replace(floors=floors_of(self.policy))
        return Asked(configuration, fail_on, held, commanded)

    def test_a_level_cannot_be_defined_away(self) -> None:
        mild = Level(fail_on=Severity.CRITICAL, min_score=0, domains={"transport": 0}, max_waivers=99)
        level = demanded(self.asked(levels={"public": mild}))
        assert (level.fail_on, level.min_score, level.domains["transport"], level.max_waivers) == (
            Severity.HIGH,
            80,
            99,
            3,
        )

    def test_a_milder_level_reaches_no_lower_than_the_floor_of_all(self) -> None:
        level = demanded(self.asked(held=Held("draft")))
        assert (level.fail_on, level.min_score) == (Severity.HIGH, 60)

    def test_nor_does_the_command_line(self) -> None:
        assert demanded(self.asked(held=Held("draft"), commanded=True)).fail_on == Severity.HIGH

    def test_a_level_may_ask_for_more(self) -> None:
        level = demanded(self.asked(levels={"public": Level(fail_on=Severity.LOW, min_score=95)}))
        assert (level.fail_on, level.min_score) == (Severity.LOW, 95)

    def test_what_the_policy_assigns_no_repository_takes_back(self, tmp_path: Path) -> None:
        ours = Configuration(assignments=[assignment("public", tmp_path, ("apis/**",))])
        floors = floors_of(Policy("policy", ours))
        theirs = [*ours.assignments, assignment("draft", tmp_path, ("**",))]
        mild = {"public": Level(min_score=0)}
        configuration = Configuration(assignments=theirs, floors=floors, levels=mild)
        held = level_of(configuration, api(tmp_path))
        assert held == Held("draft", ("public",))
        assert stricter(demanded(Asked(configuration, Severity.HIGH, held)), BUILT_IN["public"]) == stricter(
            BUILT_IN["public"], demanded(Asked(configuration, Severity.HIGH, held))
        )
        assert level_of(configuration, api(tmp_path), "draft") == Held("draft", ("public",))

    def test_a_policy_may_be_milder_than_what_is_built_in(self) -> None:
        policy = Policy("policy", levels={"public": Level(min_score=50)})
        assert known(Configuration(floors=floors_of(policy)))["public"].min_score == 50

    def test_a_score_that_a_repository_could_choose_the_rules_of_is_none(self) -> None:
        @rule("no-tls", on=object, severity=Severity.HIGH, confidence=Confidence.HIGH, tags=("tls",))
        def check(view: Any) -> Any:
            """It is a rule."""
            return iter(())

        def said(pattern: str, setting: Setting, **changes: Any) -> str:
            return loosened(self.asked(rules={pattern: setting}, **changes), [check])

        assert said("no-tls", Setting(False)) == "configuration turns off rules or makes them milder: no-tls"
        assert "tag:tls" in said("tag:tls", Setting(True, Severity.LOW))
        assert said("no-*", Setting(True, Severity.CRITICAL)) == ""
        assert said("no-*", Setting(True)) == ""
        milder = Override(Where(), {"no-tls": Setting(True, Severity.INFO)}, Origin("a"))
        assert "no-tls" in loosened(self.asked(overrides=(milder,)), [check])
        # What is set aside with a reason stays visible and weighs half.
        off = Override(Where(), {"no-tls": Setting(False)}, Origin("a"), "the mesh encrypts")
        assert loosened(self.asked(overrides=(off,)), [check]) == ""
        # Without a policy that asks for a score, it is the repository's own.
        assert loosened(Asked(Configuration(rules={"no-tls": Setting(False)}), Severity.HIGH), [check]) == ""


def test_the_page_shows_the_built_in_levels_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "score.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- levels -->\n")[2].partition("<!-- end of the levels -->")[0].splitlines()[2:]

    def listed(values: Any) -> str:
        return ", ".join(f"{name} {getattr(value, 'label', value)}" for name, value in values.items())

    rows = [
        [
            f"`{name}`",
            f"below {level.fail_on.label if level.fail_on is not None else ''}",
            str(level.min_score or ""),
            listed(level.domains),
            listed(level.severities),
            "" if level.max_waivers is None else str(level.max_waivers),
        ]
        for name, level in BUILT_IN.items()
    ]
    assert [[cell.strip() for cell in row.strip("|").split("|")][:-1] for row in shown] == rows
