from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, RequestBody, Severity, rule
from apilint.concepts.uploads import File, files


@rule(
    "file-upload-content-type-undefined",
    on=RequestBody,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-434"),
)
def file_upload_content_type_undefined(body: RequestBody) -> Iterator[Flag]:
    """A file that clients send may be of any kind.

    If the document does not say what kind of file is meant, no gateway can refuse the others: pages with scripts that
    are later shown to users, programs, archives that unpack to a thousand times their size.

    Attack: instead of a photo the attacker uploads a web page, and sends his victims the link to it on your domain.

    To fix: list the media types: in a multipart form with `encoding` (`contentType` of the part), from 3.1 on also
    with `contentMediaType`; for a whole body as the keys of `content`. And check on the server what arrives.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/scans:
        post:
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  properties:
                    scan:  # flagged
                      type: string
                      format: binary
          responses:
            "201": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/scans:
        post:
          requestBody:
            content:
              multipart/form-data:
                schema:
                  type: object
                  properties:
                    scan:
                      type: string
                      format: binary
                encoding:
                  scan: {contentType: "image/png, image/jpeg"}
          responses:
            "201": {description: Stored}
    ```
    """
    # Swagger 2.0 has no way to say it.
    # Elsewhere a body has no meaning (RFC 9110, 9.3), and many servers drop it.
    sent = [one for one in body.operations if one.kind == "path" and one.method not in ("GET", "HEAD", "DELETE")]
    if body.api.version == "2.0" or not sent:
        return
    found = files(body)
    open_ = [file for file in found if not file.known_types and not (not file.name and _has_others(found))]
    for file in open_[:1]:
        what = f"the file `{file.name}`" if file.name else "the file"
        yield file.place.flag(
            None,
            f"{sent[0].name}: {what} may be of any kind",
            # A whole body of bytes is how object stores take what they need not understand.
            severity=Severity.MEDIUM if file.name else Severity.LOW,
            operations=body.operations,
        )


def _has_others(found: list[File]) -> bool:
    return any(file.known_types for file in found)
