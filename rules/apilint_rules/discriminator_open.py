from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Schema, Severity, rule
from apilint.concepts.shape import properties, ways

_FIXING = frozenset(("enum", "const", "pattern", "allOf", "oneOf", "anyOf", "$ref"))


@rule(
    "discriminator-open",
    on=InputSchema,
    having=("discriminator",),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-915", "CWE-843"),
)
def discriminator_open(schema: InputSchema) -> Iterator[Flag]:
    """The property that chooses the kind of an object takes any value.

    A discriminator tells the server which schema the object follows. Without a `mapping`, and without a fixed value
    in each schema, servers take its value for the name of a class; some load whatever class is named.

    Attack: the attacker names a kind that is made for administrators only, or a class that was never meant to be sent.

    To fix: give the property an `enum` with one value (or `const`, from 3.1 on) in each schema, and add a `mapping`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /payments:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  oneOf:
                    - {$ref: "#/components/schemas/Card"}
                    - {$ref: "#/components/schemas/Invoice"}
                  discriminator:  # flagged
                    propertyName: kind
          responses:
            "201": {description: Paid}
    components:
      schemas:
        Card: {type: object, required: [kind], properties: {kind: {type: string}}}
        Invoice: {type: object, required: [kind], properties: {kind: {type: string}}}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /payments:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  oneOf:
                    - {$ref: "#/components/schemas/Card"}
                    - {$ref: "#/components/schemas/Invoice"}
                  discriminator:
                    propertyName: kind
                    mapping:
                      card: "#/components/schemas/Card"
                      invoice: "#/components/schemas/Invoice"
          responses:
            "201": {description: Paid}
    components:
      schemas:
        Card: {type: object, required: [kind], properties: {kind: {type: string, enum: [card]}}}
        Invoice: {type: object, required: [kind], properties: {kind: {type: string, enum: [invoice]}}}
    ```
    """
    discriminator = schema.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(name, str) or discriminator.get("mapping") or not schema.alternatives or not schema.is_input:
        return
    if any(_is_open(branch, name) for branch in schema.alternatives):
        yield schema.flag("discriminator", f"{schema.label}: `{name}` chooses the schema, and takes any value")


def _is_open(branch: Schema, name: str) -> bool:
    """Whether some way of the branch describes the property, and does not fix its value."""
    for way in ways(branch):
        node = properties(way).get(name)
        found = node.api.follow(node) if node is not None else None
        if found is not None and isinstance(found.value, dict) and _FIXING.isdisjoint(found.value):
            return True
    return False
