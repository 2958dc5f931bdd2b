"""The built-in rules side by side: how grave each says a defect is, and that one cause makes one finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from apilint.findings import Finding
from apilint.plugins import Plugins
from apilint.run import RunOptions, run
from apilint_rules import provide_rules

RULES = tuple(provide_rules())
# The rules about who may call and over what: where several could speak of one cause, these tests say which does.
ACCESS = tuple(
    "api-key-in-query credentials-in-url-parameter credentials-over-cleartext duplicate-key global-security-empty"
    " http-basic-auth oauth-url-cleartext rate-limit-undefined rate-limit-response-undefined scheme-cleartext"
    " security-disabled security-optional security-schemes-undefined security-scheme-reference-undefined"
    " security-undefined server-cleartext server-variable-allows-cleartext unauthenticated-read unauthenticated-write"
    " unresolved-ref".split()
)
HEAD = 'openapi: 3.0.0\ninfo: {title: T, version: "1"}\n'
LIMITED = '"200": {description: ok}, "429": {description: no, headers: {Retry-After: {schema: {type: integer}}}}'
SCHEMES = """components:
  securitySchemes:
    login: {type: http, scheme: bearer}
    basic: {type: http, scheme: basic}
    digest: {type: http, scheme: digest}
    query: {type: apiKey, in: query, name: q}
