"""What a document says it is."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.openapi.versions import recognize


@pytest.mark.parametrize(
    ("value", "version", "deviates"),
    [
        ({"swagger": "2.0"}, "2.0", False),
        ({"openapi": "3.0.4"}, "3.0", False),
        ({"openapi": "3.1.1"}, "3.1", False),
        ({"openapi": "3.2.0"}, "3.2", False),
        ({"openapi": "3.1.0-rc1"}, "3.1", False),
        ({"openapi": 3.0}, "3.0", True),
        ({"openapi": "3.1"}, "3.1", True),
        ({"openapi": " 3.1.0\n"}, "3.1", True),
        ({"swagger": 2.0}, "2.0", True),
        ({"openapi": "3.0.0", "swagger": "2.0"}, "3.0", True),
    ],
)
def test_understood_versions(value: Any, version: str, deviates: bool) -> None:
    known = recognize(value)
    assert known.version == version
    assert bool(known.deviation) is deviates


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        ({"openapi": "4.0.0"}, "version-unsupported", "4.0.0"),
        ({"openapi": "3.9.9"}, "version-unsupported", "3.9.9"),
        ({"openapi": None}, "version-unsupported", "null"),
        ({"openapi": ["3.0.0"]}, "version-unsupported", "array"),
        ({"openapi": True}, "version-unsupported", "True"),
        ({"openapi": "\uff13.0.0"}, "version-unsupported", "\uff13"),
        ({"openapi": "3.0." + "0" * 100_000}, "version-unsupported", "no supported version"),
        ({"swagger": 2}, "version-unsupported", "2"),
        ({"info": {}, "paths": {}}, "version-missing", "version"),
        ({"asyncapi": "3.0.0", "info": {}}, "not-openapi", "AsyncAPI"),
        ({"arazzo": "1.0.0", "info": {}}, "not-openapi", "Arazzo"),
        ({"apiVersion": "v1", "kind": "Pod"}, "not-openapi", "Kubernetes"),
        ({"type": "object", "properties": {}}, "fragment", "fragment"),
        ({"/pets": {"get": {}}}, "fragment", "fragment"),
        ({"name": "CI", "on": "push", "jobs": {}}, "not-openapi", "no `openapi`"),
        (None, "not-openapi", "empty"),
        ([], "not-openapi", "array"),
        ("text", "not-openapi", "string"),
    ],
)
def test_everything_else_gets_its_own_answer(value: Any, kind: str, says: str) -> None:
    known = recognize(value)
    assert (known.version, known.kind) == (None, kind)
    assert says in known.message
    assert len(known.message) < 300
