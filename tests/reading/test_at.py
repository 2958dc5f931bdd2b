"""From offsets back to paths: what `locate` finds, `at` leads back to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apilint.reading.limits import Limits
from apilint.reading.parse import parse
from apilint.reading.pointer import Path as Steps
from apilint.reading.source import Source

EXAMPLES = Path(__file__).parents[2] / "examples"
ODD = '{"a": [[], {}, [1, {"b\\u0041": "x", "": [null]}], "last"], "c": {"d": {"e": -1.5e3}}, "f": {} }'


def scalars(value: Any, path: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict | list) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from scalars(member, (*path, key))
    else:
        yield path


@pytest.mark.parametrize("name", ["petstore.yaml", "parcels.json", "orders/openapi.yaml", "odd.json"])
def test_there_and_back(name: str) -> None:
    data = ODD.encode() if name == "odd.json" else (EXAMPLES / name).read_bytes()
    document = parse(Source(name, None, data), Limits())
    lines = document.text.splitlines(keepends=True)
    wanted = []
    for path, place in document.locate(scalars(document.value)).items():
        for span, is_key in ((place.key, True), (place.value, False)):
            if span is not None:
                wanted.append((sum(map(len, lines[: span.line - 1])) + span.column - 1, path, is_key))
    wanted.sort()
    assert len(wanted) > 10
    assert [tuple(one) for one in document.at([offset for offset, _, _ in wanted])] == [
        tuple(one[1:]) for one in wanted
    ]


def test_the_same_offset_twice_and_what_stands_between() -> None:
    document = parse(Source("odd.json", None, ODD.encode()), Limits())
    offset = ODD.index("null")
    assert [one.path for one in document.at([offset, offset, offset + 3])] == [("a", 2, 1, "", 0)] * 3
