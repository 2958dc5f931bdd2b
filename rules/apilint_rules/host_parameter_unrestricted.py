from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex.urls import admits_host
from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words

_HOSTS = frozenset(
    "host hostname ip ipaddress ipaddr serveraddress serverhost targethost remotehost hostaddress".split()
)
_CONNECTING = frozenset(
    "connect connection test ping probe check verify proxy scan trace traceroute whois resolve lookup dial reachability"
    " tunnel portscan fetch telnet healthcheck".split()
)


@rule(
    "host-parameter-unrestricted",
    on=InputSchema,
    types=("string",),
    named=("host", "hostname", "ip", "ipaddress", "ipaddr", "address"),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API7:2023", "CWE-918"),
    tags=("owasp",),
)
def host_parameter_unrestricted(schema: InputSchema) -> Iterator[Flag]:
    """Clients name the host to which an operation connects, and nothing says which hosts those may be.

    "Test this connection" and "ping this host" let a client look around in your network from inside. Even a plain
    "refused" or "timed out" tells which machines and ports there are.

    Attack: an attacker tries `10.0.0.1` to `10.0.255.255` and draws a map of the network.

    To fix: list the hosts by `enum`, or let an anchored pattern fix the domain; in the server refuse private addresses
    after the name has been resolved.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /printers/ping:
        post:
          parameters:
            - name: hostname
              in: query
              schema: {type: string}  # flagged
          responses:
            "200": {description: Whether it answered}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /printers/ping:
        post:
          parameters:
            - name: hostname
              in: query
              schema: {type: string, pattern: "^[a-z0-9-]{1,63}\\\\.printers\\\\.example\\\\.com$"}
          responses:
            "200": {description: Whether it answered}
    ```
    """
    operations = schema.operations
    if not schema.is_input or "".join(words(schema.name)) not in _HOSTS or not operations:
        return
    if any(schema.keyword(key) for key in ("enum", "const")):
        return
    patterns = [text for text in schema.keyword("pattern") if isinstance(text, str)]
    if any(not admits_host(text) for text in patterns):
        return
    if all(_connects(operation.path_template, operation.operation_id) for operation in operations):
        yield schema.flag(None, f"{schema.label} may be any host, and the operation connects to it")


def _connects(template: str, operation_id: str) -> bool:
    last = template.rstrip("/").rpartition("/")[2]
    named = set(words(last)) if not last.startswith("{") else set()
    return not _CONNECTING.isdisjoint(named | set(words(operation_id)[:1]))
