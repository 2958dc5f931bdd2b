from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule, words

_WEAK = frozenset(("none", "rs1", "hs1", "es1", "rsa1_5", "md5", "hs128"))
_SHARED = frozenset(("hs256", "hs384", "hs512", "hmac"))
_PUBLIC_FLOWS = frozenset(("implicit", "authorizationCode", "deviceAuthorization"))
_IN_PROSE = r"\balg(?:orithm)?s?\b[\"'`]*\s*(?:[:=]|is|may be|can be)?\s*[\"'`\[]*\s*\b(none|rs1|hs1|rsa1_5)\b"
_DENIALS = (
    r"\b(?:not|never|no longer|reject\w*|refus\w*|except|forbid\w*|forbidden|disallow\w*|den(?:y|ied)|without|un\w+)\b"
)
_MOST_VALUES = 1_000


@rule(
    "jwt-algorithm-weak",
    on=SecurityScheme,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API2:2023", "CWE-347", "CWE-327", "RFC-8725"),
)
def jwt_algorithm_weak(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme accepts tokens with a weak signature, or with none.

    With `none` everybody writes tokens; `RS1`, `HS1` and `RSA1_5` are broken. `HS256` and its kin need one secret on
    both sides, and apps and pages cannot keep one.

    Attack: an attacker writes a token for the administrator, sets its algorithm to `none`, and is let in.

    To fix: accept one asymmetric algorithm (`ES256`, `RS256`, `EdDSA`), set at the server and not by the token.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: http
          scheme: bearer
          bearerFormat: JWT
          x-jwt:
            algorithms: [RS256, none]  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:
          type: http
          scheme: bearer
          bearerFormat: JWT
          description: "Tokens with alg: none are rejected."
          x-jwt:
            algorithms: [ES256]
    ```
    """
    text = scheme.text("description")[:20_000].lower()
    for found in re.finditer(_IN_PROSE, text):
        around = text[max(0, found.start() - 60) : found.end() + 60]
        if not re.search(_DENIALS, around.replace("unsigned", "")):
            yield scheme.flag("description", _message(scheme, found[1]))
            break
    for path, name in _declared(scheme):
        if name in _WEAK:
            yield scheme.flag(path, _message(scheme, name), severity=Severity.HIGH, confidence=Confidence.HIGH)
        elif any(flow.name in _PUBLIC_FLOWS for flow in scheme.flows):
            yield scheme.flag(path, _message(scheme, name), severity=Severity.LOW, confidence=Confidence.LOW)


def _message(scheme: SecurityScheme, name: str) -> str:
    why = "a secret that apps would have to share" if name in _SHARED else "a weak algorithm or none"
    return f"security scheme `{scheme.name[:60]}` takes tokens with `{name}`: {why}"


def _declared(scheme: SecurityScheme) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The weak algorithms that extensions name, each list once, and where."""
    stack: list[tuple[tuple[str | int, ...], Any]] = [((key,), value) for key, value in scheme.extensions.items()]
    left = _MOST_VALUES
    while stack and left:
        left -= 1
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*path, key), one) for key, one in value.items())
        elif not {"alg", "algorithm"}.isdisjoint(words(str(path[-1]))):
            texts = [one.lower() for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
            weak = next((one for one in texts if one in _WEAK), "") or next(
                (one for one in texts if one in _SHARED), ""
            )
            if weak:
                yield path, weak
