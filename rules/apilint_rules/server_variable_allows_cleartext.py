from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, Server, Severity, rule


@rule(
    "server-variable-allows-cleartext",
    on=Server,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-319"),
    fixable=True,
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

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: "{scheme}://api.example.com"
        variables:
          scheme:
            default: https
            enum:
              - https
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

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: "{scheme}://api.example.com"
        variables:
          scheme:
            default: https
            enum: [https]
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
            fix=_with_one_scheme(server, server.free_scheme_variable),
        )
    elif server.cleartext_variants:
        yield server.flag(
            _choice(server) or "url",
            f"a server variable allows the unencrypted `{server.cleartext_variants[0]}`",
            fix=_without_cleartext(server),
        )


def _with_one_scheme(server: Server, name: str) -> Fix | None:
    scheme = server.variables[name].get("default")
    if scheme not in ("https", "wss"):
        return None
    edit = Edit(server.child(("variables", name, "enum")).pointer, "set", [scheme])
    return Fix(f"Allow `{scheme}` only", False, (edit,))


def _without_cleartext(server: Server) -> Fix | None:
    """Remove the values of the first variable that make the URL unencrypted, which is mostly its scheme."""
    choice = _choice(server)
    if choice is None:
        return None
    listed = server.child(choice[:-1])
    plain = [index for index, one in enumerate(listed.value) if _is_plain(server, str(choice[1]), one)]
    edits = tuple(Edit(listed.child(index).pointer, "remove") for index in plain)
    return (
        Fix(f"Remove `{listed.value[plain[0]]}` from the values", False, edits)
        if len(edits) < len(listed.value)
        else None
    )


def _choice(server: Server) -> tuple[str | int, ...] | None:
    """The first `enum` value that makes a URL unencrypted."""
    for name, variable in server.variables.items():
        choices = variable.get("enum")
        for index, choice in enumerate(choices if isinstance(choices, list) else ()):
            if _is_plain(server, name, choice):
                return ("variables", name, "enum", index)
    return None


def _is_plain(server: Server, name: str, choice: object) -> bool:
    return server.url.replace(f"{{{name}}}", str(choice)).lower().startswith(("http:", "ws:"))
