from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.purpose import is_sign_in

_NEW_USERS = frozenset("register registration signup sign-up".split())


@rule(
    "user-enumeration-response",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-204"),
)
def user_enumeration_response(api: Api) -> Iterator[Flag]:
    """A way in answers differently when there is no such user.

    A login or a password reset that says "user not found" tells everybody who has an account. Such a list is the
    first half of guessing passwords, and says something about the people on it.

    Attack: an attacker sends a million addresses to the password reset, and keeps those that do not give `404`.

    To fix: answer a wrong name as a wrong password, with the same `401`; answer a reset with `202` in any case.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /login:
        post:
          responses:
            "200": {description: Signed in}
            "401": {description: Wrong password}
            "404": {description: User not found}  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /login:
        post:
          responses:
            "200": {description: Signed in}
            "401": {description: Wrong name or password}
    ```
    """
    for operation in api.operations:
        entry = is_sign_in(operation)
        if entry and "{" not in operation.path_template and _NEW_USERS.isdisjoint(entry.split()):
            yield from _flags(operation)


def _flags(operation: Operation) -> Iterator[Flag]:
    for code, response in operation.responses.items():
        if code[:1] == "4" and _says_unknown(response.text("description")):
            yield operation.flag(("responses", code), f"{operation.name} tells whether a user exists, by `{code}`")
            return
    others = [code for code in operation.responses if code in ("400", "401", "403", "422")]
    if "404" in operation.responses and others:
        yield operation.flag(
            ("responses", "404"),
            f"{operation.name} has a `404` beside `{others[0]}`, which may tell whether a user exists",
            confidence=Confidence.LOW,
        )


def _says_unknown(text: str) -> bool:
    text = text[:2_000].lower()
    who = r"(?:user|account|e-?mail(?: address)?|username|customer|member|login)"
    return bool(
        re.search(
            rf"\b{who}\b[^.]{{0,25}}\b(?:not found|not exist|n't exist|unknown|not registered|unregistered)", text
        )
        or re.search(rf"\b(?:unknown|no such|no|non-?existing|nonexistent) {who}\b(?! input| agent)", text)
    )
