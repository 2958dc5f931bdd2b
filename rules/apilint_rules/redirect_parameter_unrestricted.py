from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Severity, rule, words
from apilint.concepts.destinations import restriction

# The name's words joined.
_REDIRECTS = frozenset(
    "redirect redirecturi redirecturl redirectto redirectpath returnto returnurl returnuri returnpath backurl backto"
    " successurl failureurl cancelurl errorurl continueurl continueto nexturl gotourl forwardurl destinationurl"
    " relaystate logouturi postlogouturi postlogoutredirecturi logoutredirecturi".split()
)
_ONLY_WITH_REDIRECT = frozenset("next continue return goto to url uri target dest destination forward rurl".split())
_REGISTERED = frozenset("authorize authorization oauth oauth2 oidc connect saml sso".split())


@rule(
    "redirect-parameter-unrestricted",
    on=Parameter,
    named=tuple(
        "redirect return back success failure cancel error continue next goto forward destination relay logout to url"
        " uri target dest redirecturi redirecturl returnto returnurl backurl relaystate rurl".split()
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API7:2023", "CWE-601"),
    tags=("owasp",),
)
def redirect_parameter_unrestricted(parameter: Parameter) -> Iterator[Flag]:
    """A query parameter says where the browser goes next, and nothing says where that may be.

    A link that begins with your address and ends at somebody else's is what phishing looks for. Where the redirect
    carries a code or a token, those go there too.

    Attack: `https://api.example.com/login?return_to=https://login-example.attacker.invalid` asks for the password
    again.

    To fix: list the targets by `enum`, take paths only (pattern `^/(?![/\\\\])`), or let an anchored pattern fix scheme
    and host. The `redirect_uri` of an OAuth authorization endpoint, which is compared with the registered ones, is
    reported with low confidence.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        get:
          parameters:
            - name: return_to  # flagged
              in: query
              schema: {type: string}
          responses:
            "302": {description: To where the user came from}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        get:
          parameters:
            - name: return_to
              in: query
              schema: {type: string, pattern: "^/[a-z0-9]"}
          responses:
            "302": {description: To where the user came from}
    ```
    """
    name = "".join(words(parameter.name))
    operations = [one for one in parameter.operations if one.kind == "path"]
    if parameter.location != "query" or not operations:
        return
    # Of an e-mail, the return path is where bounces go (RFC 5321).
    if name == "returnpath" and any({"mail", "email"} & set(words(one.name)) for one in operations):
        return
    redirects = all(any(code.startswith("3") for code in one.responses) for one in operations)
    if name not in _REDIRECTS and not (name in _ONLY_WITH_REDIRECT and redirects):
        return
    for schema in parameter.schemas[:1]:
        if not schema.types <= {"string"} or restriction(schema.parts()) == "host":
            return
    is_registered = all(_REGISTERED & set(words(one.path_template)) for one in operations)
    yield parameter.flag(
        "name",
        f"{parameter.label} may lead the browser anywhere",
        confidence=Confidence.LOW if is_registered else Confidence.MEDIUM,
    )
