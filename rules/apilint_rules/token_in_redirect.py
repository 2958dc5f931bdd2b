from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Header, Node, Severity, rule
from apilint.concepts.responses import uses
from apilint.concepts.samples import of_part


@rule(
    "token-in-redirect",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-598", "CWE-601", "RFC-9700"),
)
def token_in_redirect(api: Api) -> Iterator[Flag]:
    """A redirect carries a token in its address.

    The address to which a browser is sent stays in its history, in logs and in `Referer` headers, and scripts of
    the page read it. OAuth 2.0 gave up the flow that works like this for that reason. A code that is used once
    (`code=`) is left alone.

    Attack: an attacker has a script on the page that is redirected to, or names a page of their own, and gets the
    token.

    To fix: redirect with a code that is used once and only together with a secret (PKCE), and give the token in
    exchange.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /callback:
        get:
          responses:
            "302":
              description: Back to the app
              headers:
                Location:
                  schema: {type: string}
                  example: https://app.example.com/#access_token=abc&token_type=bearer  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /callback:
        get:
          responses:
            "302":
              description: Back to the app
              headers:
                Location:
                  schema: {type: string}
                  example: https://app.example.com/?code=abc&state=xyz
    ```
    """
    for use in uses(api):
        location = use.response.headers.get("location")
        if location is not None and any(code[:1] == "3" or code == "201" for code in use.codes):
            yield from _flags(location)


def _flags(location: Header) -> Iterator[Flag]:
    places: list[Node] = [sample.place for sample in of_part(location)]
    places += [root.schema.child("pattern") for root in location.roots if root.schema is not None]
    places.append(location.child("description"))
    for place in places:
        name = _token(place.value) if isinstance(place.value, str) else ""
        if name:
            # Links to files are often signed, for a short time, in a parameter of such a name.
            vague = name.lower() in ("token", "session")
            yield place.flag(
                None,
                f"{location.label}: a redirect carries a token in its address, as `{name}`",
                confidence=Confidence.LOW if vague else Confidence.MEDIUM,
            )
            return


def _token(address: str) -> str:
    found = re.search(
        r"[?#&](access_token|id_token|refresh_token|auth_token|token|jwt|session|session_id|sessionid|api_key|apikey)=",
        address[:4_000],
        re.IGNORECASE,
    )
    return found[1] if found else ""
