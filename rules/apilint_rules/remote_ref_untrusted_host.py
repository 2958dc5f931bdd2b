from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.addresses import host_of, registrable
from apilint.api import Api, Confidence, Flag, Reference, Severity, rule

# Where the standards themselves are published.
_STANDARDS = frozenset(("spec.openapis.org", "json-schema.org", "www.w3.org", "schemas.opengis.net"))
_HASH = 40  # hexadecimal digits of a commit


class Options(NamedTuple):
    """Hosts whose documents may be referred to."""

    hosts: tuple[str, ...] = ()


@rule(
    "remote-ref-untrusted-host",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API10:2023", "CWE-829", "CWE-494"),
    options=Options,
    needs=("$ref",),
    tags=("owasp",),
)
def remote_ref_untrusted_host(api: Api, options: Options) -> Iterator[Flag]:
    """The document takes parts of itself from another host.

    What stands there decides what your gateway checks and what your generators write, on every build, and it can
    change at any time without a trace in your repository. A branch (`/main/`) or plain `http` makes it easy.

    Attack: whoever takes over the host, or the account, removes a bound or adds a server to the shared file.

    To fix: keep a copy in your repository, or refer to a fixed commit. One finding for each host.

    Options: `hosts` (none): hosts whose documents may be referred to. The hosts of the API's own servers, and those
    where OpenAPI and JSON Schema are published, always may.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              $ref: https://raw.githubusercontent.com/acme/shared/main/errors.yaml#/BadRequest  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              $ref: "#/components/responses/BadRequest"
    components:
      responses:
        BadRequest: {description: The request was wrong}
    ```
    """
    groups: dict[tuple[str, bool], list[Reference]] = {}
    for reference in api.references:
        if reference.unresolved is None or "://" not in reference.reference:
            # What leads somewhere was allowed on the command line, or is the name of a schema in the document itself.
            continue
        address = reference.reference.partition("#")[0]
        scheme = address.partition("://")[0].lower()
        if scheme not in ("http", "https"):
            continue
        host = host_of(address)
        trusted = host in options.hosts or host in _STANDARDS or _is_own(api, host)
        if scheme == "http" or not (trusted or _is_pinned(address)):
            groups.setdefault((host, scheme == "http"), []).append(reference)
    for (host, is_plain), references in groups.items():
        first, *others = references
        how = " over an unencrypted connection" if is_plain else ""
        more = f", {len(references):,} times" if others else ""
        yield first.flag(
            "$ref",
            f"parts of the document come from `{host[:60]}`{how}{more}",
            confidence=Confidence.HIGH if is_plain or _is_branch(first.reference) else Confidence.MEDIUM,
            related=tuple((other, "here too") for other in others[:5]),
        )


def _is_own(api: Api, host: str) -> bool:
    """Whether a host belongs to the domain of one of the API's servers."""
    own = {host_of(server.expansions[0][0]) for server in api.servers} - {""}
    return any(registrable(host) == registrable(one) for one in own)


def _is_pinned(address: str) -> bool:
    """Whether the address holds the hash of a commit."""
    parts = address.replace("@", "/").replace("?", "/").replace("=", "/").split("/")
    return any(len(part) == _HASH and not part.strip("0123456789abcdef") for part in parts)


def _is_branch(address: str) -> bool:
    return any(f"/{branch}/" in address for branch in ("main", "master", "develop", "HEAD", "latest"))
