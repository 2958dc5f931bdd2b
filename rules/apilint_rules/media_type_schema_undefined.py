from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, MediaType, Severity, rule

_BINARY = ("image/", "audio/", "video/", "font/", "model/")
_ARCHIVES = frozenset(
    "application/octet-stream application/pdf application/zip application/gzip application/x-tar "
    "application/x-gzip application/vnd.ms-excel binary/octet-stream".split()
)


@rule(
    "media-type-schema-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20"),
    gives_way_to=("response-schema-undefined",),
)
def media_type_schema_undefined(api: Api) -> Iterator[Flag]:
    """A body has no schema.

    The document names the type of content and leaves open what is in it. Nothing can check a request; in a
    response nobody notices data that should not be there. Binary content of 3.1 and later needs no schema.

    Attack: the attacker adds what he likes to the body, and code that copies whole objects stores it.

    To fix: add a `schema` with a type and limits.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:  # flagged
                example: {quantity: 1}
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
                schema:
                  type: object
                  additionalProperties: false
                  properties:
                    quantity: {type: integer, minimum: 1, maximum: 100}
          responses:
            "201": {description: Stored}
    ```
    """
    if api.version == "2.0":
        return
    for body in api.request_bodies:
        sent = [one for one in body.operations if one.kind == "path"]
        for name, media_type in body.content.items():
            if (sent or not body.operations) and _lacks_schema(media_type, name):
                yield media_type.flag(None, f"{media_type.label} has no schema", operations=sent)
    for response in api.responses:
        asked = [one for one in response.operations if one.kind == "path" and one.method != "HEAD"]
        for name, media_type in response.content.items() if asked else ():
            if _lacks_schema(media_type, name):
                yield media_type.flag(
                    None, f"{media_type.label} has no schema", severity=Severity.LOW, operations=asked
                )


def _lacks_schema(media_type: MediaType, name: str) -> bool:
    if "schema" in media_type.value or "itemSchema" in media_type.value:
        return False
    plain = name.partition(";")[0].strip().lower()
    is_binary = plain in _ARCHIVES or (plain.startswith(_BINARY) and not plain.endswith("+xml"))
    return not (is_binary and media_type.api.version != "3.0")
