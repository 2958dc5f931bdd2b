from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule, words

# Whole segments, their words joined and singular. The first kind opens the house, the second a room.
_HOUSE = frozenset(
    "admin administrator administration internal management actuator debug heapdump threaddump env console jolokia"
    " impersonate impersonation secret graphqlplayground".split()
)
_ROOMS = frozenset("private manage metric trace backup audit auditlog auditlogs billing".split())
# Pages that are configured by the server read these before anybody signs in.
_ROOMS_TO_WRITE = frozenset(("config", "configuration", "setting"))


@rule(
    "sensitive-path-unauthenticated",
    on=Operation,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.CRITICAL, Confidence.MEDIUM),
    refs=("OWASP-API5:2023", "OWASP-API2:2023", "CWE-306", "CWE-749"),
    gives_way_to=("security-schemes-undefined", "security-undefined"),
    needs=(
        "admin",
        "internal",
        "manage",
        "actuator",
        "debug",
        "dump",
        "env",
        "console",
        "jolokia",
        "imperson",
        "secret",
        "playground",
        "private",
        "metric",
        "trace",
        "backup",
        "audit",
        "billing",
        "config",
        "setting",
    ),
    tags=("owasp", "missing-authentication"),
)
def sensitive_path_unauthenticated(operation: Operation) -> Iterator[Flag]:
    """An operation for administrators or operators answers without authentication.

    The path says that it is about administration, debugging, configuration or secrets, yet neither the operation
    nor the root of the document requires credentials. Such paths are the first that scanners try.

    Attack: a scanner asks for `/admin`, `/actuator/env` and `/debug`, and one of them answers.

    To fix: require a scheme with a scope for administrators, or do not expose the path at all. If it must be
    public, say why with `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /admin/orders:
        delete:  # flagged
          security: []
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /admin/orders:
        delete:
          responses:
            "204": {description: Gone}
      /administrators-guide:
        get:
          security: []
          responses:
            "200": {description: A page}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    security = operation.security
    if not operation.expects_credentials or not security.is_anonymous:
        return
    segments = {"".join(words(one)): one for one in operation.path_template.split("/") if "{" not in one}
    house = next((one for one in segments if one in _HOUSE), "")
    room = next((one for one in segments if one in _ROOMS or (operation.is_write and one in _ROOMS_TO_WRITE)), "")
    if not (house or room):
        return
    optional = ", because `{}` is an alternative" if security.is_optional else ""
    segment = segments[house or room]
    yield operation.flag(
        None,
        f"`{operation.name}` answers without authentication{optional}, though its path says `{segment}`",
        severity=Severity.CRITICAL if house else Severity.HIGH,
        operations=[operation],
    )
