from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Response, Severity, is_reset_header, rule
from apilint.concepts.mends import with_header
from apilint.concepts.responses import by_response, uses


@rule(
    "retry-after-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-799", "RFC-9110", "RFC-6585"),
    tags=("owasp",),
    fixable=True,
)
def retry_after_undefined(api: Api) -> Iterator[Flag]:
    """A `429` response does not say when to try again.

    Clients that are turned away without a time guess one, mostly a short one, and all at once. `Retry-After`
    spreads them and tells well-meaning clients from those that do not care.

    Attack: an attacker fills the limit, and the retries of everyone else keep it full.

    To fix: add a `Retry-After` header to the response, or one that says when the limit starts anew, such as
    `RateLimit-Reset`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "429":  # flagged
              description: Too many requests
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "429":
              description: Too many requests
              headers:
                Retry-After:
                  description: Seconds to wait before the next request
                  schema:
                    type: integer
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "429":
              description: Too many requests
              headers:
                Retry-After: {schema: {type: integer}}
    ```
    """
    for code, severity in (("429", Severity.LOW), ("503", Severity.INFO)):
        concerned = [use for use in uses(api) if code in use.codes]
        lacking = [use for use in concerned if not any(map(_says_when, use.response.headers))]
        what = f"has no `Retry-After` header ({code})"
        yield from by_response(api, lacking, concerned, None, what, severity=severity, fix=_fix)


def _says_when(header: str) -> bool:
    return header == "retry-after" or is_reset_header(header)


def _fix(response: Response) -> Fix | None:
    return with_header(response, "Retry-After", {"type": "integer"}, "Seconds to wait before the next request")
