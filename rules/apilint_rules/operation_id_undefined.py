from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, by_operation, rule


@rule(
    "operation-id-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def operation_id_undefined(api: Api) -> Iterator[Flag]:
    """Operations have no `operationId`.

    Inventories, gateways, logs and waivers name operations by it. Some gateways attach their limits and checks to
    the id, and attach nothing where it is missing.

    Attack: an operation without an id gets none of the gateway's limits, and an attacker calls it without end.

    To fix: give each operation an `operationId` of its own that does not change.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:  # flagged
          responses:
            "200": {description: The orders}
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
    ```
    """
    lacking = [operation for operation in api.operations if not operation.operation_id.strip()]
    yield from by_operation(api, lacking, api.operations, None, "no `operationId`")
