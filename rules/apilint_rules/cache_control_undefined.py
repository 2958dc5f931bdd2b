from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import named
from apilint.api import Api, Confidence, Fix, Flag, Header, Operation, Response, Schema, Severity, by_operation, rule
from apilint.concepts.disclosure import sensitive_kind
from apilint.concepts.grouping import for_all
from apilint.concepts.mends import with_header
from apilint.concepts.samples import of_part

_KINDS = ("password", "secret", "token", "key", "personal", "card")


@rule(
    "cache-control-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    up_to=(Severity.MEDIUM, Confidence.MEDIUM),
    refs=("OWASP-API8:2023", "CWE-525", "CWE-524", "RFC-9111"),
    fixable=True,
)
def cache_control_undefined(api: Api) -> Iterator[Flag]:
    """A response with sensitive data does not say that it must not be cached.

    Browsers keep responses on disk, and shared caches keep those that they may. Only operations that need credentials
    and return a secret or regulated personal data are judged; few APIs write the header down although they
    send it, so that its absence is a hint. A header that says `public` is none.

    Attack: an attacker uses the same computer or proxy afterwards, and reads the response from its cache.

    To fix: send `Cache-Control: no-store`, and declare the header.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    security: [{login: []}]
    paths:
      /me:
        get:
          responses:  # flagged
            "200":
              description: The user
              content:
                application/json:
                  schema: {type: object, properties: {passport_number: {type: string}}}
    components:
      securitySchemes: {login: {type: http, scheme: bearer}}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    security: [{login: []}]
    paths:
      /me:
        get:
          responses:
            "200":
              description: The user
              content:
                application/json:
                  schema: {type: object, properties: {passport_number: {type: string}}}
              headers:
                Cache-Control:
                  description: Keeps the answer out of caches
                  schema:
                    type: string
                    enum: [no-store]
    components:
      securitySchemes: {login: {type: http, scheme: bearer}}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    security: [{login: []}]
    paths:
      /me:
        get:
          responses:
            "200":
              description: The user
              headers:
                Cache-Control: {schema: {type: string}, example: no-store}
              content:
                application/json:
                  schema: {type: object, properties: {passport_number: {type: string}}}
    components:
      securitySchemes: {login: {type: http, scheme: bearer}}
    ```
    """
    reached = 0
    for schema in api.views(Schema, ("string",), (), named(*_KINDS)):
        if sensitive_kind(schema):
            reached |= schema.root.outputs
    concerned = [one for one in api.operations_in(reached >> 1) if one.method == "GET" and one.kind == "path"]
    concerned = [operation for operation in concerned if not operation.security.is_anonymous]
    lacking = []
    for operation in concerned:
        headers = [one.headers.get("cache-control") for one in _answers(operation)]
        public = next((header for header in headers if header is not None and _is_public(header)), None)
        if public is not None:
            yield public.flag(
                None,
                f"{operation.name} returns sensitive data that caches may share",
                severity=Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                operations=(operation,),
            )
        elif headers and None in headers:
            lacking.append(operation)
    yield from by_operation(
        api, lacking, concerned, "responses", "sensitive data without `Cache-Control: no-store`", fix=_fix
    )


def _answers(operation: Operation) -> list[Response]:
    return [response for code, response in operation.responses.items() if code[:1] == "2"]


def _is_public(header: Header) -> bool:
    values = [sample.value.lower() for sample in of_part(header) if isinstance(sample.value, str)]
    return any("public" in value.replace(" ", "").split(",") for value in values)


def _fix(operation: Operation) -> Fix | None:
    lacking = [one for one in _answers(operation) if "cache-control" not in one.headers]
    schema = {"type": "string", "enum": ["no-store"]}
    return for_all(
        operation, lacking, lambda one: with_header(one, "Cache-Control", schema, "Keeps the answer out of caches")
    )
