from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule, words
from apilint.concepts.grouping import some_of

_SIGNATURES = frozenset(("signature", "hmac", "digest"))
_FRESH = frozenset("timestamp time nonce date created id uuid guid delivery idempotency input jti".split())
_TOLD = ("timestamp", "nonce", "replay")
# Headers that carry the time beside the signature.
_WITH_TIME = frozenset(("stripe-signature", "paddle-signature", "calendly-webhook-signature"))
_FEW = 5


@rule(
    "webhook-replay-unprotected",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API10:2023", "CWE-294", "RFC-9421"),
    gives_way_to=("callback-unauthenticated",),
)
def webhook_replay_unprotected(api: Api) -> Iterator[Flag]:
    """A webhook or callback is signed, but nothing in it tells a repetition from the original.

    A signature stays valid for ever. Without a time or an identifier that is signed with the rest, whoever has seen
    one request can send it again.

    Attack: a recorded "payment received" is sent again each day.

    To fix: send a timestamp and an identifier with the signature, and sign them: `webhook-id` and `webhook-timestamp`
    of Standard Webhooks, or `created` in `Signature-Input` (RFC 9421).

    ```yaml fail
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths: {}
    webhooks:
      paid:
        post:
          parameters:  # flagged
            - {name: X-Signature, in: header, required: true, schema: {type: string}}
          responses:
            "204": {description: Understood}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths: {}
    webhooks:
      paid:
        post:
          parameters:
            - {name: X-Signature, in: header, required: true, schema: {type: string}}
            - {name: X-Timestamp, in: header, required: true, schema: {type: integer}}
          responses:
            "204": {description: Understood}
    ```
    """
    lacking = [one for one in (*api.webhook_operations, *api.callback_operations) if _can_be_repeated(one)]
    if len(lacking) <= _FEW:
        for operation in lacking:
            message = f"{operation.name} is signed, but has neither a time nor an identifier"
            yield operation.flag("parameters" if "parameters" in operation.value else None, message)
        return
    yield lacking[0].flag(
        "parameters" if "parameters" in lacking[0].value else None,
        f"signed without a time or an identifier: {some_of(lacking)}",
        related=tuple((operation, "here too") for operation in lacking[1:6]),
        operations=lacking,
    )


def _can_be_repeated(operation: Operation) -> bool:
    headers = [one.name for one in operation.parameters if one.location == "header"]
    if not any(_SIGNATURES & set(words(name)) for name in headers):
        return False
    if any(name.lower() in _WITH_TIME or _FRESH & set(words(name)) for name in headers):
        return False
    texts = [operation.description, *(one.text("description") for one in operation.parameters)]
    return not any(told in text.lower() for text in texts for told in _TOLD)
