from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, SecurityRequirement, SecurityScheme, Severity, rule, words
from apilint.concepts.grouping import some_of

_TOKENS = frozenset(("csrf", "xsrf"))
# What a plain HTML form can send (Fetch Standard, CORS-safelisted request header): no preflight stops it.
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


@rule(
    "cookie-auth-without-csrf",
    on=SecurityScheme,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.MEDIUM, Confidence.MEDIUM),
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-352", "RFC-6265"),
    gives_way_to=("credentials-over-cleartext",),
)
def cookie_auth_without_csrf(scheme: SecurityScheme) -> Iterator[Flag]:
    """A cookie alone lets callers change data, and nothing stops forged requests.

    Browsers attach the cookie to requests that other sites cause. Where the request could come from a plain HTML
    form (a `POST` of a form, of text, or without a body), not even CORS is asked.

    Attack: a page that the victim visits posts a hidden form to the API, in the victim's name.

    To fix: require a header that other sites cannot set (`X-CSRF-Token`) as a parameter or as a second scheme in the
    same requirement, or send the token in the `Authorization` header. If `SameSite` protects the cookie, say so in
    the scheme's description and suppress this finding.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - session: []
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/x-www-form-urlencoded: {schema: {type: object}}
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        session:
          type: apiKey
          in: cookie  # flagged
          name: sid
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - session: []
    paths:
      /orders:
        post:
          parameters:
            - {name: X-CSRF-Token, in: header, required: true, schema: {type: string, maxLength: 64}}
          requestBody:
            content:
              application/x-www-form-urlencoded: {schema: {type: object}}
          responses:
            "201": {description: The new order}
    components:
      securitySchemes:
        session: {type: apiKey, in: cookie, name: sid}
    ```
    """
    if scheme.type != "apiKey" or scheme.location != "cookie":
        return
    exposed = [one for one in scheme.operations if _is_exposed(one, scheme)]
    if not exposed:
        return
    simple = [one for one in exposed if _is_simple(one)]
    how = "a form on any site can send" if simple else "nothing but CORS keeps other sites from sending"
    worst = simple or exposed
    yield scheme.flag(
        "in",
        f"the cookie of `{scheme.name}` is all that {some_of(worst)} ask{'s' if len(worst) == 1 else ''} for: {how} it",
        severity=Severity.MEDIUM if simple else Severity.LOW,
        related=tuple((one, "changes data") for one in worst[:5]),
        operations=exposed,
    )


def _is_exposed(operation: Operation, scheme: SecurityScheme) -> bool:
    if not operation.is_write or operation.kind != "path" or operation.public is not None:
        return False
    if any(_TOKENS & set(words(one.name)) for one in operation.parameters if one.location == "header"):
        return False
    return any(_is_cookie_only(one, scheme) for one in operation.security.alternatives)


def _is_cookie_only(requirement: SecurityRequirement, scheme: SecurityScheme) -> bool:
    """Whether browsers fulfil the alternative by themselves, with the scheme's cookie."""
    return scheme.name in requirement.schemes and all(
        one is not None and one.type == "apiKey" and one.location == "cookie" and not _TOKENS & set(words(name))
        for name, (one, _) in requirement.schemes.items()
    )


def _is_simple(operation: Operation) -> bool:
    if operation.method != "POST":
        return False
    body = operation.request_body
    return body is None or not body.content or any(one.lower().startswith(_FORMS) for one in body.content)
