from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.managed import is_managed
from apilint.api import Confidence, Fix, Flag, InputSchema, Node, Severity, rule, words
from apilint.concepts.grouping import for_all
from apilint.concepts.mends import with_read_only
from apilint.concepts.shape import is_property


@rule(
    "server-managed-property-writable",
    on=InputSchema,
    named=(
        *("create", "created", "creation", "creator", "update", "updated", "modified", "deleted"),
        *("verified", "login", "logged", "changed", "balance"),
    ),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-915"),
    gives_way_to=("shared-request-response-schema",),
    fixable=True,
)
def server_managed_property_writable(schema: InputSchema) -> Iterator[Flag]:
    """Clients may set a property that the server has to set itself.

    When something was made, by whom, and whether an address was verified: the server knows. A schema that serves for
    requests and responses alike lets clients send these properties, and code that copies the whole object stores them.

    Attack: the attacker adds `"email_verified": true` to his profile, and takes over what belongs to that address.

    To fix: mark the property `readOnly: true`, or use a schema without it for requests.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Profile"}
          responses:
            "200":
              description: The profile
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Profile"}
    components:
      schemas:
        Profile:  # flagged
          type: object
          properties:
            id: {type: string, readOnly: true}
            name: {type: string}
            email_verified: {type: boolean}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Profile"}
          responses:
            "200":
              description: The profile
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Profile"}
    components:
      schemas:
        Profile:
          type: object
          properties:
            id: {type: string, readOnly: true}
            name: {type: string}
            email_verified: {type: boolean, readOnly: true}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema: {$ref: "#/components/schemas/Profile"}
          responses:
            "200":
              description: The profile
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Profile"}
    components:
      schemas:
        Profile:
          type: object
          properties:
            name: {type: string}
            email_verified: {type: boolean, readOnly: true}
    ```
    """
    parent = schema.parent
    if not is_property(schema) or parent is None or schema.in_parameter:
        return
    if not (schema.is_input and schema.is_output) or not any(one.is_write for one in schema.operations):
        return
    members = parent.value["properties"]
    managed = [name for name, value in members.items() if is_managed(words(name)) and _is_writable(value)]
    if managed and managed[0] == schema.name:
        some = ", ".join(f"`{name}`" for name in managed[:3]) + (", …" if len(managed) > 3 else "")
        yield parent.flag(
            None,
            f"{parent.label}: clients may send {some}, which the server sets",
            related=tuple((parent.child(("properties", name)), "set by the server") for name in managed[:5]),
            fix=_fix(parent, managed),
        )


def _is_writable(value: object) -> bool:
    return isinstance(value, dict) and value.get("readOnly") is not True


def _fix(parent: Node, managed: list[str]) -> Fix | None:
    places = [parent.child(("properties", name)) for name in managed]
    return for_all(parent, places, with_read_only)
