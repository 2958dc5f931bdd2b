from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.addresses import host_of
from apilint.api import Api, Confidence, Flag, Node, Schema, Severity, is_cleartext, rule
from apilint.concepts.mends import with_encryption


@rule(
    "documentation-url-cleartext",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API10:2023", "CWE-319"),
    fixable=True,
)
def documentation_url_cleartext(api: Api) -> Iterator[Flag]:
    """A link to documentation, contact, licence or terms is unencrypted.

    Readers follow these links, and tools that make portals show them. Over `http:` everyone on the way can put
    another page in their place.

    Attack: someone in the same network changes the example on the page, and developers copy it with their keys.

    To fix: write `https:`. Links to the same host are one finding.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    externalDocs:
      url: http://docs.example.com  # flagged
    paths: {}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    externalDocs:
      url: https://docs.example.com
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    externalDocs:
      url: https://docs.example.com
    paths: {}
    ```
    """
    hosts: dict[str, list[Node]] = {}
    for link in _links(api):
        if isinstance(link.value, str) and is_cleartext(link.value):
            hosts.setdefault(host_of(link.value), []).append(link)
    for host, (first, *others) in hosts.items():
        more = f", as {len(others)} other links to it are" if others else ""
        yield first.flag(
            None,
            f"the link to `{host[:100]}` is unencrypted{more}",
            related=tuple((other, "and this link") for other in others[:5]),
            fix=with_encryption(first, [first, *others]),
        )


def _links(api: Api) -> Iterator[Node]:
    """The links of the document and of its parts, as nodes."""
    info = api.child("info")
    yield from (info.child(key) for key in (("contact", "url"), ("license", "url"), "termsOfService"))
    tags = api.get("tags")
    holders: list[Node] = [
        api,
        *(api.child(("tags", index)) for index in range(len(tags) if isinstance(tags, list) else 0)),
    ]
    holders += [one for one in api.all_operations if "externalDocs" in one.value]
    holders += api.views(Schema, having=("externalDocs",))
    yield from (holder.child(("externalDocs", "url")) for holder in holders)
