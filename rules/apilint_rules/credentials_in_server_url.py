from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.analysis.sensitive import kind_of
from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Severity, rule, words

_PLACEHOLDERS = frozenset(
    "password pass passwd pwd secret user username token key apikey changeme example your my here xxx xxxx foo bar"
    " test demo dummy placeholder replace insert".split()
)
_SHORTEST_KEY = 12  # Shorter values of a parameter that is just called `key` name things.


@rule(
    "credentials-in-server-url",
    on=Api,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-522", "CWE-798", "RFC-3986"),
    fixable=True,
)
def credentials_in_server_url(api: Api) -> Iterator[Flag]:
    """A URL of the document holds a credential.

    API descriptions are published, shared and generated into clients. A password before the `@` or a key in the
    query of a server's URL goes along, and each client sends it to every log on the way.

    Attack: the attacker reads the published document, and uses the credential.

    To fix: remove the credential from the URL, declare a security scheme instead, and replace what was published.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://svc:hunter2@api.example.com  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    for place, key, address in _addresses(api):
        secret = _secret(address)
        if secret:
            real = not _is_placeholder(secret)
            yield place.flag(
                key,
                "the URL holds a credential" if real else "the URL has room for a credential, where clients put theirs",
                severity=Severity.CRITICAL if real else Severity.LOW,
                secret=secret,
                fix=_fix(place.child(key), address),
            )


def _addresses(api: Api) -> Iterator[tuple[Node, str | tuple[str, ...], str]]:
    """Each URL that clients may open, with its place; of servers, with the defaults of the variables."""
    for server in api.server_views:
        address = server.expansions[0][0]
        secret = _secret(address)
        filled = [name for name, variable in server.variables.items() if secret in str(variable.get("default", ""))]
        yield server, ("variables", filled[0], "default") if secret and filled else "url", address
    for scheme in api.security_schemes.values():
        for flow in scheme.flows:
            for name, address in flow.urls.items():
                yield flow, name, address
        yield scheme, "openIdConnectUrl", scheme.text("openIdConnectUrl")
    documented: list[Node] = [api, *api.items("tags"), *api.all_operations]
    for holder in documented:
        docs = holder.get("externalDocs")
        if isinstance(docs, dict) and isinstance(docs.get("url"), str):
            yield holder, ("externalDocs", "url"), docs["url"]


def _secret(address: str) -> str:
    """The password before the `@`, or the value of a query parameter that is called like a credential; or nothing."""
    rest = address.partition("://")[2]
    if "@" not in rest and "=" not in rest:
        return ""
    head, _, query = rest.partition("#")[0].partition("?")
    user, at, _ = head.partition("/")[0].rpartition("@")
    password = user.partition(":")[2]
    if at and password:
        return password
    for pair in query.split("&")[:50]:
        name, _, value = pair.partition("=")
        if value and _is_credential(name, value):
            return value
    return ""


def _is_credential(name: str, value: str) -> bool:
    if kind_of(name) in ("password", "secret", "token", "key") or words(name) in (("sig",), ("code",), ("auth",)):
        return name.lower() != "code" or len(value) >= 40  # Azure Functions send their key as `code`.
    return name.lower() == "key" and len(value) >= _SHORTEST_KEY


def _is_placeholder(secret: str) -> bool:
    parts = words(secret)
    if any(sign in secret for sign in "{}<>[]*$"):
        return True
    return (bool(parts) or not any(sign.isdigit() for sign in secret)) and set(parts) <= _PLACEHOLDERS


def _fix(place: Node, address: str) -> Fix | None:
    """Take the user and the password, or the parameter, out of the address, where it is written in one piece."""
    if place.value != address:
        return None
    scheme, _, rest = address.partition("://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        kept = authority.rpartition("@")[2]
        url, what = f"{scheme}://{kept}{rest[len(authority) :]}", "the user and the password"
    else:
        head, hash, fragment = address.partition("#")
        path, _, query = head.partition("?")
        pairs = [pair for pair in query.split("&") if not _secret(f"{path}?{pair}")]
        url, what = (
            path + ("?" if pairs else "") + "&".join(pairs) + hash + fragment,
            "the parameter with the credential",
        )
    if _secret(url):
        return None
    return Fix(f"Remove {what} from the URL", False, (Edit(place.pointer, "set", url),))
