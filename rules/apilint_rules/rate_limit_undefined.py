from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Operation, Severity, rule
from apilint.concepts.grouping import for_all
from apilint.concepts.responses import reusable, with_response

_UNKNOWN = "the document names no limit on how often clients may call"


@rule(
    "rate-limit-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-799"),
    gives_way_to=("auth-endpoint-without-rate-limit", "costly-operation-without-rate-limit"),
    tags=("owasp",),
    fixable=True,
)
def rate_limit_undefined(api: Api) -> Iterator[Flag]:
    """Nothing in the document says that calls are limited.

    Without a limit one client can use all the capacity there is, and can try passwords, codes and ids as fast
    as the network allows. A limit that is not described is one that clients cannot respect and nobody checks.

    Attack: a script tries ten thousand passwords a minute, or keeps the slowest operation busy.

    To fix: limit the calls in the gateway and describe it: an extension of the gateway
    (`x-kong-plugin-rate-limiting`, `x-google-quota`, …) or `x-rate-limit`, the headers `RateLimit-Policy` and
    `RateLimit`, or at least a `429` response.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:  # flagged
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              headers:
                RateLimit: {schema: {type: string}}
        post:
          responses:
            "201": {description: The new order}
            "429": {description: Too many requests}
    ```
    """
    operations = [operation for operation in api.operations if operation.method != "OPTIONS"]
    unlimited = [operation for operation in operations if not operation.rate_limit]
    if not unlimited:
        return
    if len(unlimited) == len(operations):
        # Prose binds neither gateways nor clients, but the server most likely keeps to it.
        said = _says_limit(api)
        message = "no operation declares the rate limit of the prose" if said else _UNKNOWN
        yield api.flag(
            "paths",
            f"{message} ({_count(len(operations))})",
            severity=Severity.LOW if said else Severity.MEDIUM,
            operations=unlimited,
            fix=_fix(api, unlimited),
        )
        return
    some = ", ".join(f"`{operation.name}`" for operation in unlimited[:3])
    more = ", …" if len(unlimited) > 3 else ""
    yield api.flag(
        "paths",
        f"no rate limit for {len(unlimited)} of {_count(len(operations))}: {some}{more}",
        related=tuple((operation, "no rate limit") for operation in unlimited[:5]),
        operations=unlimited,
        fix=_fix(api, unlimited),
    )


def _count(number: int) -> str:
    return f"{number} operation{'' if number == 1 else 's'}"


def _says_limit(api: Api) -> bool:
    """Whether the description of the API speaks of a limit to the number of calls."""
    text = api.child("info").text("description")[:20_000].lower()
    often = r"requests? (?:per|/|a|every) ?(?:second|sec|minute|min|hour|day)\b|\d req/s"
    return re.search(rf"rate[ -]?limit|throttl|too many requests|{often}", text) is not None


def _fix(api: Api, operations: list[Operation]) -> Fix | None:
    """Refer to the response for too many requests, if there is one: the limit itself only its server knows."""
    component = reusable(api, "429")
    if component is None:
        return None
    fix = for_all(api, operations, lambda operation: with_response(operation, "429", component))
    return fix._replace(safe=False) if fix is not None else None
