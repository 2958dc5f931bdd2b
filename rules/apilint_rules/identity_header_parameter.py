from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Severity, rule

_NAMES = frozenset(
    "x-user x-userid x-user-id x-user-name x-username x-user-role x-user-roles x-user-email x-user-groups x-user-group"
    " x-user-scopes x-user-permissions x-remote-user remote-user x-remote-email x-remote-groups x-forwarded-user"
    " x-forwarded-email x-forwarded-groups x-forwarded-preferred-username x-forwarded-client-cert x-client-cert"
    " x-client-dn x-client-verify x-ssl-cert x-tenant-role x-role x-roles x-impersonate-user x-credential-identifier"
    " x-anonymous-consumer x-jwt-claims x-userinfo".split()
)
_STARTS = (
    "x-authenticated-",
    "x-auth-request-",
    "x-consumer-",
    "x-ssl-client-",
    "x-amzn-oidc-",
    "x-goog-authenticated-user-",
    "x-goog-iap-jwt-",
    "x-ms-client-principal",
)


@rule(
    "identity-header-parameter",
    on=Parameter,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API5:2023", "CWE-290", "CWE-807"),
    needs=(
        "x-user",
        "remote-",
        "x-forwarded-",
        "x-client",
        "x-ssl",
        "x-tenant",
        "x-role",
        "x-impersonate",
        "x-credential",
        "x-anonymous",
        "x-jwt",
        "x-auth",
        "x-consumer",
        "x-amzn",
        "x-goog",
        "x-ms-client",
    ),
)
def identity_header_parameter(parameter: Parameter) -> Iterator[Flag]:
    """A header that clients may set says who they are.

    Gateways put the identity that they have checked into such headers for the services behind them. A document for
    clients that lists one says that it gets through from the outside, or that the service trusts what it is told.

    Attack: a request with `X-User-Id: 1` or `X-User-Role: admin`.

    To fix: take the identity from the token. Where a gateway adds the header, remove it from the document
    for clients and let the gateway drop it from their requests.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-User-Id  # flagged
              in: header
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Request-Id
              in: header
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```
    """
    if parameter.location != "header":
        return
    name = parameter.name.strip().lower().replace("_", "-")
    if name not in _NAMES and not name.startswith(_STARTS):
        return
    # Webhooks and callbacks carry what the API itself says.
    if any(one.kind == "path" for one in parameter.operations) or not parameter.operations:
        yield parameter.flag("name", f"{parameter.label}: a header that clients set says who they are")
