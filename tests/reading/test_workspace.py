"""References: what they reach, what they do not, and that nothing outside the root is ever opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.reading.limits import Limits
from apilint.reading.workspace import Target, Unresolved, Workspace, choose_root


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def workspace(folder: Path, limits: Limits | None = None, hosts: tuple[str, ...] = ()) -> Workspace:
    return Workspace(str(folder), limits or Limits(), hosts)


def resolved(
    folder: Path, reference: str, text: str = "a: {b: [10, {c/d~e: 1, 'x y': 2, é: 3}]}", at: Any = ()
) -> Target | Unresolved:
    (folder / "main.yaml").write_text(text)
    run = workspace(folder)
    document = run.open(str(folder / "main.yaml"))
    assert document is not None
    return run.resolve(document, reference, at)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files that are opened from here on."""
    paths: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[0], str):
            paths.append(arguments[0])

    sys.addaudithook(hook)
    yield paths
    watching = False


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("", ()),
        ("#", ()),
        ("#/a", ("a",)),
        ("#/a/b/0", ("a", "b", 0)),
        ("#/a/b/1/c~1d~0e", ("a", "b", 1, "c/d~e")),
        ("main.yaml#/a/b/1/x%20y", ("a", "b", 1, "x y")),
        ("./main.yaml#/a/b/1/%C3%A9", ("a", "b", 1, "é")),
        ("#/a/b/1/x y", ("a", "b", 1, "x y")),
        ("%6Dain.yaml#/a", ("a",)),
    ],
)
def test_local_references(tmp_path: Path, reference: str, path: tuple[str | int, ...]) -> None:
    found = resolved(tmp_path, reference)
    assert isinstance(found, Target)
    assert found.path == path
    value = found.document.value
    for step in path:
        value = value[step]
    assert found.value is value


@pytest.mark.parametrize(
    "reference",
    [
        "#/x",
        "#/a/b/-1",
        "#/a/b/01",
        "#/a/b/2",
        "#/a/b/+1",
        "#/a/b/9999999999",
        "#/a/b/" + "9" * 5000,
        "#/a/b/0/x",
        "#/%zz",
        "#/%ff",
        "#x",
        "#/a/",
        "#/" + "a" * 1_000_000,
        "x" * 1_000_000 + ".yaml",
        "#/\ud800",
        "#%",
        "#/a/b/١",
    ],
)
def test_references_that_lead_nowhere(tmp_path: Path, reference: str) -> None:
    found = resolved(tmp_path, reference)
    assert isinstance(found, Unresolved)
    assert found.reason == "missing"
    assert len(found.message) < 400


@pytest.mark.parametrize(
    "reference", ["none.yaml", "none.yaml#/a", "a%00b.yaml", "\0", "\ud800", "%", "main.yaml/x", "n" * 300]
)
def test_a_file_that_is_not_there_was_not_looked_at(tmp_path: Path, reference: str) -> None:
    (tmp_path / "main.yaml").write_text("a: {$ref: x}\n")
    workspace = Workspace(str(tmp_path), Limits())
    document = workspace.open(str(tmp_path / "main.yaml"), "main.yaml")
    assert document is not None
    for _ in range(2):
        found = workspace.resolve(document, reference, ("a",))
        assert isinstance(found, Unresolved)
        assert (found.reason, len(found.message) < 400) == ("absent", True)
    problem, *others = workspace.problems
    assert others == []
    assert (problem.kind, problem.file, problem.line, problem.pointer) == (
        "reference-unread",
        "main.yaml",
        1,
        "/a/$ref",
    )


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:9/x",
        "https://example.com/x",
        "HTTP://example.com",
        "file:///etc/passwd",
        "ftp://x/y",
        "//127.0.0.1/x",
        "/etc/passwd",
        "..\\secret",
        "\\\\host\\share",
        "C:\\x",
        "C:/x",
        "../outside/secret.yaml",
        "%2e%2e/outside/secret.yaml",
        "..%2foutside%2fsecret.yaml",
        "link.yaml",
        "linked/secret.yaml",
        "/dev/zero",
        "fifo.yaml",
        "sub",
        "zero.yaml",
        "/proc/self/environ",
        "data:text/plain,x",
        "sub/../../outside/secret.yaml",
        "mailto:x@y",
    ],
)
def test_refused(tmp_path: Path, reference: str, opened: list[str]) -> None:
    root = tmp_path / "root"
    write(tmp_path, outside__secret_yaml="CANARY: 1\n", root__sub__in_yaml="a: 1")
    (root / "link.yaml").symlink_to(tmp_path / "outside" / "secret.yaml")
    (root / "linked").symlink_to(tmp_path / "outside")
    (root / "zero.yaml").symlink_to("/dev/zero")
    os.mkfifo(root / "fifo.yaml")
    (root / "main.yaml").write_text(f"a:\n  $ref: {reference!r}\n")
    run = workspace(root)
    document = run.open(str(root / "main.yaml"))
    assert document is not None
    opened.clear()
    for _ in range(3):
        found = run.resolve(document, reference, ("a",))
        assert isinstance(found, Unresolved)
        assert found.reason == "refused"
    [problem] = run.problems
    assert (problem.kind, problem.line, problem.column, problem.pointer) == ("reference-refused", 2, 9, "/a/$ref")
    assert "CANARY" not in problem.message
    assert not [path for path in opened if "outside" in path or path.startswith(("/dev", "/proc", "/etc"))]


