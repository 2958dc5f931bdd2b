from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule, strictest
from apilint.concepts.purpose import is_sign_in, segments
from apilint.concepts.responses import reusable, with_response

_SURE = frozenset(
    ("login", "logon", "signin", "log in", "sign in", "otp", "totp", "passcode", "forgot password", "password reset")
)


@rule(
    "auth-endpoint-without-rate-limit",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API4:2023", "OWASP-API6:2023", "CWE-307", "CWE-799"),
    tags=("owasp",),
    fixable=True,
)
def auth_endpoint_without_rate_limit(api: Api) -> Iterator[Flag]:
    """An operation where credentials can be guessed has no rate limit, or a looser one than the rest.

    Login, one-time codes, password reset and registration are what attackers call most often, and a guess costs
    them nothing. These operations need a limit of their own, stricter than that of the others.

    Attack: a script tries ten thousand leaked passwords a minute, or all the million codes of six digits.

    To fix: limit these operations by account and by address, to a few tries a minute, and describe it: an extension
    of the gateway or `x-rate-limit` on the operation, or at least a `429` response.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        post:  # flagged
          responses:
            "200": {description: Signed in}
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "429": {description: Too many requests}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /login:
        post:
          x-rate-limit: 5/min
          responses:
            "200": {description: Signed in}
            "429": {description: Too many requests}
    ```
    """
    entries = {id(operation): word for operation in api.operations if (word := is_sign_in(operation))}
    concerned = [operation for operation in api.operations if id(operation) in entries]
    lacking = [operation for operation in concerned if not operation.rate_limit]
    sure = {id(operation) for operation in lacking if _is_sure(operation, entries[id(operation)])}
    component = reusable(api, "429") if lacking else None
    for certain, confidence in ((True, Confidence.MEDIUM), (False, Confidence.LOW)):
        yield from by_operation(
            api,
            [operation for operation in lacking if (id(operation) in sure) is certain],
            [operation for operation in concerned if id(operation) in sure or not certain],
            None,
            "nothing limits how often credentials can be tried",
            confidence=confidence,
            fix=(lambda operation: with_response(operation, "429", component)) if component else None,
        )
    usual = _usual([operation for operation in api.operations if id(operation) not in entries]) if concerned else None
    for operation in concerned:
        own = strictest(operation)
        if usual is not None and own is not None and own.rate is not None and own.rate.per_minute > usual:
            message = f"{operation.name}: its limit of {own.rate} is looser than that of other operations"
            yield operation.flag(None, message, severity=Severity.MEDIUM, related=((own.place, "the limit"),))


def _is_sure(operation: Operation, word: str) -> bool:
    """Whether it is a way in and no thing of that name: nobody needs to be known, or the word has no other meaning."""
    if operation.method != "POST" or "{" in "".join(segments(operation.path_template)[-1:]):
        return False
    return operation.security.is_anonymous or word in _SURE


def _usual(operations: list[Operation]) -> float | None:
    """The rate that most operations have, in requests a minute."""
    found = (strictest(operation) for operation in operations)
    rates = Counter(one.rate.per_minute for one in found if one is not None and one.rate is not None)
    return rates.most_common(1)[0][0] if rates else None
