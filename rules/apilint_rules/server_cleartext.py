from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Server, Severity, rule
from apilint.concepts.mends import with_encrypted_server


@rule(
    "server-cleartext",
    on=Server,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-319"),
    gives_way_to=("credentials-over-cleartext",),
    tags=("owasp",),
    fixable=True,
)
def server_cleartext(server: Server) -> Iterator[Flag]:
    """A server is reached over an unencrypted connection.

    Over `http:` and `ws:` everyone on the way can read requests and responses, and change them. Clients that
    are generated from the document use the address as it stands.

    Attack: someone in the same café network reads the traffic, or answers in the server's place.

    To fix: write `https:` or `wss:`. If plain and encrypted addresses are both listed, remove the plain one.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://api.example.com  # flagged
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
      - url: http://localhost:8080
      - url: /v1
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    address = server.cleartext_default
    if server.api.version == "2.0" or address is None or server.is_sandbox:
        return
    protected = any(not operation.security.is_anonymous for operation in server.operations)
    yield server.flag(
        "url",
        f"server `{address}` is reached over an unencrypted connection",
        severity=Severity.HIGH if protected else Severity.MEDIUM,
        fix=with_encrypted_server(server),
    )
