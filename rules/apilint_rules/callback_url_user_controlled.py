from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Node, Operation, Severity, rule
from apilint.concepts.destinations import composed, restriction
from apilint.concepts.shape import body_properties, is_json, schemas_of

_REQUEST = "{$request."


@rule(
    "callback-url-user-controlled",
    on=Operation,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API7:2023", "CWE-918"),
    needs=("callbacks",),
    tags=("owasp",),
)
def callback_url_user_controlled(operation: Operation) -> Iterator[Flag]:
    """The API calls back a URL that the request gives, and nothing says where it may lead.

    The document itself promises that the server will send requests to the client's address. If any URL will do, the
    server is a proxy into its own network. Graver where nobody needs to sign in for it.

    Attack: a client registers `http://localhost:2375/containers/create` as its callback.

    To fix: give the property or parameter that the callback names a pattern that demands at least `^https://`, better
    the host too; resolve the name in the server and refuse private addresses.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    callbackUrl:  # flagged
                      type: string
                      format: uri
          responses:
            "201": {description: Ordered}
          callbacks:
            shipped:
              "{$request.body#/callbackUrl}":
                post:
                  responses:
                    "204": {description: Understood}
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
                schema:
                  type: object
                  properties:
                    callbackUrl:
                      type: string
                      format: uri
                      pattern: ^https://
          responses:
            "201": {description: Ordered}
          callbacks:
            shipped:
              "{$request.body#/callbackUrl}":
                post:
                  responses:
                    "204": {description: Understood}
    ```
    """
    if operation.kind != "path":
        return
    seen: set[int] = set()
    for source, expression in _sources(operation):
        parts = composed(source)
        place = parts[0] if parts else source
        if id(place.value) in seen or restriction(parts):
            continue
        seen.add(id(place.value))
        shown = expression if len(expression) <= 60 else expression[:59] + "…"
        yield place.flag(
            None,
            f"{operation.name} calls back `{shown}`, which may be any URL",
            severity=Severity.HIGH if operation.security.is_anonymous else Severity.MEDIUM,
            operations=(operation,),
        )


def _sources(operation: Operation) -> Iterator[tuple[Node, str]]:
    """The schemas of what decides about the host of a callback's URL, with the callback's expression."""
    for member in operation.members("callbacks") if operation.api.version != "2.0" else ():
        target = operation.api.follow(member)
        for expression in target.value if target is not None and isinstance(target.value, dict) else ():
            # What comes after a literal host cannot lead elsewhere.
            if isinstance(expression, str) and expression.startswith(
                (_REQUEST, f"http://{_REQUEST}", f"https://{_REQUEST}")
            ):
                inside = expression.partition(_REQUEST)[2].partition("}")[0]
                source = _source(operation, inside)
                if source is not None:
                    yield source, expression


def _source(operation: Operation, inside: str) -> Node | None:
    where, _, name = inside.partition(".")
    if where in ("query", "header", "path"):
        for parameter in operation.parameters:
            same = parameter.name.lower() == name.lower() if where == "header" else parameter.name == name
            if same and parameter.location == where and parameter.schemas:
                return parameter.schemas[0]
        return None
    place, _, pointer = inside.partition("#/")
    if place != "body" or not pointer or operation.request_body is None:
        return None
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    for name, schema in schemas_of(operation.request_body.content):
        found = body_properties(schema).get(steps[0]) if is_json(name) or "form" in name else None
        for step in steps[1:10]:
            found = _property(found, step)
        if found is not None:
            return found
    return None


def _property(node: Node | None, name: str) -> Node | None:
    for part in composed(node):
        properties = part.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get(name), dict):
            return part.child(("properties", name))
    return None
