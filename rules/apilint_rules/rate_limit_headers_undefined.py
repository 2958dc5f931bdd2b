from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, by_operation, rule


@rule(
    "rate-limit-headers-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-770"),
    tags=("owasp",),
)
def rate_limit_headers_undefined(api: Api) -> Iterator[Flag]:
    """Calls are limited, but no response tells clients how much of their limit is left.

    A client that sees its limit slows down before it is turned away. One that does not sends at full speed until it
    gets a `429`, and then tries again: the limit that was to save work makes some.

    Attack: none of its own; in an attack on the limit, well-meaning clients cannot tell that they should wait.

    To fix: add a family of headers to the responses: `RateLimit` and `RateLimit-Policy`, or `X-RateLimit-Limit`,
    `X-RateLimit-Remaining` and `X-RateLimit-Reset`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
            "200": {description: The orders}
            "429": {description: Too many requests}
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
            "429": {description: Too many requests}
    ```
    """
    limited = [operation for operation in api.operations if operation.rate_limit]
    silent = [operation for operation in limited if all(one.kind != "header" for one in operation.rate_limit)]
    what = "no response says how much of the rate limit is left"
    yield from by_operation(api, silent, limited, "responses", what)
