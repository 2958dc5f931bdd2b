from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Header, MediaType, Node, Parameter, Schema, Severity, rule, words
from apilint.concepts.fit import misfit
from apilint.concepts.shape import is_json

_MOST_SCALARS = 5_000  # compared in one document: what is shown costs as much as what is checked
_MOST_OBJECTS = 100
_STEPS = 100  # of one comparison
# Without one of these a text fits a schema of type string.
_LIMITING = frozenset("enum const maxLength minLength oneOf anyOf allOf $ref".split())
# In the name of an example: it shows what is refused.
_WRONG = frozenset(("invalid", "wrong", "bad", "malformed", "error", "unprocessable"))


@rule(
    "example-violates-schema",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059"),
    needs=("example",),
)
def example_violates_schema(api: Api) -> Iterator[Flag]:
    """An example is no value that its schema admits.

    One of the two is wrong. Examples are mostly copied from what the API really takes or returns, so it is often the
    schema, and what it limits is not limited. Types, listed values, bounds and required members are compared, in large
    documents of a part of the examples.

    Attack: a gateway that enforces the schema breaks real calls, is switched off, and checks nothing any more.

    To fix: correct the example, or the schema if the example is what the API takes.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: limit
              in: query
              schema:
                type: integer
                maximum: 100
                example: 500  # flagged
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
            - name: limit
              in: query
              schema:
                type: integer
                maximum: 100
                example: 50
          responses:
            "200": {description: The orders}
    ```
    """
    scalars, objects = _MOST_SCALARS, _MOST_OBJECTS
    seen: set[int] = set()
    for schema, place, value, is_text in _examples(api):
        if not _is_comparable(schema, value, is_text):
            continue
        if isinstance(value, (dict, list)):
            if not objects or id(value) in seen:
                continue
            objects -= 1
            seen.add(id(value))
        elif not scalars:
            continue
        else:
            scalars -= 1
        found = misfit(schema, value, _STEPS)
        if found:
            # Many examples show a part of the whole.
            is_partial = "lacks the required" in found or "fits no alternative" in found
            yield place.flag(
                None, f"{place.label}: the example {found}", confidence=Confidence.MEDIUM if is_partial else None
            )


def _examples(api: Api) -> Iterator[tuple[Schema, Node, Any, bool]]:
    """Each example with its schema and place, and whether it travels as text: in a parameter or header."""
    is_list = api.version not in ("2.0", "3.0")
    headers = {id(root) for header in api.headers for root in header.roots}
    for schema in api.views(Schema, (), ("example", "examples") if is_list else ("example",)):
        is_text = schema.in_parameter or id(schema.root) in headers
        if "example" in schema.value:
            yield schema, schema.child("example"), schema.value["example"], is_text
        several = schema.get("examples") if is_list else None
        for index, value in enumerate(several if isinstance(several, list) else ()):
            yield schema, schema.child(("examples", index)), value, is_text
    bodies = [one for one in api.media_types if is_json(one.media_type)]
    holders: list[Parameter | Header | MediaType] = [*api.parameters, *api.headers, *bodies]
    for holder in holders:
        if "example" not in holder.value and "examples" not in holder.value:
            continue
        schemas = [root.schema for root in holder.roots if root.schema is not None]
        # In Swagger 2.0 a parameter is its own schema.
        if len(schemas) == 1 and schemas[0].value is not holder.value:
            for place in _written(holder):
                yield schemas[0], place, place.value, isinstance(holder, (Parameter, Header))


def _written(holder: Node) -> Iterator[Node]:
    if "example" in holder.value:
        yield holder.child("example")
    several = holder.get("examples")
    for name, example in several.items() if isinstance(several, dict) else ():
        if isinstance(example, dict) and "value" in example and _WRONG.isdisjoint(words(name)):
            yield holder.child(("examples", name, "value"))


def _is_comparable(schema: Schema, value: Any, is_text: bool) -> bool:
    """Whether a comparison may say anything: `null` stands for no example, and text for what JSON cannot show."""
    if value is None:
        return False
    types = schema.resolved.types
    if isinstance(value, str) and (types == {"string"} and schema.lacks(_LIMITING)):
        return False
    if is_text and not isinstance(value, (dict, list)):
        # `5` and `"5"` are the same on the wire, and lists are written as one text.
        if {"object", "array"} & types:
            return False
        return "string" in types or not _reads_as_literal(value) if isinstance(value, str) else "string" not in types
    return not isinstance(value, str) or not ({"object", "array"} & types)


def _reads_as_literal(value: str) -> bool:
    """Whether a text on the wire may be meant as a number, `true` or `false`."""
    return value.lower() in ("true", "false") or value.strip().lstrip("+-").replace(".", "", 1).isdecimal()
