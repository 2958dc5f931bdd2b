from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Parameter, Severity, rule


@rule(
    "parameter-schema-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20"),
    tags=("structure",),
)
def parameter_schema_undefined(api: Api) -> Iterator[Flag]:
    """A parameter does not say what its values are.

    A parameter needs a `schema` or, for structured values, `content`; in Swagger 2.0 a `type`, or a `schema`
    for the body. Without it, nothing that is made from the document can check the value.

    Attack: the attacker sends kilobytes of script where the page number is expected, and nothing stops it.

    To fix: add a `schema` with a type and limits.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: page  # flagged
              in: query
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
            - name: page
              in: query
              schema: {type: integer, minimum: 1, maximum: 100}
          responses:
            "200": {description: The orders}
    ```
    """
    is_two = api.version == "2.0"
    for parameter in api.parameters:
        missing = "type" if is_two else "schema"
        described = ("type", "$ref", "schema") if is_two else ("schema", "content")
        if not any(one in parameter.value for one in described) and _is_sent(parameter):
            yield parameter.flag("name", f"{parameter.label} has no {missing}")
    for body in api.request_bodies if is_two else ():
        if body.text("in") == "body" and "schema" not in body.value:
            yield body.flag("name", f"{body.label} has no schema")


def _is_sent(parameter: Parameter) -> bool:
    return not parameter.operations or any(one.kind == "path" for one in parameter.operations)
