from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Operation, Reference, Schema, Severity, rule

# What a member of these, or the value of that key, has to be: the section of `components` that holds its like.
_MEMBERS = {
    **dict.fromkeys(
        ("properties", "patternProperties", "schemas", "definitions", "$defs", "allOf", "oneOf", "anyOf",
         "prefixItems"), "schemas",
    ),
    **{name: name for name in ("parameters", "responses", "headers", "requestBodies", "examples", "links",
                               "callbacks", "securitySchemes", "pathItems", "mediaTypes")},
    "content": "mediaTypes",
    "securityDefinitions": "securitySchemes",
    "paths": "pathItems",
    "webhooks": "pathItems",
}  # fmt: skip
_OF_SCHEMAS = frozenset("items additionalProperties unevaluatedProperties additionalItems unevaluatedItems".split())
_WORDS = {
    "schemas": "a schema", "parameters": "a parameter", "responses": "a response", "headers": "a header",
    "requestBodies": "a request body", "examples": "an example", "links": "a link", "callbacks": "a callback",
    "securitySchemes": "a security scheme", "pathItems": "a path item", "mediaTypes": "a media type",
}  # fmt: skip


@rule(
    "ref-to-wrong-kind",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059"),
    needs=("$ref",),
)
def ref_to_wrong_kind(api: Api) -> Iterator[Flag]:
    """A reference leads to an object of another kind than belongs there.

    The reference resolves, so nothing complains. But a response that is in truth a schema has no content, and a
    parameter that is a schema has no name: tools leave it out, with all its limits.

    Attack: a gateway imports the document without the parameter or body that it should check.

    To fix: refer to an object of the right kind. A schema goes under `schema`, inside a parameter or media type.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            $ref: "#/components/schemas/Order"  # flagged
          responses:
            "201": {description: Stored}
    components:
      schemas:
        Order: {type: object, additionalProperties: false, properties: {id: {type: string, maxLength: 20}}}
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
                schema: {$ref: "#/components/schemas/Order"}
          responses:
            "201": {description: Stored}
    components:
      schemas:
        Order: {type: object, additionalProperties: false, properties: {id: {type: string, maxLength: 20}}}
    ```
    """
    for reference in api.references:
        if reference.unresolved is None:
            yield from _judge(reference, _expected(reference), reference.reference)
    # Nothing needs to follow these, so nothing has.
    holders: list[Node] = [*api.media_types, *api.parameters, *api.headers]
    for holder, key in [*((one, "examples") for one in holders), *((one, "links") for one in api.responses)]:
        if key in holder.value and isinstance(holder.value[key], dict):
            for name, value in holder.value[key].items():
                text = value.get("$ref") if isinstance(value, dict) else None
                if isinstance(text, str) and _exists(api, text):
                    yield from _judge(holder.child((key, name)), key, text)


def _judge(node: Node, expected: str, text: str) -> Iterator[Flag]:
    actual = _actual(text) if expected else ""
    if actual and actual != expected:
        yield node.flag("$ref", f"{node.label}: {_WORDS[expected]} belongs here, and `{text[:80]}` is {_WORDS[actual]}")


def _expected(reference: Reference) -> str:
    """The kind that belongs where a reference stands, by how the model came there and not by names alone."""
    key, parent = reference.key, reference.parent
    if parent is None:
        path = reference.path
        return _MEMBERS.get(str(path[1]), "") if len(path) == 3 and path[0] == "components" else ""
    if isinstance(key, tuple):
        return _MEMBERS.get(str(key[0]), "") if len(key) == 2 else ""
    if key in _OF_SCHEMAS:
        return "schemas" if isinstance(parent, Schema) else ""
    if key in ("schema", "itemSchema"):
        return "schemas"
    return "requestBodies" if key == "requestBody" and isinstance(parent, Operation) else ""


def _actual(text: str) -> str:
    """The kind of what a reference names, where its fragment is that of a component."""
    parts = text.partition("#")[2].split("/")
    if len(parts) == 4 and parts[1] == "components":
        return parts[2] if parts[2] in _WORDS else ""
    if len(parts) == 3 and parts[1] in ("definitions", "parameters", "responses", "securityDefinitions"):
        return _MEMBERS[parts[1]]
    return ""


def _exists(api: Api, text: str) -> bool:
    parts = text.split("/")
    if len(parts) != 4 or parts[:2] != ["#", "components"]:
        return False
    name = parts[3].replace("~1", "/").replace("~0", "~")
    return api.child(("components", parts[2], name)).value is not None
