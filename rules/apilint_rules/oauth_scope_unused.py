from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.scopes import is_standard
from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.scoping import granted_scopes

_FEW = 5


@rule(
    "oauth-scope-unused",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "CWE-1059"),
)
def oauth_scope_unused(api: Api) -> Iterator[Flag]:
    """A scope is declared that no operation requires.

    Users are asked to grant it, and nothing in the document says what it opens: an operation that is missing
    from the document, or one that forgot to require it.

    Attack: an application asks for the forgotten scope and reaches operations that nobody looks after.

    To fix: require the scope where it belongs, or remove it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: ["orders:read"]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes:
                "orders:read": Read the orders
                "orders:refund": Refund orders  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - oauth: ["orders:read"]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        oauth:
          type: oauth2
          flows:
            clientCredentials:
              tokenUrl: https://login.example.com/token
              scopes: {"orders:read": Read the orders, openid: Sign in}
    ```
    """
    required: dict[str, set[str]] = {}
    for operation in api.all_operations:
        for one in operation.security.alternatives:
            for name, needed in one.schemes.items():
                required.setdefault(name, set()).update(needed.scopes)
    for name, scheme in api.security_schemes.items():
        # Where no operation names any scope, that is the defect, and other rules speak of it.
        if not required.get(name):
            continue
        granted = granted_scopes(scheme)
        unused = [one for one in granted if one not in required[name] and not is_standard(one)]
        if len(unused) > _FEW:
            some = ", ".join(f"`{one}`" for one in unused[:3])
            message = f"{len(unused)} scopes of `{name}` are required by no operation, among them {some}"
            yield granted[unused[0]].flag("scopes", message, operations=())
            continue
        for scope in unused:
            message = f"no operation requires the scope `{scope}` of `{name}`"
            yield granted[scope].flag(("scopes", scope), message, operations=())
