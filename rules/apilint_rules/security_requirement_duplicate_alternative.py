from __future__ import annotations

from collections.abc import Iterator

from apilint.api import (
    Api,
    Confidence,
    EffectiveSecurity,
    Fix,
    Flag,
    Operation,
    SecurityRequirement,
    Severity,
    rule,
)
from apilint.concepts.grouping import some_of
from apilint.concepts.mends import together
from apilint.concepts.strength import implies, security_key


@rule(
    "security-requirement-duplicate-alternative",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-287"),
    fixable=True,
)
def security_requirement_duplicate_alternative(api: Api) -> Iterator[Flag]:
    """An alternative in `security` is dead, because an easier one beside it is enough.

    The entries of the list are alternatives. Where one asks for a key and another for the same key and a
    token, the key alone opens the door, and nobody ever needs the token. An entry that stands there twice says
    the same, mostly after an edit that went wrong.

    Attack: the attacker presents the stolen key; the second factor that the document seems to ask for is never used.

    To fix: remove the easier alternative, or join what is needed together in one entry.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
      - key: []  # flagged
        login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key}
    ```

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
      - login: []  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
      - key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key}
    ```
    """
    groups: dict[object, list[tuple[EffectiveSecurity, list[Operation]]]] = {}
    if api.security is not None and len(api.security.alternatives) > 1:
        users = [one for one in api.operations if one.security is api.security]
        groups[security_key(api.security)] = [(api.security, users)]
    for operation in api.all_operations:
        own = operation.security
        if own.source == "operation" and len(own.alternatives) > 1:
            groups.setdefault(security_key(own), []).append((own, [operation]))
    for places in groups.values():
        yield from _flags(places)


def _flags(places: list[tuple[EffectiveSecurity, list[Operation]]]) -> Iterator[Flag]:
    operations = [operation for _, users in places for operation in users]
    concerned = f": {some_of(operations)}" if operations else ""
    related = tuple((users[0], "here too") for _, users in places[1:4])
    listed = list(_dead(places[0][0]))
    for dead, alive in listed:
        if not implies(alive, dead):
            extra = next((f"`{name}`" for name in dead.schemes if name not in alive.schemes), "the further scope")
            yield dead.flag(
                None,
                f"{extra} is never needed, because {_names(alive)} alone is enough{concerned}",
                related=((alive, "this is enough"), *related),
                operations=operations,
            )
    twice = [dead for dead, alive in listed if implies(alive, dead)]
    if twice:
        count = 1 + sum(implies(one, twice[0]) and implies(twice[0], one) for one in twice)
        times = "twice" if count == 2 else f"{count} times"
        yield twice[0].flag(
            None,
            f"the alternative {_names(twice[0])} stands {times} in `security`{concerned}",
            severity=Severity.LOW,
            related=related,
            operations=operations,
            fix=_fix([security for security, _ in places]),
        )


def _dead(security: EffectiveSecurity) -> Iterator[tuple[SecurityRequirement, SecurityRequirement]]:
    """The alternatives that another one makes superfluous, each with that one; the first of two equal ones stays."""
    listed = [one for one in security.alternatives if not one.is_empty][:50]
    for index, one in enumerate(listed):
        for place, other in enumerate(listed):
            if place != index and implies(one, other) and (place < index or not implies(other, one)):
                yield one, other
                break


def _fix(securities: list[EffectiveSecurity]) -> Fix | None:
    """Remove what stands twice, wherever the same list is written."""
    twice = [dead for security in securities for dead, alive in _dead(security) if implies(alive, dead)]
    summary = "Remove the alternatives that stand twice"
    return together(twice[0], summary, [(one, "remove", None) for one in twice], safe=True)


def _names(requirement: SecurityRequirement) -> str:
    return " with ".join(f"`{name}`" for name in list(requirement.schemes)[:3])
