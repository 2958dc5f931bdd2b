from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, by_operation, rule
from apilint.concepts.cors import cors_policies
from apilint.concepts.responses import described


@rule(
    "cors-header-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API8:2023", "CWE-942"),
    tags=("owasp",),
)
def cors_header_undefined(api: Api) -> Iterator[Flag]:
    """Operations do not say which foreign pages may call them.

    Browsers let a page read answers of another site only if the header `Access-Control-Allow-Origin` allows it. An
    API that no page calls needs no such header, and many have it added by their gateway; so this is a reminder
    to decide.

    Attack: a gateway allows every origin by default, and any page reads what the user's browser may.

    To fix: describe `Access-Control-Allow-Origin` with the origins that may call, in one response of each
    operation or in the gateway's extension (`x-amazon-apigateway-cors`, `x-kong-plugin-cors` and the like).

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
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
                access-control-allow-origin:
                  schema: {type: string, enum: ["https://shop.example.com"]}
    ```
    """
    decided = {id(operation) for policy in cors_policies(api) for operation in policy.operations}
    concerned = described(api)
    lacking = [operation for operation in concerned if id(operation) not in decided]
    yield from by_operation(api, lacking, concerned, "responses", "no `Access-Control-Allow-Origin` header")
