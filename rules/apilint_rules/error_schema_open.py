from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Schema, Severity, rule
from apilint.concepts.repeats import once
from apilint.concepts.responses import errors


@rule(
    "error-schema-open",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-209"),
)
def error_schema_open(api: Api) -> Iterator[Flag]:
    """The body of an error may hold properties that it does not name.

    `additionalProperties: true` on an error says that whatever the server adds is fine: the exception, the query,
    the host. No test can find that it tells too much.

    Attack: an attacker reads in an error what a developer added to find a bug.

    To fix: name the properties that errors have, and remove `additionalProperties: true` or set it to `false`.
    Bodies of `application/problem+json` may have more properties (RFC 9457), and are left alone.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              description: The request is wrong
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      message: {type: string}
                    additionalProperties: true  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              description: The request is wrong
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      message: {type: string}
    ```
    """
    yield from once(
        ("", part.flag("additionalProperties", f"{part.label} lets errors hold anything")) for part in _open(api)
    )


def _open(api: Api) -> Iterator[Schema]:
    found: dict[int, Schema] = {}
    for use in errors(api):
        for name, media_type in use.response.content.items():
            schemas = [root.schema for root in media_type.roots if root.schema is not None]
            parts = [part for schema in schemas for part in schema.parts()] if "problem+" not in name.lower() else []
            found.update((id(part), part) for part in parts if _is_open(part))
    yield from found.values()


def _is_open(schema: Schema) -> bool:
    return schema.get("additionalProperties") in (True, {}) and "additionalProperties" in schema.value