def test_a_path_that_ends_in_the_reference_itself(tmp_path: Path) -> None:
    write(tmp_path, a_json='{"a": [{"$ref": "http://x"}]}')
    run = workspace(tmp_path)
    document = run.open(str(tmp_path / "a.json"))
    assert document is not None
    run.resolve(document, "http://x", ("a", 0, "$ref"))
    assert [(problem.line, problem.column) for problem in run.problems] == [(1, 17)]


def test_other_files_are_opened_once_and_relative_to_the_one_that_refers(tmp_path: Path) -> None:
    write(tmp_path, main_yaml="a: 1", sub__one_yaml="$ref: two.yaml#/x", sub__two_yaml="x: {y: 1}")
    run = workspace(tmp_path)
    main = run.open(str(tmp_path / "main.yaml"))
    assert main is not None
    one = run.resolve(main, "sub/one.yaml", ())
    assert isinstance(one, Target)
    two = run.resolve(one.document, "two.yaml#/x", ())
    back = run.resolve(one.document, "../main.yaml#/a", ())
    assert isinstance(two, Target)
    assert isinstance(back, Target)
    assert two.value == {"y": 1}
    assert back.document is main is run.open(str(tmp_path / "sub" / ".." / "main.yaml"))
    assert not run.problems


def test_a_broken_file_is_one_problem(tmp_path: Path) -> None:
    write(tmp_path, main_yaml="a: 1", bad_yaml="a: [SECRET\n")
    run = workspace(tmp_path)
    main = run.open(str(tmp_path / "main.yaml"))
    assert main is not None
    for fragment in ("", "#/a", "#/b"):
        found = run.resolve(main, "bad.yaml" + fragment, ())
        assert isinstance(found, Unresolved)
        assert found.reason == "malformed"
    [problem] = run.problems
    assert (problem.kind, problem.file and problem.file.endswith("bad.yaml"), problem.line) == ("malformed", True, 2)
    assert "SECRET" not in problem.message


def test_identifiers_and_anchors(tmp_path: Path) -> None:
    text = """
    $self: https://example.com/api/openapi.yaml
    components:
      schemas:
        A: {$id: "https://example.com/schemas/a", $defs: {x: {$anchor: X, type: string}}, items: {$ref: '#X'}}
        B: {$anchor: B, properties: {value: {$dynamicAnchor: node}}}
        C: {$id: c.json, $defs: {y: {}}}
        D: {example: {$id: no}, properties: {$id: {type: string}}}
    """
    (tmp_path / "main.yaml").write_text(text)
    run = workspace(tmp_path)
    main = run.open(str(tmp_path / "main.yaml"))
    assert main is not None
    schemas = ("components", "schemas")
    for reference, at, path in [
        ("#B", (), (*schemas, "B")),
        ("#node", (), (*schemas, "B", "properties", "value")),
        ("https://example.com/schemas/a", (), (*schemas, "A")),
        ("https://example.com/schemas/a#X", (), (*schemas, "A", "$defs", "x")),
        ("#X", (*schemas, "A", "items"), (*schemas, "A", "$defs", "x")),
        ("#/$defs/x", (*schemas, "A", "items"), (*schemas, "A", "$defs", "x")),
        ("#/components/schemas/B", (*schemas, "A", "items"), (*schemas, "B")),
        ("c.json#/$defs/y", (), (*schemas, "C", "$defs", "y")),
        ("https://example.com/api/openapi.yaml#/components", (), ("components",)),
    ]:
        found = run.resolve(main, reference, at)
        assert isinstance(found, Target), (reference, found)
        assert found.path == path
    for reference in ("#X", "#no", "#nothing"):
        assert isinstance(run.resolve(main, reference, ()), Unresolved)
    assert not run.problems


