from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, SecurityScheme, Severity, rule
from apilint.concepts.mends import with_sentence

_MENTION = r"rfc[\s-]*8725|bcp[\s-]*225"


class Options(NamedTuple):
    """`fix`: the sentence that `apilint fix --unsafe-fixes` adds to the description of the scheme."""

    fix: str = ""


@rule(
    "jwt-best-practices-undeclared",
    on=SecurityScheme,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API2:2023", "CWE-347", "RFC-8725"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def jwt_best_practices_undeclared(scheme: SecurityScheme, options: Options) -> Iterator[Flag]:
    """A scheme with JSON Web Tokens does not say that the server follows RFC 8725.

    RFC 8725 lists what servers get wrong with these tokens: the algorithm that the token itself names, keys that are
    too short, issuer and audience that nobody checks. A sentence proves nothing; so this is a reminder, for those
    whose rules ask for the sentence.

    Attack: an attacker changes the algorithm in the token's header to `none`, and signs nothing.

    To fix: check the server against RFC 8725, and name it in the scheme's `description`.

    Options: `fix` (empty): the sentence that `apilint fix --unsafe-fixes` adds to the description of the scheme;
    without one it adds none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        login:  # flagged
          type: http
          scheme: bearer
          bearerFormat: JWT
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
          description: Tokens are checked as RFC 8725 asks.
        key: {type: apiKey, in: header, name: X-Key}
    ```
    """
    has_tokens = scheme.type in ("oauth2", "openIdConnect") or (
        scheme.scheme == "bearer" and "jwt" in scheme.text("bearerFormat").lower()
    )
    if has_tokens and not re.search(_MENTION, scheme.text("description")[:20_000].lower()):
        yield scheme.flag(
            None,
            f"the description of security scheme `{scheme.name[:60]}` does not name RFC 8725",
            fix=with_sentence(scheme, options.fix) if re.search(_MENTION, options.fix.lower()) else None,
        )
