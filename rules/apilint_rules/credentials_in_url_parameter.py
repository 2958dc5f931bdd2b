from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Severity, rule, words

# Each is compared with the end of the parameter's name, its words joined: `user-password`, `apikey` and
# `api_key` match, `secret_name`, `page_token` and `secretary` do not.
_CREDENTIALS = frozenset(
    "password passwd pwd passphrase passcode secret apikey secretkey privatekey signingkey bearer bearertoken"
    " accesstoken refreshtoken idtoken authtoken authenticationtoken authorizationtoken sessiontoken securitytoken"
    " oauthtoken apitoken logintoken usertoken secrettoken jwt jwttoken credential otp otpcode cvv cvc".split()
)
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
    on=Parameter,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-598", "CWE-522", "RFC-6750"),
)
def credentials_in_url_parameter(parameter: Parameter) -> Iterator[Flag]:
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
    found = _credential(parameter.name) if parameter.location in ("query", "path") else None
    if found is None or _is_scheme(parameter) or _is_choice(parameter):
        return
    severity, confidence = Severity.HIGH, Confidence.MEDIUM
    if parameter.location == "path" and "token" in found and _is_one_time(parameter):
        severity = Severity.INFO
    elif found == "pincode":  # In India, a postal code.
        confidence = Confidence.LOW
    yield parameter.flag(
        "name",
        f"{parameter.label} puts a credential into the URL",
        severity=severity,
        confidence=confidence,
    )


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


def _is_scheme(parameter: Parameter) -> bool:
    """Whether it repeats an API key scheme, about which `api-key-in-query` has its say."""
    schemes = parameter.api.security_schemes.values()
    return any(
        scheme.type == "apiKey" and scheme.location == "query" and scheme.parameter_name == parameter.name
        for scheme in schemes
    )


def _is_choice(parameter: Parameter) -> bool:
    """Whether the value is a switch or one of a few public words, and so no secret."""
    return any(
        schema.types == {"boolean"} or schema.keyword("enum") or schema.keyword("const") for schema in parameter.schemas
    )


def _is_one_time(parameter: Parameter) -> bool:
    """Whether each operation is a link that is used once, as sent by e-mail."""
    templates = {operation.path_template for operation in parameter.operations}
    return bool(templates) and all(_ONE_TIME & set(words(template)) for template in templates)
