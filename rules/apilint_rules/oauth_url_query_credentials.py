from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import kind_of
from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule, words

_SECRETS = ("password", "secret", "token", "key")
_MOST_PAIRS = 50


@rule(
    "oauth-url-query-credentials",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-598", "RFC-6749", "RFC-9700"),
    gives_way_to=("credentials-in-server-url",),
    needs=("oauth2", "openidconnect"),
)
def oauth_url_query_credentials(scheme: SecurityScheme) -> Iterator[Flag]:
    """An address of OAuth has a client's credentials in its query.

    RFC 6749 (section 2.3.1) forbids client secrets in addresses: logs, proxies and histories keep them. A fixed
    `client_id` is no secret, but each client that is generated from the document then acts under that name, or sends
    the parameter twice; this is reported as low. Where a real secret stands in the address, see
    `credentials-in-server-url`.

    Attack: an attacker who can read the log of a proxy takes the secret, and asks for tokens as that client.

    To fix: take the parameters out of the URL. Clients authenticate at the token endpoint, in a header or in the body.

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
              authorizationUrl: https://login.example.com/authorize?client_id=orders-web  # flagged
              tokenUrl: https://login.example.com/token?client_secret=  # flagged
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
              authorizationUrl: https://login.example.com/authorize?audience=orders&response_type=code
              tokenUrl: https://login.example.com/token
              scopes: {}
    ```
    """
    for place, key, url in scheme.urls:
        query = url.partition("#")[0].partition("?")[2]
        pairs = [pair.partition("=")[::2] for pair in query.split("&")[:_MOST_PAIRS]] if query else []
        secret = next((pair for pair in pairs if _is_secret(pair[0])), None)
        what = f"`{key}` of security scheme `{scheme.name[:60]}`"
        if secret is not None:
            yield place.flag(
                key,
                f"{what} has `{secret[0][:40]}` in its query",
                operations=scheme.operations,
                secret=secret[1] or (),
            )
        elif any(words(name) == ("client", "id") for name, _ in pairs):
            message = f"{what} fixes the `client_id`, so that all clients act as one"
            yield place.flag(key, message, severity=Severity.LOW, operations=scheme.operations)


def _is_secret(name: str) -> bool:
    return kind_of(name) in _SECRETS or words(name) == ("client", "assertion")
