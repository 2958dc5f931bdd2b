from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Schema, Severity, rule
from apilint.concepts.shape import is_property


@rule(
    "read-only-required-in-request",
    on=Schema,
    having=("readOnly",),
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-1059"),
)
def read_only_required_in_request(schema: Schema) -> Iterator[Flag]:
    """A read-only property stands in a schema that only requests use.

    Clients must not send it and no response has it, so it is either dead, or `readOnly` is wrong and clients do send
    it. Servers that go by the schema then ignore the value, or refuse all requests where it is required.

    Attack: none of its own; where the mark is wrong, what it was to protect is not.

    To fix: remove the property from the request's schema, or remove `readOnly` if clients set it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [total]
                  properties:
                    total:
                      type: integer
                      readOnly: true  # flagged
          responses:
            "201": {description: The new order}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Order"}
          responses:
            "201":
              description: The new order
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Order"}
    components:
      schemas:
        Order:
          type: object
          required: [total]
          properties:
            total: {type: integer, readOnly: true}
    ```
    """
    parent = schema.parent
    if schema.get("readOnly") is not True or not is_property(schema) or parent is None or schema.in_parameter:
        return
    # Bit 0 stands for components that no operation uses: such a schema may yet be in a response.
    if schema.root.inputs <= 1 or schema.root.outputs:
        return
    dead = [
        name
        for name, value in parent.value["properties"].items()
        if isinstance(value, dict) and value.get("readOnly") is True
    ]
    if dead[0] != schema.name:
        return
    required = parent.get("required")
    needed = isinstance(required, list) and schema.name in required
    what = "required and `readOnly`" if needed else "`readOnly`"
    more = f" (and {len(dead) - 1} more)" if len(dead) > 1 else ""
    yield schema.flag("readOnly", f"{schema.label}{more} is {what} in a schema that only requests use")
