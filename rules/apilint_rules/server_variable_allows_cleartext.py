from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Server, Severity, rule


@rule(
    "server-variable-allows-cleartext",
    on=Server,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-319"),
)
def server_variable_allows_cleartext(server: Server) -> Iterator[Flag]:
    """A variable of a server's URL lets clients choose an unencrypted connection.

    The default is encrypted, but one of the values that the document offers is not, or the scheme may be
    anything at all. Some client will choose it.

    Attack: an attacker persuades a client to use the plain variant, and reads what it sends.

    To fix: write the scheme into the URL, or list encrypted ones only in the variable's `enum`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: "{scheme}://api.example.com"
        variables:
          scheme:
            default: https
            enum:
              - https
              - http  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: "{scheme}://api.example.com"
        variables:
          scheme:
            default: https  # flagged
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
      - url: "{scheme}://api.example.com"
        variables:
          scheme:
            default: https
            enum: [https, wss]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    if server.cleartext_default is not None or server.is_sandbox:
        return
    if server.free_scheme_variable is not None:
        yield server.flag(
            ("variables", server.free_scheme_variable, "default"),
            f"server variable `{server.free_scheme_variable}` takes any scheme, `http` included",
        )
    elif server.cleartext_variants:
        yield server.flag(
            _choice(server) or "url",
            f"a server variable allows the unencrypted `{server.cleartext_variants[0]}`",
        )


def _choice(server: Server) -> tuple[str | int, ...] | None:
    """The first `enum` value that makes a URL unencrypted."""
    for name, variable in server.variables.items():
        choices = variable.get("enum")
        for index, choice in enumerate(choices if isinstance(choices, list) else ()):
            address = server.url.replace(f"{{{name}}}", str(choice)).lower()
            if address.startswith(("http:", "ws:")):
                return ("variables", name, "enum", index)
    return None
