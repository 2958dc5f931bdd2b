"""Owners: which pattern of CODEOWNERS matches which file, who is named in a document, and where it is shown."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apilint.findings import Confidence, Contact, Finding, Location, Report, Severity, Span
from apilint.masking import Mask
from apilint.policy.codeowners import LINES, Codeowners
from apilint.policy.owners import Owners, find_codeowners
from apilint.report import Presentation, checkstyle, concise, gitlab_sast, junit, markdown, sarif, terminal
from apilint.report.statistics import lines
from apilint.run import RunOptions, run

# What https://docs.github.com/articles/about-code-owners and gitignore(5) say of each form.
GITHUB = [
    ("*", "a.yaml a/b.yaml .hidden/x", ""),
    ("*.yaml", "a.yaml a/b.yaml .yaml", "a.yml a.yaml.txt a.YAML"),
    ("*.yaml", "specs.yaml/readme.md", ""),
    ("docs/*", "docs/getting-started.md", "docs/build-app/troubleshooting.md a/docs/b.md docs"),
    ("/*", "a.yaml", "docs/a.yaml"),
    ("**/docs/*", "docs/a a/docs/b docs/docs/c", "docs/a/b"),
    ("apps/", "apps/a a/apps/b/c", "apps a/apps"),
    ("/docs/", "docs/a docs/a/b", "docs a/docs/b"),
    ("/build/logs/", "build/logs/a build/logs/b/c", "build/a a/build/logs/b"),
    ("/apps/github", "apps/github apps/github/a", "apps/githubs a/apps/github"),
    ("apps/github", "apps/github apps/github/a", "a/apps/github"),
    ("openapi", "openapi a/openapi openapi/a/b", "openapi.yaml"),
    ("**/logs", "logs build/logs a/b/logs/c deeply/nested/logs", "blogs logs.txt"),
    ("docs/**", "docs/a docs/a/b", "docs a/docs/b"),
    ("a/**/b", "a/b a/x/b a/x/y/b a/b/c", "b x/a/b"),
    ("/apis/**/openapi.*", "apis/openapi.yaml apis/a/b/openapi.json", "apis/openapi openapi.yaml"),
    ("foo/**/bar/b*", "foo/bar/baz foo/qux/bar/baz", "foo/bar foo/bar/qux foo/qux/bar/qux"),
    ("v?.yaml", "v1.yaml a/v2.yaml", "v10.yaml v.yaml"),
    ("/*/x.yaml", "a/x.yaml", "x.yaml a/b/x.yaml"),
    ("a*b*c.yaml", "abc.yaml a1b2c.yaml abbc.yaml", "ac.yaml abcyaml a/b/c.yaml"),
    ("my\\ api.yaml", "my+api.yaml", "my"),
    ("a\\*b", "a*b", "axb"),
    ("a\\?b", "a?b", "axb"),
    # Not supported by GitHub: the line is skipped.
    ("!secret.yaml", "", "secret.yaml !secret.yaml"),
    ("v[12].yaml", "", "v1.yaml v2.yaml v[12].yaml"),
    ("\\#api.yaml", "", "#api.yaml"),
    ("#api.yaml", "", "#api.yaml"),
    ("/", "", "a"),
    ("a//b", "", "a/b"),
    ("api.yaml\\", "", "api.yaml"),
]

# What https://docs.gitlab.com/user/project/codeowners/reference/ says.
GITLAB = [
    ("*", "a a/b", ""),
    ("/README.md", "README.md", "docs/README.md"),
    ("README.md", "README.md internal/README.md app/lib/README.md", "README.md/x"),
    ("internal/README.md", "internal/README.md docs/api/internal/README.md", "README.md"),
    ("/docs/", "docs/a docs/a/b", "a/docs/b docs"),
    ("lib/", "lib/a a/lib/b/c", "lib"),
    ("docs", "docs a/docs", "docs/a"),
    ("/docs/*", "docs/a", "docs/a/b"),
    ("/docs/*.md", "docs/a.md", "docs/a/b.md"),
    ("/docs/index.*", "docs/index.md docs/index.html", "docs/index"),
    ("/docs/*spec*", "docs/qa_specs.rb docs/spec_helpers.rb docs/runtime.spec", "docs/a/spec"),
    ("/docs/*/README.md", "docs/api/README.md", "docs/README.md docs/a/b/README.md"),
    ("/docs/**/index.md", "docs/index.md docs/api/index.md docs/api/graphql/index.md", "index.md"),
    ("\\#file_with_pound.rb", "#file_with_pound.rb", "file_with_pound.rb"),
    ("path\\ with\\ spaces/", "path+with+spaces/a", "path"),
    ("v[12].yaml", "v1.yaml v2.yaml", "v3.yaml"),
]


@pytest.mark.parametrize(("host", "pattern", "matches", "others"), [
    *(("github", *row) for row in GITHUB), *(("gitlab", *row) for row in GITLAB),
])  # fmt: skip
def test_what_a_pattern_matches(host: str, pattern: str, matches: str, others: str) -> None:
    known = Codeowners(f"{pattern} @owner", host)
    for path in matches.split():
        assert known.of(path.replace("+", " ")) == ("@owner",), path
    for path in others.split():
        assert known.of(path) == (), path


def test_the_last_pattern_that_matches_wins_and_may_name_nobody() -> None:
    known = Codeowners(
        "# defaults\n*  @global-owner1 @global-owner2\r\n*.yaml\t@js-owner #This is an inline comment.\n"
        "/apps/ @octocat # @not-me\n/apps/github\n/apps/gitlab # nobody\n*.go docs@example.com\n*.txt @org/octo-cats\n"
    )
    assert known.of("x") == ("@global-owner1", "@global-owner2")
    assert known.of("x.yaml") == ("@js-owner",)
    assert known.of("apps/x.yaml") == ("@octocat",)
    assert known.of("apps/github/x.yaml") == known.of("apps/gitlab/x.yaml") == ()
    assert (known.of("a.go"), known.of("a.txt")) == (("docs@example.com",), ("@org/octo-cats",))


@pytest.mark.parametrize(
    "owner", ["nobody", "@", "@a/", "@a b", "@<b>", "a@b", "@a|b", "@@", "@\x1b[31m", "@\u202ea", "mailto:a@b.example"]
)
def test_a_line_with_an_owner_that_is_none_is_skipped(owner: str) -> None:
    assert Codeowners(f"* @all\n*.yaml @ok {owner}").of("a.yaml") == ("@all",)


def test_gitlab_leaves_out_what_is_no_owner_and_knows_groups_and_roles() -> None:
    known = Codeowners("*.yaml malformed @group/with-nested/sub another\n/x/ @@maintainer\n", "gitlab")
    assert (known.of("a.yaml"), known.of("x/a")) == (("@group/with-nested/sub",), ("@@maintainer",))


SECTIONS = """\
* @admin
[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners][2] @default @admin
README.md
^[Optional]
/config/ @config
[readme OWNERS] @late
/docs/README.md
[Ruby]
*.rb @ruby-team
!/config/**/*.rb
/config/routes.rb @ops
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", "@admin @user1 @user2 @default"),
        ("internal/README.md", "@admin @user4 @default"),
        ("docs/README.md", "@admin @late @default"),
        ("config/x", "@admin @config"),
        ("a.rb", "@admin @ruby-team"),
        ("config/a.rb", "@admin @config"),
        ("config/routes.rb", "@admin @config"),
    ],
)
def test_sections_speak_each_for_itself(path: str, owners: str) -> None:
    assert " ".join(Codeowners(SECTIONS).of(path)) == owners


