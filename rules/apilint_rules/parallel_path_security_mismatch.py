from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.purpose import segments
from apilint.concepts.strength import is_weaker, strength_words, weakest


@rule(
    "parallel-path-security-mismatch",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API1:2023", "OWASP-API9:2023", "CWE-639", "CWE-863"),
    gives_way_to=("deprecated-operation-weaker", "oauth-scope-missing"),
)
def parallel_path_security_mismatch(api: Api) -> Iterator[Flag]:
    """The same thing can be had by two paths, and one of them asks for weaker credentials.

    Two versions of a path, or one under its owner and one without, lead to the same object. Protection is
    as good as that of the weaker way, and the second way is often the one that was forgotten.

    Attack: `/v2/orders/{id}` asks for a token with a scope, so the attacker calls `/v1/orders/{id}` with an API key.

    To fix: require the same of both, or remove one.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /v1/orders:
        get:
          security: [{key: []}]  # flagged
          responses:
            "200": {description: The orders}
      /v2/orders:
        get:
          security: [{login: []}]
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security: [{login: []}]
    paths:
      /v1/orders:
        get:
          responses:
            "200": {description: The orders}
      /v2/orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    twins: dict[tuple[str, tuple[str, ...]], list[Operation]] = {}
    for operation in api.operations:
        twins.setdefault((operation.method, _resource(operation)), []).append(operation)
    nested: dict[tuple[str, tuple[str, ...]], list[Operation]] = {}
    for (method, resource), operations in twins.items():
        if _item(resource) != resource:
            nested.setdefault((method, _item(resource)), []).extend(operations)
    flagged: set[int] = set()
    for key, operations in twins.items():
        # Open operations are other rules' findings, or meant to be.
        same = [
            one
            for one in (*operations, *nested.get(key, ()))
            if one.expects_credentials and not one.security.is_anonymous
        ]
        if len({id(one.security) for one in same}) < 2:
            continue
        strongest = max(same, key=lambda one: weakest(one.security))
        for one in same:
            if id(one) not in flagged and is_weaker(one.security, strongest.security):
                flagged.add(id(one))
                yield _flag(one, strongest)


def _flag(weak: Operation, strong: Operation) -> Flag:
    what, than = strength_words(weakest(weak.security)), strength_words(weakest(strong.security))
    return weak.flag(
        "security" if weak.security.source == "operation" else None,
        f"{weak.name} asks for {what}, its twin {strong.path_template} for {than}",
        related=((strong, "the same by another path"),),
        operations=[weak],
    )


def _resource(operation: Operation) -> tuple[str, ...]:
    """The path without versions, and with its parameters unnamed."""
    return tuple("{}" if "{" in part else part for part in segments(operation.path_template) if not _is_version(part))


def _item(resource: tuple[str, ...]) -> tuple[str, ...]:
    """The last collection and item of a path below an owner: `/users/{}/orders/{}` ends in `/orders/{}`.

    Only an item counts: lists below an owner are his, and lists without may be another thing.
    """
    return resource[-2:] if len(resource) >= 4 and resource[-1] == "{}" and resource[-2] != "{}" else resource


def _is_version(part: str) -> bool:
    name = part.lower()
    return name == "api" or (name[:1] == "v" and name[1:].replace(".", "").replace("beta", "").isdigit())
