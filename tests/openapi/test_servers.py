"""Effective servers and cleartext URLs (rules.md, section 0)."""

from __future__ import annotations

from typing import Any

from apilint.openapi.servers import written_hosts

HEAD = 'openapi: 3.0.3\ninfo: {title: t, version: "1"}\n'
OPERATION = "{responses: {'200': {description: ok}}"


def server(build_api: Any, text: str) -> Any:
    return build_api(HEAD + f"servers:\n  - {text}\npaths: {{}}\n").servers[0]


def test_a_default_decides_and_the_other_choices_are_variants(build_api: Any) -> None:
    one = server(build_api, '{url: "{s}://a.example", variables: {s: {default: https, enum: [https, http, ws]}}}')
    assert one.cleartext_default is None
    assert one.cleartext_variants == ("http://a.example", "ws://a.example")
    assert one.free_scheme_variable is None


def test_a_free_scheme_variable(build_api: Any) -> None:
    one = server(build_api, '{url: "{s}://a.example", variables: {s: {default: https}}}')
    assert (one.cleartext_default, one.free_scheme_variable) == (None, "s")
    assert server(build_api, '{url: "{s}://a.example", variables: {s: {default: http}}}').cleartext_default


def test_combinations_are_capped(build_api: Any) -> None:
    variables = ", ".join(f"v{i}: {{default: a, enum: [a, b, c, d]}}" for i in range(12))
    url = "https://" + "".join(f"{{v{i}}}" for i in range(12))
    assert len(server(build_api, f'{{url: "{url}", variables: {{{variables}}}}}').expansions) == 256


def test_operation_servers_go_before_path_servers_before_root_servers(build_api: Any) -> None:
    api = build_api(
        HEAD
        + f"""
servers: [{{url: "https://root.example"}}]
paths:
  /a:
    get: {OPERATION}}}
  /b:
    servers: [{{url: "http://path.example"}}]
    get: {OPERATION}}}
    put: {OPERATION}, servers: [{{url: "https://operation.example"}}]}}
"""
    )
    assert [[s.url for s in op.servers] for op in api.operations] == [
        ["https://root.example"],
        ["http://path.example"],
        ["https://operation.example"],
    ]
    assert [s.url for s in api.server_views] == [
        "https://root.example",
        "http://path.example",
        "https://operation.example",
    ]


def test_swagger_schemes_are_servers_and_operations_replace_them(build_api: Any) -> None:
    api = build_api(
        f"""
swagger: "2.0"
info: {{title: t, version: "1"}}
host: api.example.com
basePath: /v1
schemes: [https]
paths:
  /a:
    get: {OPERATION}}}
    put: {OPERATION}, schemes: [http]}}
"""
    )
    assert [[s.url for s in op.servers] for op in api.operations] == [
        ["https://api.example.com/v1"],
        ["http://api.example.com/v1"],
    ]


def test_no_servers_means_none_to_judge(build_api: Any) -> None:
    assert list(build_api(HEAD + f"paths:\n  /a:\n    get: {OPERATION}}}\n").operations[0].servers) == []


def test_each_written_host_once_with_its_other_places(build_api: Any) -> None:
    api = build_api(
        HEAD
        + f"""
servers:
  - {{url: "https://API.example.com/v1"}}
  - {{url: "http://API.example.com/v1"}}
  - {{url: "https://{{h}}", variables: {{h: {{default: b.example.com}}}}}}
  - {{url: /v1}}
paths:
  /a:
    servers: [{{url: "https://API.example.com/v1"}}]
    get: {OPERATION}}}
"""
    )
    found = written_hosts(api)
    assert [(one.host, one.key, one.is_variable, len(one.related)) for one in found] == [
        ("api.example.com", "url", False, 2),
        ("b.example.com", "url", True, 0),
    ]


def test_the_written_host_of_swagger(build_api: Any) -> None:
    text = 'swagger: "2.0"\ninfo: {title: t, version: "1"}\nhost: a.example:8080\nschemes: [https, http]\npaths: {}\n'
    assert [(one.host, one.key) for one in written_hosts(build_api(text))] == [("a.example", "host")]
