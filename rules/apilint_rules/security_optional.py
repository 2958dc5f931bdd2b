from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, EffectiveSecurity, Fix, Flag, Severity, rule
from apilint.concepts.mends import together


@rule(
    "security-optional",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-306", "CWE-287"),
    tags=("owasp", "missing-authentication"),
    gives_way_to=("file-upload-unauthenticated",),
    fixable=True,
)
def security_optional(api: Api) -> Iterator[Flag]:
    """Authentication is optional: an empty alternative lets anonymous requests in.

    The entries of `security` are alternatives, and `{}` is the alternative of proving nothing. Beside it the
    real schemes are decoration: a request without credentials is as welcome as one with them.

    Attack: the attacker leaves the `Authorization` header out.

    To fix: remove the `{}`. If anonymous and known callers get different answers, declare two operations, or
    say with `x-apilint-public: <reason>` why anyone may call this one.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          security:
            - login: []
            - {}  # flagged
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          security:
            - login: []
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          security:
            - login: []
            - key: []
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key}
    ```
    """
    inheriting = []
    for operation in api.operations:
        security = operation.security
        if not security.is_optional or not operation.expects_credentials:
            continue
        if security.source == "root":
            inheriting.append(operation)
            continue
        empty = next(one for one in security.alternatives if one.is_empty)
        yield empty.flag(
            None,
            f"`{operation.name}` accepts requests without authentication, because `{{}}` is an alternative",
            severity=Severity.HIGH if operation.is_write else Severity.LOW,
            operations=[operation],
            fix=_fix(security),
        )
    if inheriting:
        empty = next(one for one in inheriting[0].security.alternatives if one.is_empty)
        yield empty.flag(
            None,
            f"authentication is optional for {len(inheriting)} operation{'' if len(inheriting) == 1 else 's'},"
            " because `{}` is an alternative",
            severity=Severity.MEDIUM,
            operations=inheriting,
            fix=_fix(inheriting[0].security),
        )


def _fix(security: EffectiveSecurity) -> Fix | None:
    empty = [one for one in security.alternatives if one.is_empty]
    return together(empty[0], "Remove the alternative `{}`", [(one, "remove", None) for one in empty])
