from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Severity, Text, is_cleartext, rule
from apilint.concepts.mends import with_encryption


@rule(
    "remote-ref-cleartext",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API10:2023", "CWE-494", "CWE-829"),
    needs=("$ref",),
    tags=("owasp",),
    fixable=True,
)
def remote_ref_cleartext(api: Api) -> Iterator[Flag]:
    """A part of the document is fetched over an unencrypted connection.

    What a `$ref` brings in decides what gateways and generated code let through. Over `http:` everyone on the way
    decides that with you.

    Attack: someone between the build server and the host of the schema removes all its limits.

    To fix: write `https:`, or better keep a copy of the file beside the document.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - $ref: http://schemas.example.com/parameters.yaml#/Limit  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - $ref: https://schemas.example.com/parameters.yaml#/Limit
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - $ref: "#/components/parameters/Limit"
          responses:
            "200": {description: The orders}
    components:
      parameters:
        Limit:
          name: limit
          in: query
          schema: {type: integer, minimum: 1, maximum: 100}
    ```
    """
    hosts: dict[str, list[Node]] = {}
    for reference in api.references:
        # A schema of the document itself may have such an address as its `$id`.
        if is_cleartext(reference.reference) and not _is_at_hand(api, reference):
            hosts.setdefault(reference.reference.partition("#")[0], []).append(reference.child("$ref"))
    for text in api.search(("externalvalue",)):
        if text.is_key and text.value == "externalValue" and text.role == "sample":
            address = text.member
            if isinstance(address, str) and is_cleartext(address):
                hosts.setdefault(address, []).append(text)
    for address, (first, *others) in hosts.items():
        yield first.flag(
            None,
            f"`{address[:120]}` is fetched over an unencrypted connection",
            related=tuple((other, "here too") for other in others),
            fix=with_encryption(first, [_address(one) for one in (first, *others)]),
        )


def _is_at_hand(api: Api, reference: Node) -> bool:
    target = api.hop(reference)
    return target is not None and not target.file.lower().startswith("http:")


def _address(node: Node) -> Node:
    """The address: of a member that was found by its key, the value."""
    return Node(node.api, node.document, None, node.path, node.member) if isinstance(node, Text) else node
