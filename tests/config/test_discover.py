"""Which configuration holds for which document, what it builds on, and what is refused."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from apilint.cli.show_files import text as text_of_files
from apilint.config.discover import Discovery
from apilint.findings import Severity
from apilint.policy.model import Configuration, ConfigurationError, Override, Where
from apilint.run import RunOptions, UsageError, run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "petstore.yaml"
WAIVER = "{{id: {id}, rule: server-cleartext, owner: a@example.com, reason: soon gone, expires: 2099-01-01}}"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository below the folder of a stranger, the working folder."""
    top = tmp_path / "repo"
    (top / ".git").mkdir(parents=True)
    (tmp_path / "apilint.yaml").write_text("version: 1\nextends: apilint:audit\n")
    monkeypatch.chdir(top)
    return top


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        version = "" if path.suffix == ".toml" or text.startswith("version") else "version: 1\n"
        path.write_text(version + text, encoding="utf-8")


def of(path: str | None = "a/b/api.yaml", **options: object) -> Configuration:
    return Discovery(os.getcwd(), **options).of(path)  # type: ignore[arg-type]


def fault(path: str | None = "a/b/api.yaml", **options: object) -> str:
    with pytest.raises(ConfigurationError) as raised:
        of(path, **options)
    return str(raised.value)


TOML = '[tool.apilint]\nversion = 1\nextends = "apilint:{}"\n'


@pytest.mark.parametrize(
    ("files", "preset", "read"),
    [
        ({}, None, ()),
        ({"apilint.yaml": "extends: apilint:strict"}, "strict", ("apilint.yaml",)),
        ({".apilint.yaml": "extends: apilint:strict"}, "strict", (".apilint.yaml",)),
        ({"pyproject.toml": TOML.format("strict")}, "strict", ("pyproject.toml",)),
        ({"pyproject.toml": "[tool.other]\n"}, None, ()),
        ({"pyproject.toml": "[project]\ndependencies = ['apilint']\n"}, None, ()),
        ({"pyproject.toml": "[broken\n"}, None, ()),
        ({"pyproject.toml": "[tool.other]", "apilint.yaml": "extends: apilint:owasp"}, "owasp", ("apilint.yaml",)),
        (
            {"apilint.yaml": "extends: apilint:strict", "a/.apilint.yaml": "extends: apilint:owasp"},
            "owasp",
            ("apilint.yaml", "a/.apilint.yaml"),
        ),
        (
            {"apilint.yaml": "extends: apilint:strict", "a/b/pyproject.toml": TOML.format("owasp")},
            "owasp",
            ("apilint.yaml", "a/b/pyproject.toml"),
        ),
        (
            {"apilint.yaml": "extends: apilint:strict", "a/apilint.yaml": "gate: {fail_on: low}"},
            "strict",
            ("apilint.yaml", "a/apilint.yaml"),
        ),
        ({"apilint.yaml": "extends: apilint:strict", "a/apilint.yaml": "root: true"}, None, ("a/apilint.yaml",)),
        (
            {"apilint.yaml": "extends: apilint:strict", "a/c/apilint.yaml": "root: true"},
            "strict",
            ("apilint.yaml",),
        ),
        ({"a/.git/x.yaml": "", "apilint.yaml": "extends: apilint:strict"}, None, ()),
        ({"waivers.yaml": "waivers: []"}, None, ("waivers.yaml",)),
        ({"a/waivers.yaml": "waivers: []"}, None, ()),
        ({"a/waivers.yaml": "waivers: []", "a/apilint.yaml": "rules: {}"}, None, ("a/apilint.yaml", "a/waivers.yaml")),
    ],
)
def test_the_nearest_wins_up_to_the_root(
    repository: Path, files: dict[str, str], preset: str | None, read: tuple[str, ...]
) -> None:
    write(repository, files)
    found = of()
    assert (found.preset, found.files) == (preset, read)


