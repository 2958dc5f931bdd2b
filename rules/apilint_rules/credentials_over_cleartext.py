from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, SecurityScheme, Server, Severity, rule
from apilint.concepts.mends import with_encrypted_server

_BEARING = frozenset(("http", "apiKey", "oauth2", "openIdConnect"))
# These prove knowledge of a secret without sending it, so that an eavesdropper gets less.
_PROVING = frozenset(("digest", "negotiate", "hoba", "mutual", "scram-sha-1", "scram-sha-256"))


@rule(
    "credentials-over-cleartext",
    on=Server,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-319", "CWE-523"),
    tags=("owasp",),
    fixable=True,
)
def credentials_over_cleartext(server: Server) -> Iterator[Flag]:
    """Credentials are sent over an unencrypted connection.

    The operations of this server require a password, a key or a token, and the connection lets everyone on
    the way read it. The server may redirect to `https:`, but the first request has already been heard.

    Attack: someone in the same café network, or at any hop on the way, copies the credential and uses it.

    To fix: write `https:` in the server's URL (list `https` only in `schemes` of Swagger 2.0), close the
    plain port, and replace the credentials that have travelled over it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://api.example.com  # flagged
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    address = server.cleartext_default
    if address is None or server.is_sandbox:
        return
    users = _users(server)
    if not users:
        return
    operations = list({id(operation): operation for _, some in users.values() for operation in some}.values())
    schemes = [scheme for scheme, _ in users.values()]
    names = ", ".join(f"`{scheme.name}`" for scheme in schemes[:3]) + (", …" if len(schemes) > 3 else "")
    proving = all(_is_proof(scheme) for scheme in schemes)
    what = f"requests that {names} authenticates are sent" if proving else f"credentials of {names} are sent"
    yield server.flag(
        None if server.api.version == "2.0" else "url",
        f"{what} to `{address}` unencrypted",
        severity=Severity.HIGH if proving else Severity.CRITICAL,
        related=(
            *((scheme, "the credentials") for scheme in schemes[:3]),
            *((operation, f"sent by `{operation.name}`") for operation in operations[:2]),
        ),
        operations=operations,
        fix=with_encrypted_server(server),
    )


def _is_proof(scheme: SecurityScheme) -> bool:
    """Whether the secret itself stays with the client: challenges, and signatures such as Amazon's."""
    signed = str(scheme.get("x-amazon-apigateway-authtype")).lower() == "awssigv4"
    return signed or (scheme.type == "http" and scheme.scheme in _PROVING)


def _users(server: Server) -> dict[str, tuple[SecurityScheme, list[Operation]]]:
    """The schemes whose credentials travel to the server, each with the operations that send them."""
    users: dict[str, tuple[SecurityScheme, list[Operation]]] = {}
    for operation in server.operations:
        for requirement in operation.security.alternatives:
            for scheme, _ in requirement.schemes.values():
                if scheme is not None and scheme.type in _BEARING:
                    users.setdefault(scheme.name, (scheme, []))[1].append(operation)
    return users
