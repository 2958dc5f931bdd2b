from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.analysis.addresses import host_of
from apilint.api import Api, Confidence, Flag, Server, Severity, rule


@rule(
    "server-variable-unrestricted-host",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API7:2023", "OWASP-API2:2023", "CWE-918", "CWE-601"),
)
def server_variable_unrestricted_host(api: Api) -> Iterator[Flag]:
    """A variable lets anybody choose the host to which clients send their requests.

    A client takes the value from a configuration, a form or a model's tool call, and sends its credentials along.
    A tenant's name in front of a fixed domain is no such choice, nor is a list of hosts.

    Attack: somebody enters their own host, and gets the token of the service that calls it, or makes the service
    call a machine of its own network.

    To fix: list the hosts in `enum`, or fix the domain: `https://{tenant}.example.com`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://{host}/v1
        variables:
          host:  # flagged
            default: api.example.com
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://{host}/v1
        variables:
          host:
            default: api.example.com
            enum: [api.example.com, api.example.org]
      - url: https://{tenant}.example.com
        variables:
          tenant:
            default: acme
    paths: {}
    ```
    """
    if api.version == "2.0":
        return
    found: dict[tuple[str, str], list[Server]] = {}
    for server in api.server_views:
        names = _deciding(server.url[:2_000]) if "{" in server.url else []
        variables = server.variables if names else {}
        for name in names:
            variable = variables.get(name)
            if variable is not None and not _is_restricted(variable):
                found.setdefault((server.url, name), []).append(server)
                break
    for (_, name), (first, *others) in found.items():
        yield first.flag(
            ("variables", name),
            f"server variable `{name[:60]}` lets anybody choose the host that clients call",
            related=tuple((other.child(("variables", name)), "here too") for other in others),
            operations=[operation for server in (first, *others) for operation in server.operations],
        )


def _deciding(url: str) -> list[str]:
    """The variables that decide whose host the URL leads to: those in its last two labels, or the whole beginning."""
    at_start = re.match(r"\{([^{}]+)\}(?!://)", url)
    if at_start and "://" not in url.partition("}")[2].partition("/")[0]:
        return [at_start[1]]
    scheme = re.match(r"[^/]*?//", url)
    host = host_of("//" + url[scheme.end() :]) if scheme else ""
    written = re.search(re.escape(host), url, re.IGNORECASE) if host else None
    labels = written[0].split(".") if written else []
    return re.findall(r"\{([^{}]+)\}", ".".join(labels[-2:]))


def _is_restricted(variable: dict[str, Any]) -> bool:
    if str(variable.get("default", "")).startswith("/"):
        return True  # a path, though the URL has no slash before it
    return any(variable.get(key) for key in ("enum", "pattern", "x-pattern"))
