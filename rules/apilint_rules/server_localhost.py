from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of, is_internal_name, is_loopback, is_private, is_unspecified
from apilint.api import Api, Confidence, Fix, Flag, Severity, WrittenHost, rule, written_hosts
from apilint.concepts.mends import together


@rule(
    "server-localhost",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-489", "CWE-1059"),
    fixable=True,
)
def server_localhost(api: Api) -> Iterator[Flag]:
    """A server is one that only its own machine or network can reach.

    Addresses such as `localhost`, `10.0.0.7` and `orders.internal` mean another machine for everybody else. They
    are left over from development, and tell outsiders how the inside is built.

    Attack: a client falls back to the first server of the list and sends its token to whatever listens on that
    port of the user's machine.

    To fix: list only servers that the readers of the document can use; keep the others in a file for developers.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
      - url: http://localhost:8080  # flagged
      - url: https://10.0.0.7  # flagged
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
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    for written in written_hosts(api):
        host = written.host
        if is_loopback(host) or is_unspecified(host):
            message = f"the server `{host}` is the reader's own machine"
        elif is_private(host) or is_internal_name(host):
            message = f"the server `{host}` can be reached from one network only"
        else:
            continue
        # Where clients choose the host, a default such as `localhost` is as good as another.
        sure = Confidence.LOW if written.is_variable else Confidence.HIGH
        yield written.place.flag(written.key, message, confidence=sure, related=written.related, fix=_fix(api, written))


def _fix(api: Api, written: WrittenHost) -> Fix | None:
    """Remove the server wherever it is listed beside others that clients can reach."""
    places = [written.place, *(one.parent for one in written.others if one.parent is not None)]
    for place in places:
        listed = place.parent.get("servers") if place.parent is not None else None
        hosts = (
            [host_of(one.get("url", "")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        )
        if not any(host and not _is_local(host) for host in hosts):
            return None
    return together(written.place, "Remove the server", [(place, "remove", None) for place in places])


def _is_local(host: str) -> bool:
    return is_loopback(host) or is_unspecified(host) or is_private(host) or is_internal_name(host)
