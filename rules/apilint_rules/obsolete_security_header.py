from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Header, Response, Severity, rule
from apilint.concepts.headers import headers_named

_OBSOLETE = {
    "x-xss-protection": "filters that browsers no longer have, and that opened holes of their own",
    "public-key-pins": "pins that browsers no longer read",
    "public-key-pins-report-only": "pins that browsers no longer read",
    "expect-ct": "a check that browsers now make by themselves",
    "pragma": "a header for requests; `Cache-Control` is what caches obey",
}


@rule(
    "obsolete-security-header",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1188", "RFC-9111"),
)
def obsolete_security_header(api: Api) -> Iterator[Flag]:
    """A response has a security header that protects nothing any more.

    `X-XSS-Protection` (but for `0`), `Public-Key-Pins` and `Expect-CT` are gone from browsers; `Pragma` never was
    meant for responses, and caches may ignore it. They look like protection where there is none.

    Attack: answers with personal data stay in a cache because `Pragma: no-cache` was all that forbade it.

    To fix: remove the header; send `Content-Security-Policy` and `Cache-Control: no-store` instead.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              headers:
                Pragma:  # flagged
                  schema: {type: string, enum: [no-cache]}
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
                Cache-Control: {schema: {type: string, enum: [no-store]}}
                Pragma: {schema: {type: string, enum: [no-cache]}}
                X-XSS-Protection: {schema: {type: string, enum: ["0"]}}
    ```
    """

    def concerns(response: Response, header: Header) -> bool:
        if header.name.lower() == "pragma":
            return "cache-control" not in response.headers
        return not _is_off(header)

    for header, name, operations in headers_named(api, _OBSOLETE, concerns):
        yield header.flag(
            None, f"the header `{header.name[:60]}` is obsolete: {_OBSOLETE[name]}", operations=operations
        )


def _is_off(header: Header) -> bool:
    schemas = [root.schema for root in header.roots if root.schema is not None]
    values = [value for schema in schemas for key in ("const", "default", "enum") for value in schema.keyword(key)]
    plain = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return bool(plain) and all(str(one).strip() == "0" for one in plain)
