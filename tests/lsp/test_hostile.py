"""Whatever is written in an editor, the server says what is wrong and lives on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

Converse = Callable[[Callable[[Any], Any]], None]

GOOD = 'openapi: 3.0.3\ninfo: {title: a, version: "1"}\npaths: {}\ncomponents:\n  securitySchemes:\n'
GOOD += "    login: {type: http, scheme: basic}\n"
BOMB = "openapi: 3.0.3\npaths: {}\nx0: &x0 [a, a, a, a, a, a, a, a, a, a]\n"
BOMB += "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, 12))
HOSTILE = {
    "alias bomb": (BOMB, "limit-reached"),
    "deep flow": ("openapi: 3.0.3\nx: " + "[" * 50_000, "limit-reached"),
    "deep json": ('{"openapi": "3.0.3", "x": ' + "[" * 200_000, "limit-reached"),
    "deep blocks": ("openapi: 3.0.3\n" + "".join(" " * n + "a:\n" for n in range(2_000)), "limit-reached"),
    "anchor in itself": ("openapi: 3.0.3\nx: &a [*a]\n", None),
    "control characters": ("openapi: 3.0.3\nx: \x00\x1b[2J\n", "malformed"),
    "lone surrogate": ("openapi: 3.0.3\nx: \ud800\n", "malformed"),
    "tag": ("openapi: 3.0.3\nx: !!python/object/apply:os.system [id]\n", None),
    "two documents": ("openapi: 3.0.3\n---\nopenapi: 3.0.3\n", None),
    "huge number": ("openapi: 3.0.3\nx: " + "9" * 100_000 + "\n", None),
    "cut off": ('openapi: 3.0.3\ninfo: {title: "', "malformed"),
    "file of the system": ("openapi: 3.0.3\npaths:\n  /a: {$ref: ../../../../../../etc/passwd}\n", "reference-refused"),
    "network": ("openapi: 3.0.3\npaths:\n  /a: {$ref: 'http://127.0.0.1:18999/a'}\n", "reference-refused"),
    "endless name": (GOOD + "    " + "n" * 300_000 + ": {type: http, scheme: basic}\n", None),
    "terminal": (GOOD.replace("login", r'"\e]0;title\a\n::error::[x](javascript:y)<b>"'), "http-basic-auth"),
}


def test_every_one_of_them_and_then_a_good_one(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start("--preset", "audit", folders=(tmp_path,))
        for number, (name, (text, expected)) in enumerate(HOSTILE.items()):
            start = time.monotonic()
            uri = editor.open(tmp_path / f"{number}.yaml", text)
            found = await editor.diagnostics(uri)
            assert expected is None or expected in [one.code for one in found], (name, found[:5])
            for one in found:
                assert one.message.replace("\n", "").isprintable()
                assert len(one.message) < 1_000
            if found:
                place = found[-1].range.start
                text = await editor.hover(uri, place.line, place.character) or ""
                assert text.replace("\n", "").isprintable()
                await editor.actions(uri)
            assert time.monotonic() - start < 15, name
            if number % 2:
                editor.close(uri)
        good = editor.open(tmp_path / "good.yaml", GOOD)
        assert "http-basic-auth" in [one.code for one in await editor.diagnostics(good)]
        assert await editor.shut_down() == 0

    converse(conversation)


def test_messages_that_make_no_sense(converse: Converse, tmp_path: Path) -> None:
    async def conversation(editor: Any) -> None:
        await editor.start("--preset", "audit", folders=(tmp_path,))
        uri = editor.open(tmp_path / "api.yaml", GOOD)
        await editor.diagnostics(uri)
        client = editor.client
        nowhere = types.Range(types.Position(9_999, 9_999), types.Position(0, 7))
        editor.change(uri, types.TextDocumentContentChangePartial(nowhere, "\n# "))
        await editor.diagnostics(uri)
        elsewhere = types.VersionedTextDocumentIdentifier(3, "file:///never/opened.yaml")
        change = types.TextDocumentContentChangeWholeDocument("a")
        client.text_document_did_change(types.DidChangeTextDocumentParams(elsewhere, [change]))
        identifier = types.TextDocumentIdentifier("file:///never/opened.yaml")
        client.text_document_did_close(types.DidCloseTextDocumentParams(identifier))
        for method, params in (
            ("$/unknown", {"a": 1}),
            ("textDocument/didOpen", {"a": 1}),
            ("textDocument/didChange", {"textDocument": {"uri": uri, "version": 3}, "contentChanges": [{"range": 1}]}),
            ("workspace/didChangeConfiguration", {"settings": ["a"]}),
            ("workspace/didChangeWatchedFiles", {"changes": [{"uri": "file://[", "type": 1}]}),
        ):
            editor.send(method=method, params=params)
            editor.send(method=method, params=params, id=f"never-{method}")
        editor.send(nothing=1)
        editor.send(method="a/request", params={}, id=77)
        editor.send(method="workspace/executeCommand", params={"command": "a"}, id=78)
        editor.send(method="textDocument/hover", params={"textDocument": {"uri": uri}}, id=79)
        editor.change(uri, GOOD)
        assert "http-basic-auth" in [one.code for one in await editor.diagnostics(uri)]
        assert await editor.shut_down() == 0
        assert b"Traceback" not in editor.errors

    converse(conversation)


def test_more_findings_than_an_editor_can_show(converse: Converse, tmp_path: Path) -> None:
    schemes = "".join(f"    scheme{number}: {{type: http, scheme: basic}}\n" for number in range(6_000))

    async def conversation(editor: Any) -> None:
        await editor.start("--select", "http-basic-auth", folders=(tmp_path,))
        uri = editor.open(tmp_path / "api.yaml", GOOD + schemes)
        found = await editor.diagnostics(uri)
        assert len(found) == 5_001
        assert (found[0].code, found[0].severity) == ("not-shown", types.DiagnosticSeverity.Information)
        assert found[0].message.startswith("1,001 less severe findings are not shown")

    converse(conversation)
