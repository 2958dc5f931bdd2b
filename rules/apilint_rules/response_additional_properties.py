from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Schema, Severity, rule


@rule(
    "response-additional-properties",
    on=Schema,
    types=("object",),
    having=("additionalProperties", "unevaluatedProperties"),
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-213"),
)
def response_additional_properties(schema: Schema) -> Iterator[Flag]:
    """A response may carry any properties beside those that it names.

    `additionalProperties: true` says on purpose that more may come than is described. Nobody can then review
    what leaves the API, and a filter at the gateway has nothing to go by.

    This is a review hint: an API that is to grow keeps its responses open, and a map of free names is open by nature.

    Attack: an attacker reads an internal field that slipped into a response, which no test could notice.

    To fix: name all properties and remove the keyword; give the members of a map a schema of their own.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content:
                application/json:
                  schema:
                    type: object
                    properties: {name: {type: string}}
                    additionalProperties: true  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content:
                application/json:
                  schema:
                    type: object
                    properties: {name: {type: string}}
    ```
    """
    if not schema.is_output or schema.is_input or not schema.get("properties"):
        return
    for key in ("additionalProperties", "unevaluatedProperties"):
        # Members that have a schema are described, and a map of texts is no leak by itself.
        if schema.get(key) is True or schema.get(key) == {}:
            yield schema.flag(key, f"{schema.label}: a response may hold properties that are not described")
            return
