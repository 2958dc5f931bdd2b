from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import is_verification_code, kind_of, named
from apilint.api import Confidence, Flag, Schema, Severity, rule, words
from apilint.concepts.disclosure import (
    is_described_as_hidden,
    is_free_text,
    is_named_property,
    is_weak_password_name,
    readers,
)
from apilint.concepts.mends import with_write_only

_PRIVATE = frozenset(("privatekey", "sshprivatekey", "privatesshkey"))


@rule(
    "sensitive-property-in-response",
    on=Schema,
    types=("string",),
    named=named("password", "card", "key"),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "CWE-200", "CWE-213", "CWE-522"),
    gives_way_to=("password-not-write-only",),
    fixable=True,
)
def sensitive_property_in_response(schema: Schema) -> Iterator[Flag]:
    """A response holds a password, a card's verification code or a private key.

    No client needs them back: whoever knows a password does not have to be told. If the API can return it, it is
    stored in a readable form, and it ends up in caches, logs and browsers. Hashes of passwords count, since they are
    attacked offline.

    Questions about them are left alone (`has_password`, `password_changed_at`), and so is what the text says to
    be masked or never returned. Values that the server makes itself, and keys, are judged with less confidence.

    Attack: an attacker who may read one object, by a flaw or with a stolen session, gets the credential that
    opens the rest.

    To fix: remove the property from the response, or mark it `writeOnly: true` (from 3.0 on) where the request
    shares the schema.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      name: {type: string}
                      password_hash: {type: string}  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      name: {type: string}
                      password_hash: {type: string, writeOnly: true}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The user
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      name: {type: string}
                      password: {type: string, writeOnly: true}
                      has_password: {type: boolean}
    ```
    """
    if (
        not is_named_property(schema)
        or not schema.is_output
        or not is_free_text(schema)
        or is_described_as_hidden(schema)
    ):
        return
    name = schema.name
    kind = kind_of(name)
    private = kind == "key" and "".join(words(name)[-3:]).endswith(tuple(_PRIVATE))
    if kind != "password" and not private and not is_verification_code(name):
        return
    confidence = Confidence.HIGH
    if private or is_weak_password_name(name) or schema.get("readOnly") is True:
        confidence = Confidence.MEDIUM
    reading = readers(schema)
    if "pass" in words(name) and len(words(name)) == 1:
        confidence = Confidence.LOW
    if not reading and not schema.is_input:
        # Made by the server and told once, by the operation that makes it.
        confidence = Confidence.LOW
    what = "a private key" if private else "a card's verification code" if kind == "card" else "a credential"
    yield schema.flag(
        None,
        f"{schema.label}: {what} is part of a response",
        fix=with_write_only(schema) if confidence > Confidence.LOW else None,
        confidence=confidence,
        operations=reading or None,
    )
