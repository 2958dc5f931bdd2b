from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.loops import loops


@rule(
    "circular-ref-unresolvable",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-674"),
    needs=("$ref",),
)
def circular_ref_unresolvable(api: Api) -> Iterator[Flag]:
    """References lead in a circle and never to anything.

    A schema may contain itself in a property or an item: its values end somewhere. A `$ref` that leads back to
    itself, directly or by way of `allOf`, means nothing. Tools hang, crash, or go on without the schema.

    Attack: the gateway cannot make sense of the schema, skips it, and lets every body through.

    To fix: write out the object that one of the references should have led to.

    ```yaml fail
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
            "201": {description: Stored}
    components:
      schemas:
        Order:
          $ref: "#/components/schemas/NewOrder"  # flagged
        NewOrder:
          $ref: "#/components/schemas/Order"
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
            "201": {description: Stored}
    components:
      schemas:
        Order:
          type: object
          properties:
            replaces: {$ref: "#/components/schemas/Order"}
    ```
    """
    found = list(loops(api))
    for first, *others in found:
        named = " → ".join(f"`{one.reference[:60]}`" for one in (first, *others)[:4])
        yield first.flag(
            "$ref",
            f"{first.label}: the references lead back to where they began: {named}",
            related=tuple((one, "part of the circle") for one in others[:5]),
        )
    # Without a circle it is a chain that is too long to follow.
    for reference in api.references if not found else ():
        if reference.unresolved is not None and reference.unresolved.reason == "loop":
            yield reference.flag("$ref", f"{reference.label}: {reference.unresolved.message}")
