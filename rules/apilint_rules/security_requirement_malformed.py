from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Severity, rule


@rule(
    "security-requirement-malformed",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1188"),
    tags=("structure",),
    fixable=True,
)
def security_requirement_malformed(api: Api) -> Iterator[Flag]:
    """A security requirement is not written as a list of objects with lists of scopes.

    `security` is a list of alternatives; each is an object whose keys name schemes and whose values are lists of
    scopes. Tools that meet another form refuse the document, or skip the requirement, and the operation is open.

    Attack: the server stub that was generated from the document has no check on this operation.

    To fix: write `security: [{scheme: []}]`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security: {token: []}  # flagged
          responses:
            "200": {description: The orders}
        post:
          security:
            - token: null  # flagged
          responses:
            "200": {description: Ordered}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security: [{token: []}]
          responses:
            "200": {description: The orders}
        post:
          security:
            - token: []
          responses:
            "200": {description: Ordered}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          security: [{token: []}]
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        token: {type: http, scheme: bearer}
    ```
    """
    for holder in (api, *api.all_operations):
        if not isinstance(holder.value, dict) or "security" not in holder.value:
            continue
        place = holder.child("security")
        where = f"{holder.label}: `security`"
        if isinstance(place.value, dict):
            yield place.flag(
                None,
                f"{where} is an object and not a list of alternatives",
                fix=_fix("Make it a list", place, [_scoped(place.value)]),
            )
        elif isinstance(place.value, list):
            for index, alternative in enumerate(place.value):
                yield from _alternative(place.child(index), alternative, where)
        else:
            yield place.flag(None, f"{where} is no list of alternatives")


def _alternative(node: Node, alternative: Any, where: str) -> Iterator[Flag]:
    if not isinstance(alternative, dict):
        fix = _fix("Make it an object", node, {alternative: []}) if isinstance(alternative, str) else None
        yield node.flag(None, f"{where} holds something else than an object", fix=fix)
        return
    for name, scopes in alternative.items():
        if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
            fix = _fix("Write an empty list", node.child(name), []) if scopes is None else None
            yield node.flag(name, f"{where}: the scopes of `{name}` are no list of names", fix=fix)


def _scoped(requirement: dict[str, Any]) -> dict[str, Any]:
    return {name: [] if scopes is None else scopes for name, scopes in requirement.items()}


def _fix(summary: str, node: Node, value: Any) -> Fix:
    return Fix(summary, True, (Edit(node.pointer, "set", value),))
