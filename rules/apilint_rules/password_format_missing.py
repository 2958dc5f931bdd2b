from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import kind_of
from apilint.api import Confidence, Edit, Fix, Flag, InputSchema, Severity, rule, words
from apilint.concepts.disclosure import is_free_text

_WORDS = ("password", "passwd", "pwd", "passphrase")


@rule(
    "password-format-missing",
    on=InputSchema,
    types=("string",),
    named=_WORDS,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-549"),
    fixable=True,
    tags=("owasp",),
)
def password_format_missing(schema: InputSchema) -> Iterator[Flag]:
    """A password that clients send is not marked as one.

    `format: password` tells forms to hide what is typed, and tools not to log or show it.

    Attack: an attacker looks over a shoulder, or into the history of a console that shows the value as plain text.

    To fix: add `format: password`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /login:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name: {type: string}
                    password:  # flagged
                      type: string
          responses:
            "200": {description: Signed in}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /login:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name: {type: string}
                    password:
                      type: string
                      format: password
          responses:
            "200": {description: Signed in}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /login:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name: {type: string}
                    password: {type: string, format: password}
          responses:
            "200": {description: Signed in}
    ```
    """
    if not schema.is_input or kind_of(schema.name) != "password" or set(words(schema.name)).isdisjoint(_WORDS):
        return
    if schema.is_composed or schema.keyword("format") or not is_free_text(schema) or _is_item(schema):
        return
    edit = Edit(schema.child("format").pointer, "set", "password")
    yield schema.flag(
        None,
        f"{schema.label} has no `format: password`",
        fix=Fix("Add `format: password`", True, (edit,)),
    )


def _is_item(schema: InputSchema) -> bool:
    """Whether it is the item of an array or a branch of a choice, whose name is that of the schema around it."""
    step = schema.key[0] if isinstance(schema.key, tuple) else schema.key
    return step in ("items", "anyOf", "oneOf", "prefixItems", "additionalProperties", "patternProperties", "not")
