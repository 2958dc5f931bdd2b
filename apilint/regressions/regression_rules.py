"""The pages of the rules about regressions of operations. Each has two documents, so what they show is a change."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.regressions import guard_regression_rules as guards
from apilint.regressions.pages import page

AUTHENTICATION_REMOVED = page(
    "regression-authentication-removed",
    Severity.CRITICAL,
    "OWASP-API2:2023 CWE-306",
    """An operation required credentials, and anybody can call it now.

    Its `security` went or became `[]`, or that of the root did, on which it relied. What counts is what is effective:
    `security` that moves from the root to each operation changes nothing. Writing operations are critical, reading
    ones high; login, health probes and the like, which are often meant to be open, are medium.

    Attack: an attacker tries the operations of each new version without a token.

    To fix: write the `security` of before again. If the operation is meant to be public, say so with
    `x-apilint-public: <reason>`, and waive this finding, so that somebody decides it.

    ```diff
       delete:
    -    security: [{login: [admin]}]
    +    security: []
    ```
    """,
)

AUTHENTICATION_OPTIONAL = page(
    "regression-authentication-optional",
    Severity.CRITICAL,
    "OWASP-API2:2023 CWE-306",
    """An operation required credentials, and these became optional.

    An empty alternative `{}` stands beside the others now. It looks as if the operation were protected, and lets in
    whoever sends nothing.

    Attack: an attacker leaves out the token.

    To fix: remove the empty alternative.

    ```diff
       security:
         - login: [admin]
    +    - {}
    ```
    """,
)

AUTHENTICATION_WEAKER = page(
    "regression-authentication-weaker",
    Severity.HIGH,
    "OWASP-API2:2023 CWE-287",
    """An operation can be called with less than it required.

    A weaker alternative joined those of before or took their place, or of schemes that were required together one is
    enough now. An attacker chooses the easiest way in. From the strongest to the weakest: a client certificate; tokens
    (OAuth 2.0, OpenID Connect, bearer); an API key in a header; in a cookie; a password in each request (basic,
    digest); an API key in the URL. Between schemes of one class nothing is said, unless scopes are lost.

    Attack: an attacker takes an API key from a log of URLs, where a short-lived token was needed before.

    To fix: remove the alternative, or bind it to operations that need no more.

    ```diff
       security:
         - login: [orders]
    +    - keyInUrl: []
    ```
    """,
)

SCOPE_DROPPED = page(
    "regression-scope-dropped",
    Severity.HIGH,
    "OWASP-API5:2023 CWE-862",
    """An operation can be called without a scope (or role) that it required.

    Every token of the scheme will do, or one with another scope, that is no greater by its words. A scope that only
    goes by another name everywhere is the same scope, and one more scope is an improvement. A wildcard in place of a
    narrow scope counts as a loss: clients must then be given everything. `openid`, `profile` and the like say who
    signs in, and protect nothing.

    Attack: a user whose token was never meant for it calls the administrator's operation.

    To fix: require the scope again.

    ```diff
       delete:
    -    security: [{login: [users, admin]}]
    +    security: [{login: [users]}]
    ```
    """,
)

SCHEME_WEAKER = page(
    "regression-security-scheme-weaker",
    Severity.HIGH,
    "OWASP-API2:2023 CWE-287",
    """The definition of a security scheme became weaker, or is gone.

    The operations name the same scheme as before, and it asks for something easier: a key in the URL in place of one
    in a header, a password in place of a token. It is said once, at the scheme, for all operations that use it. Where
    the definition is gone and operations name it still, nobody knows what they require.

    Attack: an attacker reads the key from logs and histories, where URLs end up.

    To fix: define the scheme as it was; add a new scheme under another name, where some operations need it.

    ```diff
       key:
         type: apiKey
    -    in: header
    +    in: query
    ```
    """,
)

OAUTH_FLOW_WEAKER = page(
    "regression-oauth-flow-weaker",
    Severity.HIGH,
    "OWASP-API2:2023 CWE-522 RFC-9700",
    """An OAuth scheme offers a weak flow that it did not offer.

    The implicit flow puts tokens in URLs; the password flow gives the user's password to the client. RFC 9700
    disapproves of both. Swagger 2.0 needs a scheme for each flow, so all the schemes count that an operation accepts.

    Attack: a token is taken from the history of a browser, or a password from a client that was trusted with it.

    To fix: offer `authorizationCode` (with PKCE), `clientCredentials` or `deviceAuthorization`.

    ```diff
       flows:
    -    authorizationCode: {authorizationUrl: …, tokenUrl: …, scopes: {}}
    +    implicit: {authorizationUrl: …, scopes: {}}
    ```
    """,
)

OAUTH_URL_CLEARTEXT = page(
    "regression-oauth-url-cleartext",
    Severity.HIGH,
    "OWASP-API2:2023 CWE-319",
    """An address of OAuth 2.0 or OpenID Connect is no longer encrypted.

    Codes, secrets and tokens go through these addresses, and keys are fetched from there.

    Attack: somebody on the way reads the token, or answers with keys of their own.

    To fix: write `https` again.

    ```diff
    -    tokenUrl: https://login.example.com/token
    +    tokenUrl: http://login.example.com/token
    ```
    """,
)

OAUTH_URL_HOST = page(
    "regression-oauth-url-host",
    Severity.MEDIUM,
    "OWASP-API2:2023 CWE-346",
    """An address of OAuth 2.0 or OpenID Connect moved to another domain.

    Clients that are made from the document send their users, codes and secrets there. Only domains that somebody
    registered are compared: a move from `auth.example.com` to `login.example.com` is none. Domains that an address of
    the base or its servers had are known.

    Attack: a pull request changes one letter of the host, and collects the secrets of all clients.

    To fix: correct the address; or, if the new domain is yours, waive the finding with that reason.

    ```diff
    -    tokenUrl: https://login.example.com/token
    +    tokenUrl: https://login.exarnple.com/token
    ```
    """,
)

SERVER_CLEARTEXT = page(
    "regression-server-cleartext",
    Severity.HIGH,
    "OWASP-API8:2023 CWE-319",
    """Requests may go unencrypted where they did not.

    A server (or a callback) has `http` or `ws` now, or a variable admits it, and all were encrypted before.

    Attack: somebody in the same network reads tokens and data, and changes answers.

    To fix: write `https` or `wss`; redirects from `http` need not be described.

    ```diff
       servers:
    -    - url: https://api.example.com
    +    - url: http://api.example.com
    ```
    """,
)

SERVER_HOST_NEW = page(
    "regression-server-host-new",
    Severity.MEDIUM,
    "OWASP-API9:2023 CWE-346",
    """A server has a host that none had before.

    Clients send requests and credentials to it. Another domain is medium, another host of the same domain low.

    Attack: a forgotten or mistyped host answers, and collects what clients send; a test system has real data and less
    protection.

    To fix: remove the host; or, if it is yours and protected like the others, waive the finding with that reason.

    ```diff
       servers:
         - url: https://api.example.com
    +    - url: https://api.example.net
    ```
    """,
)

SERVER_VARIABLE_FREED = page(
    "regression-server-variable-freed",
    Severity.MEDIUM,
    "OWASP-API7:2023 CWE-918",
    """The host of a server has a variable that may be anything, and was fixed or listed.

    Clients fill it from configuration or input, and send credentials to what comes out.

    Attack: somebody enters a host of their own, and receives the token.

    To fix: list the values in `enum`.

    ```diff
       variables:
         region:
           default: eu
    -      enum: [eu, us]
    ```
    """,
)

CALLBACK_URL_FREED = page(
    "regression-callback-url-freed",
    Severity.HIGH,
    "OWASP-API7:2023 CWE-918",
    """A callback went to a fixed host, and goes wherever the caller says now.

    Attack: the caller names an address inside the network of the API, and has it call there.

    To fix: keep the host fixed, and let callers choose the path at most.

    ```diff
       callbacks:
         paid:
    -      "https://hooks.example.com/{$request.body#/id}":
    +      "{$request.body#/url}":
    ```
    """,
)

DECLARED_PUBLIC = page(
    "regression-declared-public",
    Severity.LOW,
    "OWASP-API2:2023 CWE-1059",
    """An operation got a declaration that it is meant to be public.

    `x-apilint-public` has come. Whether or not the operation asked for credentials, checks expect none from now on.

    To fix: read the reason; if it does not hold, remove the declaration.

    ```diff
       get:
    +    x-apilint-public: Anybody may see the catalogue
    ```
    """,
)

RULES = (
    AUTHENTICATION_OPTIONAL,
    AUTHENTICATION_REMOVED,
    AUTHENTICATION_WEAKER,
    CALLBACK_URL_FREED,
    DECLARED_PUBLIC,
    OAUTH_FLOW_WEAKER,
    OAUTH_URL_CLEARTEXT,
    OAUTH_URL_HOST,
    SCHEME_WEAKER,
    SCOPE_DROPPED,
    SERVER_CLEARTEXT,
    SERVER_HOST_NEW,
    SERVER_VARIABLE_FREED,
    *guards.RULES,
)
