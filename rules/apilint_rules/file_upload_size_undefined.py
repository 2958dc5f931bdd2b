from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Fix, Flag, RequestBody, Severity, rule
from apilint.concepts.mends import together
from apilint.concepts.uploads import File, files, limits_size, says_size

_WITHOUT_BODY = frozenset(("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"))


class Options(NamedTuple):
    """`fix`: the `maxLength` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "file-upload-size-undefined",
    on=RequestBody,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770", "CWE-400"),
    options=Options,
    fixable=True,
)
def file_upload_size_undefined(body: RequestBody, options: Options) -> Iterator[Flag]:
    """A file that clients send may have any size.

    Files fill memory, disks and the time of whatever reads them: virus scanners, image libraries, backups. A limit in
    the gateway stops a file that is too large before it has arrived; without one, the server finds out when it is full.

    Attack: a handful of clients send files of a hundred gigabytes each, and the disk is full.

    To fix: limit the size, and describe it: `maxLength` (in bytes) on the schema of the file, a `413` response, or the
    gateway's extension (`x-kong-plugin-request-size-limiting`, …).

    Options: `fix` (0): the `maxLength` that `apilint fix --unsafe-fixes` writes; 0 writes none.

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
                      maxLength: 10000000
          responses:
            "201": {description: Stored}
            "413": {description: The file is larger than 10 MB}
    ```
    """
    # Elsewhere a body has no meaning (RFC 9110, 9.3), and many servers drop it.
    sent = [one for one in body.operations if one.kind == "path" and one.method not in _WITHOUT_BODY]
    operations = [operation for operation in sent if not limits_size(operation)]
    if not operations:
        return
    unlimited = [file for file in files(body) if not file.has_size]
    for file in unlimited[:1]:
        prose = [body.text("description"), *(f"{one.summary} {one.description}" for one in operations)]
        prose += [node.text("description") for node in (file.place, file.place.parent, file.schema) if node]
        what = f"the file `{file.name}`" if file.name else "the file"
        more = f" (and {len(unlimited) - 1} more)" if len(unlimited) > 1 and file.name else ""
        said = says_size(" ".join(prose))
        yield file.place.flag(
            None,
            f"{operations[0].name}: {what}{more} may have any size",
            severity=Severity.LOW if said else Severity.MEDIUM,
            confidence=Confidence.LOW if said else Confidence.HIGH,
            operations=operations,
            fix=_fix(unlimited, options.fix),
        )


def _fix(unlimited: list[File], size: int) -> Fix | None:
    """Bound each of the files, if all have schemas in the same file."""
    if size <= 0 or any(one.schema is None or "$ref" in one.schema.value for one in unlimited):
        return None
    schemas = [one.schema for one in unlimited if one.schema is not None]
    edits = [(schema.child("maxLength"), "set", size) for schema in schemas]
    return together(unlimited[0].place, f"Write `maxLength: {size}`", edits)
