from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Api, Confidence, Evidence, Flag, Operation, Severity, rule, strictest
from apilint.concepts.purpose import is_sign_in


class Options(NamedTuple):
    """What is too much, in requests a minute from one client."""

    per_minute: int = 6000
    sign_in_per_minute: int = 20


@rule(
    "rate-limit-too-permissive",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "OWASP-API2:2023", "CWE-799", "CWE-307"),
    options=Options,
)
def rate_limit_too_permissive(api: Api, options: Options) -> Iterator[Flag]:
    """A rate limit lets more requests through than any client needs.

    A limit protects only if it stands below what does harm. Hundreds of requests a second from one client are more
    than most APIs bear, and for a login a few a minute are enough.

    Attack: the attacker keeps just under the limit, and still tries a hundred thousand passwords an hour.

    To fix: lower the limit to what clients need, and give login, codes and password reset one of their own.

    Options: `per_minute` (6000): the most requests a minute. `sign_in_per_minute` (20): the same for operations where
    credentials can be guessed.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-rate-limit: 100000/min  # flagged
          responses:
            "200": {description: The orders}
      /login:
        post:
          x-rate-limit: 100/min  # flagged
          responses:
            "200": {description: Signed in}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-rate-limit: 600/min
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /login:
        post:
          x-rate-limit: 5/min
          responses:
            "200": {description: Signed in}
    ```
    """
    for sign_in, most in ((False, options.per_minute), (True, options.sign_in_per_minute)):
        found: dict[int, tuple[Evidence, list[Operation]]] = {}
        for operation in api.operations:
            limit = strictest(operation)
            if limit is None or limit.rate is None or bool(is_sign_in(operation)) is not sign_in:
                continue
            # One limit for all clients together may well be high.
            if limit.rate.per_minute > most and (limit.rate.scope != "global" or sign_in):
                found.setdefault(id(limit.place.value), (limit, []))[1].append(operation)
        for limit, operations in found.values():
            whom = f"{operations[0].name}: " if sign_in else ""
            message = f"{whom}`{limit.name}` allows {limit.rate}, more than {most:,} a minute"
            place = operations[0] if sign_in and len(limit.place.path) == 1 else limit.place
            related = ((limit.place, "the limit"),) if place is not limit.place else ()
            yield place.flag(None, message, operations=operations, related=related)
