"""`apilint lsp` as an editor meets it: a process that a client drives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

Converse = Callable[[Callable[[Any], Any]], None]

EXAMPLES = Path(__file__).parents[2] / "examples"
ROOTS = ["petstore.yaml", "petstore-secure.yaml", "parcels.json", "orders/openapi.yaml"]
BASIC = """\
openapi: 3.0.3
info: {title: Orders, version: "1"}
servers:
  - url: https://api.example.com/v1
paths: {}
components:
  securitySchemes:
    login: {type: http, scheme: basic}
"""
LEVELS = {"critical": 1, "high": 1, "medium": 2, "low": 3, "info": 4}


def check(*words: str, cwd: Path, data: bytes | None = None) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "apilint", "check", "--format", "json", *words],
        check=False, cwd=cwd, input=data, capture_output=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)


def codes(diagnostics: list[types.Diagnostic]) -> list[Any]:
    return [one.code for one in diagnostics]


def in_units(text: str, line: int, column: int) -> tuple[int, int]:
    """A place of a report as an editor that counts in UTF-16 means it."""
    return line - 1, len(text.split("\n")[line - 1][: column - 1].encode("utf-16-le")) // 2


def as_shown(report: Any, file: str, text: str) -> list[tuple[Any, ...]]:
    return sorted(
        (
            *in_units(text, one["line"], one["column"]),
            *in_units(text, one["end_line"], one["end_column"]),
            one["rule"],
            one["message"],
            LEVELS[one["severity"]],
            one["fingerprint"],
            len(one["related"]) + len(one["chain"]),
        )
        for one in report["findings"]
        if one["file"] == file
    )


def as_told(diagnostics: list[types.Diagnostic]) -> list[tuple[Any, ...]]:
    return sorted(
        (
            one.range.start.line,
            one.range.start.character,
            one.range.end.line,
            one.range.end.character,
            one.code,
            one.message.split("\n")[0],
            one.severity,
            one.data,
            len(one.related_information or ()),
        )
        for one in diagnostics
    )


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("preset", ["default", "audit"])
def test_what_the_command_line_finds_is_what_the_editor_shows(converse: Converse, name: str, preset: str) -> None:
    report = check(name, "--preset", preset, cwd=EXAMPLES)
    files = {one["file"] for one in report["findings"]} | {name}
    assert not report["problems"]

    async def conversation(editor: Any) -> None:
        await editor.start("--preset", preset, folders=(EXAMPLES,), cwd=EXAMPLES.parent)
        uri = editor.open(EXAMPLES / name, (EXAMPLES / name).read_text(), "json" if name.endswith("json") else "yaml")
        await editor.diagnostics(uri)
        addresses = {(EXAMPLES / file).as_uri(): file for file in files}
        await editor.until(lambda: addresses.keys() == editor.published.keys())
        for address, file in addresses.items():
            text = (EXAMPLES / file).read_text()
            assert as_told(editor.published[address].diagnostics) == as_shown(report, file, text)
        assert await editor.shut_down() == 0
        assert editor.errors == b""

    converse(conversation)


def test_the_unsaved_text_counts_and_not_the_file(converse: Converse, tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text("nothing: here\n")

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open(path, BASIC)
        (found,) = await editor.diagnostics(uri)
        assert found.code == "http-basic-auth"
        assert found.source == "apilint"
        assert found.code_description.href.startswith("https://")
        line = BASIC.split("\n").index("    login: {type: http, scheme: basic}")
        start = BASIC.split("\n")[line].index("basic")
        edit = types.TextDocumentContentChangePartial(
            types.Range(types.Position(line, start), types.Position(line, start + 5)), "bearer"
        )
        editor.change(uri, edit)
        assert await editor.diagnostics(uri) == []
        below = types.Position(0, 0)
        back = types.TextDocumentContentChangePartial(
            types.Range(types.Position(line, start), types.Position(line, start + 6)), "basic"
        )
        editor.change(uri, back, types.TextDocumentContentChangePartial(types.Range(below, below), "# a line\n\n"))
        (again,) = await editor.diagnostics(uri)
        assert again.range.start.line == found.range.start.line + 2
        assert again.data == found.data
        editor.close(uri)
        await editor.until(lambda: editor.published[uri].diagnostics == ())
        assert await editor.shut_down() == 0

    converse(conversation)


def test_keys_pressed_in_a_row_are_one_check(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open(tmp_path / "api.yaml", BASIC)
        await editor.diagnostics(uri)
        told = len(editor.history)
        end = types.Range(types.Position(99, 0), types.Position(99, 0))
        for letter in "# a comment":
            editor.change(uri, types.TextDocumentContentChangePartial(end, letter))
        await editor.diagnostics(uri)
        await editor.settle(0.5)
        assert len(editor.history) == told + 1

    converse(conversation)


@pytest.mark.parametrize(("encoding", "width"), [(None, 2), ("utf-16", 2), ("utf-8", 4), ("utf-32", 1)])
def test_columns_are_counted_as_both_sides_agreed(
    converse: Converse, tmp_path: Path, encoding: str | None, width: int
) -> None:
    text = BASIC.replace("    login: {type", "    login: {description: 😀😀, type")
    general = encoding and types.GeneralClientCapabilities(position_encodings=[encoding])
    capabilities = types.ClientCapabilities(general=general or None)

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,), capabilities=capabilities)
        assert editor.capabilities.position_encoding == (encoding or "utf-16")
        uri = editor.open(tmp_path / "api.yaml", text)
        (found,) = await editor.diagnostics(uri)
        line = text.split("\n")[found.range.start.line]
        assert found.range.start.character == line.index("scheme") - 2 + 2 * width
        assert found.range.end.character - found.range.start.character == len("scheme")
        # What the editor says in these units is understood as well.
        place = found.range.end.character + 2
        edit = types.Range(types.Position(7, place), types.Position(7, place + 5))
        editor.change(uri, types.TextDocumentContentChangePartial(edit, "bearer"))
        assert await editor.diagnostics(uri) == []

    converse(conversation)


def test_a_fragment_leads_to_the_documents_that_refer_to_it(converse: Converse, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "schemes").mkdir()
    (tmp_path / "api.yaml").write_text(
        BASIC.replace("{type: http, scheme: basic}", "{$ref: 'schemes/login.yaml#/Login'}")
    )
    fragment = tmp_path / "schemes" / "login.yaml"
    fragment.write_text("Login: {type: http, scheme: bearer}\n")

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open(fragment, fragment.read_text())
        assert await editor.diagnostics(uri) == []
        editor.change(uri, "# here\nLogin: {type: http, scheme: basic}\n")
        (found,) = await editor.diagnostics(uri)
        assert (found.code, found.range.start.line) == ("http-basic-auth", 1)
        leading = [one for one in found.related_information if one.location.uri.endswith("/api.yaml")]
        assert leading
        # The root is open, too, and does not lead there any more.
        root = editor.open(tmp_path / "api.yaml", BASIC.replace("scheme: basic", "scheme: bearer"))
        await editor.diagnostics(root)
        await editor.until(lambda: editor.published[uri].diagnostics == ())

    converse(conversation)


def test_a_change_of_a_file_on_the_disk_counts(converse: Converse, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(BASIC.replace("{type: http, scheme: basic}", "{$ref: 'login.yaml'}"))
    other = tmp_path / "login.yaml"
    other.write_text("type: http\nscheme: bearer\n")
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching)
    )

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,), capabilities=capabilities)
        uri = editor.open(tmp_path / "api.yaml", (tmp_path / "api.yaml").read_text())
        assert await editor.diagnostics(uri) == []
        assert editor.registered == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
        other.write_text("type: http\nscheme: basic\n")
        event = types.FileEvent(other.as_uri(), types.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await editor.until(lambda: other.as_uri() in editor.published)
        assert codes(editor.published[other.as_uri()].diagnostics) == ["http-basic-auth"]
        editor.close(uri)
        await editor.until(lambda: editor.published[other.as_uri()].diagnostics == ())

    converse(conversation)


def test_hover_shows_the_message_and_the_page_of_the_rule(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open(tmp_path / "api.yaml", BASIC)
        (found,) = await editor.diagnostics(uri)
        start = found.range.start
        text = await editor.hover(uri, start.line, start.character + 1)
        assert "# http-basic-auth" in text
        assert "## To fix" in text
        assert "severity, high confidence" in text
        assert await editor.hover(uri, 0, 0) is None
        assert await editor.hover("file:///not/open.yaml", 0, 0) is None

    converse(conversation)


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """What an editor makes of edits; the texts here have no character outside the first plane."""
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines) + 1)]
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        first = starts[edit.range.start.line] + edit.range.start.character
        last = starts[edit.range.end.line] + edit.range.end.character
        text = text[:first] + edit.new_text + text[last:]
    return text


@pytest.mark.parametrize("versioned", [True, False])
def test_a_fix_that_the_editor_applies_ends_the_finding(converse: Converse, tmp_path: Path, versioned: bool) -> None:
    text = (EXAMPLES / "petstore.yaml").read_text()
    edit_capability = types.WorkspaceEditClientCapabilities(document_changes=versioned)
    capabilities = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(workspace_edit=edit_capability))

    async def conversation(editor: Any) -> None:
        await editor.start("--preset", "audit", folders=(tmp_path,), capabilities=capabilities)
        uri = editor.open(tmp_path / "api.yaml", text)
        before = await editor.diagnostics(uri)
        actions = await editor.actions(uri)
        assert actions, codes(before)
        assert actions == sorted(actions, key=lambda action: not action.is_preferred)
        action = actions[0]
        assert action.kind == types.CodeActionKind.QuickFix
        assert action.is_preferred or "unsafe" in action.title
        if versioned:
            (change,) = action.edit.document_changes
            assert (change.text_document.uri, change.text_document.version) == (uri, 1)
            edits = change.edits
        else:
            (edits,) = action.edit.changes.values()
        editor.change(uri, applied(text, edits))
        after = await editor.diagnostics(uri)
        mended = action.diagnostics[0]
        assert (mended.code, mended.message) not in {(one.code, one.message) for one in after}
        assert len(after) < len(before) or mended.code not in codes(after)
        assert await editor.actions(uri, only=["refactor"]) == []

    converse(conversation)


def test_names_with_blanks_percent_signs_and_other_scripts(converse: Converse, tmp_path: Path) -> None:
    folder = tmp_path / "Überblick 100% [neu];a?b"
    folder.mkdir()
    path = folder / "日本 api#1.yaml"
    (folder / "other.yaml").write_text("type: http\nscheme: basic\n")
    text = BASIC.replace("{type: http, scheme: basic}", "{$ref: other.yaml}\n    own: {type: http, scheme: basic}")

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(folder,))
        uri = editor.open(path, text)
        assert codes(await editor.diagnostics(uri)) == ["http-basic-auth"]
        assert editor.published.keys() == {uri, (folder / "other.yaml").as_uri()}

    converse(conversation)


def test_a_document_without_a_file(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open("untitled:Untitled-1", BASIC)
        assert codes(await editor.diagnostics(uri)) == ["http-basic-auth"]
        schemes = '{"securitySchemes": {"a": {"type": "http", "scheme": "basic"}}}'
        as_json = f'{{"openapi": "3.1.0", "info": {{"title": "a", "version": "1"}}, "components": {schemes}}}'
        uri = editor.open("untitled:Untitled-2", as_json, "json")
        assert codes(await editor.diagnostics(uri)) == ["http-basic-auth"]
        editor.close(uri)
        await editor.until(lambda: editor.published[uri].diagnostics == ())

    converse(conversation)


def test_what_is_no_openapi_document_gets_nothing(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start(folders=(tmp_path,))
        editor.open(tmp_path / "compose.yaml", "services:\n  web: {image: a}\n")
        editor.open(tmp_path / "pod.yaml", "apiVersion: v1\nkind: Pod\n")
        editor.open(tmp_path / "package.json", '{"name": "a"', "json")
        editor.open(tmp_path / "a.py", BASIC, "python")
        editor.open("git:/" + str(tmp_path / "api.yaml"), BASIC)
        editor.open(tmp_path / "empty.yaml", "")
        editor.open(tmp_path / "part.yaml", "type: object\nproperties: {}\n")
        uri = editor.open(tmp_path / "api.yaml", BASIC)
        await editor.diagnostics(uri)
        await editor.settle()
        assert editor.published.keys() == {uri}

    converse(conversation)


def test_problems_are_diagnostics_at_their_place(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start(folders=(tmp_path,))
        uri = editor.open(tmp_path / "api.yaml", BASIC + "  bad: [1\n")
        (found,) = await editor.diagnostics(uri)
        assert (found.code, found.severity) == ("malformed", types.DiagnosticSeverity.Error)
        assert found.range.start.line >= 8
        text = BASIC.replace("paths: {}", "paths:\n  /a: {$ref: 'http://127.0.0.1:1/a.yaml'}")
        editor.change(uri, text)
        assert "reference-refused" in codes(await editor.diagnostics(uri))
        editor.change(uri, "openapi: 9.1.0\n")
        assert codes(await editor.diagnostics(uri)) == ["version-unsupported"]

    converse(conversation)


def test_settings_mean_what_the_options_do(converse: Converse, tmp_path: Path) -> None:
    capabilities = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(configuration=True))

    async def conversation(editor: Any) -> None:
        editor.settings = {"select": ["http-basic-auth"]}
        await editor.start(
            folders=(tmp_path,), capabilities=capabilities, options={"apilint": {"select": "info-license-undefined"}}
        )
        uri = editor.open(tmp_path / "api.yaml", BASIC)
        assert codes(await editor.diagnostics(uri)) == ["http-basic-auth"]
        assert editor.asked_for_settings == 1
        editor.settings = {"ignore": ["http-basic-auth"], "select": []}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await editor.until(lambda: "http-basic-auth" not in codes(editor.published[uri].diagnostics))
        for wrong, said in (
            ({"preset": "nope"}, "no preset is called 'nope'"),
            ({"select": ["nope"]}, "nope"),
            ({"min-confidence": "nope"}, "nope"),
            ({"preset": 3}, "text"),
            ({"ref-root": "/"}, "there is no 'ref-root'"),
            ({"allow-remote-refs": ["localhost"]}, "there is no 'allow-remote-refs'"),
        ):
            editor.messages.clear()
            settings = types.DidChangeConfigurationParams({"apilint": wrong})
            editor.client.workspace_did_change_configuration(settings)
            await editor.until(lambda said=said: any(said in one for one in editor.messages))

    converse(conversation)


def test_settings_that_come_with_the_first_message(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start(folders=(tmp_path,), options={"select": "http-basic-auth"})
        uri = editor.open(tmp_path / "api.yaml", BASIC)
        assert codes(await editor.diagnostics(uri)) == ["http-basic-auth"]

    converse(conversation)


def test_line_ends_that_are_none_and_those_that_are(converse: Converse, tmp_path: Path) -> None:
    text = BASIC.replace("Orders", '"Or\u2028d\x85e\x0crs"').replace("\n", "\r\n")

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open(tmp_path / "api.yaml", text.replace("basic", "bearer"))
        await editor.diagnostics(uri)
        line = text.split("\r\n").index("    login: {type: http, scheme: basic}")
        start = text.split("\r\n")[line].index("basic")
        place = types.Range(types.Position(line, start), types.Position(line, start + 6))
        editor.change(uri, types.TextDocumentContentChangePartial(place, "basic"))
        found = [one for one in await editor.diagnostics(uri) if one.code == "http-basic-auth"]
        assert [one.range.start.line for one in found] in ([], [line])
        if not found:  # a form feed is not YAML: the problem says where
            assert codes(await editor.diagnostics(uri)) == ["malformed"]

    converse(conversation)


def test_an_end_without_a_farewell_is_no_success(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start(folders=(tmp_path,))
        editor.client.exit(None)
        assert await editor.ended() == 1

    async def closed(editor: Any) -> None:
        await editor.start(folders=(tmp_path,))
        editor.process.stdin.close()
        assert await editor.ended() == 1

    converse(conversation)
    converse(closed)


def test_the_server_ends_when_the_editor_is_gone(tmp_path: Path) -> None:
    """Its input stays open here, as where another process has inherited it."""
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    body = json.dumps(
        {
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {"processId": editor.pid, "rootUri": None, "capabilities": {}},
        }
    ).encode()  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "apilint", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    )
    try:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length")
        assert server.poll() is None
        editor.kill()
        editor.wait()
        assert server.wait(20) == 1
    finally:
        editor.kill()
        server.kill()
        server.communicate()


@pytest.mark.skipif(os.name != "posix", reason="descriptors are taken away as POSIX has it")
def test_only_the_protocol_is_on_standard_output(converse: Converse, tmp_path: Path) -> None:
    """A plugin prints while it is loaded and while it checks, to the stream and to the descriptor."""
    info = tmp_path / "site" / "loud-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[apilint]\nloud = loud_rules\n")
    (tmp_path / "site" / "loud_rules.py").write_text(
        "import os\n"
        "from apilint.api import *\n"
        "from apilint.api import Api, Confidence, Severity, rule\n"
        "import pluggy\n"
        "print('loading')\n"
        "os.write(1, b'raw\\n')\n"
        "@rule('loud/rule', on=Api, severity=Severity.LOW, confidence=Confidence.LOW)\n"
        "def loud(api):\n"
        "    '''It is loud.'''\n"
        "    print('checking \\x1b[2J')\n"
        "    os.write(1, b'raw\\n')\n"
        "    input()\n"
        "    return ()\n"
        "@pluggy.HookimplMarker('apilint')\n"
        "def provide_rules():\n"
        "    return [loud]\n"
    )

    async def conversation(editor: Any) -> None:
        path = os.pathsep.join((str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")))
        await editor.start(folders=(tmp_path,), environment={"PYTHONPATH": path}, options={"preset": "audit"})
        uri = editor.open(tmp_path / "api.yaml", BASIC)
        await editor.diagnostics(uri)
        assert await editor.shut_down() == 0
        assert b"plugin: loading" in editor.errors
        assert b"\x1b" not in editor.errors

    converse(conversation)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--preset", "nope"], "no preset is called 'nope'"),
        (["--select", "nope"], "nope"),
        (["--tcp"], "--tcp"),
        (["--max-depth", "0"], "0 is not above 0"),
    ],
)
def test_wrong_use_is_said_before_anything_is_served(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "apilint", "lsp", *words],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['pygls.capabilities'] = None; sys.modules['pygls'] = None\n"
    code += "from apilint.cli import main; sys.exit(main(['lsp']))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
    assert done.returncode == 2
    assert "install apilint with its extra lsp, as in pip install '.[lsp]'" in done.stderr.decode()


def test_no_other_command_imports_it() -> None:
    code = "import sys; from apilint.cli import main; main(['check', '-q', sys.argv[1]]); "
    code += "sys.exit(any(name in sys.modules for name in ('pygls', 'lsprotocol', 'asyncio', 'watchfiles')))"
    path = str(EXAMPLES / "petstore-secure.yaml")
    assert (
        subprocess.run([sys.executable, "-c", code, path], check=False, capture_output=True, timeout=60).returncode == 0
    )


def test_a_large_document_is_edited_without_waiting(converse: Converse, corpus: Path) -> None:
    text = (corpus / "stripe.yaml").read_text()

    async def conversation(editor: Any) -> None:
        await editor.start(folders=(corpus,))
        uri = editor.open(corpus / "stripe.yaml", text)
        first = await editor.diagnostics(uri)
        assert len(first) > 100
        end = types.Range(types.Position(999_999, 0), types.Position(999_999, 0))
        waited = []
        for letter in "# a comment typed while it is checked again and again":
            editor.change(uri, types.TextDocumentContentChangePartial(end, letter))
            start = time.monotonic()
            await editor.hover(uri, 0, 0)
            waited.append(time.monotonic() - start)
            await editor.settle(0.02)
        start = time.monotonic()
        assert codes(await editor.diagnostics(uri)) == codes(first)
        print(f"hover: {sorted(waited)[len(waited) // 2]:.3f} s, at most {max(waited):.3f} s")
        print(f"checked {time.monotonic() - start:.2f} s after the last key")
        assert sorted(waited)[len(waited) // 2] < 0.5
        assert max(waited) < 5

    converse(conversation)