def test_limits_of_a_run(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="x: 1", b_yaml="x: 2", c_yaml="x: 3")
    for limits, option in (
        (Limits(files=2), "--max-files"),
        (Limits(run_bytes=8), "--max-run-bytes"),
        (Limits(references=1), "--max-references"),
    ):
        run = workspace(tmp_path, limits)
        document = run.open(str(tmp_path / "a.yaml"))
        assert document is not None
        assert isinstance(run.resolve(document, "b.yaml", ()), Target)
        for _ in range(2):
            found = run.resolve(document, "c.yaml", ())
            assert isinstance(found, Unresolved)
            assert found.reason == "limit"
        [problem] = run.problems
        assert problem.kind == "limit-reached"
        assert option in problem.message


def test_files_that_cannot_be_opened_are_problems(tmp_path: Path) -> None:
    (tmp_path / "out.yaml").symlink_to("/etc/passwd")
    (tmp_path / "in.yaml").symlink_to(tmp_path / "real.yaml")
    write(tmp_path, real_yaml="a: 1")
    os.mkfifo(tmp_path / "fifo")
    run = workspace(tmp_path)
    for name in ("none.yaml", "fifo", "out.yaml", "a\0b"):
        before = len(run.problems)
        assert run.open(str(tmp_path / name), name) is None
        assert [problem.file for problem in run.problems[before:]] == [name]
    assert run.open(str(tmp_path / "in.yaml")) is run.open(str(tmp_path / "real.yaml")) is not None


def test_bytes_from_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, other_yaml="x: 1")
    run = workspace(tmp_path)
    document = run.open_text("<stdin>", b"a: 1")
    assert document is not None
    assert isinstance(run.resolve(document, "other.yaml#/x", ()), Target)
    named = run.open_text("main.yaml", b"a: 1", str(tmp_path / "main.yaml"))
    assert named is not None
    assert run.resolve(named, "main.yaml#/a", ()) == Target(named, ("a",), 1)
    assert run.open_text("bad", b"\xff") is None
    assert workspace(tmp_path, Limits(bytes=3)).open_text("x", b"a: 1") is None
    assert [problem.kind for problem in run.problems] == ["malformed"]


def test_choose_root(tmp_path: Path) -> None:
    write(tmp_path, repo__sub__a_yaml="", repo__x__b_yaml="", plain__a_yaml="")
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "repo" / "link.yaml").symlink_to("/etc/passwd")
    assert choose_root(str(tmp_path / "repo/sub/a.yaml"), str(tmp_path)) == str(tmp_path / "repo")
    assert choose_root(str(tmp_path / "repo/link.yaml"), str(tmp_path)) == str(tmp_path / "repo")
    assert choose_root(str(tmp_path / "plain/a.yaml"), str(tmp_path)) == str(tmp_path)
    assert choose_root(str(tmp_path / "plain/a.yaml"), str(tmp_path / "repo")) == str(tmp_path / "plain")
    assert choose_root(str(tmp_path / "plain/a.yaml"), "/", str(tmp_path / "repo")) == str(tmp_path / "repo")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.one_of(st.sampled_from("#/.%~\\:20aA-\0"), st.characters()), max_size=30))
def test_resolving_never_raises(tmp_path_factory: pytest.TempPathFactory, reference: str) -> None:
    run = workspace(tmp_path_factory.getbasetemp() / "nowhere")
    document = run.open_text("a.yaml", b"a: [1, {$ref: x}]")
    assert document is not None
    assert isinstance(run.resolve(document, reference, ("a", 1)), (Target, Unresolved))
    assert isinstance(run.problems, list)
