from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import CREDENTIALS, kind_of, named
from apilint.api import Confidence, Flag, Schema, Severity, rule
from apilint.concepts.disclosure import (
    hands_out_credentials,
    is_described_as_hidden,
    is_free_text,
    is_named_property,
    is_weak_password_name,
    readers,
)
from apilint.concepts.mends import with_write_only


@rule(
    "password-not-write-only",
    on=Schema,
    types=("string",),
    named=named("password", "secret", "token", "key"),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-522", "CWE-213"),
    fixable=True,
)
def password_not_write_only(schema: Schema) -> Iterator[Flag]:
    """A password stands in a schema that requests and responses share, without `writeOnly`.

    The schema says that the API returns the password that it was sent. Either it does, or the description is
    wrong and every client, mock server and test built from it expects it to. Swagger 2.0 has no such keyword:
    there `sensitive-property-in-response` speaks.

    Attack: an attacker reads another user's object, and signs in with the password in it.

    To fix: add `writeOnly: true`, and see that the server does not send it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        post:
          requestBody:
            content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
          responses:
            "201":
              description: The new user
              content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
    components:
      schemas:
        User:
          type: object
          properties:
            name: {type: string}
            password: {type: string, format: password}  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        post:
          requestBody:
            content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
          responses:
            "201":
              description: The new user
              content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
    components:
      schemas:
        User:
          type: object
          properties:
            name: {type: string}
            password: {type: string, format: password, writeOnly: true}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        post:
          requestBody:
            content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
          responses:
            "201":
              description: The new user
              content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}
    components:
      schemas:
        User:
          type: object
          properties:
            name: {type: string}
            password: {type: string, format: password, writeOnly: true}
    ```
    """
    if schema.api.version == "2.0" or not schema.is_input or not schema.is_output or not is_named_property(schema):
        return
    if not is_free_text(schema) or is_described_as_hidden(schema):
        return
    kind = kind_of(schema.name)
    # Some generators write the format for whatever their source calls sensitive.
    if kind == "password" or (kind in CREDENTIALS and "password" in schema.keyword("format")):
        yield schema.flag(
            None,
            f"{schema.label} is sent and returned: it lacks `writeOnly`",
            fix=with_write_only(schema),
            confidence=Confidence.MEDIUM if _may_be_meant(schema) else Confidence.HIGH,
        )


def _may_be_meant(schema: Schema) -> bool:
    """Whether the name may stand for something harmless, or all that read it come for a credential."""
    reading = readers(schema)
    return is_weak_password_name(schema.name) or (bool(reading) and all(map(hands_out_credentials, reading)))
