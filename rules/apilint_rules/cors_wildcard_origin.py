from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.cors import CorsPolicy, cors_policies
from apilint.concepts.repeats import once

# Browsers send these by themselves, without the page knowing them.
_SENT_BY_BROWSERS = frozenset(("basic", "digest", "negotiate", "ntlm"))


@rule(
    "cors-wildcard-origin",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API8:2023", "CWE-942"),
    gives_way_to=("cors-credentials-with-wildcard",),
    needs=("access-control", "cors", "x-tyk", "x-amazon-apigateway", "x-google"),
)
def cors_wildcard_origin(api: Api) -> Iterator[Flag]:
    """Pages of every origin may call the API.

    With `*` any page may read what the API answers to the visitor's browser. That is right for public data. It is
    low where callers send a token that a foreign page does not have, and medium where browsers send the
    credentials by themselves (cookies, Basic, certificates) or where the network is what protects the API.

    Attack: a page on the Internet makes the browsers of its visitors read an API inside the company's network.

    To fix: list the origins of your own pages.

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
                Access-Control-Allow-Origin:
                  schema:
                    type: string
                    default: "*"  # flagged
    ```

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-amazon-apigateway-cors:
      allowOrigins: ["*"]  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-amazon-apigateway-cors:
      allowOrigins: ["https://shop.example.com", "https://*.example.com"]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    yield from once((policy.source, _flag(policy)) for policy in cors_policies(api) if policy.is_open)
    for index, endpoint in enumerate(api.get("x-google-endpoints") if _has_endpoints(api) else ()):
        if isinstance(endpoint, dict) and endpoint.get("allowCors") is True:
            yield api.flag(
                ("x-google-endpoints", index, "allowCors"),
                "`allowCors` passes preflight requests on to the backend without credentials",
            )


def _flag(policy: CorsPolicy) -> Flag:
    return policy.place.flag(
        policy.at,
        f"{policy.source} lets pages of every origin call",
        severity=_severity(policy),
        operations=policy.operations,
    )


def _has_endpoints(api: Api) -> bool:
    return isinstance(api.get("x-google-endpoints"), list)


def _severity(policy: CorsPolicy) -> Severity:
    if any(_is_sent_by_browsers(operation) for operation in policy.operations):
        return Severity.MEDIUM
    has_login = any(not operation.security.is_anonymous for operation in policy.operations)
    return Severity.LOW if has_login else Severity.INFO


def _is_sent_by_browsers(operation: Operation) -> bool:
    schemes = [one.scheme for alternative in operation.security.alternatives for one in alternative.schemes.values()]
    return any(
        scheme is not None
        and (
            scheme.scheme in _SENT_BY_BROWSERS
            or scheme.type == "mutualTLS"
            or (scheme.type == "apiKey" and scheme.location == "cookie")
        )
        for scheme in schemes
    )
