from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import excludes
from apilint.api import Api, Confidence, Flag, Parameter, Schema, Severity, rule

_LIMITS = ("pattern", "enum", "const", "format")


@rule(
    "header-parameter-control-chars",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    refs=("OWASP-API8:2023", "CWE-113", "RFC-9110"),
    gives_way_to=("pattern-not-anchored", "string-pattern-permissive"),
)
def header_parameter_control_chars(api: Api) -> Iterator[Flag]:
    """Line breaks in a header value are not excluded.

    A line break ends a header, and what follows is read as the next one. A pattern that admits line breaks
    approves such values; so does a parameter without a pattern whose value comes back in a response header.

    Attack: a value with `%0d%0aSet-Cookie: …` adds a header to the response, or to the request behind the gateway.

    To fix: add a `pattern` of the characters that are needed, such as `^[!-~]{1,64}$`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Client
              in: header
              schema:
                type: string
                maxLength: 40
                pattern: "^[^;]+$"  # flagged
            - name: X-Request-Id
              in: header
              schema: {type: string, maxLength: 40}  # flagged
          responses:
            "200":
              description: The orders
              headers:
                X-Request-Id: {schema: {type: string}}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Client
              in: header
              schema: {type: string, maxLength: 40, pattern: "^[a-z0-9./ -]+$"}
            - name: X-Request-Id
              in: header
              schema: {type: string, format: uuid}
          responses:
            "200":
              description: The orders
              headers:
                X-Request-Id: {schema: {type: string}}
    ```
    """
    for parameter in api.parameters:
        if parameter.location == "header" and any(one.kind == "path" for one in parameter.operations):
            for schema in parameter.schemas:
                yield from _admitting(parameter, schema)
    for operation in api.operations:
        returned = {name for response in operation.responses.values() for name in response.headers}
        for parameter in operation.parameters if returned else ():
            if parameter.location in ("header", "query") and parameter.name.lower() in returned:
                yield from _reflected(parameter)


def _admitting(parameter: Parameter, schema: Schema) -> Iterator[Flag]:
    patterns = [one for one in schema.keyword("pattern") if isinstance(one, str)]
    if patterns and not any(excludes(one, "\r\n") for one in patterns):
        at = "pattern" if "pattern" in schema.value else None
        yield schema.flag(at, f"{parameter.label} has a pattern that admits line breaks")


def _reflected(parameter: Parameter) -> Iterator[Flag]:
    for schema in (one.resolved for one in parameter.schemas):
        if "string" in schema.types and not any(schema.keyword(one) for one in _LIMITS):
            yield schema.flag(
                None, f"{parameter.label} comes back in a response header, and nothing limits its characters"
            )