"""


def findings(folder: Path, text: str, *rules: str) -> list[Finding]:
    path = folder / "openapi.yaml"
    path.write_text(text, encoding="utf-8")
    options = RunOptions(paths=(str(path),), select=rules or ACCESS, ref_root=str(folder))
    return list(run(options, Plugins(RULES, {}, {}, (), ())).findings)


def said(folder: Path, text: str, *rules: str) -> list[str]:
    return sorted(f"{one.rule} {one.severity.label}/{one.confidence.label}" for one in findings(folder, text, *rules))


def operations(*items: str, root: str = "") -> str:
    """A document with operations such as "GET /a security: []"."""
    lines = [HEAD, root, "paths:\n"]
    for item in items:
        method, path, *rest = item.split(" ", 2)
        extra = f"{rest[0]}, " if rest else ""
        lines.append(f"  {path}:\n    {method.lower()}: {{{extra}responses: {{{LIMITED}}}}}\n")
    return "".join(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Nothing is declared: one finding, whatever the operations are.
        (operations("GET /a", "DELETE /b"), ["security-schemes-undefined high/high"]),
        (operations("GET /a", "DELETE /b", root="security: []\n"), ["security-schemes-undefined high/high"]),
        (operations("GET /a", "DELETE /b", root="security: [{no: []}]\n"), ["security-schemes-undefined high/high"]),
        # Schemes are declared and nobody requires one.
        (operations("GET /a", "DELETE /b") + SCHEMES, ["security-undefined high/high"]),
        (operations("GET /a", "DELETE /b", root="security: [{}]\n") + SCHEMES, ["global-security-empty high/high"]),
        # Some operations are protected: the open ones are named one by one.
        (
            operations("GET /a", "DELETE /b", "PUT /c security: [{login: []}]") + SCHEMES,
            ["security-undefined low/high", "unauthenticated-read medium/medium", "unauthenticated-write high/high"],
        ),
        (
            operations("GET /a", "PUT /c security: [{login: []}]") + SCHEMES,
            ["security-undefined medium/high", "unauthenticated-read medium/medium"],
        ),
        (
            operations("GET /a security: []", "PUT /b security: []", root="security: [{login: []}]\n") + SCHEMES,
            ["security-disabled high/high", "security-disabled low/high"],
        ),
        (
            operations("GET /a security: [{}, {login: []}]", "PUT /b security: [{}, {login: []}]") + SCHEMES,
            ["security-optional high/high", "security-optional low/high"],
        ),
        (
            operations("GET /a", "PUT /b", root="security: [{}, {login: []}]\n") + SCHEMES,
            ["security-optional medium/high"],
        ),
        (
            operations("PUT /a security: [{login: []}]", root="security: []\n") + SCHEMES,
            ["global-security-empty low/high"],
        ),
        # A name without a scheme leaves a write without any protection; a read is less.
        (
            operations("GET /a", root="security: [{no: []}]\n") + SCHEMES,
            ["security-scheme-reference-undefined high/high"],
        ),
        (
            operations("PUT /a", root="security: [{no: []}]\n") + SCHEMES,
            ["security-scheme-reference-undefined critical/high"],
        ),
        (
            operations("PUT /a", root="security: [{no: []}, {login: []}]\n") + SCHEMES,
            ["security-scheme-reference-undefined high/high"],
        ),
    ],
)
def test_one_cause_of_open_access_makes_one_finding(tmp_path: Path, text: str, expected: list[str]) -> None:
    unused = {"http-basic-auth info/high", "api-key-in-query low/high"}
    assert [one for one in said(tmp_path, text) if one not in unused] == expected


@pytest.mark.parametrize(
    ("security", "server", "expected"),
    [
        ("login", "https://a.example.com", []),
        ("login", "http://a.example.com", ["credentials-over-cleartext critical/high"]),
        ("digest", "http://a.example.com", ["credentials-over-cleartext high/high"]),
        ("basic", "https://a.example.com", ["http-basic-auth medium/high"]),
        ("basic", "http://a.example.com", ["credentials-over-cleartext critical/high"]),
        ("query", "https://a.example.com", ["api-key-in-query high/high"]),
        ("query", "http://a.example.com", ["credentials-over-cleartext critical/high"]),
        ("basic", "http://localhost", ["http-basic-auth medium/high"]),
    ],
)
def test_cleartext_is_as_grave_as_what_travels(tmp_path: Path, security: str, server: str, expected: list[str]) -> None:
    root = f"security: [{{{security}: []}}]\nservers: [{{url: '{server}'}}]\n"
    unused = {"http-basic-auth info/high", "api-key-in-query low/high"}
    found = said(tmp_path, operations("GET /a", root=root) + SCHEMES)
    assert [one for one in found if one not in unused] == expected


def test_cleartext_without_credentials(tmp_path: Path) -> None:
    text = operations("POST /login", root="servers: [{url: 'http://a.example.com'}]\n")
    assert said(tmp_path, text) == ["server-cleartext medium/high"]
    protected = (
        operations("GET /a", root="security: [{login: []}]\nservers: [{url: 'http://a.example.com'}]\n") + SCHEMES
    )
    assert said(tmp_path, protected, "server-cleartext") == ["server-cleartext high/high"]


@pytest.mark.parametrize(
    ("schemes", "expected"),
    [
        ("schemes: [http]", ["scheme-cleartext high/high"]),
        ("schemes: [http, https]", ["scheme-cleartext medium/high"]),
        ("", ["scheme-cleartext info/low"]),
    ],
)
def test_swagger_schemes(tmp_path: Path, schemes: str, expected: list[str]) -> None:
    text = f'swagger: "2.0"\ninfo: {{title: T, version: "1"}}\nhost: a.example.com\n{schemes}\npaths: {{}}\n'
    assert said(tmp_path, text) == expected


SCHEMA_RULES = (
    "string-max-length", "number-minimum", "number-maximum", "array-max-items",
    "object-map-unbounded", "object-additional-properties",
)  # fmt: skip


def schema_at(place: str, schema: str) -> str:
    """A document with a schema as a query parameter `limit` or `x`, in a body, in a response, or used by nobody."""
    if place in ("limit", "x"):
        parts = f"parameters: [{{name: {place}, in: query, schema: {schema}}}]"
    elif place == "body":
        parts = f"requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}"
    elif place == "response":
        content = f"content: {{application/json: {{schema: {schema}}}}}"
        return f'{HEAD}paths: {{/a: {{get: {{responses: {{"200": {{description: ok, {content}}}}}}}}}}}\n'
    else:
        return f"{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {schema}}}}}\n"
    return operations(f"POST /a {parts}")


@pytest.mark.parametrize(
    ("schema", "place", "expected"),
    [
        ("{type: string}", "x", ["string-max-length low/high"]),
        ("{type: string}", "body", ["string-max-length low/high"]),
        ("{type: string}", "unknown", ["string-max-length low/low"]),
        ("{type: string}", "response", []),
        ("{type: integer}", "x", ["number-maximum low/high"]),
        ("{type: integer}", "limit", ["number-maximum medium/high"]),
        ("{type: integer, description: Between 1 and 100.}", "limit", ["number-maximum low/high"]),
        ("{type: integer, maximum: 9}", "limit", ["number-minimum medium/high"]),
        ("{type: integer, maximum: 9}", "body", ["number-minimum low/high"]),
        ("{type: integer}", "unknown", ["number-maximum low/low"]),
        ("{type: integer}", "response", []),
        ("{type: object, additionalProperties: false, properties: {page_size: {type: integer, minimum: 1}}}", "body",
         ["number-maximum medium/high"]),
        ("{type: array, items: {type: boolean}}", "x", ["array-max-items medium/high"]),
        ("{type: array, items: {type: boolean}}", "unknown", ["array-max-items low/low"]),
        ("{type: array, items: {enum: [b, c]}}", "x", ["array-max-items low/high"]),
        ("{type: array, items: {type: boolean}}", "response", []),
        ("{type: object, additionalProperties: {type: boolean}}", "body", ["object-map-unbounded medium/high"]),
        ("{type: object, additionalProperties: {type: boolean}}", "unknown", ["object-map-unbounded low/low"]),
        ("{type: object, description: a JSON Schema, additionalProperties: true}", "body",
         ["object-map-unbounded medium/low"]),
        ("{type: object, additionalProperties: true, properties: {a: {type: boolean}}}", "body",
         ["object-additional-properties medium/high"]),
        ("{type: object, properties: {a: {type: boolean}}}", "body", ["object-additional-properties low/medium"]),
        ("{type: object, additionalProperties: true, properties: {a: {type: boolean}}}", "unknown",
         ["object-additional-properties low/low"]),
        ("{type: object, properties: {a: {type: boolean}}}", "response", []),
    ],
)  # fmt: skip
def test_schemas_are_judged_by_their_direction(tmp_path: Path, schema: str, place: str, expected: list[str]) -> None:
    assert said(tmp_path, schema_at(place, schema), *SCHEMA_RULES) == expected


def test_both_bounds_missing_is_one_finding(tmp_path: Path) -> None:
    [found] = findings(tmp_path, schema_at("limit", "{type: integer}"), *SCHEMA_RULES)
    assert found.message == "POST /a: parameter `limit` in query has no minimum and no maximum"


LIMITS = ("rate-limit-undefined", "rate-limit-response-undefined", "retry-after-undefined")


def test_nothing_limits_anything(tmp_path: Path) -> None:
    text = operations("GET /a", "PUT /b").replace(f"{{{LIMITED}}}", '{"200": {description: ok}}')
    [found] = findings(tmp_path, text, *LIMITS)
    assert (found.rule, found.severity.label, found.operations) == ("rate-limit-undefined", "medium", 2)
    assert said(tmp_path, text, "rate-limit-response-undefined") == ["rate-limit-response-undefined medium/high"]


def test_some_operations_have_no_limit_and_others_no_answer(tmp_path: Path) -> None:
    text = operations("GET /a", "GET /b x-rate-limit: 5/s", "PUT /c").replace(
        f"{{{LIMITED}}}", '{"200": {description: ok}}'
    )
    found = findings(tmp_path, text, *LIMITS)
    assert [(one.rule, one.severity.label, one.operations) for one in found] == [
        ("rate-limit-undefined", "medium", 2),
        ("rate-limit-response-undefined", "low", 1),
    ]
    assert found[0].message == "no rate limit for 2 of 3 operations: `GET /a`, `PUT /c`"
    assert [one.label for one in found[0].related] == ["no rate limit", "no rate limit"]


def test_retry_after(tmp_path: Path) -> None:
    text = operations("GET /a").replace(LIMITED, '"429": {description: no}, "503": {description: no}')
    assert said(tmp_path, text, *LIMITS) == ["retry-after-undefined info/high", "retry-after-undefined low/high"]


def test_oauth_addresses(tmp_path: Path) -> None:
    flow = "{authorizationUrl: 'http://a.example.com', tokenUrl: 'http://a.example.com', scopes: {}}"
    scheme = f"{{type: oauth2, flows: {{authorizationCode: {flow}}}}}"
    text = f"{HEAD}paths: {{}}\ncomponents: {{securitySchemes: {{o: {scheme}}}}}\n"
    assert said(tmp_path, text) == ["oauth-url-cleartext critical/high", "oauth-url-cleartext high/high"]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("GET /a parameters: [{name: password, in: query}]", "high/medium"),
        ("GET /reset/{token} parameters: [{name: token, in: path}]", "info/medium"),
        ("GET /sessions/{token} parameters: [{name: token, in: path}]", "high/medium"),
        ("GET /a parameters: [{name: pincode, in: query}]", "high/low"),
    ],
)
def test_credentials_in_the_url(tmp_path: Path, item: str, expected: str) -> None:
    rule = "credentials-in-url-parameter"
    assert said(tmp_path, operations(item), rule) == [f"{rule} {expected}"]


def test_references_that_are_not_followed_are_a_hint(tmp_path: Path) -> None:
    refs = "parameters: [{$ref: 'https://example.com/a.yaml'}, {$ref: '#/nowhere'}]"
    assert said(tmp_path, operations(f"GET /a {refs}"), "unresolved-ref") == [
        "unresolved-ref info/high",
        "unresolved-ref medium/high",
    ]


def test_a_repeated_key_is_as_grave_as_what_it_changes(tmp_path: Path) -> None:
    schemas = "components:\n  schemas:\n    A: {type: object, type: string}\n    B: {title: a, title: b}\n"
    text = operations("GET /a", root="security: []\nsecurity: [{}]\n") + schemas
    assert said(tmp_path, text, "duplicate-key") == [
        "duplicate-key high/high",
        "duplicate-key low/high",
        "duplicate-key medium/high",
    ]
    first = findings(tmp_path, text, "duplicate-key")[0]
    assert first.message == "key `security` stands on line 3 and again on line 4; most parsers keep the last"
    assert first.location.span.line == 4


def test_a_likely_name_is_suggested(tmp_path: Path) -> None:
    [found] = findings(
        tmp_path, operations("GET /a", root="security: [{logn: []}]\n") + SCHEMES, "security-scheme-reference-undefined"
    )
    assert found.message == "security scheme `logn` is not declared; did you mean `login`?"


@pytest.mark.parametrize(
    ("schema", "rule", "expected"),
    [
        ("{type: array, items: {type: string}}", "array-max-items", "medium/high"),
        ("{type: array, items: {type: string}, description: Up to 20 names}", "array-max-items", "low/high"),
        ("{type: array, items: {type: string}, description: Up to 20 letters long}", "array-max-items", "medium/high"),
        ("{type: object, additionalProperties: {type: string}, description: At most 64 labels}", "object-map-unbounded",
         "low/high"),
        ("{type: string, pattern: '[a-z]*'}", "string-pattern-permissive", "medium/high"),
        ("{type: string, pattern: '^.*$'}", "string-pattern-permissive", "low/high"),
    ],
)  # fmt: skip
def test_what_is_said_or_meant_is_less_grave(tmp_path: Path, schema: str, rule: str, expected: str) -> None:
    assert said(tmp_path, schema_at("body", schema), rule) == [f"{rule} {expected}"]


def test_a_rate_limit_in_prose_is_less_grave(tmp_path: Path) -> None:
    text = operations("GET /a").replace(f"{{{LIMITED}}}", '{"200": {description: ok}}')
    told = text.replace("title: T", "title: T, description: 'Rate limit: 25 requests per second'")
    assert said(tmp_path, text, "rate-limit-undefined") == ["rate-limit-undefined medium/high"]
    assert said(tmp_path, told, "rate-limit-undefined") == ["rate-limit-undefined low/high"]


def test_a_search_is_no_write(tmp_path: Path) -> None:
    # With a key somewhere, so that the whole document is not one finding.
    items = ("POST /articles/search security: []", "POST /articles security: []", "GET /a")
    text = operations(*items, root="security: [{login: []}]\n") + SCHEMES
    assert said(tmp_path, text, "unauthenticated-write") == [
        "unauthenticated-write high/high",
        "unauthenticated-write medium/medium",
    ]


def test_signatures_leave_the_secret_with_the_client(tmp_path: Path) -> None:
    scheme = "{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4}"
    root = "security: [{hmac: []}]\nservers: [{url: 'http://a.example.com'}]\n"
    text = operations("GET /a", root=root) + f"components: {{securitySchemes: {{hmac: {scheme}}}}}\n"
    [found] = findings(tmp_path, text, "credentials-over-cleartext")
    assert found.severity.label == "high"
    assert found.message == "requests that `hmac` authenticates are sent to `http://a.example.com` unencrypted"


@pytest.mark.parametrize(
    ("name", "is_count"),
    [
        ("limit", True), ("pageSize", True), ("quantity", True), ("licenseCount", True), ("number_of_stops", False),
        ("page", False), ("offset", False), ("creditLimit", False), ("tax_amount", False), ("minCount", False),
        ("fontSize", False), ("batchId", False), ("width", False),
    ],
)  # fmt: skip
def test_numbers_that_say_how_much_work_there_is(tmp_path: Path, name: str, is_count: bool) -> None:
    schema = f"{{type: object, properties: {{{name}: {{type: integer}}}}}}"
    expected = "medium" if is_count else "low"
    assert said(tmp_path, schema_at("body", schema), "number-maximum") == [f"number-maximum {expected}/high"]


def test_a_missing_answer_is_one_finding(tmp_path: Path) -> None:
    # Not a second one about the body of what is not there.
    rules = (
        "error-schema-undefined rate-limit-response-undefined rate-limit-undefined response-401-undefined"
        " response-500-undefined retry-after-undefined www-authenticate-undefined".split()
    )
    text = operations("GET /a", root="security: [{login: []}]\n").replace(LIMITED, '"200": {description: ok}') + SCHEMES
    assert said(tmp_path, text, *rules) == [
        "rate-limit-undefined medium/high",
        "response-401-undefined low/high",
        "response-500-undefined info/high",
    ]


def test_relative_addresses_of_oauth_are_a_hint(tmp_path: Path) -> None:
    flow = "{clientCredentials: {tokenUrl: /token, scopes: {}}}"
    text = f"{HEAD}paths: {{}}\ncomponents: {{securitySchemes: {{o: {{type: oauth2, flows: {flow}}}}}}}\n"
    assert said(tmp_path, text, "oauth-url-invalid", "oauth-url-cleartext") == ["oauth-url-invalid info/low"]


@pytest.mark.parametrize(
    ("security", "expected"),
    [("security: [{login: []}]", "low"), ("security: []", "medium"), ("deprecated: true", "low")],
)
def test_numbers_of_objects_are_graver_where_anybody_may_try_them(tmp_path: Path, security: str, expected: str) -> None:
    number = "parameters: [{name: id, in: path, required: true, schema: {type: integer}}]"
    text = operations(f"GET /a/{{id}} {security}, {number}", root="security: [{login: []}]\n") + SCHEMES
    assert said(tmp_path, text, "numeric-object-id") == [f"numeric-object-id {expected}/medium"]
