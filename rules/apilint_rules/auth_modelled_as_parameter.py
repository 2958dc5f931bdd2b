from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.analysis.sensitive import CREDENTIALS, kind_of
from apilint.api import Api, Confidence, Fix, Flag, Node, Operation, Parameter, Severity, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.mends import together, without_parameters

_SESSIONS = frozenset("session sessionid sid jsessionid phpsessid connectsid sessid aspnetsessionid".split())
_KEYS = frozenset("apikey subscriptionkey ocpapimsubscriptionkey appkey applicationkey auth authkey".split())
# They are no proof of who calls, or are meant for one request only.
_OTHERS = frozenset("csrf xsrf idempotency refresh page next continuation captcha recaptcha webhook device".split())


@rule(
    "auth-modelled-as-parameter",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1059"),
    fixable=True,
)
def auth_modelled_as_parameter(api: Api) -> Iterator[Flag]:
    """A credential is described as a parameter and not as a security scheme.

    For everything that reads the document, an operation without `security` is open: gateways leave it unprotected,
    generated clients make callers pass the key by hand, tests never try a request without it.

    Attack: the gateway that was set up from the document checks no key, and neither does the service behind it,
    which relies on the gateway.

    To fix: declare the header or cookie as a scheme (`type: apiKey`), require it with `security`, and remove the
    parameter.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-API-Key  # flagged
              in: header
              required: true
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /orders:
        get:
          parameters:
            - {name: Idempotency-Key, in: header, schema: {type: string}}
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-API-Key}
    ```
    """
    groups: dict[tuple[str, str], list[Parameter]] = {}
    for parameter in api.parameters:
        if parameter.location in ("header", "cookie") and _is_credential(parameter):
            groups.setdefault((parameter.name.lower(), parameter.location), []).append(parameter)
    for (_, location), parameters in groups.items():
        users = {id(one): one for parameter in parameters for one in parameter.operations}
        operations = [one for one in users.values() if _is_open(one)]
        if operations:
            first, *others = [one for one in parameters if any(_is_open(user) for user in one.operations)]
            yield first.flag(
                "name",
                f"{location} `{first.name}` is a parameter and no security scheme: {some_of(operations)}",
                related=tuple((one, "here too") for one in others[:5]),
                operations=operations,
                fix=_fix(api, [first, *others], operations),
            )


def _is_credential(parameter: Parameter) -> bool:
    parts = words(parameter.name)
    if _OTHERS & set(parts):
        return False
    whole = "".join(parts[1:] if len(parts) > 1 and parts[0] == "x" else parts)
    return kind_of(parameter.name) in CREDENTIALS or whole in _KEYS or whole in _SESSIONS


def _is_open(operation: Operation) -> bool:
    security = operation.security
    if not security.is_anonymous or security.is_optional or not operation.expects_credentials:
        return False
    # What is shared with everybody may have a password for those whom the link was meant for.
    return "public" not in words(operation.path_template)


def _fix(api: Api, parameters: list[Parameter], operations: list[Operation]) -> Fix | None:
    """Declare a scheme for the key, require it, and remove the parameters that are in its stead."""
    first = parameters[0]
    users = {id(user) for one in parameters for user in one.operations}
    needed = all(one.get("required") is True for one in parameters)
    if not needed or users != {id(one) for one in operations} or any("security" in one.value for one in operations):
        return None
    section = ("securityDefinitions",) if api.version == "2.0" else ("components", "securitySchemes")
    name = re.sub(r"\W", "-", first.name, flags=re.ASCII)
    declared = api.child(section).value
    if first.name.lower() == "authorization" or name in (declared or {}) or first.location not in ("header", "cookie"):
        return None
    removal = without_parameters(first, parameters, "")
    path: tuple[str, ...] = (*section, name)
    value: dict[str, Any] = {"type": "apiKey", "in": first.location, "name": first.name}
    # What is not there yet is written with what belongs into it.
    while len(path) > 1 and api.child(path[:-1]).value is None:
        path, value = path[:-1], {path[-1]: value}
    places: list[tuple[Node, str, Any]] = [(api.child(path), "set", value)]
    places += ((one.child("security"), "set", [{name: []}]) for one in operations)
    fix = together(first, f"Declare it as the security scheme `{name[:60]}`", places)
    return fix._replace(edits=(*fix.edits, *removal.edits)) if fix is not None and removal is not None else None
