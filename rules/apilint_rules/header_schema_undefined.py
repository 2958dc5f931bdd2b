from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Header, Severity, rule


@rule(
    "header-schema-undefined",
    on=Header,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20"),
    tags=("structure",),
)
def header_schema_undefined(header: Header) -> Iterator[Flag]:
    """A response header does not say what its values are.

    Clients act on headers such as `Location` or `Retry-After`. Without a `schema`, generated clients take any
    text, and no test notices that a header carries something else than it should.

    Attack: a value that comes from a request reaches the header unchecked, and sends clients elsewhere.

    To fix: add a `schema` (in Swagger 2.0 a `type`) with limits.

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
                X-Total:  # flagged
                  description: How many there are
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
                X-Total:
                  schema: {type: integer, minimum: 0}
    ```
    """
    # OpenAPI 3 ignores a `Content-Type` among the headers: the media type says it.
    if header.name.lower() == "content-type" and header.api.version != "2.0":
        return
    if not any(one in header.value for one in ("schema", "content", "type")):
        yield header.flag(None, f"{header.label} has no schema")
    elif header.api.version != "2.0" and "schema" not in header.value and "content" not in header.value:
        yield header.flag("type", f"{header.label} has no schema: `type` belongs inside `schema`")
