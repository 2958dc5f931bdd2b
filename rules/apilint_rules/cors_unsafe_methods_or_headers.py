from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.cors import CorsPolicy, cors_policies
from apilint.concepts.repeats import once


@rule(
    "cors-unsafe-methods-or-headers",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-942"),
    gives_way_to=("cors-credentials-with-wildcard",),
    needs=("access-control", "cors", "x-tyk", "x-amazon-apigateway", "x-google"),
)
def cors_unsafe_methods_or_headers(api: Api) -> Iterator[Flag]:
    """Foreign pages may use every method or header together with the visitor's credentials.

    The lists of methods and headers are what keeps a page of an allowed origin to the calls it was meant to make.
    With `*` also the methods count that nobody thought of, and headers by which servers are steered.

    Attack: a script in an old page of an allowed origin deletes what it was only meant to show.

    To fix: list the methods and headers that your pages use.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-amazon-apigateway-cors:
      allowOrigins: ["https://shop.example.com"]  # flagged
      allowCredentials: true
      allowMethods: ["*"]
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
      allowOrigins: ["https://shop.example.com"]
      allowCredentials: true
      allowMethods: [GET, POST]
      allowHeaders: [Content-Type]
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    yield from once(
        (policy.source, _flag(policy))
        for policy in cors_policies(api)
        if policy.credentials and "*" in (*policy.methods, *policy.headers)
    )


def _flag(policy: CorsPolicy) -> Flag:
    what = "method" if "*" in policy.methods else "header"
    return policy.place.flag(
        policy.at,
        f"{policy.source} lets foreign pages use every {what} with credentials",
        operations=policy.operations,
    )
