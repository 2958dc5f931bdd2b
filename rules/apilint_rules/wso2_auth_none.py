from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Operation, Severity, rule
from apilint.concepts.grouping import some_of

_TYPE = "x-auth-type"
_DISABLE = "x-wso2-disable-security"


@rule(
    "wso2-auth-none",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1188"),
    tags=("gateway", "missing-authentication"),
    needs=("x-auth-type",),
)
def wso2_auth_none(api: Api) -> Iterator[Flag]:
    """WSO2 is told not to authenticate callers.

    `x-auth-type: None` and `x-wso2-disable-security: true` make the gateway skip authentication, whatever the
    document's `security` says. The operation looks protected, and is not.

    Attack: the attacker calls the operation without a token, and the gateway passes the request on.

    To fix: remove the extension. If the operation must be public, remove its `security` as well, and say why with
    `x-apilint-public: <reason>`.

    ```yaml fail
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        post:
          x-auth-type: None  # flagged
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        post:
          x-auth-type: Application & Application User
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    opened: list[Operation] = []
    for operation in api.operations:
        # Reads that declare no security are open on paper, too: the rules on authentication speak of those.
        if not operation.expects_credentials or (operation.is_safe and operation.security.is_anonymous):
            continue
        key = _switch(operation)
        if key:
            yield operation.flag(key, f"`{operation.name}` is not authenticated by the gateway", operations=[operation])
        elif _switch(operation.path_item) or (_switch(api) and _DISABLE not in operation.extensions):
            opened.append(operation)
    if not opened:
        return
    for holder in (api, *dict.fromkeys(one.path_item for one in opened)):
        key = _switch(holder)
        users = [one for one in opened if holder is api or one.path_item is holder]
        if key and users:
            yield holder.flag(key, f"the gateway does not authenticate {some_of(users)}", operations=users)


def _switch(holder: Node) -> str:
    """The key that switches authentication off, or an empty string."""
    written = holder.get(_TYPE)
    # YAML has no `None` of its own: it is the text that WSO2 reads.
    if isinstance(written, str) and written.strip().lower() == "none":
        return _TYPE
    return _DISABLE if str(holder.get(_DISABLE)).strip().lower() == "true" else ""
