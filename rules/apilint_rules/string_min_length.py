from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, InputSchema, Severity, rule
from apilint.concepts.mends import bounded

# Formats that an empty string has, too.
_MAY_BE_EMPTY = frozenset(("password", "byte", "commonmark", "html", "base64url"))
_SENT_EMPTY = frozenset(("query", "header", "cookie", "formData"))


class Options(NamedTuple):
    """`fix`: the `minLength` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "string-min-length",
    on=InputSchema,
    types=("string",),
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-20"),
    gives_way_to=(
        "string-max-length",
        "string-pattern",
    ),
    options=Options,
    fixable=True,
)
def string_min_length(schema: InputSchema, options: Options) -> Iterator[Flag]:
    """A required string may be empty.

    `required` only says that the member is there. An empty name, id or token passes the check, and code that
    trusts the description goes on with nothing: it matches everything, or skips a comparison.

    Attack: a request with an empty `owner` reaches a query that then selects the records of all owners.

    To fix: add `minLength: 1`, or an `enum`, a `format` or a `pattern` that no empty string fits.

    Options: `fix` (0): the `minLength` that `apilint fix --unsafe-fixes` writes; 0 writes none.

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
                  required: [owner]
                  properties:
                    owner: {type: string, maxLength: 40}  # flagged
                    note: {type: string, maxLength: 40}
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
                  required: [owner]
                  properties:
                    owner: {type: string, minLength: 1, maxLength: 40}
                    note: {type: string, maxLength: 40}
          responses:
            "201": {description: Stored}
    ```
    """
    if schema.is_input and _is_required(schema) and not _excludes_empty(schema) and not schema.is_choice:
        yield schema.flag(
            None, f"{schema.label} is required, but may be empty", fix=bounded(schema, "minLength", options.fix)
        )


def _is_required(schema: InputSchema) -> bool:
    holder = schema.parent
    if isinstance(schema.key, tuple) and schema.key[:1] == ("properties",) and holder is not None:
        names = holder.get("required")
        return isinstance(names, list) and schema.key[1] in names
    if schema.root.schema is not schema or not schema.in_parameter:
        return False
    # In Swagger 2.0 the parameter itself is the schema. A value in the path is never empty.
    parameter = schema if "in" in schema.value else holder
    return parameter is not None and parameter.get("required") is True and parameter.text("in") in _SENT_EMPTY


def _excludes_empty(schema: InputSchema) -> bool:
    if schema.keyword("enum") or schema.keyword("const") or schema.keyword("pattern"):
        return True
    if any(type(least) is int and least > 0 for least in schema.keyword("minLength")):
        return True
    return any(one not in _MAY_BE_EMPTY for one in schema.keyword("format") if isinstance(one, str))