def test_a_heading_is_a_pattern_that_github_does_not_know() -> None:
    assert Codeowners(SECTIONS, "github").of("README.md") == ()
    assert Codeowners(SECTIONS, "github").of("config/x") == ("@config",)


def test_too_many_lines_name_nobody() -> None:
    assert Codeowners("* @a\n" * (LINES - 1)).of("a") == ("@a",)
    assert Codeowners("* @a\n" * LINES).of("a") == ()


HOSTILE = [
    ("\n".join(["**/a/" * 199 + "b @x"] * 1_000), "a/" * 1_500 + "c"),
    ("\n".join(["*a" * 120 + "b @x"] * 4_000), "a" * 250),
    ("\n".join([f"*?a*?b{number}*?c*? @x" for number in range(9_000)]), "a" * 250),
    ("\n".join(["**/a/**/a/**/a/**/b @x"] * 9_999), "a/" * 40 + "c"),
    ("\n".join(["[" * 100 + "*" * 100 + " @x"] * 4_000), "a"),
    ("* " + "@x " * 300_000, "a"),
    ("* " + "a-" * 500_000 + "@", "a"),
    ("\\" * 1_000_000, "a"),
    ("^[" * 500_000, "a"),
]  # fmt: skip


@pytest.mark.parametrize("host", ["github", "gitlab"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_patterns_cost_little(number: int, host: str) -> None:
    text, path = HOSTILE[number]
    start = time.process_time()
    assert len(Codeowners(text, host).of(path)) <= 1
    assert time.process_time() - start < 2


def test_a_file_that_takes_too_many_comparisons_has_no_owner() -> None:
    costly = "**/a/**/a/**/a/**/b @x\n"
    path = "a/" * 60 + "c"
    assert Codeowners("* @all\n" + costly * 100).of(path) == ("@all",)
    assert Codeowners("* @all\n" + costly * 9_000).of(path) == ()
    assert Codeowners("* @all\n" + costly * 9_000).of("a/c") == ("@all",)


@given(st.text(alphabet="a*?/[]!#\\ \t\n@^.b-", max_size=60), st.text(alphabet="ab./*", max_size=12))
def test_any_text_is_read(text: str, path: str) -> None:
    for host in ("", "github", "gitlab"):
        assert all(owner.startswith("@") or "@" in owner for owner in Codeowners(text, host).of(path))


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_first_place_counts(tmp_path: Path) -> None:
    places = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"]
    for place in places:
        write(tmp_path, place, f"* @{place.split('/')[0].strip('.')}\ndocs @file")
    for place, owner, folder in zip(places, ("github", "CODEOWNERS", "docs", "gitlab"), "yyyn", strict=True):
        known = find_codeowners(str(tmp_path))
        assert known is not None
        assert known.of("a") == (f"@{owner}",)
        assert known.of("docs/a") == (("@file",) if folder == "y" else ("@gitlab",))
        (tmp_path / place).unlink()
    assert find_codeowners(str(tmp_path)) is None


def test_what_cannot_be_read_names_nobody(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, "outside", "* @stranger")
    write(root, "docs/CODEOWNERS", "* @docs")
    (root / "CODEOWNERS").symlink_to(tmp_path / "outside")
    assert find_codeowners(str(root)) is None
    (root / "CODEOWNERS").unlink()
    write(root, "elsewhere", "* @link")
    (root / "CODEOWNERS").symlink_to(root / "elsewhere")
    known = find_codeowners(str(root))
    assert known is not None
    assert known.of("a") == ("@link",)
    (root / "CODEOWNERS").unlink()
    os.mkfifo(root / "CODEOWNERS")
    assert find_codeowners(str(root)) is None
    (root / "CODEOWNERS").unlink()
    write(root, "CODEOWNERS", "* @large\n" + "#" * (1 << 20))
    assert find_codeowners(str(root)) is None


def test_a_byte_order_mark_and_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_bytes(b"\xef\xbb\xbf*.yaml @a\ncaf\xe9/ @b\n")
    known = find_codeowners(str(tmp_path))
    assert known is not None
    assert (known.of("x.yaml"), known.of(os.fsdecode(b"caf\xe9/x"))) == (("@a",), ("@b",))


API = """\
openapi: 3.0.3
info:
  title: Pets
  version: "1"
  contact: {name: Pet Team, email: pets@example.com}
%s
servers:
  - url: http://api.example.com
paths:
  /pets:
    x-owner: "@team-pets"
    get:
      responses: {}
    post:
      x-owner: [Alice, "Bob  Lee"]
      responses: {}
      requestBody:
        content:
          application/json:
            example: {x-owner: nobody, name: [x]}
  /orders:
    get:
      x-team: {name: nobody}
      responses: {}
"""


@pytest.mark.parametrize(
    ("extra", "path", "owner"),
    [
        ("", ("servers", 0, "url"), "Pet Team <pets@example.com>"),
        ("", ("paths", "/pets", "get", "responses"), "@team-pets"),
        ("", ("paths", "/pets", "post", "responses"), "Alice, Bob Lee"),
        ("", ("paths", "/pets", "put"), "@team-pets"),
        ("", ("paths", "/pets", "post", "requestBody", "content", "application/json", "example", "name"),
         "Alice, Bob Lee"),
        ("", ("paths", "/orders", "get"), "Pet Team <pets@example.com>"),
        ("x-owner-team: core", ("paths", "/orders", "get"), "core"),
        ("x-owner: {name: x}\nx-owners: [1, '', ' a ']", ("servers",), "a"),
        ("  x-owner: in-info", ("servers",), "in-info"),
        (f"x-owner: {'a' * 5_000}", ("servers",), "a" * 199 + "…"),
    ],
)  # fmt: skip
def test_the_nearest_object_that_names_an_owner(
    build_api: Callable[..., Any], tmp_path: Path, extra: str, path: tuple[str | int, ...], owner: str
) -> None:
    document = build_api(API % extra).document
    owners = Owners(document, str(tmp_path), None)
    assert owners.of(document, path) == owner
    assert isinstance(owners.of(document, path), Contact) == owner.startswith("Pet Team")
    known = Codeowners("/openapi.yaml @a @org/b")
    assert Owners(document, os.path.realpath(tmp_path), known).of(document, path) == "@a @org/b"
    assert Owners(document, os.path.realpath(tmp_path / "other"), known).of(document, path) == owner


@pytest.mark.parametrize(
    ("contact", "owner"),
    [
        ("{name: A}", "A"),
        ("{email: a@b.example}", "a@b.example"),
        ("{name: 1, email: [a]}", ""),
        ("{url: https://example.com}", ""),
        ("text", ""),
        ("[]", ""),
    ],
)
def test_half_a_contact(build_api: Callable[..., Any], tmp_path: Path, contact: str, owner: str) -> None:
    text = f"openapi: 3.0.3\ninfo: {{title: t, version: '1', contact: {contact}}}\npaths: {{}}\n"
    document = build_api(text).document
    assert Owners(document, str(tmp_path), None).of(document, ()) == owner


@pytest.mark.parametrize("info", ["[]", "text", "null", "{contact: null}"])
def test_a_document_of_the_wrong_shape_names_nobody(build_api: Callable[..., Any], tmp_path: Path, info: str) -> None:
    document = build_api(f"openapi: 3.0.3\ninfo: {info}\nx-owner: ''\npaths: []\n").document
    assert Owners(document, str(tmp_path), None).of(document, ("paths", 3, "a")) == ""


def found(options: RunOptions) -> dict[tuple[str, str], str]:
    report = run(options)
    assert report.findings
    return {(one.location.file, one.location.pointer): one.owner for one in report.findings}


def test_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, "apis/a/openapi.yaml", API % "")
    write(tmp_path, "apis/b/openapi.yaml", (API % "").replace("{}", "{200: {$ref: 'parts.yaml#/r'}}"))
    write(tmp_path, "apis/b/parts.yaml", "r: {description: x}\n")
    write(tmp_path, "CODEOWNERS", "/apis/a/ @team-a\nnot an owner line !!\n")
    options = RunOptions((str(tmp_path / "apis"),), preset="audit")
    monkeypatch.chdir(tmp_path / "apis")
    owners = found(options)
    assert {owner for (file, _), owner in owners.items() if file.startswith("a/")} == {"@team-a"}
    others = {owner for (file, _), owner in owners.items() if file.startswith("b/")}
    assert others == {"Pet Team <pets@example.com>", "@team-pets", "Alice, Bob Lee"}
    # Whatever --ref-root and the working folder are, and however many processes: the same repository.
    assert found(options._replace(ref_root=str(tmp_path / "apis"), jobs=2)) == owners
    (tmp_path / "CODEOWNERS").unlink()
    assert "@team-a" not in found(options).values()


def test_another_file_of_the_api_has_its_own_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    text = """\
openapi: 3.0.3
info: {title: t, version: "1", contact: {name: Root}}
x-owner: root-team
paths:
  /a:
    get: {responses: {}, parameters: [{$ref: "%s"}]}
"""
    part = "p: {name: token, in: query, schema: {type: string}, example: abc}\n"
    for number, extra in enumerate(("", "x-owner: part-team\n")):
        write(tmp_path, f"part{number}.yaml", extra + part)
    monkeypatch.chdir(tmp_path)
    for number, owner in enumerate(("root-team", "part-team")):
        write(tmp_path, "openapi.yaml", text % f"part{number}.yaml#/p")
        owners = found(RunOptions(("openapi.yaml",), preset="audit"))
        assert {who for (file, _), who in owners.items() if file.startswith("part")} == {owner}
        write(tmp_path, "CODEOWNERS", "/part* @parts\n")
        owners = found(RunOptions(("openapi.yaml",), preset="audit"))
        assert {who for (file, _), who in owners.items() if file.startswith("part")} == {"@parts"}
        assert {who for (file, _), who in owners.items() if file == "openapi.yaml"} == {"root-team"}
        (tmp_path / "CODEOWNERS").unlink()


def test_a_secret_in_a_contact_is_masked() -> None:
    mask = Mask()
    mask.add(["sk_live_0123456789abcdef"])
    masked = mask.finding(a_finding(Contact("Key sk_live_0123456789abcdef")))
    assert "0123456789" not in masked.owner
    assert masked.owner.startswith("Key ")


def a_finding(owner: str, number: int = 1) -> Finding:
    place = Location("api.yaml", "/x", Span(number, 1, number, 2))
    return Finding("some-rule", Severity.HIGH, Confidence.HIGH, "m", place, None, 0, (), f"f{number}", owner=owner)


def a_report(*owners: str) -> Report:
    findings = [a_finding(owner, number) for number, owner in enumerate(owners, 1)]
    return Report(findings, (), (), (), (), "audit", Severity.HIGH)


PEOPLE = (terminal, concise, markdown, junit, checkstyle)


@pytest.mark.parametrize("format", PEOPLE)
def test_reports_for_people_name_owners_and_no_contact(format: Any) -> None:
    assert "@team" in format.render(a_report("@team"), Presentation())
    contact = format.render(a_report(Contact("@team")), Presentation())
    assert contact == format.render(a_report(""), Presentation())


def test_reports_for_programs_name_both() -> None:
    for owner in ("@team", Contact("@team")):
        (result,) = json.loads(sarif.render(a_report(owner), Presentation()))["runs"][0]["results"]
        assert result["properties"]["owner"] == "@team"
        (entry,) = json.loads(gitlab_sast.render(a_report(owner), Presentation()))["vulnerabilities"]
        assert entry["details"]["owner"] == {"name": "Owner", "type": "text", "value": "@team"}


def test_statistics_count_by_owner_where_there_are_several() -> None:
    said = lines(a_report("@b", "@a", "@a", ""), Presentation())
    at = said.index("by owner: 2 owners with findings")
    assert said[at + 1 : at + 4] == ["       2  @a", "       1  @b", "       1  without owner"]
    for owners in (("@a", "@a"), ("", "")):
        assert not any("owner" in line for line in lines(a_report(*owners), Presentation()))


def test_an_owner_is_shown_without_its_control_characters() -> None:
    report = a_report("a\x1b[31m\n::error::b\u202e")
    for format in PEOPLE:
        text = format.render(report, Presentation())
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\n::error" not in text


def test_patterns_are_tried_for_a_file_and_not_for_a_finding(
    build_api: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = build_api((API % "").replace("x-owner", "x-other")).document
    asked: list[str] = []
    matching = Codeowners.of
    monkeypatch.setattr(Codeowners, "of", lambda self, path: asked.append(path) or matching(self, path))
    owners = Owners(document, str(tmp_path), Codeowners("/x @a\n" * 500))
    said = {owners.of(document, ("paths", "/pets", "get")) for _ in range(4_000)}
    assert (len(said), len(asked)) == (1, 1)
