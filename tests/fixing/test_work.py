"""How much is looked at for many fixes in one file: work is counted, since seconds differ from machine to machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from apilint.findings import Edit
from apilint.fixing.apply import apply
from apilint.fixing.data import applied, same
from apilint.fixing.text import Fixer
from apilint.reading.document import Document
from apilint.reading.limits import Limits
from apilint.reading.parse import parse
from apilint.reading.source import Source

COUNT = 400


def block(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False)
    return text


def flow(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, default_flow_style=True, width=100))


def drop_all_but_one(number: int) -> list[Edit]:
    return [] if number == 7 else [Edit(f"/s/n{number}", "remove")]


def drop_every_other(number: int) -> list[Edit]:
    return [Edit(f"/s/n{number}", "remove")] if number % 2 else []


def add(number: int) -> list[Edit]:
    return [Edit(f"/s/n{number}/maxLength", "set", 9)]


def read(text: str, name: str) -> Document:
    return parse(Source(name, None, text.encode()), Limits())


@pytest.mark.parametrize("edits", [drop_all_but_one, drop_every_other, add])
@pytest.mark.parametrize(("name", "write"), [("a.yaml", block), ("a.yaml", flow), ("a.json", json.dumps)])
def test_passes_do_not_grow_with_the_fixes(
    name: str, write: Callable[[Any], str], edits: Callable[[int], list[Edit]], monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = []
    inner = Document.locate
    before = read(write({"s": {f"n{number}": {"type": "string"} for number in range(COUNT)}, "t": 1}), name)

    def counting(self: Document, paths: Any) -> Any:
        if self is before:
            passes.append(1)
        return inner(self, paths)

    monkeypatch.setattr(Document, "locate", counting)
    many = [one for number in range(COUNT) if (one := edits(number))]
    fixer = Fixer(before)
    fixer.expect(many)
    wanted = [one for edit in many for one in edit]
    after = read(apply(before.text, fixer.replacements(wanted)), name)
    assert same(after.value, applied(before.value, wanted))
    assert len(passes) < 20
