from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, PathItem, Severity, rule
from apilint.concepts.strength import KEY_STRENGTH, is_weaker, strength_words, weakest


@rule(
    "write-weaker-than-read",
    on=PathItem,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "OWASP-API2:2023", "CWE-306", "CWE-863"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "unauthenticated-write",
        "security-disabled",
        "security-optional",
    ),
)
def write_weaker_than_read(path_item: PathItem) -> Iterator[Flag]:
    """Changing something takes weaker credentials than reading it.

    On the same path, the operation that reads asks for more than the one that writes. Hardly anybody wants that:
    mostly the stronger `security` was added to the one and forgotten on the other.

    Attack: the attacker cannot read the orders, but can replace them.

    To fix: give the operation that writes at least the `security` of the one that reads.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:
            - login: []
          responses:
            "200": {description: The order}
        put:
          security:  # flagged
            - key: []
          responses:
            "200": {description: The order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: query, name: key}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:
            - key: []
          responses:
            "200": {description: The order}
        put:
          security:
            - login: []
          responses:
            "200": {description: The order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: query, name: key}
    ```
    """
    if path_item.kind != "path" or len({id(one.security) for one in path_item.operations}) < 2:
        return
    reads = [one for one in path_item.operations if one.is_safe and one.expects_credentials]
    reads = [one for one in reads if not one.security.is_anonymous]
    if not reads:
        return
    read = max(reads, key=lambda one: weakest(one.security))
    for write in path_item.operations:
        if write.is_write and write.expects_credentials and is_weaker(write.security, read.security):
            yield write.flag(
                "security" if write.security.source == "operation" else None,
                f"`{write.name}` asks for {strength_words(weakest(write.security))}, `{read.method}` of the same path"
                f" for {strength_words(weakest(read.security))}",
                # A key may be made and kept better or worse than a password.
                confidence=Confidence.MEDIUM if weakest(read.security) == KEY_STRENGTH else Confidence.HIGH,
                related=((read, "reading asks for more"),),
                operations=[write],
            )
