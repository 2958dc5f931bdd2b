from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from apilint.api import Api, Confidence, Flag, Severity, Text, rule
from apilint.concepts.leaks import tokens

if TYPE_CHECKING:
    from apilint.analysis.jwt import Token


@rule(
    "jwt-example-weak",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API2:2023", "CWE-347", "CWE-798", "RFC-8725", "RFC-7519"),
    needs=("eyj",),
)
def jwt_example_weak(api: Api) -> Iterator[Flag]:
    """A JSON Web Token in the document is valid, or shows that the API takes weak ones.

    A token is more than a random text: it can be read. One that has not expired, or never does, may open the API
    today. One without a signature (`alg: none`), or signed with a key such as `secret`, shows how tokens are made
    here, or how whoever copies the example will make them.

    Only whole tokens count, whose signature is as long as its algorithm makes it; tokens that have expired, and
    the sample that the usual debugger shows, are left alone. What the token says is read and its key is tried on
    this machine: nothing is sent anywhere. The value is masked in every output.

    Attack: an attacker takes the token from the documentation, and is the user for whom it was made.

    To fix: write a placeholder; if the token was real, change the key that signed it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /session:
        get:
          responses:
            "200":
              description: The session
              content:
                application/json:
                  example:
                    token: eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcmRlcnMiLCJyb2xlIjoiYWRtaW4ifQ.  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /session:
        get:
          responses:
            "200":
              description: The session
              content:
                application/json:
                  example:
                    token: eyJhbGciOi…
    ```
    """
    from time import time

    from apilint.analysis.jwt import decode

    found: dict[str, list[Text]] = {}
    for text, value in tokens(api):
        found.setdefault(value, []).append(text)
    now = time()
    for value, texts in found.items():
        token = decode(value)
        judged = _judge(token, now) if token is not None else None
        if judged is not None:
            what, severity, confidence = judged
            yield texts[0].flag(
                None,
                f"{texts[0].label}: a JSON Web Token {what}",
                severity=severity,
                confidence=confidence,
                related=tuple((other, "the same here") for other in texts[1:]),
                secret=value,
            )


def _judge(token: Token, now: float) -> tuple[str, Severity, Confidence] | None:
    """What is wrong with a token; None for one that has expired or that is a well-known sample."""
    if token.is_unsigned:
        return "is signed by nobody (`alg: none`)", Severity.HIGH, Confidence.MEDIUM
    if token.is_sample:
        return None
    if token.weak_key is not None:
        # Whoever made it up used a tool's own key: hardly a real token, but a bad model.
        return f"is signed ({token.algorithm}) with a key that everybody knows", Severity.LOW, Confidence.HIGH
    if token.expires is None:
        return "does not expire", Severity.MEDIUM, Confidence.MEDIUM
    if token.expires > now:
        return "has not expired yet", Severity.HIGH, Confidence.HIGH
    return None
