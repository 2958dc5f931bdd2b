"""What a baseline knows, what counts as new, and when something counts as mended."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apilint.api import Api, Flag
from apilint.findings import Compared, Confidence, Finding, Location, Problem, Report, Severity, Span, Suppression
from apilint.plugins import Plugins
from apilint.policy.baseline import Baseline, BaselineError, Entry, Looked, Ran, compare, looked_at, updated
from apilint.policy.baseline_file import read, text
from apilint.rule import Rule
from apilint.run import RunOptions, run

PETSTORE = Path(__file__).resolve().parents[2] / "examples" / "petstore.yaml"
DAY = "2026-03-01"


def finding(fingerprint: str = "a", **changes: Any) -> Finding:
    place = Location("api.yaml", "/info", Span(1, 1, 1, 2))
    made = Finding("r", Severity.MEDIUM, Confidence.HIGH, "m", place, None, 0, (), fingerprint * 32, api="api.yaml")
    return made._replace(**changes)


def held(fingerprint: str = "a", **changes: Any) -> Entry:
    return Entry(fingerprint * 32, "r", Severity.MEDIUM, "api.yaml", DAY)._replace(**changes)


FILES = {"api.yaml": ("/p/api.yaml", "api.yaml"), "other.yaml": ("/p/other.yaml", "other.yaml")}


def looked(files: Any, roots: Any, *options: tuple[str, str, str]) -> Looked:
    return looked_at(True, dict.fromkeys(roots, Ran(frozenset("r"), options)), files)


LOOKED = looked(FILES, ["api.yaml"])


def against(entries: Any, shown: Any, looked: Any = LOOKED, found: Any = None) -> tuple[list[Finding], Compared]:
    held_before = Baseline("b", tuple(entries), ("api.yaml", "other.yaml"))
    return compare(held_before, shown, shown if found is None else found, looked)


def states(entries: Any, shown: Any) -> list[str]:
    return [one.state for one in against(entries, shown)[0]]


def test_what_is_known_is_suppressed_and_says_since_when() -> None:
    findings, compared = against([held("a")], [finding("a"), finding("b")])
    assert [(one.state, one.suppression) for one in findings] == [
        ("unchanged", Suppression("baseline", "since 2026-03-01")),
        ("new", None),
    ]
    assert (compared.since, compared.known, compared.mended, compared.unjudged) == (DAY, 1, 0, 0)


def test_a_graver_finding_is_new() -> None:
    levels = [Severity.LOW, Severity.MEDIUM, Severity.HIGH]
    assert [states([held()], [finding(severity=level)])[0] for level in levels] == ["unchanged", "unchanged", "new"]


def test_more_operations_are_new_where_each_is_a_defect_of_its_own() -> None:
    many = finding(operations=4, location=Location("api.yaml", "/paths", Span(1, 1, 1, 2)))
    _, compared = against([], [many])
    (entry,) = updated(Baseline("b"), [many], compared, DAY, lambda file: False).entries
    assert entry.operations == 4
    assert [states([entry], [many._replace(operations=number)])[0] for number in (3, 4, 5)] == [
        "unchanged",
        "unchanged",
        "new",
    ]
    # A schema that one operation more uses is the same schema.
    (entry,) = updated(Baseline("b"), [finding(operations=4)], compared, DAY, lambda file: False).entries
    assert states([entry], [finding(operations=9)]) == ["unchanged"]


def test_another_suppression_stays_in_front() -> None:
    waived = finding(suppression=Suppression("waiver", "because"))
    (one,), compared = against([held()], [waived])
    assert (one.suppression, one.state, compared.mended) == (waived.suppression, "unchanged", 0)


def test_an_entry_covers_one_file_of_a_name() -> None:
    files = {"a/api.yaml": ("/p/a/api.yaml", "api.yaml"), "b/api.yaml": ("/p/b/api.yaml", "api.yaml")}
    run_over = looked(files, files)
    twins = [finding(location=Location(name, "/info", Span(1, 1, 1, 2))) for name in files]
    findings, compared = against([held()], twins, run_over)
    assert [one.state for one in findings] == ["unchanged", "new"]
    with pytest.raises(BaselineError, match=r"a/api.yaml and b/api.yaml have one name in two repositories.*--ref-root"):
        updated(Baseline("b"), twins, compared, DAY, lambda file: False)
    assert against([held()], [], run_over)[1].mended == 0
    # The same file by two names is one.
    link = {"a.yaml": ("/p/a.yaml", "a.yaml"), "link.yaml": ("/p/a.yaml", "a.yaml")}
    same = [finding(location=Location(name, "/info", Span(1, 1, 1, 2))) for name in link]
    run_over = looked(link, link)
    assert [one.state for one in against([held(file="a.yaml")], same, run_over)[0]] == ["unchanged", "unchanged"]
    assert against([held(file="a.yaml")], [], run_over)[1].mended == 1


@pytest.mark.parametrize(
    ("run_over", "entry", "mended"),
    [
        (LOOKED, held(), 1),
        (LOOKED._replace(complete=False), held(), 0),
        (LOOKED, held(rule="other"), 0),
        (LOOKED, held(file="other.yaml"), 0),
        (LOOKED, held(file="gone.yaml"), 0),
        (LOOKED, held(options="most=5"), 0),
        (looked(FILES, ["api.yaml"], ("r", "most", "5")), held(), 0),
        (looked(FILES, ["api.yaml"], ("r", "most", "5")), held(options="most=5"), 1),
        (looked(FILES, ["api.yaml"], ("q", "most", "5")), held(), 1),
        (LOOKED, held(shared=True), 0),
        (looked(FILES, FILES), held(shared=True, file="part.yaml"), 1),
        (looked({"<stdin>": (None, "<stdin>")}, ["<stdin>"]), held(file="<stdin>"), 0),
    ],
)
def test_only_what_would_have_been_found_is_mended(run_over: Any, entry: Entry, mended: int) -> None:
    _, compared = against([entry], [], run_over)
    assert (compared.mended, compared.unjudged) == (mended, 1 - mended)
    assert compared.keeps == (() if mended else (entry,))


def test_what_is_only_hidden_is_not_mended() -> None:
    _, compared = against([held()], [], found=[finding()])
    assert (compared.mended, compared.unjudged) == (0, 0)


def test_what_became_milder_may_not_become_graver_again() -> None:
    entry = held(severity=Severity.HIGH, operations=7)
    assert against([entry], [finding(operations=3)])[1].keeps == (held(operations=3),)
    assert against([entry], [finding(operations=3)], LOOKED._replace(complete=False))[1].keeps == (entry,)
    assert against([held()], [finding(severity=Severity.HIGH)])[1].keeps == (held(),)


def test_an_update_takes_in_and_lets_go() -> None:
    before = Baseline("b", (held("a"), held("b"), held("c", file="gone.yaml"), held("d", file="there.yaml")), ("gone",))
    shown = [finding("a"), finding("b", severity=Severity.HIGH), finding("e"), finding("f")]
    shown[3] = shown[3]._replace(suppression=Suppression("inline", "because"))
    findings, compared = compare(before, shown, shown, LOOKED)
    after = updated(before, findings, compared, "2026-05-05", lambda file: file.startswith("gone"))
    assert {entry.fingerprint[0]: (entry.since, entry.severity.label) for entry in after.entries} == {
        "a": (DAY, "medium"),
        "b": ("2026-05-05", "high"),
        "d": (DAY, "medium"),
        "e": ("2026-05-05", "medium"),
    }
    assert after.apis == ("api.yaml",)


# The file.


def test_a_file_says_again_what_was_written(tmp_path: Path) -> None:
    entries = (
        held("b", operation="GET /größe", pointer="/x\u202ey", operations=3, options="a=1, b=2", shared=True),
        held("a", file="z.yaml", severity=Severity.CRITICAL),
        held("c"),
    )
    written = text(Baseline("b", entries, ("z.yaml", "api.yaml")))
    assert written.isascii()
    path = tmp_path / "b.json"
    path.write_text(written)
    found = read(str(path))
    assert found.entries == (entries[0], entries[2], entries[1])
    assert (found.apis, found.data) == (("api.yaml", "z.yaml"), written.encode())
    assert text(found) == written
    lines = written.splitlines()
    assert len(lines) == 7
    assert json.loads(lines[0] + "]") == [json.loads(written)[0]]
    assert all(line.startswith(",{") for line in lines[1:-1])
    path.write_text(json.dumps(json.loads(written), indent=4))  # what tools that lay out JSON make of it
    assert read(str(path)).entries == found.entries


HEAD = '[{"version": 1}\n'
LINE = ',{"file":"a","rule":"r","severity":"low","since":"2026-03-01","fingerprint":"' + "a" * 32 + '"}\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ":1:1: this is not JSON"),
        (HEAD, ":2:1: this is not JSON"),
        ("{}", ":1: this is no baseline: apilint baseline writes one"),
        ("[]", ":1: this is no baseline"),
        ("\n\n[4]", ":3: this is no baseline"),
        ('[{"version": 2}]', ":1: version '2' of baselines is unknown here, where 1 is read"),
        ('[{"version": true}]', ":1: version 'True'"),
        ('[{"version": "1"}]', ":1: version '1'"),
        ('[{"version": 1, "x": 1}]', ":1: a baseline has no 'x'"),
        (HEAD + ",3]", ":2: this is neither a finding nor an API"),
        (HEAD + LINE + LINE + "]", ":3: the finding stands in line 2 already: keep one of the lines"),
        (HEAD + ',{"api":"a"}\n,{"api":"a"}]', ":3: the API stands in line 2 already"),
        (HEAD + ',{"api":1}]', ":2: an API is one member"),
        (HEAD + LINE.replace('"rule":"r",', "") + "]", ":2: the finding has no 'rule'"),
        (HEAD + LINE.replace("low", "lowest") + "]", ":2: 'severity' is not one of info, low, medium"),
        (HEAD + LINE.replace("aaaa", "aaag") + "]", ":2: 'fingerprint' is not 32 hexadecimal digits"),
        (HEAD + LINE.replace("03-01", "02-30") + "]", ":2: 'since' is not a date such as 2026-03-01"),
        (HEAD + LINE.replace('"r"', "{}") + "]", ":2: 'rule' is not a text"),
        (HEAD + LINE.replace('"r"', '"r","reason":"x"') + "]", ":2: a finding of a baseline has no 'reason'"),
        (HEAD + LINE.replace('"r"', '"r","operations":true') + "]", ":2: 'operations' is not a number above 0"),
        (HEAD + LINE.replace('"r"', '"r","shared":1') + "]", ":2: 'shared' is not true or false"),
        (HEAD + LINE.replace('"r"', '"r","rule":"q"') + "]", ":2: 'rule' stands twice in one object"),
        (HEAD + "<<<<<<< HEAD\n" + LINE + "=======\n>>>>>>> b\n]", ":2: a merge left its mark here"),
        (HEAD + LINE + "=======\r\n]", ":3: a merge left its mark here"),
        (HEAD + "," + "[" * 200 + "]" * 200 + "]", ": it is nested too deeply for a baseline"),
        ("[" * 100_000, ": it is nested too deeply for a baseline"),
        ("\0", ":1:1: this is not JSON: the text holds a NUL character"),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_line(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(content, newline="")
    with pytest.raises(BaselineError) as caught:
        read(str(path))
    assert str(caught.value).startswith(f"{path}{said}")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    os.mkfifo(root / "pipe")
    (tmp_path / "outside.json").write_text(HEAD + "]")
    (root / "inside.json").write_text(HEAD + "]")
    (root / "out.json").symlink_to(tmp_path / "outside.json")
    (root / "in.json").symlink_to("inside.json")
    (root / "round.json").symlink_to("round.json")
    (root / "huge.json").touch()
    os.truncate(root / "huge.json", (32 << 20) + 1)
    for name, said in {
        "none.json": "it cannot be read: there is no such file",
        ".git": "it cannot be read: it is a directory, not a file",
        "pipe": "it cannot be read: it is a named pipe, not a file",
        "out.json": "it is a symbolic link that leads out of the root",
        "huge.json": "it is larger than 32 MiB",
        "round.json": "it cannot be read: its symbolic links lead round in a circle",
        "a\0b": "its name cannot be the name of a file",
    }.items():
        with pytest.raises(BaselineError) as caught:
            read(str(root / name))
        assert str(caught.value) == f"{root / name}: {said}"
    assert read(str(root / "in.json")).entries == ()


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_baseline_or_a_clear_refusal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(data)
    with contextlib.suppress(BaselineError):
        assert read(str(path)).data == data


def test_branches_merge_by_line(tmp_path: Path) -> None:
    """With the very git that will do it: both add, both remove, one of them at the very end."""
    if shutil.which("git") is None:
        pytest.skip("SKIPPED LOUDLY: there is no git")
    path = tmp_path / "b.json"

    def git(*words: str) -> None:
        config = (
            "-c",
            "user.name=n",
            "-c",
            "user.email=e",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        )
        subprocess.run(["git", *config, *words], cwd=tmp_path, check=True, capture_output=True)

    def commit(*letters: str) -> None:
        path.write_text(text(Baseline("b", tuple(held(letter) for letter in letters), ("api.yaml",))))
        git("add", ".")
        git("commit", "-m", "x")

    git("init")
    commit(*"02468ace")
    git("checkout", "-b", "topic")
    commit(*"0268ac", "e", "f")
    git("checkout", "main")
    commit(*"012468a", "e")
    git("merge", "topic", "-m", "merge")
    assert "".join(entry.fingerprint[0] for entry in read(str(path)).entries) == "01268aef"


# A run.


def lint(folder: Path, *paths: str, loaded: Plugins | None = None, **options: Any) -> Report:
    assert Path.cwd() == folder
    return run(RunOptions(paths=paths, **options), loaded)


def baseline_of(folder: Path, *paths: str, loaded: Plugins | None = None, **options: Any) -> Baseline:
    report = lint(folder, *paths, loaded=loaded, baseline=Baseline("b.json"), **options)
    assert report.baseline is not None
    return updated(Baseline("b.json"), report.findings, report.baseline, DAY, lambda file: False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        members = [(key, shuffled(member, chance)) for key, member in value.items()]
        chance.shuffle(members)
        return dict(members)
    if isinstance(value, list):
        items = [shuffled(item, chance) for item in value]
        chance.shuffle(items)
        return items
    return value


def with_lines(text: str, chance: random.Random) -> str:
    lines = []
    for line in text.splitlines():
        lines += ["", "# a comment", "   # another"][: chance.randrange(4)]
        lines.append(line)
    return "\n".join(lines) + "\n"


@given(st.randoms(use_true_random=False), st.sampled_from(["default", "audit"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_moving_things_changes_nothing(folder: Path, chance: random.Random, preset: str) -> None:
    """Keys in another order, lines put in, items of arrays moved: every finding is known, none is mended."""
    path = folder / "petstore.yaml"
    shutil.copy(PETSTORE, path)
    before = baseline_of(folder, "petstore.yaml", preset=preset)
    moved = shuffled(yaml.safe_load(PETSTORE.read_text()), chance)
    path.write_text(with_lines(yaml.safe_dump(moved, sort_keys=False, width=10_000), chance))
    report = lint(folder, "petstore.yaml", preset=preset, baseline=before)
    assert len(before.entries) > 10
    assert {one.state for one in report.findings} == {"unchanged"}
    assert report.baseline is not None
    assert (report.baseline.mended, report.baseline.keeps) == (0, before.entries)
    # And what is written anew is what was written.
    again = updated(before, report.findings, report.baseline, "2027-01-01", lambda file: False)
    assert text(again) == text(before)


def mend(folder: Path, name: str = "petstore.yaml") -> None:
    path = folder / name
    array = "        tags:\n          type: array\n"
    fixed = path.read_text().replace(array, f"{array}          maxItems: 9\n")
    assert fixed != path.read_text()
    path.write_text(fixed)


MENDED = "array-max-items"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_mended_finding_is_told(folder: Path, jobs: int) -> None:
    for name in ("petstore.yaml", "second.yaml"):
        shutil.copy(PETSTORE, folder / name)
    before = baseline_of(folder, jobs=jobs)
    assert before.apis == ("petstore.yaml", "second.yaml")
    mend(folder)
    report = lint(folder, baseline=before, jobs=jobs)
    assert report.baseline is not None
    gone = set(before.entries) - set(report.baseline.keeps)
    assert {(entry.rule, entry.file) for entry in gone} == {(MENDED, "petstore.yaml")}
    assert {one.state for one in report.findings} == {"unchanged"}


@pytest.mark.parametrize(
    ("options", "unjudged"),
    [
        ({"select": ("rate-limit-undefined",)}, 1),
        ({"ignore": (MENDED,)}, 1),
        ({"preset": "owasp"}, 0),
        ({"min_confidence": Confidence.HIGH}, 0),
        ({"paths": ("second.yaml",)}, 1),
    ],
)
def test_a_narrower_run_takes_nothing_for_mended(folder: Path, options: dict[str, Any], unjudged: int) -> None:
    """What the preset merely hides is still seen; what was not looked at is not judged."""
    for name in ("petstore.yaml", "second.yaml"):
        shutil.copy(PETSTORE, folder / name)
    before = baseline_of(folder, preset="audit")
    report = lint(folder, *options.pop("paths", ()), **options, baseline=before)
    assert report.baseline is not None
    assert report.baseline.mended == 0
    assert bool(report.baseline.unjudged) == bool(unjudged)
    assert {one.state for one in report.findings} <= {"unchanged"}


def test_what_is_hidden_stays_hidden(folder: Path) -> None:
    """That the rules of a baseline tell all that they find changes neither findings nor rules of a report."""
    shutil.copy(PETSTORE, folder / "petstore.yaml")
    without = lint(folder)
    before = baseline_of(folder, preset="audit")
    report = lint(folder, baseline=before)
    plain = [one._replace(state="", suppression=None) for one in report.findings]
    assert plain == list(without.findings)
    assert report.rules == without.rules
    assert report.hidden >= without.hidden


def test_an_incomplete_run_takes_nothing_for_mended(folder: Path) -> None:
    shutil.copy(PETSTORE, folder / "petstore.yaml")
    before = baseline_of(folder)
    mend(folder)
    (folder / "broken.yaml").write_text("openapi: 3.0.3\npaths: [\n")
    report = lint(folder, baseline=before)
    assert report.problems
    assert report.baseline is not None
    assert (report.baseline.mended, report.baseline.unjudged) == (0, 1)


def test_what_an_editor_holds_takes_nothing_for_mended(folder: Path) -> None:
    path = folder / "petstore.yaml"
    shutil.copy(PETSTORE, path)
    before = baseline_of(folder)
    mend(folder)
    texts = {str(path): path.read_bytes()}
    shutil.copy(PETSTORE, path)
    report = lint(folder, baseline=before, texts=texts)
    assert report.baseline is not None
    assert (report.baseline.mended, report.baseline.unjudged) == (0, 1)


SHARED = """
openapi: 3.0.3
info: {title: t, version: "1"}
servers: [{url: "https://a.example"}]
paths:
  /%s:
    post:
      security: [{k: []}]
      requestBody: {content: {application/json: {schema: {$ref: "%s"}}}}
      responses: {"200": {description: ok}, "429": {description: slow}}
