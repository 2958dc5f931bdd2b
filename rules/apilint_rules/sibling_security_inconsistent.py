from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, PathItem, Severity, rule
from apilint.concepts.strength import is_weaker, security_key, strength_words, weakest

_ENOUGH = 3


@rule(
    "sibling-security-inconsistent",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API1:2023", "OWASP-API5:2023", "CWE-306", "CWE-863"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "unauthenticated-write",
        "unauthenticated-read",
        "security-disabled",
        "security-optional",
        "write-weaker-than-read",
        "security-override-weakens-global",
    ),
)
def sibling_security_inconsistent(api: Api) -> Iterator[Flag]:
    """One operation on a resource asks for less than all the others.

    The operations on a collection and on its items mostly share one `security`. Where a single one of them is
    weaker, that is more often a slip than a decision.

    Attack: the attacker tries each method of a path, and finds the one that was forgotten.

    To fix: give the operation the `security` of its siblings; if it is meant to be public, say so with
    `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security:  # flagged
            - key: []
          responses:
            "200": {description: The orders}
        post:
          security:
            - login: []
          responses:
            "201": {description: The new order}
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          security:
            - login: []
          responses:
            "200": {description: The order}
        delete:
          security:
            - login: []
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: query, name: key}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
        post:
          responses:
            "201": {description: The new order}
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          responses:
            "200": {description: The order}
        delete:
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    for family in _families(api):
        groups: dict[object, list[Operation]] = {}
        for operation in family:
            groups.setdefault(security_key(operation.security), []).append(operation)
        odd, most = sorted(groups.values(), key=len)[-2:] if len(groups) == 2 else ([], [])
        if len(odd) != 1 or len(most) < _ENOUGH or not is_weaker(odd[0].security, most[0].security):
            continue
        (one,) = odd
        yield one.flag(
            "security" if one.security.source == "operation" else None,
            f"`{one.name}` asks for {strength_words(weakest(one.security))}, the {len(most)} other operations"
            f" on the resource for {strength_words(weakest(most[0].security))}",
            related=((most[0], "asks for more"),),
            operations=[one],
        )


def _families(api: Api) -> Iterator[list[Operation]]:
    """The operations on each collection together with those on its items."""
    items: dict[str, list[PathItem]] = {}
    for path_item in api.path_items:
        if path_item.kind == "path":
            items.setdefault(_collection(path_item.template), []).append(path_item)
    for family in items.values():
        operations = [one for path_item in family for one in path_item.operations]
        if len({id(one.security) for one in operations}) > 1:
            yield [one for one in operations if one.expects_credentials]


def _collection(template: str) -> str:
    path = template.rstrip("/")
    head, _, last = path.rpartition("/")
    return head if last.startswith("{") and last.endswith("}") and last.count("{") == 1 else path
