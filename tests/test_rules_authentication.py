"""The rules on authentication side by side: of several that could speak of one cause, one does."""

from __future__ import annotations

from pathlib import Path

import pytest

from apilint.plugins import Plugins
from apilint.run import RunOptions, run
from apilint_rules import provide_rules

RULES = tuple(provide_rules())
SELECTED = tuple(
    "access-token-query-parameter api-key-in-cookie api-key-in-query auth-documented-not-declared"
    " authorization-header-parameter cookie-auth-without-csrf credentials-in-url-parameter credentials-over-cleartext"
    " http-basic-auth http-digest-auth kong-plugin-config-misplaced mutual-tls-over-cleartext"
    " rate-limit-extension-ineffective security-disabled security-override-weakens-global security-schemes-undefined"
    " security-undefined security-weak-alternative sensitive-path-unauthenticated sibling-security-inconsistent"
    " unauthenticated-read unauthenticated-with-401 unauthenticated-write write-weaker-than-read".split()
)
HEAD = 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n'
SCHEMES = """components:
  securitySchemes:
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {a: A}}}}
    key: {type: apiKey, in: header, name: k}
    query: {type: apiKey, in: query, name: q}
    cookie: {type: apiKey, in: cookie, name: sid}
    digest: {type: http, scheme: digest}
    tls: {type: mutualTLS}
"""
OK = 'responses: {"200": {description: ok}}'


def said(folder: Path, text: str) -> list[str]:
    path = folder / "openapi.yaml"
    path.write_text(HEAD + text + SCHEMES, encoding="utf-8")
    options = RunOptions(paths=(str(path),), select=SELECTED, ref_root=str(folder))
    findings = run(options, Plugins(RULES, {}, {}, (), ())).findings
    return sorted(one.rule for one in findings if "no operation uses it" not in one.message)


def document(root: str, **operations: str) -> str:
    """A document with one path, the root's `security`, and what each method has besides responses."""
    lines = [f"security: {root}\npaths:\n  /a:\n"]
    lines += [f"    {method}: {{{extra}{', ' if extra else ''}{OK}}}\n" for method, extra in operations.items()]
    return "".join(lines)


TOKEN = "parameters: [{name: access_token, in: query, schema: {}}, {name: password, in: query, schema: {}}]"
KEY, OPEN = "security: [{key: []}]", "security: []"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The token's name says more than the credential's, and nothing of what stands beside it.
        (document("[{key: []}]", get=TOKEN), ["access-token-query-parameter", "credentials-in-url-parameter"]),
        # A write that asks for less than the read, the root and its siblings.
        (document("[{oauth: [a]}]", get="", put=KEY, patch="", delete=""), ["write-weaker-than-read"]),
        # A read that asks for less than the root and its siblings.
        (document("[{oauth: [a]}]", get=KEY, put="", patch="", delete=""), ["security-override-weakens-global"]),
        # A write that asks for nothing at all.
        (document("[{oauth: [a]}]", get="", put=OPEN, patch="", delete=""), ["security-disabled"]),
        # The cookie, and what other sites can do with it.
        (document("[{cookie: []}]", get="", post=""), ["cookie-auth-without-csrf"]),
        (document("[{cookie: []}]", get=""), ["api-key-in-cookie"]),
        # What is sent over the network in clear is graver than what it is.
        ("servers: [{url: http://a.example}]\n" + document("[{digest: []}]", get=""), ["credentials-over-cleartext"]),
        (
            "servers: [{url: http://a.example}]\n" + document("[{tls: [], key: []}]", get=""),
            ["credentials-over-cleartext"],
        ),
        # The same key in the header and in the URL.
        (document("[{key: []}, {query: []}]", get=""), ["api-key-in-query"]),
        # A limit that Kong does not read.
        ("x-kong-plugin-rate-limiting: {policy: local, minute: 5}\npaths: {}\n", ["rate-limit-extension-ineffective"]),
    ],
)
def test_one_cause_is_one_finding(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert said(tmp_path, text) == expected


def test_where_nothing_is_declared_nobody_speaks_of_single_operations(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(f"{HEAD}paths: {{/admin: {{get: {{description: Requires authentication., {OK}}}}}}}\n")
    options = RunOptions(paths=(str(path),), select=SELECTED, ref_root=str(tmp_path))
    assert [one.rule for one in run(options, Plugins(RULES, {}, {}, (), ())).findings] == ["security-schemes-undefined"]
