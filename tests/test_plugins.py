"""Plugins: found without importing anything, loaded one by one, a broken one named and left out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from apilint import plugins

RULE = """
from apilint.api import Api, Confidence, Severity, hookimpl, rule

@rule("{id}", on=Api, severity=Severity.LOW, confidence=Confidence.HIGH)
def check(api):
    "A rule of a third party."
    return ()

@hookimpl
def provide_rules():
    return [check]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that installs a distribution with one plugin module into a folder on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(distribution: str, module: str, code: str) -> plugins.EntryPoint:
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "entry_points.txt").write_text(f"[console_scripts]\nx = y:z\n\n[apilint]\nmain = {module}\n")
        monkeypatch.delitem(sys.modules, module, raising=False)
        return plugins.EntryPoint(distribution, "1.2", "main", module, str(tmp_path))

    return add


def test_distributions_are_found_without_importing(install: Any) -> None:
    entry = install("acme-rules", "acme_found", "raise RuntimeError('imported')")
    assert entry in plugins.entry_points()
    assert ("acme-rules", "1.2") in plugins.installed()
    assert "acme_found" not in sys.modules


def test_the_working_directory_decides_nothing(install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install("acme-rules", "acme_cwd", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [""])
    assert plugins.entry_points() == []


def test_a_rule_of_a_third_party_has_an_owner(install: Any) -> None:
    loaded = plugins.load([install("acme-rules", "acme_good", RULE.format(id="acme/good"))])
    assert [(rule.id, rule.owner) for rule in loaded.rules] == [("acme/good", "acme-rules 1.2")]
    assert (loaded.names, loaded.problems) == (("acme-rules 1.2",), ())


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("raise RuntimeError('no')", "RuntimeError: no"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import nowhere_to_be_found", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        (RULE.format(id="Acme Bad"), "kebab-case"),
        ("from apilint.api import hookimpl\n@hookimpl\ndef provide_rules(): return [7]", "not a Rule"),
        ("from apilint.api import hookimpl\n@hookimpl\ndef provide_rulez(): return []", "provide_rulez"),
        ("from apilint.api import hookimpl\n@hookimpl\ndef provide_formats(): raise OSError('no')", "OSError: no"),
        ("from apilint.api import hookimpl\n@hookimpl\ndef provide_formats(): return {'acme': 7}", "not a function"),
        ("from apilint.api import hookimpl\n@hookimpl\ndef provide_presets(): return 42", "TypeError"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("class Mute(Exception):\n    def __str__(self): return 1\nraise Mute", "Mute"),
    ],
)
def test_a_broken_plugin_is_a_problem_with_its_name(install: Any, code: str, says: str) -> None:
    entries = [install("acme-bad", "acme_bad", code), install("acme-rules", "acme_ok", RULE.format(id="acme/ok"))]
    loaded = plugins.load(entries)
    assert [rule.id for rule in loaded.rules] == ["acme/ok"]
    (problem,) = loaded.problems
    assert problem.kind == "plugin-broken"
    assert "acme-bad:main (1.2)" in problem.message
    assert says in problem.message


def test_one_id_of_two_owners_names_both(install: Any) -> None:
    entries = [install(f"acme-{n}", f"acme_{n}", RULE.format(id="acme/same")) for n in ("one", "two")]
    loaded = plugins.load(entries)
    assert [rule.owner for rule in loaded.rules] == ["acme-one 1.2"]
    assert "acme-two:main" in loaded.problems[0].message
    assert "acme-one 1.2" in loaded.problems[0].message


def test_the_built_in_rules_come_by_the_same_door() -> None:
    loaded = plugins.load()
    assert not loaded.problems
    assert len(loaded.rules) >= 27
    assert {rule.owner.split()[0] for rule in loaded.rules if "/" not in rule.id} == {"apilint"}
