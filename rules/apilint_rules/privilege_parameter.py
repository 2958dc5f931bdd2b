from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Parameter, Severity, rule, words
from apilint.concepts.purpose import is_administrative
from apilint.concepts.scoping import asks_for_administrator

_PRIVILEGES = {
    tuple(name.split("_"))
    for name in (
        "role user_role role_id role_name is_admin admin is_administrator is_superuser superuser permission privilege"
        " user_type is_staff staff access_level permission_level privilege_level is_verified verified"
        " owner_id credit balance"
    ).split()
}


@rule(
    "privilege-parameter",
    on=Parameter,
    named=(
        "role",
        "admin",
        "administrator",
        "superuser",
        "permission",
        "privilege",
        "type",
        "staff",
        "access",
        "verified",
        "owner",
        "credit",
        "balance",
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "OWASP-API5:2023", "CWE-269", "CWE-915"),
    gives_way_to=("identity-header-parameter",),
)
def privilege_parameter(parameter: Parameter) -> Iterator[Flag]:
    """A parameter of an operation that changes data lets the caller choose privileges.

    Roles, permissions and balances belong to what the server knows about the caller, or to operations for
    administrators. As parameters of an ordinary operation they invite everybody to try. Properties of bodies
    are `privileged-property-writable`'s.

    Attack: `POST /users?role=admin`.

    To fix: remove the parameter, or give the operation a scope that only administrators have.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        post:
          parameters:
            - name: role  # flagged
              in: query
              schema: {type: string}
          responses:
            "201": {description: The new user}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        get:
          parameters:
            - name: role
              in: query
              schema: {type: string}
          responses:
            "200": {description: The users with this role}
    ```
    """
    if parameter.location not in ("query", "header", "cookie"):
        return
    found = words(parameter.name)
    if len(found) > 1 and found[0] == "x":
        found = found[1:]
    if found not in _PRIVILEGES or parameter.name.lower() == "permission":  # One is a mode of a file.
        return
    operations = [one for one in parameter.operations if _is_ordinary(one, found)]
    if operations:
        message = f"{parameter.label}: the caller of {operations[0].name} chooses privileges"
        yield parameter.flag("name", message, operations=operations)


def _is_ordinary(operation: Operation, named: tuple[str, ...]) -> bool:
    """Whether an operation changes data, is no administrator's, and is not about the privilege as such."""
    if operation.kind != "path" or not operation.is_write:
        return False
    if is_administrative(operation) or asks_for_administrator(operation):
        return False
    subject = {*words(operation.path_template), *words(operation.operation_id)}
    return subject.isdisjoint(word for word in named if word not in ("id", "is", "user", "account", "name"))
