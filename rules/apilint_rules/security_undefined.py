from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Severity, rule


@rule(
    "security-undefined",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-306"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-scheme-misplaced",
    ),
    tags=("owasp", "missing-authentication"),
    fixable=True,
)
def security_undefined(api: Api) -> Iterator[Flag]:
    """The API requires no authentication by default.

    Without `security` at the root, each operation is open unless it says otherwise, and so is each one that
    somebody adds tomorrow. Schemes that are declared but never required protect nothing.

    Attack: an attacker calls the operation whose author forgot to repeat `security`.

    To fix: add `security` at the root, so that authentication is the default, and override it only in the
    operations that are meant to be public.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:  # flagged
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
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    security:
      - login: []
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
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if api.security is not None:
        return
    judged = [op for op in api.operations if op.expects_credentials]
    open_ones = [op for op in judged if op.security.is_absent]
    if not open_ones:
        return
    count = f"{len(open_ones)} operation{'' if len(open_ones) == 1 else 's'}"
    if all(op.security.is_absent for op in api.operations):
        yield api.flag(
            "paths", f"no `security` anywhere: nothing protects {count}", operations=open_ones, fix=_fix(api)
        )
        return
    yield api.flag(
        "paths",
        f"no `security` at the root, and {count} without their own"
        if len(open_ones) > 1
        else "no `security` at the root, and 1 operation without its own",
        # `unauthenticated-write` speaks about each that writes, so that the root is an advice only.
        severity=Severity.LOW if any(op.is_write for op in open_ones) else Severity.MEDIUM,
        related=tuple((op, f"`{op.name}` has none") for op in open_ones[:3]),
        operations=(),
        fix=_fix(api),
    )


def _fix(api: Api) -> Fix | None:
    """Require the scheme that there is, if it is the only one; which scopes operations need only people know."""
    schemes = list(api.security_schemes.items())
    if len(schemes) != 1 or any(flow.scopes for flow in schemes[0][1].flows):
        return None
    name = schemes[0][0]
    return Fix(f"Require `{name[:60]}` at the root", False, (Edit("/security", "set", [{name: []}]),))
