from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words
from apilint.concepts.uploads import uploads

_NAMES = (("file", "name"), ("filename",), ("file", "path"), ("filepath",))


@rule(
    "file-upload-filename-parameter",
    on=InputSchema,
    types=("string",),
    named=("file", "filename", "filepath"),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-22", "CWE-73"),
    tags=("owasp",),
)
def file_upload_filename_parameter(schema: InputSchema) -> Iterator[Flag]:
    """The client chooses under which name its file is stored, and nothing bounds that name.

    A name with `../` leads out of the folder; one that ends in `.php` or `.jsp` makes some servers run the file; one
    that exists already replaces the file of somebody else.

    Attack: the attacker uploads a file under the name `../../app/start.sh`.

    To fix: let the server choose the name under which it stores, and take the client's only for display. Bound it
    with a `pattern` without slashes, such as `^[A-Za-z0-9_-]{1,60}[.](png|pdf)$`.

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
                    file_name: {type: string, maxLength: 60}  # flagged
                    scan: {type: string, format: binary}
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
                    file_name: {type: string, pattern: "^[a-z0-9-]{1,60}[.]pdf$"}
                    scan: {type: string, format: binary}
          responses:
            "201": {description: Stored}
    ```
    """
    found = words(schema.name)
    if not schema.is_input or not (found[-2:] in _NAMES or found[-1:] in _NAMES):
        return
    if any(schema.keyword(key) for key in ("pattern", "enum", "const")) or schema.text("format") in ("binary", "uuid"):
        return
    if any(uploads(operation) for operation in schema.operations[:50]):
        yield schema.flag(None, f"{schema.label} names the file that is stored, and may hold slashes and `..`")
