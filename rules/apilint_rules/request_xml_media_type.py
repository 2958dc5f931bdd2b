from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule


@rule(
    "request-xml-media-type",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-611", "CWE-776"),
)
def request_xml_media_type(api: Api) -> Iterator[Flag]:
    """Requests may be XML, which needs a parser that is set up with care.

    Many XML parsers load external entities, expand nested ones without a limit and fetch DTDs, unless they are
    told not to. The document cannot show how the server's parser is set up, so somebody has to look.

    Attack: a body with `<!ENTITY x SYSTEM "file:///etc/passwd">` returns the file, or calls an internal address.

    To fix: accept JSON only. If XML is needed: switch off DTDs, external entities and XInclude in the parser,
    limit size and depth, and then accept the finding with the reason.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:  # flagged
            content:
              application/xml:
                schema: {type: object, properties: {id: {type: string, maxLength: 9}}}
          responses:
            "201": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object, properties: {id: {type: string, maxLength: 9}}}
          responses:
            "201": {description: Stored}
    ```
    """
    sending = [one for one in api.operations if one.request_body is not None]
    reading = [one for one in sending if _reads_xml(one)]
    if api.version == "2.0":
        inherited = [one for one in reading if "consumes" not in one.value]
        if inherited:
            yield api.flag("consumes", f"{len(inherited):,} operations accept XML", operations=inherited)
        reading = [one for one in reading if "consumes" in one.value]
    at = "consumes" if api.version == "2.0" else "requestBody"
    yield from by_operation(api, reading, sending, at, "accepts XML")


def _reads_xml(operation: Operation) -> bool:
    body = operation.request_body
    return body is not None and any(map(_is_xml, body.content))


def _is_xml(name: Any) -> bool:
    plain = name.partition(";")[0].strip().lower()
    return bool(plain.endswith(("/xml", "+xml", "/soap")) and not plain.startswith("image/"))
