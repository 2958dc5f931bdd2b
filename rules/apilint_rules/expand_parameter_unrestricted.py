from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Parameter, Severity, by_operation, rule, words
from apilint.concepts.shape import judged

_NAMES = frozenset("expand include field embed populate with depth expansion prefetch".split())
_ALLOWING = ("enum", "const", "pattern")


@rule(
    "expand-parameter-unrestricted",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "OWASP-API3:2023", "CWE-770", "CWE-213"),
)
def expand_parameter_unrestricted(api: Api) -> Iterator[Flag]:
    """Clients may name any fields or related objects that a response shall hold.

    `expand`, `include`, `fields` and their like decide how many tables are joined, and which data leave the server.
    Where the document does not list the names, the code often passes on whatever comes.

    Attack: `?include=owner.credentials` gives what no page shows, and a long chain of names reads half the database.

    To fix: list the names with `enum` on the items, or describe them with a `pattern`, and limit their number with
    `maxItems`; give `depth` a `maximum`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:  # flagged
            - name: include
              in: query
              schema: {type: string}
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
            - name: include
              in: query
              schema:
                type: array
                maxItems: 2
                items: {type: string, enum: [customer, items]}
          responses:
            "200": {description: The orders}
    ```
    """
    using: dict[str, list[Operation]] = {}
    open_: dict[str, list[Operation]] = {}
    for operation in api.operations:
        for parameter in operation.parameters:
            if parameter.location == "query" and len(found := words(parameter.name)) == 1 and found[0] in _NAMES:
                using.setdefault(parameter.name, []).append(operation)
                if _is_open(parameter):
                    open_.setdefault(parameter.name, []).append(operation)
    for name, operations in open_.items():
        what = f"`{name}` takes any names, and as many as the client likes"
        if words(name)[0] == "depth":
            what = f"`{name}` may be as great as the client likes"
        yield from by_operation(api, operations, using[name], "parameters", what)


def _is_open(parameter: Parameter) -> bool:
    for schema in map(judged, parameter.schemas):
        if schema.types & {"integer", "number"} and not schema.has_maximum:
            return True
        if "array" in schema.types and not _is_listed(schema.keyword("items")) and not schema.array_is_bounded:
            return True
        if "string" in schema.types and not any(schema.keyword(one) for one in _ALLOWING) and not schema.is_choice:
            return True
    return False


def _is_listed(items: object) -> bool:
    """Whether the items of an array are described by a list or a pattern, or elsewhere."""
    one = items[0] if isinstance(items, (list, tuple)) and items else None
    return isinstance(one, dict) and any(key in one for key in (*_ALLOWING, "$ref", "anyOf", "oneOf"))