def test_inputs_that_share_their_configuration_get_the_same_object(repository: Path) -> None:
    write(repository, {"apilint.yaml": "gate: {fail_on: low}", "c/apilint.yaml": "gate: {fail_on: info}"})
    discovery = Discovery(os.getcwd())
    first = discovery.of("a/b/api.yaml")
    assert discovery.of("other.yaml") is first is discovery.of(None) is discovery.of("a/x/y/z.yaml")
    assert discovery.of("c/api.yaml") is not first
    assert set(discovery.texts) == {"apilint.yaml", "c/apilint.yaml"}


def test_outside_a_repository_the_working_folder_is_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work" / "a").mkdir(parents=True)
    write(tmp_path, {"apilint.yaml": "extends: apilint:audit", "work/apilint.yaml": "extends: apilint:strict"})
    monkeypatch.chdir(tmp_path / "work")
    assert of("a/api.yaml").preset == "strict"
    assert of("../other/api.yaml").preset is None
    monkeypatch.chdir(tmp_path / "work" / "a")
    assert of("api.yaml").preset is None
    assert of("api.yaml", top=str(tmp_path / "work")).preset == "strict"


def test_values_merge_one_by_one_and_know_where_they_are_from(repository: Path) -> None:
    write(
        repository,
        {
            "apilint.yaml": "gate: {fail_on: low, min_score: 3}\n"
            "rules: {jwt-*: high, a-b: {severity: low, options: {x: 1}}}",
            "a/apilint.yaml": "gate: {fail_on: info}\nrules: {a-b: {confidence: high, options: {y: 2}}, jwt-*: off}",
        },
    )
    found = of()
    assert (found.fail_on, found.min_score) == (Severity.INFO, 3)
    assert str(found.origin("gate", "fail_on")) == "a/apilint.yaml:2"
    assert str(found.origin("gate", "min_score")) == "apilint.yaml:2"
    assert list(found.rules) == ["a-b", "jwt-*"]
    assert found.rules["a-b"].options == {"x": 1, "y": 2}
    assert found.rules["a-b"].severity == Severity.LOW
    assert found.rules["jwt-*"].enabled is False
    assert str(found.origin("rules", "a-b", "severity")) == "apilint.yaml:3"
    assert str(found.origin("rules", "a-b", "options", "y")) == "a/apilint.yaml:3"
    assert str(found.origin("baseline")) == "default"


def test_options_alone_do_not_move_a_pattern_behind_others(repository: Path) -> None:
    write(
        repository,
        {"apilint.yaml": "rules: {jwt-*: high, jwt-x: off}", "a/apilint.yaml": "rules: {jwt-*: {options: {x: 1}}}"},
    )
    assert list(of().rules) == ["jwt-*", "jwt-x"]


def test_lists_follow_each_other_with_globs_from_their_own_folders(repository: Path) -> None:
    override = "overrides: [{files: ./x/, rules: {a-b: low}}]"
    write(repository, {"apilint.yaml": f"{override}\nexclude: y.yaml", "a/apilint.yaml": override})
    found = of()
    assert [(one.where.files, one.where.folder) for one in found.overrides] == [
        (("x/**",), str(repository)),
        (("x/**",), str(repository / "a")),
    ]
    assert found.exclude == (Where(("y.yaml",), folder=str(repository)),)


def test_extends_builds_on_files_and_presets_in_order(repository: Path) -> None:
    write(
        repository,
        {
            "a/b/apilint.yaml": "extends: [apilint:strict, ../../base/one.yaml, ../../base/two.toml]\n"
            "rules: {c-c: low}",
            "base/one.yaml": "extends: ./deep.yaml\nrules: {a-a: low, b-b: low}",
            "base/two.toml": 'version = 1\nrules = { b-b = "high" }\n',
            "base/deep.yaml": "rules: {a-a: high, d-d: high}\ngate: {fail_on: info}",
        },
    )
    found = of()
    assert found.preset == "strict"
    assert {id: setting.severity for id, setting in found.rules.items()} == {
        "d-d": Severity.HIGH,
        "a-a": Severity.LOW,
        "b-b": Severity.HIGH,
        "c-c": Severity.LOW,
    }
    assert str(found.origin("gate", "fail_on")) == "base/deep.yaml:3"
    assert found.files == ("base/deep.yaml", "base/one.yaml", "base/two.toml", "a/b/apilint.yaml")


