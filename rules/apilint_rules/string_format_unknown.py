from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.json_schema import REGISTERED_FORMATS
from apilint.api import Api, Confidence, Flag, InputSchema, Schema, Severity, rule

_LIMITS = ("maxLength", "pattern", "enum", "const")
# The name of a type promises no check.
_TYPES = ("string", "text", "str")


class Options(NamedTuple):
    """`known`: formats that your validators do check."""

    known: tuple[str, ...] = ()


@rule(
    "string-format-unknown",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-1287"),
    options=Options,
)
def string_format_unknown(api: Api, options: Options) -> Iterator[Flag]:
    """A string that clients send is limited by a format that no validator knows, and by nothing else.

    Validators pass over formats that they do not know. The word looks like a check, but any text gets through.
    Each unknown format is one finding, at its first place.

    Attack: a gateway that validates against the document lets a megabyte of script through as `format: phone`.

    To fix: add a `pattern` and a `maxLength` beside the format, or correct its spelling.

    Options: `known` (none): formats that your validators do check.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: phone
              in: query
              schema:
                type: string
                format: phone  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: phone
              in: query
              schema: {type: string, format: phone, pattern: "^\\\\+[0-9]{7,15}$"}
            - name: day
              in: query
              schema: {type: string, format: date}
          responses:
            "200": {description: The orders}
    ```
    """
    known = REGISTERED_FORMATS.union(options.known, _TYPES)
    found: dict[str, list[Schema]] = {}
    for schema in api.views(InputSchema, ("string",), ("format",)):
        text = schema.value["format"]
        is_unknown = isinstance(text, str) and text.lower() not in known
        if is_unknown and schema.is_input and not any(schema.keyword(one) for one in _LIMITS):
            found.setdefault(text, []).append(schema)
    for text, schemas in found.items():
        first, *others = schemas
        more = f" ({len(others)} more like it)" if others else ""
        yield first.flag(
            "format",
            f"{first.label} is limited by nothing but the unknown format `{text[:40]}`{more}",
            related=tuple((other.child("format"), "here too") for other in others[:5]),
            operations=first.operations,
        )
