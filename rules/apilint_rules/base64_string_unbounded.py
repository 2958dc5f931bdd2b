from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words
from apilint.concepts.mends import bounded
from apilint.concepts.shape import is_json

# What files are called; a key, a hash or a tag in base64 is short.
_FILES = frozenset(
    "file content data image photo picture document attachment body byte inline payload pdf scan media audio video"
    " binary blob archive logo avatar icon screenshot thumbnail raw message".split()
)
_SHORT = frozenset("id ref reference hash name digest key".split())
_ENCODINGS = ("base64", "base64url", "base32", "base16")


class Options(NamedTuple):
    """`fix`: the `maxLength` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "base64-string-unbounded",
    on=InputSchema,
    types=("string",),
    having=("format", "contentEncoding"),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-770"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def base64_string_unbounded(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A file in the body, encoded as text, may have any size.

    Text in base64 is a file that has to be held in memory as a whole, twice: as text and decoded. That makes it the
    dearest way to receive one, and the limits for uploads do not see it.

    Attack: a few requests with a gigabyte of text each, and the server runs out of memory.

    To fix: add `maxLength`, which counts the characters of the encoded text: four for three bytes. For more than a few
    kilobytes, take the file as a body of its own.

    Options: `fix` (0): the `maxLength` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
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
                  properties:
                    scan:  # flagged
                      type: string
                      format: byte
          responses:
            "201": {description: The new order}
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
                  properties:
                    scan:
                      type: string
                      format: byte
                      maxLength: 1000000
          responses:
            "201": {description: The new order}
    ```
    """
    encoded = schema.text("format").lower() in ("byte", *_ENCODINGS[:2])
    if schema.api.version not in ("2.0", "3.0"):
        encoded = encoded or schema.text("contentEncoding").lower() in _ENCODINGS
    # A whole body of another media type is a file, of which `file-upload-size-undefined` speaks.
    is_body = (
        schema.path[-1:] == ("schema",) and schema.path[-3:-2] == ("content",) and not is_json(str(schema.path[-2]))
    )
    if encoded and not is_body and not schema.string_is_bounded and not schema.is_choice:
        yield schema.flag(
            None,
            f"{schema.label} is encoded data without a greatest length",
            severity=Severity.MEDIUM if schema.is_input and _is_file(schema) else Severity.LOW,
            confidence=schema.certainty,
            fix=bounded(schema, "maxLength", options.fix, "minLength"),
        )


def _is_file(schema: InputSchema) -> bool:
    found = words(schema.name)
    return not found or (not _FILES.isdisjoint(found) and found[-1] not in _SHORT)
