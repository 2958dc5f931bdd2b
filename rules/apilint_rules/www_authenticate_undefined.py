from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Response, Severity, rule
from apilint.concepts.mends import with_header
from apilint.concepts.responses import by_response, uses


@rule(
    "www-authenticate-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1059", "RFC-9110"),
    fixable=True,
)
def www_authenticate_undefined(api: Api) -> Iterator[Flag]:
    """A `401` response does not describe the header `WWW-Authenticate`.

    RFC 9110 (15.5.2) demands the header: it tells clients how to authenticate, and an OAuth client by it that
    its token has expired or lacks a scope (RFC 6750, 3). Without it clients guess, and try passwords and tokens
    where they do not belong.

    Attack: a client that is not told which credentials are wanted sends all that it has to a hostile server.

    To fix: send the header, and describe it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "401":  # flagged
              description: The token is missing or invalid
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "401":
              description: The token is missing or invalid
              headers:
                WWW-Authenticate:
                  description: The schemes by which to authenticate
                  schema:
                    type: string
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "401":
              description: The token is missing or invalid
              headers:
                WWW-Authenticate:
                  schema: {type: string, maxLength: 200}
    ```
    """
    concerned = [use for use in uses(api) if "401" in use.codes]
    lacking = [use for use in concerned if "www-authenticate" not in use.response.headers]
    yield from by_response(api, lacking, concerned, None, "has no `WWW-Authenticate` header", fix=_fix)


def _fix(response: Response) -> Fix | None:
    return with_header(response, "WWW-Authenticate", {"type": "string"}, "The schemes by which to authenticate")
