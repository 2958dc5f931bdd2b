from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Schema, Severity, rule


@rule(
    "read-only-and-write-only",
    on=Schema,
    having=("readOnly", "writeOnly"),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-915", "CWE-1059"),
)
def read_only_and_write_only(schema: Schema) -> Iterator[Flag]:
    """A property is read-only and write-only at once.

    It may then be neither sent nor returned, which nobody can have meant. Tools choose one of the two, each its own:
    a value that clients must not set becomes writable, or a secret is returned.

    Attack: the generated server keeps `writeOnly` alone, and the attacker sets the balance of the account.

    To fix: keep the one that is meant: `readOnly` for what the server sets, `writeOnly` for secrets.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /account:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    balance:
                      type: integer
                      readOnly: true
                      writeOnly: true  # flagged
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /account:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    balance: {type: integer, readOnly: true}
                    password: {type: string, writeOnly: true}
          responses:
            "204": {description: Stored}
    ```
    """
    # Swagger 2.0 has no writeOnly.
    if schema.api.version != "2.0" and True in schema.keyword("readOnly") and True in schema.keyword("writeOnly"):
        place, key = (schema, "writeOnly") if "writeOnly" in schema.value else (schema, "readOnly")
        yield place.flag(key, f"{schema.label} is `readOnly` and `writeOnly` at once")
