from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule


@rule(
    "operation-id-duplicate",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059", "CWE-694"),
)
def operation_id_duplicate(api: Api) -> Iterator[Flag]:
    """Two operations have the same `operationId`.

    Inventories, gateways and generators look operations up by it. One of the two replaces the other: its limits
    and checks are lost, or the client's function calls something else than it says.

    Attack: the gateway attaches the strict limit to the operation that comes last, and an attacker calls the first.

    To fix: give one of them another `operationId`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          operationId: orders
          responses:
            "200": {description: The orders}
        delete:
          operationId: orders  # flagged
          responses:
            "204": {description: All deleted}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          operationId: listOrders
          responses:
            "200": {description: The orders}
        delete:
          operationId: deleteOrders
          responses:
            "204": {description: All deleted}
    ```
    """
    first: dict[str, Operation] = {}
    for operation in api.all_operations:
        name = operation.operation_id
        other = first.setdefault(name, operation) if name else operation
        # One text that two paths refer to is written once, and cannot have two names.
        if other.value is not operation.value:
            yield operation.flag(
                "operationId",
                f"{operation.name} has the `operationId` of {other.name}: `{name[:80]}`",
                related=((other.child("operationId"), "first here"),),
                operations=(other, operation),
            )
