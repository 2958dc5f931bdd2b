from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Severity, Text, rule, words

_ENDS = ("redirecturi", "redirecturis", "redirecturl")  # of the name's words, joined
_SPELLINGS = ("redirect_ur", "redirectur", "redirect-ur")
_WILDCARDS = ("://*", "wildcard")
_FAR = 5_000  # characters between a name and what is said of it
_MOST = 1_000
_DENIALS = frozenset(
    "not no never without cannot neither nor exact exactly unsupported disallowed forbidden prohibited except avoid"
    " reject rejected deny denied longer".split()
)


@rule(
    "oauth-redirect-wildcard",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API7:2023", "CWE-601", "RFC-9700"),
    needs=_SPELLINGS,
)
def oauth_redirect_wildcard(api: Api) -> Iterator[Flag]:
    """An OAuth redirect address may have a wildcard.

    Codes and tokens go to the redirect address. RFC 9700 (section 4.1) requires that it be compared with the registered
    ones character by character, because a wildcard takes in hosts that nobody thought of: forgotten subdomains, users'
    pages, a redirect to elsewhere. The descriptions and sample values of redirect addresses are looked at; one that
    is merely unrestricted is a matter of `redirect-parameter-unrestricted`.

    Attack: the attacker takes over a forgotten subdomain, sends users through the sign-in with a redirect to it, and
    collects the codes.

    To fix: compare the whole address. Clients that need several register each of them.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /clients:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    redirect_uris:
                      type: array
                      items: {type: string, format: uri}
                      example:
                        - https://*.example.com/callback  # flagged
          responses:
            "201": {description: Registered}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /clients:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    redirect_uris:
                      description: Compared character by character; wildcards are not allowed.
                      type: array
                      items: {type: string, format: uri}
                      example:
                        - https://www.example.com/callback
          responses:
            "201": {description: Registered}
    ```
    """
    if not _may_tell(api):
        return
    found = [
        text
        for text in api.search(_WILDCARDS)
        if not text.is_key and text.role != "extension" and _is_about_redirects(text) and _allows(text)
    ]
    if found:
        first, *others = found
        related = tuple((text, "here too") for text in others[:5])
        yield first.flag(None, "a redirect address may have a wildcard", related=related)


def _may_tell(api: Api) -> bool:
    """Whether a wildcard is spoken of near the name of a redirect address; quick, as the places of texts are not."""
    return any(
        name in around
        for document in api.documents.values()
        for at in document.offsets(_WILDCARDS, _MOST)
        for around in (document.text[max(0, at - _FAR) : at + _FAR].lower(),)
        for name in _SPELLINGS
    )


def _is_about_redirects(text: Text) -> bool:
    """Whether the text belongs to a property or a parameter that is called like a redirect address."""
    value: Any = text.document.value
    for step in text.path:
        if isinstance(step, str) and _is_redirect(step):
            return True
        value = value[step]
        if isinstance(value, dict) and "in" in value and isinstance(value.get("name"), str):
            return _is_redirect(value["name"])
    return False


def _is_redirect(name: str) -> bool:
    return "".join(words(name)).endswith(_ENDS)


def _allows(text: Text) -> bool:
    """Whether the text has an address with a wildcard for its host, or a sentence that allows wildcards."""
    content: str = text.value[:20_000]
    if text.role != "prose":
        return content.lower().startswith(("http://*", "https://*"))
    for sentence in re.split(r"(?<=[.!?;])\s|\n", content):
        said = set(re.findall(r"[a-z]+", sentence.lower().replace("n't", " not")))
        if said & {"wildcard", "wildcards"} or "://*" in sentence:
            return said.isdisjoint(_DENIALS)
    return False
