"""One document, the same findings: on the command line, in JSON and SARIF, in the editor, and by the hook."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from lsprotocol import types

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ["petstore.yaml", "petstore-secure.yaml", "parcels.json", "orders/openapi.yaml"]
LINE = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): \w+\[(?P<rule>[^\]]+)\](?: \[\*\])? (?P<message>.*)")
# What is compared: file, line, column, rule, message.
Found = set[tuple[str, int, int, str, str]]
Converse = Callable[[Callable[[Any], Any]], None]


def run(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "apilint", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False).stdout


def in_lines(text: str) -> Found:
    found = filter(None, map(LINE.fullmatch, text.splitlines()))
    return {(one["file"], int(one["line"]), int(one["column"]), one["rule"], one["message"]) for one in found}


def in_json(text: str) -> Found:
    return {
        (one["file"], one["line"], one["column"], one["rule"], one["message"]) for one in json.loads(text)["findings"]
    }


def in_sarif(text: str) -> Found:
    found = set()
    for one in json.loads(text)["runs"][0]["results"]:
        place = one["locations"][0]["physicalLocation"]
        region = place["region"]
        # The links to related places follow the message.
        message = one["message"]["text"].partition(". See: [")[0].replace("]\\(", "](")
        file = unquote(place["artifactLocation"]["uri"])
        found.add((file, region["startLine"], region["startColumn"], one["ruleId"], message))
    return found


def in_editor(folder: Path, name: str, converse: Converse) -> Found:
    found: Found = set()

    async def conversation(editor: Any) -> None:
        await editor.start(folders=(folder,), cwd=folder)
        uri = editor.open(folder / name, (folder / name).read_text(encoding="utf-8"))
        await editor.diagnostics(uri)
        await editor.settle()
        for uri, published in editor.published.items():
            file = Path(unquote(uri.removeprefix("file://"))).relative_to(folder).as_posix()
            for one in published.diagnostics:
                start = one.range.start
                found.add((file, start.line + 1, start.character + 1, str(one.code), one.message.partition("\n")[0]))
        await editor.shut_down()

    converse(conversation)
    return found


def by_hook(folder: Path, name: str) -> Found:
    """The hook as pre-commit starts it: entry, arguments, file names."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hook = next(one for one in hooks if one["id"] == "apilint")
    program, *words = shlex.split(hook["entry"])
    assert program == "apilint"
    return in_lines(run(folder, *words, "--format", "concise", *hook["args"], name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_findings_everywhere(name: str, tmp_path: Path, converse: Converse) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", folder, ignore=shutil.ignore_patterns("rule-pack", "ci"))
    (folder / ".git").mkdir()
    expected = in_json(run(folder, "check", "--format", "json", name))
    assert bool(expected) is (name != "petstore-secure.yaml")
    assert in_lines(run(folder, "check", "--format", "concise", name)) == expected
    assert in_sarif(run(folder, "check", "--format", "sarif", name)) == expected
    assert in_editor(folder, name, converse) == expected
    assert by_hook(folder, name) == expected


CONFIGURATION = """\
version: 1
extends: apilint:strict
rules: {server-cleartext: info, http-basic-auth: off}
overrides: [{files: petstore.yaml, operations: "GET /pets", rules: {"*": low}}]
"""


def test_the_same_configuration_everywhere(tmp_path: Path, converse: Converse) -> None:
    folder = tmp_path / "examples"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "petstore.yaml", folder)
    without = in_json(run(folder, "check", "--format", "json", "petstore.yaml"))
    # Without a repository, the working folder and the editor's are where configuration is looked for.
    (folder / "apilint.yaml").write_text(CONFIGURATION, encoding="utf-8")
    expected = in_json(run(folder, "check", "--format", "json", "petstore.yaml"))
    assert expected != without
    assert in_editor(folder, "petstore.yaml", converse) == expected
    assert by_hook(folder, "petstore.yaml") == expected


def test_wrong_configuration_is_shown_and_gone_when_it_is_mended(tmp_path: Path, converse: Converse) -> None:
    shutil.copy(ROOT / "examples" / "petstore.yaml", tmp_path)
    configuration = tmp_path / "apilint.yaml"
    configuration.write_text("version: 1\ngate: {fail_on: hgh}\n", encoding="utf-8")

    async def conversation(editor: Any) -> None:
        await editor.start(folders=(tmp_path,), cwd=tmp_path)
        path = tmp_path / "petstore.yaml"
        uri = editor.open(path, path.read_text(encoding="utf-8"))
        wrong = await editor.diagnostics(uri)
        assert [one.code for one in wrong] == ["wrong-use"]
        assert wrong[0].message.startswith("apilint.yaml:2:17: gate.fail_on is 'hgh', none of info, low, ")
        configuration.write_text("version: 1\ngate: {fail_on: high}\n", encoding="utf-8")
        event = types.FileEvent(configuration.as_uri(), types.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await editor.until(lambda: "wrong-use" not in [one.code for one in editor.published[uri].diagnostics])
        assert editor.published[uri].diagnostics
        await editor.shut_down()

    converse(conversation)
