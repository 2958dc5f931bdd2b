from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.analysis.addresses import host_of, is_internal_name, is_private
from apilint.api import Api, Confidence, Flag, Node, Severity, is_cleartext, rule
from apilint.concepts.mends import with_encryption

# The keys below a gateway's extension that hold the address to which it forwards requests.
_BACKENDS: dict[str, tuple[str, ...]] = {
    "x-amazon-apigateway-integration": ("uri",),
    "x-amazon-apigateway-integrations": ("uri",),
    "x-google-backend": ("address",),
    "x-google-api-management": ("address",),
    "x-kong-service-defaults": ("url",),
    "x-wso2-production-endpoints": ("urls",),
    "x-wso2-sandbox-endpoints": ("urls",),
    "x-tyk-api-gateway": ("url",),
    "x-zuplo-route": ("baseUrl", "rewritePattern"),
    "x-yc-apigateway-integration": ("url",),
    "x-ibm-configuration": ("target-url",),
}


@rule(
    "integration-cleartext",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API10:2023", "CWE-319"),
    tags=("gateway",),
    needs=("x-",),
    fixable=True,
)
def integration_cleartext(api: Api) -> Iterator[Flag]:
    """A gateway forwards requests to its backend over an unencrypted connection.

    Clients speak to the gateway by TLS, and the rest of the way is open: with all tokens, over whatever network
    lies between. Addresses inside a network are left out.

    Attack: someone between gateway and backend reads the tokens of all users.

    To fix: write `https:` for the backend in the gateway's extension.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration:
            type: http_proxy
            httpMethod: GET
            uri: http://orders.example.com  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration:
            type: http_proxy
            httpMethod: GET
            uri: https://orders.example.com
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
          x-amazon-apigateway-integration:
            type: http_proxy
            httpMethod: GET
            uri: https://orders.example.com
    ```
    """
    for text in api.search(tuple(_BACKENDS)):
        keys = _BACKENDS.get(text.value) if text.is_key and text.role == "extension" else None
        for path, around, address in _addresses(text.member, keys or ()):
            if not is_cleartext(address) or around.get("connectionType") == "VPC_LINK":
                continue
            if text.value == "x-tyk-api-gateway" and "upstream" not in path:
                continue
            host = host_of(address)
            if not _is_inside(host):
                # A variable of the gateway may stand for an address inside.
                sure = Confidence.LOW if "$" in host or "{" in host else Confidence.HIGH
                yield text.flag(
                    path,
                    f"the gateway forwards requests unencrypted to `{host[:100]}`",
                    confidence=sure,
                    fix=with_encryption(text, [Node(api, text.document, None, (*text.path, *path), address)]),
                )
        if keys and text.value == "x-kong-service-defaults" and isinstance(text.member, dict):
            host = str(text.member.get("host") or "").lower()
            if text.member.get("protocol") in ("http", "ws") and host and not _is_inside(host):
                yield text.flag("protocol", f"the gateway forwards requests unencrypted to `{host[:100]}`")


def _addresses(extension: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any], str]]:
    """The addresses at certain keys of an extension: the path to each, the object around it, and itself."""
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), extension)] if keys else []
    while stack:
        path, value = stack.pop()
        members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, member in members:
            if isinstance(member, (dict, list)):
                stack.append(((*path, key), member))
            elif isinstance(member, str) and (key in keys or path[-1:] == ("urls",)):
                yield (*path, key), value if isinstance(value, dict) else {}, member


def _is_inside(host: str) -> bool:
    # A name without a dot is one that only the gateway's own network knows.
    return is_private(host) or is_internal_name(host) or ("." not in host and "$" not in host and "{" not in host)
