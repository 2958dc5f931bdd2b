from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Node, SecurityScheme, Severity, rule

_FILES = (".php", ".aspx", ".asp", ".ashx", ".jsp", ".html", ".htm", ".json", ".do", ".cgi", ".py")
_RELATIVE = ("is relative, and readers disagree about to what", Severity.INFO, Confidence.LOW)
_MARKS = ("{", "}", "<", ">", "$(")


@rule(
    "oauth-url-invalid",
    on=SecurityScheme,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1188", "RFC-6749", "RFC-3986"),
    gives_way_to=("credentials-in-server-url",),
    needs=("oauth2", "openidconnect"),
)
def oauth_url_invalid(scheme: SecurityScheme) -> Iterator[Flag]:
    """An address of OAuth or OpenID Connect is none that a client can open safely.

    Clients send users, codes and secrets to these addresses. One that cannot be opened, that has a fragment (which
    RFC 6749 forbids, and which is lost on the way) or a user's name in it is mended by each client in its own way, by
    hand. A relative address is a hint only: OpenAPI allows it, and readers disagree about what it is relative to.

    Attack: developers look up "the right address" elsewhere, and an attacker's page answers.

    To fix: write the whole address, `https://login.example.com/authorize`, without user, fragment and placeholders.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://login.example.com/#/authorize  # flagged
              tokenUrl: login.example.com/token  # flagged
              scopes: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: oauth2
          flows:
            authorizationCode:
              authorizationUrl: https://login.example.com/authorize?audience=orders
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    name = f"security scheme `{scheme.name[:60]}`"
    relative: list[tuple[Node, str]] = []
    for place, key, url in scheme.urls:
        found = _defect(url)
        if found == _RELATIVE:
            relative.append((place, key))
        elif found is not None:
            what, severity, confidence = found
            message = f"`{key}` of {name} {what}"
            yield place.flag(key, message, severity=severity, confidence=confidence, operations=scheme.operations)
    if relative:
        (place, key), *others = relative
        what, severity, confidence = _RELATIVE
        yield place.flag(
            key,
            f"`{key}` of {name} {what}",
            severity=severity,
            confidence=confidence,
            related=tuple((one.child(other), "relative too") for one, other in others[:5]),
            operations=scheme.operations,
        )


def _defect(url: str) -> tuple[str, Severity, Confidence] | None:
    """What is wrong with a URL, how grave and how sure; None for a whole one."""
    if any(sign.isspace() for sign in url.strip()):
        return "is no URL: it has white space", Severity.MEDIUM, Confidence.HIGH
    url = url.strip()
    if any(mark in url for mark in _MARKS):
        return "has a placeholder, which nothing fills in", Severity.LOW, Confidence.MEDIUM
    scheme, separator, rest = url.partition("://")
    if not separator or any(sign in scheme for sign in "/?#"):
        return _without_scheme(url)
    if scheme.lower() not in ("http", "https"):
        return f"is no web address: its scheme is `{scheme[:20]}`", Severity.MEDIUM, Confidence.HIGH
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no URL", Severity.MEDIUM, Confidence.HIGH
    if not host:
        return "has no host", Severity.MEDIUM, Confidence.HIGH
    if "@" in parts.netloc:
        return "has a user in it", Severity.MEDIUM, Confidence.HIGH
    if "#" in rest:
        return "has a fragment, which RFC 6749 forbids", Severity.MEDIUM, Confidence.HIGH
    return None


def _without_scheme(url: str) -> tuple[str, Severity, Confidence]:
    first, slash, _ = url.partition("/")
    host, colon, port = first.partition(":")
    is_host = "." in host.strip(".") and (bool(slash) or host.count(".") > 1) and not host.lower().endswith(_FILES)
    if (is_host and not colon) or (colon and port.isdigit()):
        return "lacks its scheme: write `https://` before it", Severity.MEDIUM, Confidence.HIGH
    if colon:
        return f"is no web address: its scheme is `{host[:20]}`", Severity.MEDIUM, Confidence.HIGH
    return _RELATIVE
