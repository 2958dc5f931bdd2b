from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import named
from apilint.api import Confidence, Flag, Schema, Severity, rule
from apilint.concepts.disclosure import hands_out_credentials, nearest_reader, readers, sensitive_kind

_KINDS = frozenset(("secret", "token", "key"))


@rule(
    "secret-returned-by-read",
    on=Schema,
    types=("string",),
    named=named("secret", "token", "key"),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-200", "CWE-522"),
    gives_way_to=("sensitive-property-in-response", "password-not-write-only"),
)
def secret_returned_by_read(schema: Schema) -> Iterator[Flag]:
    """An operation that only reads returns a secret, a token or a key.

    A secret that can be read again whenever one likes is as safe as the weakest account that may read it, and it
    lies in every cache and log on the way. The usual way is to show it once, when it is made, and to keep a hash.

    Operations whose path says that they hand out such a thing (`/oauth/token`, `/projects/{id}/keys`) are left
    alone, and so is a property whose description says that it is masked, or shown only once.

    Attack: an attacker with a read-only credential reads the secret of an integration, and writes with it.

    To fix: return the secret only from the operation that creates or renews it; show its last characters elsewhere.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Integrations, version: "1"}
    paths:
      /webhooks/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The webhook
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      url: {type: string}
                      signing_secret: {type: string}  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Integrations, version: "1"}
    paths:
      /webhooks:
        post:
          responses:
            "201":
              description: The webhook, and its secret for the only time
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      url: {type: string}
                      signing_secret: {type: string}
        get:
          responses:
            "200":
              description: The webhooks
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      next_page_token: {type: string}
                      secret_id: {type: string}
    ```
    """
    kind = sensitive_kind(schema)
    if kind not in _KINDS:
        return
    reading = [operation for operation in readers(schema) if not hands_out_credentials(operation)]
    if reading:
        what = {"secret": "a secret", "token": "a token", "key": "a key"}[kind]
        yield schema.flag(
            None,
            f"{schema.label}: {what} is returned by {nearest_reader(schema, reading).name}, which only reads",
            operations=reading,
        )
