"""What in configuration means nothing: globs and selectors that no document and no operation of a run fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apilint.config import unused
from apilint.findings import Finding, Severity
from apilint.run import RunOptions, run

PAGE = "configuration-unused"
API = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
paths:
  /orders:
    get: {operationId: list, tags: [shop], responses: {"200": {description: ok}}}
    post: {operationId: order, responses: {"201": {description: made}}}
"""
OFF = "rules: {rate-limit-undefined: off}, reason: x"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with two documents."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    write("api.yaml", API)
    write("old/api.yaml", API.replace("/orders", "/old"))


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def said(written: str = "", **options: Any) -> list[Finding]:
    if written:
        write("apilint.yaml", f"version: 1\n{written}\n")
    return [one for one in run(RunOptions(**options)).findings if one.rule == PAGE]


USED = (
    f"overrides: [{{files: api.yaml, {OFF}}}]",
    f"overrides: [{{files: '**/api.yaml', {OFF}}}]",
    f"overrides: [{{files: [api.yaml, old/], operations: [GET /orders, POST /old], {OFF}}}]",
    f"overrides: [{{operations: ['* /orders', 'tag:shop', 'operationId:o*'], {OFF}}}]",
    "overrides: [{files: old/**, level: draft}]",
    "public: [{operations: GET /old, reason: anybody}]",
    "public: [{files: old/**, operations: '* /**', reason: anybody}]",
    "exclude: old/**",
    "exclude: [old/api.yaml]",
    "exclude: ['**/api.yaml']",
    "exclude: [.git/**]",  # the search does not look at it, but it is there
)
IDLE = (
    (
        f"overrides: [{{files: new/**, {OFF}}}]",
        "'new/**' in the override means nothing: no document that was checked is there",
    ),
    (
        f"overrides: [{{operations: GET /order, {OFF}}}]",
        "'GET /order' in the override means nothing: no operation is called that",
    ),
    (
        f"overrides: [{{files: old/**, operations: GET /orders, {OFF}}}]",
        "'GET /orders' in the override means nothing: no operation there is called that",
    ),
    (
        f"overrides: [{{files: [new/**, old/**], operations: GET /old, {OFF}}}]",
        "'new/**' in the override means nothing: no document that was checked is there",
    ),
    (
        "overrides: [{files: new/**, operations: GET /orders, level: draft, rules: {rate-limit-undefined: low}}]",
        "'new/**' in the override means nothing: no document that was checked is there",
    ),
    (
        "overrides: [{operations: 'tag:shops', level: draft}]",
        "'tag:shops' in the override means nothing: no operation is called that",
    ),
    (
        "public: [{operations: [GET /orders, GET /healthz], reason: anybody}]",
        "'GET /healthz' in the declaration of public operations means nothing: no operation is called that",
    ),
    ("exclude: [old/**, new/**]", "'new/**' in exclude means nothing: no file is there"),
    ("exclude: '**/apis.yaml'", "'**/apis.yaml' in exclude means nothing: no file is there"),
)


@pytest.mark.parametrize("written", USED)
def test_what_means_something(written: str) -> None:
    assert said(written) == []


@pytest.mark.parametrize(("written", "message"), IDLE)
def test_what_means_nothing(written: str, message: str) -> None:
    (found,) = said(written)
    assert found.message == message
    assert (found.severity, found.location.file, found.location.span.line) == (Severity.LOW, "apilint.yaml", 2)
    assert "notice" in {tag for rule in run(RunOptions()).rules if rule.id == PAGE for tag in rule.tags}


@pytest.mark.parametrize(
    "options",
    [
        {"paths": ("api.yaml",)},
        {"paths": ("old",)},
        {"ignore": (PAGE,)},
        {"select": ("server-cleartext",)},
        {"isolated": True},
    ],
)
def test_what_is_not_certain_or_not_asked_is_not_said(options: dict[str, Any]) -> None:
    written = f"exclude: new/**\noverrides: [{{files: new/**, {OFF}}}, {{operations: GET /x, {OFF}}}]"
    assert len(said(written)) == 3
    assert said(**options) == []


def test_nothing_is_certain_where_something_went_wrong() -> None:
    write("broken.yaml", 'openapi: 3.0.3\ninfo: {title: "x\n')
    assert said(f"overrides: [{{files: new/**, {OFF}}}]") == []


def test_a_file_that_is_named_and_gone_is_certain() -> None:
    assert len(said(f"overrides: [{{files: gone.yaml, {OFF}}}]", paths=("api.yaml",))) == 1
    assert said(f"overrides: [{{files: old/api.yaml, {OFF}}}]", paths=("api.yaml",)) == []


def test_each_is_said_once_for_all_documents_and_processes() -> None:
    written = f"overrides: [{{operations: [GET /old, GET /x], {OFF}}}]"
    one = said(written, jobs=1)
    assert [finding.message.split(" ")[:2] for finding in one] == [["'GET", "/x'"]]
    assert said(written, jobs=2) == one


def test_a_part_that_a_document_refers_to_counts() -> None:
    write("api.yaml", API + "  /shared: {$ref: shared/path.yaml}\n")
    write("shared/path.yaml", "get: {responses: {'200': {description: ok}}}\n")
    assert said(f"overrides: [{{files: shared/**, {OFF}}}]\nexclude: shared/**") == []


def test_a_nearer_file_is_for_its_folder() -> None:
    write("old/apilint.yaml", f"version: 1\noverrides: [{{operations: GET /orders, {OFF}}}]\nexclude: api.yml\n")
    assert [(one.location.file, one.location.span.line) for one in said()] == [
        ("old/apilint.yaml", 2),
        ("old/apilint.yaml", 3),
    ]
    assert len(said(paths=("old",))) == 2


def test_what_is_for_many_repositories_may_mean_nothing_in_one(tmp_path: Path) -> None:
    from apilint.config.policy_file import read

    elsewhere = tmp_path.parent / f"{tmp_path.name}-policy.yaml"
    written = f"overrides: [{{files: new/**, {OFF}}}]\nexclude: new/**\n"
    elsewhere.write_text(f"version: 1\nkind: policy\n{written}", encoding="utf-8")
    assert said(policy=read(str(elsewhere))) == []
    write("policy.yaml", elsewhere.read_text(encoding="utf-8"))
    assert said("rules: {}", policy=read("policy.yaml")) == []
    elsewhere.write_text(f"version: 1\n{written}", encoding="utf-8")
    assert said(config=str(elsewhere)) == []


def test_what_takes_too_long_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unused, "_STEPS", 3)
    assert said(f"overrides: [{{operations: [GET /x, GET /y, GET /z], {OFF}}}]") == []
