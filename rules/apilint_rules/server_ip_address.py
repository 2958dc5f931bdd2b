from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import is_address, is_loopback, is_placeholder, is_private, is_unspecified
from apilint.api import Api, Confidence, Flag, Severity, rule, written_hosts


@rule(
    "server-ip-address",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def server_ip_address(api: Api) -> Iterator[Flag]:
    """A server is named by an IP address.

    Addresses change hands, above all in clouds, and certificates are rarely issued for them, so clients are
    told to skip the check of the certificate. Mostly it is a machine that somebody set up by hand, past the
    gateway and past the inventory.

    Attack: the provider gives the address to another customer, who receives all that clients still send there.

    To fix: give the server a host name and a certificate for it, and write that name.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://93.184.216.34/v1  # flagged
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
      - url: https://api.example.com/v1
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    for written in written_hosts(api):
        host = written.host
        other = is_unspecified(host) or is_loopback(host) or is_private(host) or is_placeholder(host)
        if is_address(host) and not other:
            message = f"the server is named by its IP address `{host}`"
            yield written.place.flag(written.key, message, related=written.related)
