from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule
from apilint.concepts.purpose import segments
from apilint.concepts.shape import body_properties, judged, schemas_of

_PATHS = frozenset(("graphql", "gql", "graph-ql"))
_LIMITS = ("complexity", "depth", "query cost", "cost limit", "node limit", "persisted", "point limit")


@rule(
    "graphql-passthrough",
    on=Operation,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-770"),
)
def graphql_passthrough(operation: Operation) -> Iterator[Flag]:
    """A GraphQL query of any size and depth is let through.

    In GraphQL the client writes the query, and so decides how much work it makes. To the gateway it is one request
    with one string; a rate limit by requests, and all the checks of this document, end there.

    Attack: a query of a few hundred characters nests a list in a list in a list, and asks for a billion records.

    To fix: limit the depth and the cost of queries in the GraphQL server, or accept known queries only, and say so in
    the description; set `maxLength` on the query, and a rate limit on the operation.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /graphql:
        post:  # flagged
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    query: {type: string}
          responses:
            "200": {description: The result}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /graphql:
        post:
          description: Queries deeper than 8 levels or of a complexity above 1000 are refused.
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    query: {type: string, maxLength: 4000}
          responses:
            "200": {description: The result}
            "429": {description: Too many requests}
    ```
    """
    last = [part.lower().replace("_", "-") for part in segments(operation.path_template)[-1:]]
    if operation.kind != "path" or _PATHS.isdisjoint(last) or operation.method not in ("GET", "POST", "QUERY"):
        return
    prose = f"{operation.summary} {operation.description}".lower()
    if operation.rate_limit or any(word in prose for word in _LIMITS):
        return
    if _takes_query(operation):
        yield operation.flag(None, f"{operation.name} takes GraphQL queries of any size, and nothing limits their cost")


def _takes_query(operation: Operation) -> bool:
    """Whether the query is a string without a greatest length, or whatever the body holds."""
    for parameter in operation.parameters:
        if parameter.name == "query":
            return not any(schema.string_is_bounded for schema in map(judged, parameter.schemas))
    if operation.request_body is None:
        return False
    for _, schema in schemas_of(operation.request_body.content):
        query = body_properties(schema).get("query")
        if query is not None:
            found = query.api.follow(query)
            return found is not None and "maxLength" not in (found.value if isinstance(found.value, dict) else {})
    return True
