from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.analysis.addresses import host_of, is_internal_name, is_private
from apilint.analysis.secrets import is_placeholder
from apilint.api import Api, Confidence, Flag, Severity, Text, rule
from apilint.concepts.leaks import spot

_SIGNS = (
    r"://(?:10|192\.168|172\.\d{2}|100\.\d{2,3}|169\.254)\.\d",
    r"\.(?:internal|corp|lan|intranet|local|localdomain)(?=[:/\s\"'])",
    r"arn:aws[a-z-]{0,10}:",
)
_METADATA = "169.254.169.254"  # the same in every cloud, and so known to everybody
# Account numbers that Amazon's own documentation uses.
_SAMPLE_ACCOUNTS = frozenset(("123456789012", "111122223333", "444455556666", "000000000000", "012345678901"))


@rule(
    "internal-address-in-spec",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "OWASP-API8:2023", "CWE-200", "CWE-540"),
    gives_way_to=("server-localhost",),
)
def internal_address_in_spec(api: Api) -> Iterator[Flag]:
    """The document names a machine or an account that only insiders should know.

    Addresses inside a network, names such as `db.internal` and Amazon resource names with an account's number get
    into descriptions from the configuration of gateways and from real responses. They draw the map for an attack.

    Only what is an address (`http://10.…`) or part of one counts: an API about networks may show private ranges.
    The servers of the API are the matter of `server-localhost`.

    Attack: an attacker who can make the server send requests knows where to send them.

    To fix: remove the address, or write `example.com` or one of the addresses for documentation (`192.0.2.1`); strip
    extensions for gateways before the description is published.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-backend: http://orders.prod.internal:8080/v2  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /networks:
        post:
          requestBody:
            content: {application/json: {example: {range: 10.0.0.0/16}}}
          responses:
            "201": {description: The new network}
    ```
    """
    found: dict[str, list[Text]] = {}
    for text in spot(api, _SIGNS):
        if text.path[:1] in (("servers",), ("host",)) or "servers" in text.path[-3:-1] or "pattern" in text.path[-1:]:
            continue
        for what in _internal(text.value[:50_000]):
            found.setdefault(what, []).append(text)
    for what, texts in found.items():
        more = f", in {len(texts)} places" if len(texts) > 1 else ""
        yield texts[0].flag(
            None,
            f"{texts[0].label}: `{what[:80]}` is known inside only{more}",
            # What an example or a description names may have been made up for it.
            confidence=Confidence.LOW if texts[0].role in ("sample", "prose") else Confidence.MEDIUM,
            related=tuple((other, "here too") for other in texts[1:]),
        )


def _internal(text: str) -> Iterator[str]:
    seen: set[str] = set()
    for match in re.finditer(r"\b[a-z][a-z0-9+.-]{1,12}://[\w.:@\[\]-]{3,200}", text, re.IGNORECASE):
        host = host_of(match[0])
        if (
            host not in seen
            and host != _METADATA
            and (is_private(host) or (is_internal_name(host) and not _is_made_up(host)))
        ):
            seen.add(host)
            yield host
    for match in re.finditer(r"arn:aws[a-z-]{0,10}:[a-z0-9-]{1,30}:[a-z0-9-]{0,20}:(\d{12}):", text):
        if match[1] not in seen and match[1] not in _SAMPLE_ACCOUNTS and not is_placeholder(match[1]):
            seen.add(match[1])
            yield f"arn:aws account {match[1]}"


def _is_made_up(host: str) -> bool:
    labels = host.split(".")
    return any(one in ("example", "your", "my", "test", "host", "docker", "metadata") for one in labels)
