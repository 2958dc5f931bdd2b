from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Server, Severity, rule
from apilint.concepts.grouping import some_of


@rule(
    "mutual-tls-over-cleartext",
    on=Server,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-319", "CWE-306"),
    gives_way_to=("credentials-over-cleartext",),
    needs=("mutualtls",),
)
def mutual_tls_over_cleartext(server: Server) -> Iterator[Flag]:
    """Operations rely on a client certificate, but the server speaks without TLS.

    Mutual TLS happens while the encrypted connection is set up. Without TLS nobody shows a certificate, so
    whoever calls this address is not authenticated at all.

    Attack: the attacker calls the plain address, where no certificate is asked for.

    To fix: write `https:` in the server's URL, and close the plain port.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    servers:
      - url: http://api.example.com  # flagged
    security:
      - certificate: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        certificate: {type: mutualTLS}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
    security:
      - certificate: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        certificate: {type: mutualTLS}
    ```
    """
    address = server.cleartext_default
    if address is None or server.is_sandbox:
        return
    relying = [
        operation
        for operation in server.operations
        if any(
            scheme is not None and scheme.type == "mutualTLS"
            for alternative in operation.security.alternatives
            for scheme, _ in alternative.schemes.values()
        )
    ]
    if relying:
        yield server.flag(
            "url",
            f"nobody shows a certificate to `{address}`, on which {some_of(relying)} rel"
            + ("ies" if len(relying) == 1 else "y"),
            operations=relying,
        )