def test_what_two_files_build_on_is_said_once(repository: Path) -> None:
    shared = "extends: [./base.yaml, ./base.yaml]"
    base = "overrides: [{files: a, rules: {b-b: low}}]\nwaivers: [" + WAIVER.format(id="W") + "]"
    write(repository, {"base.yaml": base, "apilint.yaml": shared, "a/apilint.yaml": "extends: ../base.yaml"})
    found = of()
    assert (len(found.overrides), len(found.waivers)) == (1, 1)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"apilint.yaml": "", ".apilint.yaml": ""}, "apilint.yaml and .apilint.yaml both configure their folder"),
        ({"a/apilint.yaml": "", "a/pyproject.toml": TOML.format("owasp")}, "a/apilint.yaml and a/pyproject.toml both"),
        ({"apilint.yaml": "extends: ./no.yaml"}, "apilint.yaml:2:10: extends './no.yaml': there is no such file"),
        (
            {"apilint.yaml": "extends: ../apilint.yaml"},
            "apilint.yaml:2:10: extends '../apilint.yaml' leads out of the ",
        ),
        ({"apilint.yaml": "extends: ./apilint.yaml"}, "apilint.yaml:2:10: extends goes round in a circle"),
        (
            {"apilint.yaml": "extends: ./b.yaml", "b.yaml": "extends: [./c.yaml]", "c.yaml": "extends: ./b.yaml"},
            "c.yaml:2:10: extends goes round in a circle",
        ),
        (
            {"apilint.yaml": "extends: ./0.yaml"} | {f"{n}.yaml": f"extends: ./{n + 1}.yaml" for n in range(9)},
            "7.yaml:2:10: extends is nested more than 8 deep",
        ),
        ({"apilint.yaml": "extends: package:no-such-thing"}, "apilint.yaml:2:10: extends 'package:no-such-thing': no "),
        ({"apilint.yaml": "extends: ./b.yaml", "b.yaml": "x: 1"}, "b.yaml:2:1: no key is called 'x'"),
        (
            {"apilint.yaml": "baseline: ../../x"},
            "apilint.yaml:2:11: it leads out of the repository",
        ),
        (
            {
                "apilint.yaml": f"waivers: [{WAIVER.format(id='W')}]",
                "waivers.yaml": f"waivers: [{WAIVER.format(id='W')}]",
            },
            "waivers.yaml:2:11: two waivers are called 'W', the first in apilint.yaml:2",
        ),
        ({"apilint.yml": "rules: {}"}, "apilint.yml: configuration is not read from here: call it apilint.yaml"),
        ({"a/.apilint.yml": "x"}, "a/.apilint.yml: configuration is not read from here: call it .apilint.yaml"),
        ({"waivers.yaml": "rules: {}"}, "waivers.yaml:2:1: no key is called 'rules'"),
        ({"apilint.yaml/x": ""}, "apilint.yaml: it cannot be read: it is a directory, not a file"),
        ({"pyproject.toml": "[tool.apilint\n"}, "pyproject.toml:1:14: this is not TOML: "),
    ],
)
def test_what_cannot_hold_is_said_with_its_place(repository: Path, files: dict[str, str], message: str) -> None:
    write(repository, files)
    assert fault().startswith(message), fault()


def test_no_link_leads_out_of_the_repository(repository: Path) -> None:
    write(repository.parent, {"secret.yaml": "rules: {}"})
    (repository / "apilint.yaml").symlink_to("../secret.yaml")
    assert fault() == "apilint.yaml: it is a symbolic link that leads out of the repository"
    (repository / "apilint.yaml").unlink()
    (repository / "out").symlink_to("..")
    (repository / "base.yaml").symlink_to("/etc/passwd")
    for target in ("./base.yaml", "./out/secret.yaml"):
        write(repository, {"apilint.yaml": f"extends: {target}"})
        assert "it is a symbolic link that leads out of the repository" in fault()
    (repository / "fine.yaml").symlink_to("real.yaml")
    write(repository, {"real.yaml": "extends: apilint:strict", "apilint.yaml": "extends: ./fine.yaml"})
    assert of().preset == "strict"


