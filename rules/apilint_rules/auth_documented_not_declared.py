from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import is_sign_in

_LONGEST = 2_000
_OPEN = frozenset(("public", "anonymous", "anon", "webhook", "callback"))
_HINTS = ("auth", "token", "api key", "api-key", "apikey", "bearer", "log in", "logged in", "login", "signed in")


@rule(
    "auth-documented-not-declared",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.HIGH, Confidence.MEDIUM),
    refs=("OWASP-API2:2023", "CWE-306", "CWE-1059", "RFC-9110"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "auth-modelled-as-parameter",
        "authorization-header-parameter",
    ),
    tags=("missing-authentication",),
)
def auth_documented_not_declared(api: Api) -> Iterator[Flag]:
    """The text says that callers must authenticate, but the document does not declare it.

    The description asks for a token, or the operation answers `401` or `403`, so somebody meant it to be protected.
    Without `security` only people know. Gateways, generators and tests take the operation for an open one.

    Attack: a gateway set up from the document lets requests through without credentials.

    To fix: declare the scheme that the text means, and require it with `security`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:  # flagged
          description: Requires authentication with an API key.
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - key: []
    paths:
      /orders:
        get:
          description: Requires authentication with an API key.
          responses:
            "200": {description: The orders}
      /products:
        get:
          description: Requires no authentication.
          security: []
          responses:
            "200": {description: The products}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-API-Key}
    ```
    """
    claiming: dict[tuple[str, bool], list[Operation]] = {}
    for operation in api.operations:
        if operation.security.is_absent and operation.expects_credentials:
            claim, sure = _claim(operation)
            if claim:
                claiming.setdefault((claim, sure), []).append(operation)
    for (claim, sure), operations in claiming.items():
        yield operations[0].flag(
            None,
            f"{some_of(operations)} {claim.format('s' if len(operations) == 1 else '')}, but no `security`",
            severity=Severity.HIGH if any(one.is_write for one in operations) else Severity.MEDIUM,
            confidence=Confidence.MEDIUM if sure else Confidence.LOW,
            related=tuple((one, "here too") for one in operations[1:5]),
            operations=operations,
        )


def _claim(operation: Operation) -> tuple[str, bool]:
    """What the operation says, and whether that can mean authentication only; nothing where it says nothing."""
    if _claims(f"{operation.summary}\n{operation.description}"):
        return "ask{} for authentication in the description", True
    # Who signs in may get the password wrong, and what is called public may refuse for other reasons.
    if not is_sign_in(operation) and _OPEN.isdisjoint(words(operation.path_template)):
        if "401" in operation.responses:
            return "answer{} `401`", True
        if "403" in operation.responses:  # Also for what nobody may do, or not from there.
            return "answer{} `403`", False
    return "", False


def _claims(text: str) -> bool:
    text = text[:_LONGEST].lower()
    if not any(hint in text for hint in _HINTS):
        return False
    return not _patterns()[1].search(text) and bool(_patterns()[0].search(text))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What says that authentication is needed, and what says that it is not."""
    what = r"(?:authentication|authorization|log-?in|(?:access|bearer|auth|api|jwt) tokens?|api[ -]?keys?|jwt|bearer)"
    needed = (
        rf"\b(?:requires?|needs?|must (?:have|provide|include|send|pass|supply|use)) (?:\w+ ){{0,3}}{what}\b"
        rf"|\b{what} (?:is |are )?(?:required|needed|mandatory)\b"
        r"|\b(?:must|need to|needs to|has to|have to) be (?:authenticated|authorized|logged in|signed in)\b"
        r"|\b(?:for|of) the (?:currently )?(?:authenticated|logged[- ]in|signed[- ]in) user\b"
    )
    free = rf"\b(?:no|not|without|n't|never|optional(?:ly)?)\b[^.\n]{{0,40}}(?:{what}|authenticated|logged in)"
    return re.compile(needed), re.compile(free)
