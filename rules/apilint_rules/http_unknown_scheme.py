from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, SecurityScheme, Severity, rule, words

# The HTTP Authentication Scheme registry of IANA, in lower case. `oauth` and `negotiate` have rules of their own.
_REGISTERED = frozenset(
    "basic bearer concealed digest dpop gnap hoba mutual negotiate oauth privatetoken scram-sha-1 scram-sha-256"
    " vapid".split()
)
_ELSEWHERE = frozenset(("ntlm",))
_FILLERS = frozenset(("auth", "authentication", "authorization", "token", "jwt", "scheme"))
_HINTS = {
    "jwt": "write `bearer`, and the format in `bearerFormat`",
    "token": "use `bearer`, or `type: apiKey` in the header `Authorization`",
    "apikey": "use `type: apiKey`",
    "api-key": "use `type: apiKey`",
    "key": "use `type: apiKey`",
    "hmac": "use `type: apiKey` for the header that carries the signature",
    "cookie": "use `type: apiKey` with `in: cookie`",
    "oauth2": "use `type: oauth2`",
    "openid": "use `type: openIdConnect`",
    "openidconnect": "use `type: openIdConnect`",
    "mutualtls": "use `type: mutualTLS`",
}


@rule(
    "http-unknown-scheme",
    on=SecurityScheme,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1188", "RFC-9110"),
    fixable=True,
)
def http_unknown_scheme(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme names an HTTP authentication scheme that nobody knows.

    `scheme` is the word that stands first in the `Authorization` header, and comes from a registry. Generators,
    gateways and test tools skip a word that they do not know, and with it the authentication.

    Attack: a gateway that was set up from the document does not know the scheme, and lets requests through without it.

    To fix: write the registered name (`bearer`, `basic`, …), or describe a header of your own as `type: apiKey`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login:
          type: http
          scheme: bearerToken  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login:
          type: http
          scheme: bearer
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login:
          type: http
          scheme: Bearer
          bearerFormat: JWT
    ```
    """
    written = scheme.get("scheme")
    if scheme.api.version == "2.0" or scheme.type != "http" or not isinstance(written, str) or not written.strip():
        return
    if scheme.scheme in _ELSEWHERE or (scheme.scheme in _REGISTERED and written == written.strip()):
        return
    meant = _meant(scheme)
    hint = f"; write `{meant}`" if meant else f"; {_HINTS[scheme.scheme]}" if scheme.scheme in _HINTS else ""
    yield scheme.flag(
        "scheme",
        f"security scheme `{scheme.name}`: `{written[:40]}` is no HTTP authentication scheme{hint}",
        severity=Severity.MEDIUM if scheme.operations else Severity.INFO,
        fix=_fix(scheme, meant) if meant else None,
    )


def _meant(scheme: SecurityScheme) -> str:
    """The registered name where no other can be meant, or an empty string."""
    if scheme.scheme in _REGISTERED:  # With blanks around it.
        return scheme.scheme
    first, *rest = words(scheme.text("scheme")) or ("",)
    if first in ("bearer", "basic", "digest") and set(rest) <= _FILLERS:
        return first
    if first in ("bearerauth", "bearertoken", "bearerjwt"):
        return "bearer"
    return "bearer" if scheme.scheme == "jwt" and scheme.text("bearerFormat").upper() == "JWT" else ""


def _fix(scheme: SecurityScheme, meant: str) -> Fix:
    edit = Edit(scheme.child("scheme").pointer, "set", meant)
    return Fix(f"Name the scheme `{meant}`", True, (edit,))
