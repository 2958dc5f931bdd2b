from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.managed import is_privilege
from apilint.api import Confidence, Flag, InputSchema, Operation, Severity, rule, words
from apilint.concepts.mends import with_read_only
from apilint.concepts.purpose import is_administrative, segments
from apilint.concepts.scoping import asks_for_administrator
from apilint.concepts.shape import is_property

_OWN = frozenset("me self profile register registration signup".split())
_USERS = frozenset("user member account profile me self register registration signup".split())


@rule(
    "privileged-property-writable",
    on=InputSchema,
    named=(
        *(
            "role",
            "admin",
            "administrator",
            "superuser",
            "superadmin",
            "staff",
            "root",
            "owner",
            "permission",
            "privilege",
        ),
        *("access", "type", "verified", "approved", "premium", "credit", "balance"),
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-915", "CWE-269"),
    fixable=True,
)
def privileged_property_writable(schema: InputSchema) -> Iterator[Flag]:
    """The body of a request about a user holds what decides what that user may do.

    Roles, permissions, credit and the mark that an address was verified belong to those who administer the API. In
    the body of an ordinary operation they are an invitation to set them for oneself.

    Attack: the attacker registers with `"role": "admin"` in the body, or adds it to his profile.

    To fix: mark the property `readOnly: true`, or leave it out of the request, and give administrators an operation
    of their own with a scope of its own.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /register:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name: {type: string}
                    is_admin: {type: boolean}  # flagged
          responses:
            "201": {description: Welcome}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /register:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    name: {type: string}
                    is_admin: {type: boolean, readOnly: true}
          responses:
            "201": {description: Welcome}
    ```
    """
    if not is_property(schema) or schema.in_parameter or not schema.is_input or not is_privilege(words(schema.name)):
        return
    writers = [operation for operation in schema.operations if operation.is_write and operation.kind == "path"]
    about_users = [operation for operation in writers if _is_about(operation, _USERS)]
    ordinary = [one for one in about_users if not is_administrative(one) and not asks_for_administrator(one)]
    if not ordinary or schema.types & {"array", "object"} == {"object"}:
        return
    own = any(_is_about(operation, _OWN) for operation in ordinary)
    yield schema.flag(
        None,
        f"{schema.label} decides what a user may do, and clients may send it in {ordinary[0].name}",
        # In what only requests carry, it could as well be left out.
        fix=with_read_only(schema) if schema.is_output else None,
        confidence=Confidence.MEDIUM if own else Confidence.LOW,
    )


def _is_about(operation: Operation, nouns: frozenset[str]) -> bool:
    """Whether the path is about one of these, and not about one of something else (`/databases/{id}/users`)."""
    parts = [part for part in segments(operation.path_template) if not part.startswith(":")]
    if parts and "{" in parts[-1]:
        parts.pop()
    if not parts or not {"{", "#"}.isdisjoint("".join(parts)):
        return False
    return not nouns.isdisjoint(words(parts[-1])[-1:])
