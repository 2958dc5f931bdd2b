from __future__ import annotations

from collections.abc import Iterable, Iterator

from apilint.analysis import vocabulary as known
from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Schema, Severity, rule

_SCHEMA_KNOWN = known.SCHEMA_KEYS | known.PARAMETER_KEYS
# What a schema loses with the keyword, by the type of value that the keyword takes: a property that merely
# has such a name holds a schema.
_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(
        "maxLength minLength maximum minimum maxItems minItems maxProperties minProperties multipleOf".split(),
        (int, float),
    ),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), (int, float, bool)),
    **dict.fromkeys(("pattern", "format"), (str,)),
    **dict.fromkeys(("readOnly", "writeOnly", "uniqueItems"), (bool,)),
    **dict.fromkeys(("enum", "allOf", "oneOf", "anyOf", "prefixItems"), (list,)),
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties"), (bool, dict)),
    **dict.fromkeys(("properties", "items", "patternProperties", "propertyNames"), (dict,)),
    "required": (list, bool),
    "type": (str, list),
}
_MEANT = {
    "root": "security securityDefinitions servers schemes paths components definitions parameters responses webhooks",
    "path item": "parameters servers delete",
    "operation": "security parameters requestBody responses servers callbacks schemes consumes",
    "parameter": "required schema content",
    "body": "required content",
    "response": "headers content schema",
    "media type": "schema itemSchema",
    "components": "securitySchemes schemas parameters responses requestBodies headers callbacks pathItems",
    # What a scheme or a flow cannot do without is missed by other rules.
    "security scheme": "bearerFormat scopes oauth2MetadataUrl",
    "flow": "refreshUrl",
}
# What one version alone has is not meant in the other.
_ONLY_2 = frozenset(("securityDefinitions", "schemes", "definitions", "consumes"))
_ONLY_3 = frozenset(("servers", "components", "webhooks", "requestBody", "callbacks"))
_GRAVE = frozenset(("security", "securityDefinitions", "securitySchemes"))


@rule(
    "security-key-misspelled",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API8:2023", "CWE-1188"),
    tags=("structure",),
    fixable=True,
)
def security_key_misspelled(api: Api) -> Iterator[Flag]:
    """A key that should protect something is misspelled, and nothing reads it.

    Schemas may have keywords that nobody knows, so most validators accept `maxlength` and ignore it. The limit, the
    `readOnly` or the `security` is there for the eye alone.

    Attack: the gateway that was set up from the document lets through what the misspelled limit forbids.

    To fix: write the key as OpenAPI has it. Keys of one's own begin with `x-`.

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
                    note:
                      type: string
                      maxlength: 200  # flagged
                    state:
                      type: string
                      read_only: true  # flagged
          responses:
            "201": {description: Stored}
    ```

    ```yaml fixed
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
                    note:
                      type: string
                      maxLength: 200
                    state:
                      type: string
                      readOnly: true
          responses:
            "201": {description: Stored}
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
                    note: {type: string, maxLength: 200}
                    maxlength: {type: integer}
          responses:
            "201": {description: Stored}
    ```
    """
    yield from _in_schemas(api)
    other_version = _ONLY_3 if api.version == "2.0" else _ONLY_2
    for what, keys, nodes in _objects(api):
        meant = tuple(word for word in _MEANT[what].split() if word not in other_version)
        for node in nodes:
            if isinstance(node.value, dict) and not keys.issuperset(node.value):
                for key in node.value:
                    if key not in keys and not _is_own(key):
                        yield from _judge(node, key, meant)


def _in_schemas(api: Api) -> Iterator[Flag]:
    for key in [key for key in api.keywords() if key not in _SCHEMA_KNOWN and not _is_own(key)]:
        if not known.misspelled(key, tuple(_KINDS))[0]:
            continue
        for schema in api.views(Schema, (), (key,)):
            value = schema.value[key]
            yield from _judge(schema, key, tuple(word for word, types in _KINDS.items() if type(value) in types))


def _objects(api: Api) -> Iterator[tuple[str, frozenset[str], Iterable[Node]]]:
    """The objects whose keys the version of the document fixes, with their keys: never what holds names."""
    yield "root", known.ROOT_KEYS, (api,)
    yield "path item", known.PATH_ITEM_KEYS, api.path_items
    yield "operation", known.OPERATION_KEYS, api.all_operations
    parameters: Iterable[Node] = [*api.parameters, *api.headers]
    if api.version == "2.0":
        # One without `schema` is a schema itself.
        parameters = [one for one in parameters if "schema" in one.value]
        bodies: Iterable[Node] = ()
    else:
        bodies = api.request_bodies
        yield "components", known.COMPONENTS_KEYS, (api.child("components"),)
    yield "parameter", _SCHEMA_KNOWN, parameters
    yield "body", known.REQUEST_BODY_KEYS, bodies
    yield "response", known.RESPONSE_KEYS, api.responses
    yield "media type", known.MEDIA_TYPE_KEYS, api.media_types
    yield "security scheme", known.SECURITY_SCHEME_KEYS, api.security_schemes.values()
    flows = (flow for scheme in api.security_schemes.values() for flow in scheme.flows)
    yield "flow", known.FLOW_KEYS | known.SECURITY_SCHEME_KEYS, flows


def _is_own(key: str) -> bool:
    """Whether the key is one that the author may choose."""
    return key[:2] in ("x-", "X-", "x_")


def _judge(node: Node, key: str, meant: tuple[str, ...]) -> Iterator[Flag]:
    word, is_sure = known.misspelled(key, meant)
    # Some write both, for tools that know the one or the other.
    if word and (word not in node.value or node.value[word] != node.value[key]):
        rename = Fix(f"Write `{word}`", is_sure, (Edit(node.child(key).pointer, "rename", word),))
        yield node.flag(
            key,
            f"{node.label}: `{key}` is no key that OpenAPI knows; it should be `{word}`",
            severity=Severity.HIGH if word in _GRAVE else Severity.MEDIUM,
            confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM,
            fix=rename if word not in node.value else None,
        )
