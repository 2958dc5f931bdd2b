from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, RequestBody, Severity, rule
from apilint.concepts.mends import bounded
from apilint.concepts.uploads import files


class Options(NamedTuple):
    """`fix`: the `maxItems` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "multi-file-unbounded",
    on=RequestBody,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def multi_file_unbounded(body: RequestBody, options: Options) -> Iterator[Flag]:
    """One request may carry any number of files.

    A limit on the size of each file is worth little if a request may hold any number of them. Each file costs a
    handle, a scan and an entry in the store, so many small ones do as much harm as a large one.

    Attack: one request with a hundred thousand files of one byte keeps the server busy for an hour.

    To fix: add `maxItems` to the array of files.

    Options: `fix` (0): the `maxItems` that `apilint fix --unsafe-fixes` writes; 0 writes none.

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
                    scans:  # flagged
                      type: array
                      items: {type: string, format: binary}
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
                    scans:
                      type: array
                      maxItems: 5
                      items: {type: string, format: binary}
          responses:
            "201": {description: Stored}
    ```
    """
    if not any(operation.kind == "path" for operation in body.operations):
        return
    for file in files(body):
        array = body.api.follow(file.place) if file.many else None
        if array is not None and type(array.get("maxItems")) not in (int, float):
            message = f"{body.operations[0].name}: any number of files may be sent in `{file.name}`"
            # It stands for this array, not for all that the operations take.
            yield array.flag(
                None, message, operations=body.operations, fix=bounded(array, "maxItems", options.fix, "minItems")
            )._replace(speaks=False)
