from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import kind_of, named
from apilint.api import Api, Confidence, Flag, Schema, Severity, rule
from apilint.concepts.agents import is_exposed, is_for_agents

_KINDS = ("password", "card", "secret", "key", "personal")


@rule(
    "mcp-sensitive-response",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-200"),
    gives_way_to=("sensitive-property-in-response", "secret-returned-by-read"),
    tags=("agents",),
    needs=("-mcp", "x-agent", "x-ai-tool"),
)
def mcp_sensitive_response(api: Api) -> Iterator[Flag]:
    """An operation that AI agents may call returns secrets or regulated personal data.

    What a tool returns goes to the model, to whoever runs it, into logs of conversations, and to any other tool that
    the agent calls next.

    Attack: a text that the agent reads tells it to look up the customer and to put the number of her passport
    into the address of an image.

    To fix: leave the property out of what agents get, mask it, or exclude the operation.

    ```yaml fail
    openapi: 3.1.0
    info: {title: People, version: "1"}
    x-mcp: {enabled: true}
    paths:
      /people/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          responses:
            "200":
              description: The person
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      name: {type: string}
                      passport_number: {type: string}  # flagged
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: People, version: "1"}
    x-mcp: {enabled: true}
    paths:
      /people/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          x-mcp: false
          responses:
            "200":
              description: The person
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      name: {type: string}
                      passport_number: {type: string}
    ```
    """
    if not is_for_agents(api):
        return
    for schema in api.views(Schema, ("string", "integer", "number"), (), named(*_KINDS)):
        if not schema.is_output or kind_of(schema.name) not in _KINDS:
            continue
        operations = [one for one in api.operations_in(schema.root.outputs >> 1) if is_exposed(one)]
        if operations:
            message = f"{schema.label}: agents get it from {operations[0].name}"
            yield schema.flag(None, message, operations=operations)
