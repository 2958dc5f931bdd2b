"""What extensions say about tools for AI agents."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts import agents

HEAD = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\n'


def operation(build_api: Any, extensions: str, root: str = "") -> Any:
    parts = ['responses: {"200": {description: d}}', "operationId: orders.list", extensions]
    body = "{" + ", ".join(part for part in parts if part) + "}"
    return build_api(f"{HEAD}{root}\npaths:\n  /a/b: {{get: {body}}}\n").operations[0]


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ("x-mcp: true", [True]),
        ("x-mcp: false", [False]),
        ("x-mcp: {enabled: false, name: a}", [False]),
        ("x-mcp: {name: a}", [True]),
        ("x-mcp-exclude: true", [False]),
        ("x-mcp-exclude: false", [True]),
        ("x-mcp: true, x-mcp-exclude: true", [False]),
        ("x-speakeasy-mcp: {disabled: true}, x-mcp: true", [False, True]),
        ("x-kong-mcp-tool-name: a", [True]),
        ("x-agentic-access: deny", [False]),
        ("x-mcp: []", []),
        ("x-mcpherson: true", []),
        ("", []),
    ],
)
def test_exposures(build_api: Any, extensions: str, expected: list[bool]) -> None:
    assert [one.exposed for one in agents.exposures(operation(build_api, extensions))] == expected


@pytest.mark.parametrize(
    ("extensions", "root", "expected"),
    [
        ("", "", True),
        ("", "x-mcp: false", False),
        ("x-mcp: true", "x-mcp: false", True),
        ("x-mcp: false", "x-mcp: true", False),
    ],
)
def test_the_nearest_word_counts(build_api: Any, extensions: str, root: str, expected: bool) -> None:
    assert agents.is_exposed(operation(build_api, extensions, root)) is expected


def test_whether_a_document_is_for_agents(build_api: Any) -> None:
    assert agents.is_for_agents(operation(build_api, "x-kong-mcp-acl: []").api)
    assert not agents.is_for_agents(operation(build_api, "x-mcpherson: 1, description: x-mcp").api)


def test_names_of_tools(build_api: Any) -> None:
    assert agents.tool_name(operation(build_api, "")) == "orders.list"
    assert agents.tool_name(operation(build_api, "x-mcp: {name: list}")) == "list"
    assert agents.tool_name(operation(build_api, "x-kong-mcp-tool-name: list")) == "list"


def test_confirmation(build_api: Any) -> None:
    assert agents.asks_for_confirmation(operation(build_api, "x-mcp: {annotations: {destructiveHint: true}}"))
    assert agents.asks_for_confirmation(operation(build_api, "x-openai-isConsequential: true"))
    assert not agents.asks_for_confirmation(operation(build_api, "x-mcp: {destructiveHint: false}"))
