from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.mends import with_sentence

_MENTIONS = ("pkce", "code_challenge", "codechallenge", "proof key", "rfc 7636", "rfc7636", "oauth 2.1")


class Options(NamedTuple):
    """`fix`: the sentence that `apilint fix --unsafe-fixes` adds to the description of the scheme."""

    fix: str = ""


@rule(
    "oauth-pkce-undocumented",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API2:2023", "CWE-345", "RFC-7636", "RFC-9700"),
    needs=("authorizationcode", "accesscode"),
    options=Options,
    fixable=True,
)
def oauth_pkce_undocumented(api: Api, options: Options) -> Iterator[Flag]:
    """The document offers the authorization code flow and does not mention PKCE.

    PKCE (RFC 7636) ties the code to the client that asked for it. RFC 9700 requires it of apps and pages, and
    recommends it for all. A client whose author does not read about it leaves it out, if the server lets that pass.
    Any mention in the document counts (PKCE, `code_challenge`, OAuth 2.1, an `x-` extension with such a name), and so
    does the address of the server's metadata.

    Attack: another app on the phone takes the code from the redirect, and exchanges it for a token.

    To fix: require PKCE with `S256` at the server, and say so in the scheme's `description`.

    Options: `fix` (empty): the sentence that `apilint fix --unsafe-fixes` adds to the description of the scheme;
    without one it adds none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:  # flagged
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          description: Clients must use PKCE with S256.
          flows:
            authorizationCode:
              authorizationUrl: https://login.example.com/authorize
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    schemes = list(api.security_schemes.values())
    if any(scheme.has_metadata for scheme in schemes):
        return
    found = [(scheme, flow) for scheme in schemes for flow in scheme.flows if flow.name == "authorizationCode"]
    if not found or next(api.search(_MENTIONS), None) is not None:
        return
    (scheme, flow), *others = found
    yield flow.flag(
        flow.name_key,
        f"security scheme `{scheme.name[:60]}` offers the authorization code flow, and nothing mentions PKCE",
        related=tuple((one, "here too") for _, one in others[:5]),
        fix=with_sentence(scheme, options.fix) if any(one in options.fix.lower() for one in _MENTIONS) else None,
    )
