from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Operation, Parameter, RequiredScheme, Severity, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.mends import together
from apilint.concepts.secrecy import is_choice, repeats_scheme

# Each is compared with the end of the parameter's name, its words joined: `user-password`, `apikey` and
# `api_key` match, `secret_name`, `page_token` and `secretary` do not.
_CREDENTIALS = frozenset(
    "password passwd pwd passphrase passcode secret apikey secretkey privatekey signingkey bearer bearertoken"
    " accesstoken refreshtoken idtoken authtoken authenticationtoken authorizationtoken sessiontoken securitytoken"
    " oauthtoken apitoken logintoken usertoken secrettoken jwt jwttoken credential otp otpcode cvv cvc".split()
)
_OF_QUERIES = frozenset(("style", "explode", "allowReserved", "collectionFormat"))
_WHOLE_NAMES = frozenset(("token", "pin", "pincode"))
_AFTERTHOUGHTS = frozenset(("confirmation", "confirm", "repeat", "value", "plain", "again"))
_QUESTIONS = frozenset(
    "is has with without include exclude show hide require need allow enable disable no sort filter".split()
)
_ONE_TIME = frozenset(
    "reset verify verification confirm confirmation activate activation invite invitation unsubscribe magic".split()
)


@rule(
    "credentials-in-url-parameter",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-598", "CWE-522", "RFC-6750"),
    gives_way_to=("access-token-query-parameter",),
    tags=("owasp",),
    fixable=True,
)
def credentials_in_url_parameter(api: Api) -> Iterator[Flag]:
    """A query or path parameter carries a credential.

    Addresses are written down: in access logs, proxies, browser histories, analytics and `Referer` headers.
    A password or a token in the address is in all of them.

    Attack: an attacker who can read a log, or a page that is linked from yours, signs in as the user.

    To fix: send the credential in a header or in the request body, and describe it as a security scheme.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        get:
          parameters:
            - name: user
              in: query
              schema: {type: string}
            - name: password  # flagged
              in: query
              schema: {type: string}
          responses:
            "200": {description: Signed in}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        get:
          parameters:
            - name: user
              in: query
              schema: {type: string}
            - name: password
              in: header
              schema: {type: string}
          responses:
            "200": {description: Signed in}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: page_token
              in: query
              schema: {type: string}
          responses:
            "200": {description: The orders}
    ```
    """
    groups: dict[tuple[str, str, Severity, Confidence], list[Parameter]] = {}
    found = {name: _credential(name) for name in {parameter.name for parameter in api.parameters}}
    for parameter in api.parameters:
        levels = _levels(parameter, found[parameter.name])
        if levels is not None:
            groups.setdefault((parameter.name, parameter.location, *levels), []).append(parameter)
    for (name, location, severity, confidence), (first, *others) in groups.items():
        users = list({id(one): one for parameter in (first, *others) for one in parameter.operations}.values())
        what = f"parameter `{name}` in {location}" if others else first.label
        yield first.flag(
            "name",
            f"{what} puts a credential into the URL" + (f": {some_of(users)}" if others and users else ""),
            severity=severity,
            confidence=confidence,
            related=tuple((one, "here too") for one in others[:5]),
            fix=_fix([first, *others]),
        )


def _required(operation: Operation) -> Iterator[RequiredScheme]:
    for alternative in operation.security.alternatives:
        yield from alternative.schemes.values()


def _levels(parameter: Parameter, found: str | None) -> tuple[Severity, Confidence] | None:
    """How grave and how sure it is that the parameter carries a credential; None where it does not."""
    if found is None or parameter.location not in ("query", "path"):
        return None
    if repeats_scheme(parameter) or is_choice(parameter) or _is_question(parameter):
        return None
    if parameter.location == "path" and "token" in found and _is_one_time(parameter):
        return Severity.INFO, Confidence.MEDIUM
    # In India, a postal code.
    is_doubtful = found == "pincode" or (found == "token" and _names_object(parameter))
    return Severity.HIGH, Confidence.LOW if is_doubtful else Confidence.MEDIUM


def _is_question(parameter: Parameter) -> bool:
    """Whether its example answers yes or no."""
    samples = [parameter.get("example"), *(one.get(key) for one in parameter.schemas for key in ("example", "default"))]
    return any(str(one).lower() in ("true", "false") for one in samples)


def _credential(name: str) -> str | None:
    parts = words(name)
    while len(parts) > 1 and parts[-1] in _AFTERTHOUGHTS:
        parts = parts[:-1]
    if len(parts) > 1 and parts[0] == "x":
        parts = parts[1:]
    if not parts or (len(parts) > 1 and parts[0] in _QUESTIONS):
        return None
    if (whole := "".join(parts)) in _WHOLE_NAMES:
        return whole
    ends = ("".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if end in _CREDENTIALS), None)


def _is_one_time(parameter: Parameter) -> bool:
    """Whether each operation is a link that is used once, as sent by e-mail."""
    templates = {operation.path_template for operation in parameter.operations}
    return bool(templates) and all(_ONE_TIME & set(words(template)) for template in templates)


def _names_object(parameter: Parameter) -> bool:
    """Whether it picks one of a collection, as in `/tokens/{token}`: as often by an id as by the token itself."""
    if parameter.location != "path" or not parameter.operations:
        return False
    before = (one.path_template.partition(f"/{{{parameter.name}}}")[0] for one in parameter.operations)
    return all(words(path.rpartition("/")[2])[-1:] == ("token",) for path in before)


def _fix(parameters: list[Parameter]) -> Fix | None:
    """Send it in a header of the same name; not a token for which a scheme has a header already."""
    name = parameters[0].name
    users = [operation for one in parameters for operation in one.operations]
    if "token" in name.lower() and any(required.scheme for user in users for required in _required(user)):
        return None
    if not re.fullmatch(r"[A-Za-z][\w.-]*", name, re.ASCII):
        return None
    for one in parameters:
        if one.location != "query" or not {"style", "explode", "allowReserved", "collectionFormat"}.isdisjoint(
            one.value
        ):
            return None
        others = (other for operation in one.operations for other in operation.parameters)
        if any(other.location == "header" and other.name.lower() == name.lower() for other in others):
            return None
    places = [(one.child("in"), "set", "header") for one in parameters]
    return together(parameters[0], f"Send it in the header `{name[:60]}`", places)
