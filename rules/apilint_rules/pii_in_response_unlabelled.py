from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import is_verification_code, kind_of, named
from apilint.api import Confidence, Flag, Schema, Severity, rule, words
from apilint.concepts.disclosure import is_described_as_hidden, is_named_property

_KINDS = frozenset(("personal", "card"))
_LABELS = frozenset(
    "pii phi pci gdpr sensitivity sensitive classification classified privacy personal confidential".split()
)


@rule(
    "pii-in-response-unlabelled",
    on=Schema,
    types=("string", "integer"),
    named=named("personal", "card"),
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.HIGH, Confidence.MEDIUM),
    refs=("OWASP-API3:2023", "CWE-359"),
)
def pii_in_response_unlabelled(schema: Schema) -> Iterator[Flag]:
    """A response holds regulated personal data, and nothing marks it.

    Numbers that identify a person, of accounts and of cards, dates of birth and data on health are protected by law.
    Where the description marks them, logs can be cleaned and gateways can filter them. Where anybody may call the
    operation without credentials, while others need some, this is a leak and not a hint.

    Attack: an attacker walks through the identifiers of a public operation, and collects what identity theft needs.

    To fix: leave the property out, or mask it; where it must stay, mark it with an extension (such as `x-pii:
    true` or `x-sensitivity: high`) and require credentials.

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
                      ssn: {type: string}  # flagged
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
                      ssn: {type: string, x-pii: true}
                      card_last_four: {type: string}
    ```
    """
    if (
        not is_named_property(schema)
        or not schema.is_output
        or kind_of(schema.name) not in _KINDS
        or _is_labelled(schema)
    ):
        return
    if is_verification_code(schema.name) or is_described_as_hidden(schema) or schema.keyword("enum"):
        return
    outputs = schema.api.operations_in(schema.root.outputs >> 1)
    # Where no operation needs credentials, that is one finding of another rule.
    public = [op for op in outputs if op.kind == "path" and op.security.is_anonymous and schema.api.security_schemes]
    if public:
        yield schema.flag(
            None,
            f"{schema.label}: personal data is returned by {public[0].name}, which needs no credentials",
            severity=Severity.HIGH,
            operations=public,
        )
    else:
        yield schema.flag(None, f"{schema.label}: personal data is returned, and not marked as such")


def _is_labelled(schema: Schema) -> bool:
    extensions = [*schema.extensions, *(schema.parent.extensions if schema.parent is not None else ())]
    return any(not _LABELS.isdisjoint(words(name)) for name in extensions)