def test_what_is_no_file_holds_nobody_up(repository: Path) -> None:
    os.mkfifo(repository / "apilint.yaml")
    assert fault() == "apilint.yaml: it cannot be read: it is a named pipe, not a file"


def test_many_files_that_build_on_each_other_are_read_once_each(repository: Path) -> None:
    names = [f"{number}.yaml" for number in range(8)]
    files = {name: f"extends: [{', '.join([f'./{after}'] * 32)}]" for name, after in itertools.pairwise(names)}
    write(repository, {**files, "7.yaml": "rules: {a-b: low}", "apilint.yaml": "extends: ./0.yaml"})
    assert list(of().rules) == ["a-b"]


def test_the_command_line_names_a_file_anywhere(repository: Path, tmp_path: Path) -> None:
    write(
        repository,
        {"apilint.yaml": "extends: apilint:strict", "ci/x.yaml": "overrides: [{files: a, rules: {b-b: low}}]"},
    )
    write(tmp_path, {"else/x.yaml": "extends: ./y.yaml", "else/y.yaml": "extends: apilint:owasp\nexclude: z"})
    elsewhere = of(config="../else/x.yaml")
    assert (elsewhere.preset, elsewhere.exclude[0].folder) == ("owasp", str(repository))
    assert of(config="ci/x.yaml").overrides[0].where.folder == str(repository / "ci")
    assert of(config="ci/x.yaml").preset is None
    assert fault(config="no.yaml") == "--config: there is no file 'no.yaml'"
    assert fault(config="a\0b") == "--config: there is no file 'a\\x00b'"
    assert "it is a directory" in fault(config="ci")


def test_all_start_from_what_the_policy_starts_from(repository: Path) -> None:
    base = Configuration(preset="strict", fail_on=Severity.LOW, files=("policy.yaml",))
    write(repository, {"apilint.yaml": "root: true\ngate: {fail_on: high}"})
    assert (of(base=base).preset, of(base=base).fail_on) == ("strict", Severity.HIGH)
    assert of(base=base).files == ("policy.yaml", "apilint.yaml")
    assert (of(base=base, isolated=True).fail_on, of(base=base, isolated=True).files) == (
        Severity.LOW,
        ("policy.yaml",),
    )
    placed = of(base=base._replace(overrides=[Override(Where(files=("x",)), {}, base.origin())]))
    assert placed.overrides[0].where.folder == str(repository)


def test_what_is_excluded_is_left_out_of_folders_only(repository: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for name in ("a.yaml", "legacy/b.yaml"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(text, encoding="utf-8")
    write(repository, {"apilint.yaml": "exclude: legacy/"})
    report = run(RunOptions())
    assert [(one.file, one.status) for one in report.inputs] == [("legacy/b.yaml", "excluded"), ("a.yaml", "checked")]
    assert {one.location.file for one in report.findings} == {"a.yaml"}
    assert [one.status for one in run(RunOptions(paths=("legacy/b.yaml",))).inputs] == ["checked"]
    assert [one.status for one in run(RunOptions(paths=("legacy/b.yaml",), skip_others=True)).inputs] == ["excluded"]
    assert "legacy/b.yaml: excluded by configuration, skipped\n" in text_of_files(RunOptions())
    alone = run(RunOptions(paths=("legacy",)))
    assert alone.problems[0].message.endswith("was found, but 1 that configuration excludes")


def test_wrong_configuration_stops_the_run_before_anything_is_checked(repository: Path) -> None:
    (repository / "api.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    write(repository, {"apilint.yaml": "gate: {fail_on: hgh}"})
    with pytest.raises(UsageError, match=r"^apilint.yaml:2:17: gate.fail_on is 'hgh', none of "):
        run(RunOptions())
    assert run(RunOptions(isolated=True)).findings


def test_the_lines_of_configuration_can_be_shown(repository: Path) -> None:
    (repository / "api.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    write(repository, {"apilint.yaml": "gate: {fail_on: high} # why"})
    report = run(RunOptions())
    assert report.line("apilint.yaml", 2) == "gate: {fail_on: high} # why"
    assert report.line("other.yaml", 2) == ""