components: {securitySchemes: {k: {type: http, scheme: bearer}}}
"""
PART = "First: {type: object, properties: {a: {type: array, items: {type: integer}}}, additionalProperties: false}\n"


def test_a_shared_file_needs_all_that_lead_to_it(folder: Path) -> None:
    (folder / "part.yaml").write_text(PART)
    for name, target in {"one": "part.yaml#/First", "two": "part.yaml#/First", "three": "one.yaml#/info"}.items():
        (folder / f"{name}.yaml").write_text(SHARED % (name, target))
    before = baseline_of(folder, preset="audit")
    shared = {entry for entry in before.entries if entry.file == "part.yaml"}
    assert shared
    assert all(entry.shared for entry in shared)
    # One of the two leads there no more, and the other is not looked at.
    (folder / "one.yaml").write_text(SHARED % ("one", "#/components/schemas/None"))
    (folder / "one.yaml").write_text(SHARED.replace('{schema: {$ref: "%s"}}', "{schema: {type: integer}}") % "one")
    report = lint(folder, "one.yaml", preset="audit", baseline=before)
    assert report.baseline is not None
    assert shared <= set(report.baseline.keeps)
    # All are looked at, and it is mended.
    (folder / "part.yaml").write_text(PART.replace("items:", "maxItems: 3, items:"))
    report = lint(folder, preset="audit", baseline=before)
    assert report.baseline is not None
    assert MENDED in {entry.rule for entry in shared - set(report.baseline.keeps)}


def test_a_renamed_file_is_new_and_what_it_held_stays(folder: Path) -> None:
    shutil.copy(PETSTORE, folder / "petstore.yaml")
    before = baseline_of(folder)
    (folder / "petstore.yaml").rename(folder / "pets.yaml")
    report = lint(folder, baseline=before)
    assert {one.state for one in report.findings} == {"new"}
    assert report.baseline is not None
    assert (report.baseline.mended, report.baseline.unjudged) == (0, len(before.entries))
    after = updated(before, report.findings, report.baseline, DAY, lambda file: not (folder / file).exists())
    assert {entry.file for entry in after.entries} == {"pets.yaml"}


def test_the_working_folder_does_not_matter_and_another_root_mends_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "apis").mkdir()
    shutil.copy(PETSTORE, folder / "apis" / "petstore.yaml")
    before = baseline_of(folder)
    monkeypatch.chdir(folder / "apis")
    report = lint(folder / "apis", baseline=before)
    assert {one.state for one in report.findings} == {"unchanged"}
    (folder / ".git").rmdir()
    report = lint(folder / "apis", baseline=before)
    assert {one.state for one in report.findings} == {"new"}
    assert report.baseline is not None
    assert report.baseline.keeps == before.entries


SECRET = "hunter2-is-my-password"
KEY = "AKIA" + "Q3EGRZ7YNWPTJ5XD"


def test_the_file_holds_no_secret(folder: Path) -> None:
    """Neither one that a rule named nor what looks like one."""
    (folder / "api.yaml").write_text(
        f'openapi: 3.0.0\ninfo: {{title: T, version: "1"}}\npaths:\n  /{SECRET}/{KEY}:\n'
        '    get: {responses: {"200": {description: ok}}}\n'
    )

    def leak(api: Api) -> list[Flag]:
        """Find it."""
        (operation,) = api.operations
        return [operation.flag("responses", f"here is {SECRET}", secret=SECRET)]

    rule = Rule("acme/leak", Api, Severity.HIGH, Confidence.HIGH, leak, "It leaks.")
    loaded = Plugins((rule,), {}, {}, (), ())
    before = baseline_of(folder, "api.yaml", loaded=loaded, select=("acme/leak",))
    written = text(before)
    assert "hunt****" in written
    assert "AKIA****" in written
    assert SECRET not in written
    assert KEY not in written
    report = lint(folder, "api.yaml", loaded=loaded, select=("acme/leak",), baseline=before)
    assert [one.state for one in report.findings] == ["unchanged"]


def test_names_that_are_no_text_are_found_again(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    shutil.copy(PETSTORE, folder / name)
    before = baseline_of(folder)
    (folder / "b.json").write_text(text(before))
    found = read("b.json")
    assert {entry.file for entry in found.entries} == {r"caf\udce9.yaml"}
    assert not re.search(r"[^\\]\\ud", text(before))
    mend(folder, name)
    report = lint(folder, baseline=found)
    assert report.baseline is not None
    assert report.baseline.mended == 1


def test_a_preset_of_a_plugin_hides_and_mends_nothing(folder: Path) -> None:
    (folder / "api.yaml").write_text(SHARED % ("one", "#/components"))

    def flag(api: Api) -> list[Flag]:
        """Find it."""
        return [api.flag("info", "here")]

    rule = Rule("acme/x", Api, Severity.HIGH, Confidence.HIGH, flag, "It is.")
    presets: dict[str, Callable[[Rule, Finding], bool]] = {"none": lambda rule, one: False}
    loaded = Plugins((rule,), {}, presets, (), ())
    before = baseline_of(folder, "api.yaml", loaded=loaded)
    assert len(before.entries) == 1
    report = lint(folder, "api.yaml", loaded=loaded, preset="none", baseline=before)
    assert report.findings == []
    assert report.baseline is not None
    assert report.baseline.keeps == before.entries


def test_findings_about_suppressions_stay_out(folder: Path) -> None:
    """They are about what was written for apilint, and some of them come with a day."""
    (folder / "petstore.yaml").write_text("# apilint: ignore[no-such-rule] because\n" + PETSTORE.read_text())
    before = baseline_of(folder, preset="audit")
    assert before.entries
    assert not [entry for entry in before.entries if entry.rule.startswith("suppression-")]
    report = lint(folder, preset="audit", baseline=before)
    assert {one.rule for one in report.findings if one.state == "new"} <= {"suppression-unknown-rule"}
    assert report.baseline is not None
    assert report.baseline.keeps == before.entries


def test_too_many_findings_are_not_written() -> None:
    with pytest.raises(BaselineError, match="too many for a baseline"):
        text(Baseline("b", (held(pointer="x" * (33 << 20)),)))


def test_a_problem_of_a_plugin_takes_nothing_for_mended(folder: Path) -> None:
    shutil.copy(PETSTORE, folder / "petstore.yaml")
    loaded = Plugins((), {}, {}, (), (Problem("plugin-broken", "x"),))
    report = lint(folder, loaded=loaded, baseline=Baseline("b", (held(rule="r"),)))
    assert report.baseline is not None
    assert report.baseline.mended == 0
