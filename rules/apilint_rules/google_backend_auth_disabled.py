from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.grouping import some_of

_BACKEND = "x-google-backend"
_ALLOW = "x-google-allow"


@rule(
    "google-backend-auth-disabled",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API2:2023", "OWASP-API9:2023", "CWE-306", "CWE-1188"),
    tags=("gateway",),
    needs=("x-google",),
)
def google_backend_auth_disabled(api: Api) -> Iterator[Flag]:
    """Google's gateway is told to let unknown requests through, or not to identify itself to the backend.

    With `x-google-allow: all`, requests to paths that the document does not list reach the backend without any check.
    With `disable_auth: true`, the gateway sends no identity token, so that the backend cannot tell its calls
    from those that go around it.

    Attack: the attacker calls the address of the Cloud Run service directly, where no key is asked for.

    To fix: remove `x-google-allow`, and replace `disable_auth` by a `jwt_audience`, with a backend that only lets the
    gateway's service account in.

    ```yaml fail
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    x-google-allow: all  # flagged
    paths:
      /orders:
        get:
          x-google-backend:
            address: https://orders-abc.a.run.app
            disable_auth: true  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    x-google-allow: configured
    paths:
      /orders:
        get:
          x-google-backend:
            address: https://orders-abc.a.run.app
            jwt_audience: https://orders-abc.a.run.app
          responses:
            "200": {description: The orders}
    ```
    """
    if str(api.get(_ALLOW)).strip().lower() == "all":
        message = "requests to paths that the document does not list pass unchecked"
        yield api.flag(_ALLOW, message, severity=Severity.HIGH, confidence=Confidence.HIGH)
    if _disables(api.get(_BACKEND)):
        operations = [one for one in api.operations if _BACKEND not in one.extensions]
        if operations:
            yield api.flag(
                (_BACKEND, "disable_auth"),
                "the gateway does not identify itself to the backend",
                severity=_severity(operations),
                operations=operations,
            )
    by_address: dict[str, list[Operation]] = {}
    for operation in api.operations:
        backend = operation.get(_BACKEND)
        if _disables(backend):
            by_address.setdefault(str(backend.get("address")), []).append(operation)
    for operations in by_address.values():
        yield operations[0].flag(
            (_BACKEND, "disable_auth"),
            f"the gateway does not identify itself to the backend: {some_of(operations)}",
            severity=_severity(operations),
            related=tuple((one, "here too") for one in operations[1:5]),
            operations=operations,
        )


def _severity(operations: list[Operation]) -> Severity:
    """Less grave where callers bring a token, which the backend then gets and may check."""
    exposed = any(one.expects_credentials and one.security.is_anonymous for one in operations)
    return Severity.MEDIUM if exposed else Severity.LOW


def _disables(backend: object) -> bool:
    return isinstance(backend, dict) and str(backend.get("disable_auth")).lower() == "true"
