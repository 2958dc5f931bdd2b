"""What holds for all settings: none vanishes what it touches, and none touches what it does not mean."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint import engine, plugins
from apilint.config.judge import made
from apilint.config.overrides import Overrides
from apilint.engine import Raised
from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.build import build
from apilint.openapi.versions import recognize
from apilint.policy.model import Configuration, Lock, Origin, Override, Policy, Public, Setting, Where
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RULES = plugins.load().rules
PLACE = Origin("apilint.yaml")


def _raised(name: str) -> tuple[Api, tuple[Raised, ...]]:
    path = str(EXAMPLES / name)
    workspace = Workspace(str(EXAMPLES), Limits())
    document = workspace.open(path, name)
    assert document is not None
    api = build(workspace, document, recognize(document.value).version or "")
    return api, tuple(engine.run(api, RULES).raised)


API, RAISED = _raised("petstore.yaml")
NAMES = [operation.name for operation in API.all_operations]
SPEAKING = engine.give_way(RAISED)
PATTERNS = [*dict.fromkeys(one.rule.id for one in RAISED), "*", "string-*", "tag:owasp", "tag:missing-authentication"]
SELECTORS = [*NAMES, "* **", "GET **", "POST /**", "tag:*", "GET /nowhere"]

levels = st.tuples(
    st.sampled_from([None, True, False]), st.sampled_from([None, *Severity]), st.sampled_from([None, *Confidence])
).map(lambda parts: Setting(*parts))
rules = st.dictionaries(st.sampled_from(PATTERNS), levels, max_size=4)
places = st.builds(
    lambda operations, files: Where(operations=tuple(operations), files=tuple(files), folder=str(EXAMPLES)),
    st.lists(st.sampled_from(SELECTORS), max_size=3),
    st.lists(st.sampled_from(["*.yaml", "nowhere/*"]), max_size=1),
)
overrides = st.lists(
    st.tuples(places, rules).map(lambda parts: Override(parts[0], parts[1], PLACE, "because")), max_size=4
)
publics = st.lists(
    places.filter(lambda where: bool(where.operations)).map(lambda where: Public(where, "because", PLACE)), max_size=2
)
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def key(one: Raised) -> tuple[str, int, tuple[str | int, ...]]:
    return one.rule.id, id(one.document), one.path


def applied(configuration: Configuration) -> dict[tuple[str, int, tuple[str | int, ...]], Raised]:
    found = Overrides(configuration, RULES).apply(API, RAISED)
    assert len({key(one) for one in found}) == len(found)
    return {key(one): one for one in found}


@often
@given(overrides, publics)
def test_nothing_vanishes(some: list[Override], public: list[Public]) -> None:
    found = applied(Configuration(overrides=some, public=public))
    assert {key(one) for one in SPEAKING} <= found.keys()
    for one in found.values():
        assert one.suppression is None or (one.suppression.kind, one.suppression.reason) == ("configuration", "because")


@often
@given(rules, overrides)
def test_what_means_no_operation_and_no_file_changes_nothing(base: Mapping[str, Setting], some: list[Override]) -> None:
    nowhere = [one._replace(where=Where(operations=("GET /nowhere",))) for one in some]
    nowhere += [one._replace(where=Where(files=("nowhere/*",), folder=os.sep)) for one in some]
    # A rule that is off is not asked where nothing could turn it on.
    base = {pattern: setting._replace(enabled=setting.enabled or None) for pattern, setting in base.items()}
    assert applied(Configuration(rules=base, overrides=nowhere)) == applied(Configuration(rules=base))


@often
@given(rules)
def test_an_override_for_all_is_a_setting(some: Mapping[str, Setting]) -> None:
    everywhere = Override(Where(files=("**",), folder=os.sep), some, PLACE, "because")
    here, there = applied(Configuration(overrides=[everywhere])), applied(Configuration(rules=some))
    off = Overrides(Configuration(rules=some), RULES).off
    assert {k: one for k, one in here.items() if one.rule.id not in off} == {
        k: one for k, one in there.items() if one.rule.id not in off
    }
    assert all(one.suppression for one in here.values() if one.rule.id in off)


@often
@given(overrides, st.sampled_from(NAMES), rules)
def test_tightening_never_makes_milder(some: list[Override], name: str, more: Mapping[str, Setting]) -> None:
    graver = {
        pattern: Setting(enabled=True, severity=Severity.CRITICAL, confidence=Confidence.HIGH) for pattern in more
    }
    tight = Override(Where(operations=(name,)), graver, PLACE)
    before, after = applied(Configuration(overrides=some)), applied(Configuration(overrides=[*some, tight]))
    for one, other in ((before[one], after[one]) for one in before):
        assert other.severity >= one.severity or one.suppression is not None
        assert other.confidence >= one.confidence or one.suppression is not None
        assert other.suppression is None or one.suppression is not None
        assert other.asked or not one.asked


@often
@given(overrides, st.sampled_from(NAMES), rules)
def test_loosening_for_one_operation_leaves_what_others_share(
    some: list[Override], name: str, more: Mapping[str, Setting]
) -> None:
    milder = MappingProxyType({pattern: Setting(enabled=False, severity=Severity.INFO) for pattern in more})
    loose = Override(Where(operations=(name,)), milder, PLACE, "because")
    before, after = applied(Configuration()), applied(Configuration(overrides=[loose]))
    for one in before:
        concerned = {operation.name for operation in before[one].flag.operations}
        if concerned != {name}:
            assert after[one].severity == before[one].severity or not concerned
            assert after[one].suppression is None or not concerned


@often
@given(publics)
def test_public_operations_concern_missing_authentication_only(public: list[Public]) -> None:
    before, after = applied(Configuration()), applied(Configuration(public=public))
    for one, other in after.items():
        if "missing-authentication" not in other.rule.tags:
            assert before[one] == other
    everything = [Public(Where(operations=("* **",)), "because", PLACE)]
    for other in applied(Configuration(public=everything)).values():
        assert (other.suppression is not None) == ("missing-authentication" in other.rule.tags)


def test_what_a_policy_locks_does_not_give_way_to_what_was_set_aside() -> None:
    stronger = {id for one in RAISED if one.rule.id == "unauthenticated-write" for id in one.rule.gives_way_to}
    locked = Policy("policy.yaml", locks=[Lock("unauthenticated-write", PLACE)])
    aside = {id: Setting(enabled=False) for id in stronger}
    off = Override(Where(operations=("* **",)), aside, PLACE, "because")
    somewhere = Override(Where(operations=("GET /nowhere",)), {id: Setting(enabled=True) for id in stronger}, PLACE)
    for configuration in (
        Configuration(overrides=[off], files=("apilint.yaml",)),
        Configuration(rules=aside, overrides=[somewhere], files=("apilint.yaml",)),
        Configuration(public=[Public(Where(operations=("* **",)), "because", PLACE)], files=("apilint.yaml",)),
    ):
        judged = made(configuration, locked, RULES, "2026-03-01").judge(API, RAISED).raised
        speaking = [one for one in judged if one.rule.id == "unauthenticated-write"]
        expected = [one for one in RAISED if one.rule.id == "unauthenticated-write"]
        assert len({key(one) for one in judged}) == len(judged)
        assert not {key(one) for one in expected} <= {key(one) for one in SPEAKING}
        assert {key(one) for one in speaking} == {key(one) for one in expected}
        assert all(one.suppression is None for one in speaking)
