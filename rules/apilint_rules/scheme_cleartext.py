from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Server, Severity, rule
from apilint.concepts.mends import with_encrypted_server, with_keyword


@rule(
    "scheme-cleartext",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-319"),
    gives_way_to=("credentials-over-cleartext",),
    tags=("owasp",),
    needs=("swagger",),
    fixable=True,
)
def scheme_cleartext(api: Api) -> Iterator[Flag]:
    """`schemes` of a Swagger 2.0 document allow an unencrypted connection.

    Over `http` and `ws` everyone on the way can read requests and responses, and change them. Generated
    clients often take the first scheme that is listed.

    Attack: someone in the same café network reads the traffic, or answers in the server's place.

    To fix: list `https` and `wss` only.

    ```yaml fail
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    host: api.example.com
    schemes:
      - https
      - http  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    host: api.example.com
    schemes:
      - https
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    host: api.example.com
    schemes: [https]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    if api.version != "2.0":
        return
    if api.text("host") and "schemes" not in api.value:
        yield api.flag(
            "host",
            "no `schemes`, so that the connection may be unencrypted",
            severity=Severity.INFO,
            confidence=Confidence.LOW,
            fix=None
            if ":" in api.text("host")
            else with_keyword(api, "schemes", ["https"], "Write `schemes: [https]`"),
        )
    for server in api.views(Server):
        if server.cleartext_default is None or server.is_sandbox:
            continue
        listed = server.parent.get("schemes") if server.parent is not None else ()
        encrypted = any(one in ("https", "wss") for one in listed)
        yield server.flag(
            None,
            f"scheme `{server.value}` is unencrypted"
            + (", though an encrypted one is listed too" if encrypted else ""),
            severity=Severity.MEDIUM if encrypted else Severity.HIGH,
            fix=with_encrypted_server(server),
        )
