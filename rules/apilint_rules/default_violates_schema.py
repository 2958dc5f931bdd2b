from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule
from apilint.concepts.fit import misfit


@rule(
    "default-violates-schema",
    on=InputSchema,
    having=("default",),
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20"),
)
def default_violates_schema(schema: InputSchema) -> Iterator[Flag]:
    """The default of a value is not valid.

    Gateways and frameworks put the default where a value is missing, mostly after the checks. What they put in
    then is a value that no check would have let through.

    Attack: the attacker leaves the value out, and the code gets one outside the limits that it relies on.

    To fix: correct the default, or the schema if the default is right.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: limit
              in: query
              schema:
                type: integer
                minimum: 1
                maximum: 100
                default: 500  # flagged
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
            - name: limit
              in: query
              schema:
                type: integer
                minimum: 1
                maximum: 100
                default: 50
          responses:
            "200": {description: The orders}
    ```
    """
    value = schema.value["default"]
    found = misfit(schema, value)
    if found:
        # `null` is widely written for "no default".
        confidence = Confidence.LOW if value is None else Confidence.HIGH
        yield schema.flag("default", f"{schema.label}: the default {found}",
                          confidence=min(confidence, schema.certainty))  # fmt: skip
