from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.grouping import some_of


@rule(
    "server-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API9:2023", "CWE-1059"),
)
def server_undefined(api: Api) -> Iterator[Flag]:
    """The document does not say where the API is.

    Without `servers` (in Swagger 2.0 without `host`) clients take the address from which they got the document,
    whatever that is. Nobody can tell which hosts belong to the API, nor whether the way there is encrypted.

    Attack: somebody offers the document at an address of their own, and clients made from it send their
    credentials there.

    To fix: list the servers with absolute `https:` addresses.

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
    servers:
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    if api.version == "2.0":
        if api.operations and not api.text("host"):
            yield api.flag("host" if "host" in api.value else "paths", "no `host`: clients must guess where the API is")
        return
    homeless = [operation for operation in api.operations if not operation.servers]
    if homeless:
        few = "" if len(homeless) == len(api.operations) else f" for {some_of(homeless)}"
        yield api.flag(
            "servers" if "servers" in api.value else "paths",
            f"no `servers`{few}: clients must guess where the API is",
            operations=homeless,
        )
