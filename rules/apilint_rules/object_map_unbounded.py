from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Severity, rule
from apilint.concepts.inputs import holds_json_schema
from apilint.concepts.mends import bounded
from apilint.concepts.paging import says_most_items


class Options(NamedTuple):
    """`fix`: the `maxProperties` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "object-map-unbounded",
    on=InputSchema,
    types=("object",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
    tags=("owasp",),
    gives_way_to=("parameter-deep-object-free-form",),
    options=Options,
    fixable=True,
)
def object_map_unbounded(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A map that clients send has no greatest number of entries.

    With a schema for `additionalProperties` an object becomes a map: the client chooses the names, and as
    many of them as it likes. Each entry costs memory, and the names end up as keys in tables and caches.

    Attack: a request with a million entries exhausts memory, or the index in which the names are stored.

    A JSON Schema that clients send is such a map by its nature, so that it is judged with low confidence.

    To fix: add `maxProperties`, or list the permitted names with `propertyNames` and `enum`.

    Options: `fix` (0): the `maxProperties` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /labels:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  additionalProperties: {type: string, maxLength: 40}  # flagged
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /labels:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  maxProperties: 20
                  additionalProperties: {type: string, maxLength: 40}
          responses:
            "204": {description: Stored}
    ```
    """
    owner = schema.owner("additionalProperties", "unevaluatedProperties", "patternProperties")
    key = owner.map_schema_key
    if key is None and schema.accepts_unknown_properties == "explicit" and not schema.keyword("properties"):
        # Without a schema, it counts if nothing else is described.
        key = next((one for one in ("additionalProperties", "unevaluatedProperties") if one in owner.value), None)
    if key is not None and not schema.map_is_bounded:
        yield owner.flag(
            key,
            f"{owner.label} takes any number of entries",
            severity=Severity.MEDIUM if schema.is_input and not says_most_items(schema) else Severity.LOW,
            confidence=Confidence.LOW if holds_json_schema(owner) else schema.certainty,
            fix=bounded(owner, "maxProperties", options.fix, "minProperties"),
        )
