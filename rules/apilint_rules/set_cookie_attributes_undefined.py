from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Header, Severity, rule, words
from apilint.concepts.samples import of_part

_SESSIONS = frozenset(
    "session sess sid sessid sessionid jsessionid phpsessid auth token jwt access refresh login id".split()
)
_NO_SESSIONS = frozenset(("csrf", "xsrf", "lang", "locale", "theme", "consent"))


@rule(
    "set-cookie-attributes-undefined",
    on=Header,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-614", "CWE-1004", "CWE-1275", "RFC-6265"),
)
def set_cookie_attributes_undefined(header: Header) -> Iterator[Flag]:
    """A session cookie is shown without the attributes that protect it.

    Without `Secure` the browser sends the cookie over plain HTTP, without `HttpOnly` every script of the page can
    read it, and without `SameSite` it goes with requests that other sites make. Only cookies whose name says that
    they identify a session are judged.

    Attack: an attacker puts a script into a page, and sends the session cookie of every visitor home.

    To fix: set `Secure; HttpOnly; SameSite=Lax` (or `Strict`), and show it in the example.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /login:
        post:
          responses:
            "204":
              description: Signed in
              headers:
                Set-Cookie:
                  schema: {type: string}
                  example: session=abc123; Path=/; HttpOnly  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /login:
        post:
          responses:
            "204":
              description: Signed in
              headers:
                Set-Cookie:
                  schema: {type: string}
                  example: session=abc123; Path=/; Secure; HttpOnly; SameSite=Lax
    ```
    """
    if header.name.lower() != "set-cookie":
        return
    for sample in of_part(header):
        value = sample.value if isinstance(sample.value, str) else ""
        name, equals, rest = value.partition("=")
        secret, _, attributes = rest.partition(";")
        if equals and _is_session(name) and not _deletes(secret, attributes):
            given = {part.partition("=")[0].strip().lower() for part in attributes.split(";")}
            missing = [one for one in ("Secure", "HttpOnly", "SameSite") if one.lower() not in given]
            if missing:
                yield sample.place.flag(
                    None, f"{header.label}: session cookie `{name.strip()[:40]}` lacks {' and '.join(missing)}"
                )
                return


def _is_session(name: str) -> bool:
    found = set(words(name))
    return not _SESSIONS.isdisjoint(found) and _NO_SESSIONS.isdisjoint(found)


def _deletes(value: str, attributes: str) -> bool:
    return not value.strip().strip('"') or "max-age=0" in attributes.lower() or "01 jan 1970" in attributes.lower()
