"""One cause, one finding: what the whole pack says where several rules could speak of the same thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from apilint.plugins import Plugins
from apilint.run import RunOptions, run
from apilint_rules import provide_rules

RULES = tuple(provide_rules())


HEAD = 'openapi: 3.0.3\ninfo: {title: T, version: "1"}\n'
HTTPS = 'servers: [{url: "https://api.acme.dev"}]\n'
TOKEN = "security: [{token: []}]\ncomponents: {securitySchemes: {token: {type: http, scheme: bearer}}}\n"
USER = TOKEN.replace(
    "{securitySchemes",
    "{schemas: {User: {type: object, additionalProperties: false,"
    " properties: {password: {type: string, maxLength: 99, format: password}}}}, securitySchemes",
)
LIMITED = '"204": {description: ok}, "429": {description: no, headers: {Retry-After: {schema: {type: integer}}}}'
PROBLEM = "content: {application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}}"


def operation(name: str, more: str = "", responses: str = LIMITED) -> str:
    return f"{{operationId: {name}, {more}responses: {{{responses}, default: {{description: no, {PROBLEM}}}}}}}"


def body(schema: str, media_type: str = "application/json") -> str:
    return f"requestBody: {{content: {{{media_type}: {{schema: {schema}}}}}}}, "


def parameter(schema: str, name: str = "q") -> str:
    return f"parameters: [{{name: {name}, in: query, schema: {schema}}}], "


def api(paths: str, security: str = TOKEN, servers: str = HTTPS) -> str:
    return f"{HEAD}{servers}{security}paths: {{{paths}}}\n"


FILE_LIST = "{type: array, maxItems: 3, items: {type: string, format: binary}}"
FILES = f"{{type: object, additionalProperties: false, properties: {{f: {FILE_LIST}}}}}"
A_USER = "{$ref: '#/components/schemas/User'}"
USERS = "content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}"
ANSWERED = LIMITED.replace("ok", f"ok, {USERS}").replace("204", "200")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (api(f"/a: {{get: {operation('a')}}}"), []),
        # A credential over a cleartext server, not the server as such.
        (api(f"/a: {{get: {operation('a')}}}", servers="servers: [{url: 'http://api.acme.dev'}]\n"),
         ["credentials-over-cleartext"]),
        # No scheme at all: once, whatever the operations are.
        (api(f"/a: {{get: {operation('a')}}}, /admin/b: {{delete: {operation('b')}}}", security=""),
         ["security-schemes-undefined"]),
        # The path says more than that there is no authentication.
        (api(f"/admin/b: {{delete: {operation('b', 'security: [], ')}}}"), ["sensitive-path-unauthenticated"]),
        (api(f"/a: {{get: {operation('a')}}}, /a/: {{get: {operation('b', 'security: [], ')}}}"),
         ["path-trailing-slash-security-mismatch"]),
        (api(f"/a: {{get: {operation('a')}, put: {operation('b', 'security: [], ')}}}"), ["security-disabled"]),
        # What the parameter is for says more than its bounds.
        (api(f"/a: {{get: {operation('a', parameter('{type: integer}', 'limit'))}}}"), ["pagination-limit-unbounded"]),
        (api(f"/a: {{get: {operation('a', parameter('{type: string, maxLength: 9}', 'access_token'))}}}"),
         ["access-token-query-parameter"]),
        (api(f"/orders/batch: {{post: {operation('a', body('{type: array, items: {type: boolean}}'))}}}"),
         ["batch-size-unbounded"]),
        (api(f"/a: {{post: {operation('a', body(FILES, 'multipart/form-data'))}}}"), ["file-upload-size-undefined"]),
        (api(f"/a: {{get: {operation('a', parameter('{type: string, pattern: ^(a+)+$}'))}}}"),
         ["catastrophic-pattern"]),
        # The shared schema, not each place that uses it.
        (api(f"/u: {{post: {operation('a', body(A_USER), ANSWERED)}}}", USER),
         ["password-not-write-only"]),
        # A missing 429 everywhere.
        (api(", ".join(f"/a{n}: {{get: {operation(f'a{n}', responses='200: {description: ok}')}}}" for n in range(9))),
         ["rate-limit-undefined", "response-schema-undefined"]),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(text, encoding="utf-8")
    report = run(RunOptions(paths=(str(path),), ref_root=str(tmp_path)), Plugins(RULES, {}, {}, (), ()))
    assert not report.problems
    assert [finding.rule for finding in report.findings] == expected


def test_the_order_has_no_loop() -> None:
    above = {rule.id: set(rule.gives_way_to) for rule in RULES}
    while leaves := {id for id, ids in above.items() if not ids & above.keys()}:
        above = {id: ids for id, ids in above.items() if id not in leaves}
    assert above == {}
