from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.repeats import once

# IANA's registry of HTTP status codes.
_RANGES = ((100, 104), (200, 208), (226, 226), (300, 305), (307, 308), (400, 417), (421, 426), (428, 429))
_MANY = 5
_SINGLE = frozenset((431, 451, *range(500, 509), 510, 511))


@rule(
    "response-code-nonstandard",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059", "RFC-9110"),
)
def response_code_nonstandard(api: Api) -> Iterator[Flag]:
    """A response has a status code that is not registered.

    Clients, proxies and gateways treat a code that they do not know as the general one of its class (RFC 9110, 15).
    Retries, alarms and caches then do not do what was meant.

    Attack: an attacker tries passwords against an API that refuses with a code which no alarm knows.

    To fix: choose a code from IANA's registry, and tell more in the body.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "419":  # flagged
              description: The session has expired
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "401": {description: The session has expired}
            "5XX": {description: Something broke}
            default: {description: Something else}
    ```
    """
    users: dict[str, list[Operation]] = {}
    for operation in api.operations:
        for code in operation.responses:
            if _is_unregistered(code):
                users.setdefault(code, []).append(operation)
    yield from once((_kind(code, users), _flag(code, operations)) for code, operations in users.items())


def _kind(code: str, users: dict[str, list[Operation]]) -> str:
    """Codes are choices of their own, but one who numbers errors through makes one choice."""
    return "" if len(users) > _MANY else code


def _flag(code: str, operations: list[Operation]) -> Flag:
    first = operations[0]
    return first.flag(
        ("responses", code),
        f"{first.name}: status code `{code[:20]}` is not registered{_others(operations)}",
        related=tuple((operation, "here too") for operation in operations[1:5]),
        operations=operations,
    )


def _others(operations: list[Operation]) -> str:
    return f"; {len(operations)} operations use it" if len(operations) > 1 else ""


def _is_unregistered(code: str) -> bool:
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        return code != "default" and code.upper() not in ("1XX", "2XX", "3XX", "4XX", "5XX")
    number = int(code)
    return number not in _SINGLE and not any(low <= number <= high for low, high in _RANGES)
