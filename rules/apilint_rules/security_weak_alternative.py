from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, EffectiveSecurity, Flag, Operation, SecurityRequirement, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.strength import (
    KEY_STRENGTH,
    QUERY_KEY_STRENGTH,
    UNKNOWN_STRENGTH,
    security_key,
    strength,
    strength_words,
)

_FAR = 2


@rule(
    "security-weak-alternative",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-287", "CWE-1390"),
)
def security_weak_alternative(api: Api) -> Iterator[Flag]:
    """A much weaker way to authenticate stands beside a strong one.

    The entries of `security` are alternatives, and the attacker chooses. An API that accepts tokens, but also a
    password with each request, is as safe as the password.

    Attack: the attacker ignores the sign-in with its second factor and tries passwords on the alternative.

    To fix: remove the weak alternative, or keep it for those few operations that old clients still need.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
      - password: []  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        password: {type: http, scheme: basic}
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
    users: dict[int, list[Operation]] = {}
    for operation in api.operations:
        if len(operation.security.alternatives) > 1 and operation.expects_credentials:
            users.setdefault(id(operation.security), []).append(operation)
    groups: dict[object, list[Operation]] = {}
    for same in users.values():
        # Scopes differ from operation to operation, the choice of schemes is made once.
        key = {tuple(name for name, _ in one) for one in security_key(same[0].security)}
        groups.setdefault(frozenset(key), []).extend(same)
    for operations in groups.values():
        found = _weak(operations[0].security)
        if found is not None:
            weak, text = found
            yield weak.flag(
                None,
                f"{text}: {some_of(operations)}",
                # Many keys carry rights as scopes do, which the document cannot tell.
                confidence=Confidence.LOW if strength(weak) >= KEY_STRENGTH else Confidence.MEDIUM,
                related=tuple((one, "here too") for one in operations[1:5]),
                operations=operations,
            )


def _weak(security: EffectiveSecurity) -> tuple[SecurityRequirement, str] | None:
    """The weakest alternative, if it is far from the strongest, and how to say so."""
    classes = [(strength(one), one) for one in security.alternatives if not one.is_empty]
    if len(classes) < 2 or any(one == UNKNOWN_STRENGTH for one, _ in classes):
        return None
    least, weak = min(classes, key=lambda found: found[0])
    most = max(one for one, _ in classes)
    # The same key in the URL instead of in a header is `api-key-in-query`'s to speak of.
    if most - least < _FAR or (least, most) == (QUERY_KEY_STRENGTH, KEY_STRENGTH):
        return None
    return weak, f"{strength_words(least)} is enough where others present {strength_words(most)}"
