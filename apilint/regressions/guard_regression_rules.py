"""The pages of the rules about regressions of what guards operations beside `security` and servers."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.regressions.pages import page

ORIGINS_OPENED = page(
    "regression-origins-opened",
    Severity.HIGH,
    "OWASP-API8:2023 CWE-942",
    """Pages of every origin may call an operation, and could not before.

    The policy for calls from foreign pages (CORS) allows `*`, or repeats whatever origin asks. With credentials it is
    high; where only a response header says so, and nothing was said before, low.

    Attack: a page that a signed-in user opens calls the API in their name, and reads the answer.

    To fix: list the origins that need it.

    ```diff
     x-amazon-apigateway-cors:
    -  allowOrigins: [https://app.example.com]
    +  allowOrigins: ["*"]
    ```
    """,
)

RATE_LIMIT_REMOVED = page(
    "regression-rate-limit-removed",
    Severity.MEDIUM,
    "OWASP-API4:2023 CWE-770",
    """What declared a limit of calls is gone.

    That is a gateway's extension (medium), or all headers or answers (`429`) that told clients about the limit (low
    while other evidence is left).

    Attack: passwords are tried, and data is copied, as fast as the network allows.

    To fix: declare the limit again; or, if another place limits the calls now, describe the `429`.

    ```diff
     paths:
       /login:
         post:
    -      x-kong-plugin-rate-limiting: {config: {minute: 5}}
    ```
    """,
)

RATE_LIMIT_RAISED = page(
    "regression-rate-limit-raised",
    Severity.MEDIUM,
    "OWASP-API4:2023 CWE-770",
    """An operation may be called more often than before.

    The strictest rate that can be read is compared, over one minute; twice as much or more is medium, less is low.

    Attack: the same attack takes less time.

    To fix: lower the limit; or, if it is meant, waive the finding with the reason.

    ```diff
    -      x-kong-plugin-rate-limiting: {config: {minute: 5}}
    +      x-kong-plugin-rate-limiting: {config: {minute: 500}}
    ```
    """,
)

REFUSAL_REMOVED = page(
    "regression-refusal-removed",
    Severity.LOW,
    "OWASP-API2:2023 CWE-306",
    """An operation no longer describes how it refuses callers: `401` or `403` is gone.

    That is no loss by itself, and often the trace of one: somebody removed a check, and cleaned up.

    To fix: find out whether callers are still checked, and describe the answer again.

    ```diff
       responses:
         "200": {description: The order}
    -    "401": {description: No token}
    ```
    """,
)

SECURITY_HEADER_REMOVED = page(
    "regression-security-header-removed",
    Severity.LOW,
    "OWASP-API8:2023 CWE-693",
    """A response no longer describes a header that tells browsers to be careful.

    `Strict-Transport-Security`, `X-Content-Type-Options`, `Content-Security-Policy`, `Cache-Control` and the like.

    To fix: find out whether the header is still sent, and describe it again.

    ```diff
       headers:
    -    Strict-Transport-Security: {schema: {type: string}}
    ```
    """,
)

GATEWAY_GUARD_REMOVED = page(
    "regression-gateway-guard-removed",
    Severity.HIGH,
    "OWASP-API2:2023 CWE-306",
    """A gateway was told to check callers, and is not any more.

    An extension that makes a gateway authenticate callers (Amazon, Google, Kong, APISIX, Tyk, Yandex, Zuplo) or check
    requests is gone, or one has come that opens it (`x-auth-type: None`, `x-google-allow: all`). The document's
    `security` may look the same as before.

    Attack: an attacker calls the operation, and the gateway passes the request on.

    To fix: write the extension again; or, if something else checks callers now, waive the finding with that reason.

    ```diff
       login:
         type: oauth2
    -    x-amazon-apigateway-authorizer: {type: jwt}
    ```
    """,
)

NEW_OPERATION_UNPROTECTED = page(
    "regression-new-operation-unprotected",
    Severity.HIGH,
    "OWASP-API2:2023 OWASP-API9:2023 CWE-306",
    """A new operation lacks what the operations beside it had.

    Those beside it share the longest beginning of the path that three operations or more have, else they are all. At
    least four of five must have required credentials, or scopes, or declared a limit of calls.

    Attack: the new operation does what the others do, and asks for less.

    To fix: require for it what the others require; if it is meant to be public, say so with
    `x-apilint-public: <reason>`.

    ```diff
     paths:
       /orders/{id}/refund:
    +    post:
    +      security: []
    ```
    """,
)

WEBHOOK_UNSIGNED = page(
    "regression-webhook-unsigned",
    Severity.HIGH,
    "OWASP-API2:2023 CWE-345",
    """A webhook or callback carried a proof of who sends it, and does not any more.

    A signature header, or `security`, is gone. Receivers cannot tell the real request from a forged one.

    Attack: somebody posts "payment received" to the receiver's address.

    To fix: describe the header with the signature, or the `security`, again.

    ```diff
       parameters:
    -    - {name: X-Signature, in: header, required: true, schema: {type: string}}
    ```
    """,
)

RULES = (
    GATEWAY_GUARD_REMOVED,
    NEW_OPERATION_UNPROTECTED,
    ORIGINS_OPENED,
    RATE_LIMIT_RAISED,
    RATE_LIMIT_REMOVED,
    REFUSAL_REMOVED,
    SECURITY_HEADER_REMOVED,
    WEBHOOK_UNSIGNED,
)
