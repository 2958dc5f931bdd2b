from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule, words
from apilint.concepts.grouping import some_of

_SIGNATURES = frozenset("signature signed hmac digest svix jws authorization token secret auth jwt apikey".split())
_TOLD = ("signature", "signed", "hmac", "mutual tls", "mtls", "shared secret", "bearer", "basic auth", "x-hub-")
_FEW = 5


@rule(
    "callback-unauthenticated",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API10:2023", "OWASP-API2:2023", "CWE-345", "CWE-347"),
)
def callback_unauthenticated(api: Api) -> Iterator[Flag]:
    """The API calls a webhook or callback, and the receiver cannot tell that it was the API.

    The receiver's address is no secret. Without a signature or a credential in the request, whoever finds it can report
    payments that were never made.

    Attack: somebody posts `{"event": "payment.succeeded"}` to a shop's webhook, and the goods are sent.

    To fix: sign the requests (Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`; or RFC
    9421), and describe the header as a parameter of the operation; or declare `security` on it.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Orders, version: "1"}
    paths: {}
    webhooks:
      paid:
        post:  # flagged
          requestBody:
            content:
              application/json:
                schema: {type: object, properties: {order: {type: string}}}
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
            - {name: webhook-id, in: header, required: true, schema: {type: string}}
            - {name: webhook-timestamp, in: header, required: true, schema: {type: string}}
            - {name: webhook-signature, in: header, required: true, schema: {type: string}}
          requestBody:
            content:
              application/json:
                schema: {type: object, properties: {order: {type: string}}}
          responses:
            "204": {description: Understood}
    ```
    """
    called = [*api.webhook_operations, *api.callback_operations]
    lacking = [operation for operation in called if not _is_signed(operation)]
    if not lacking:
        return
    # Where some say how they are signed, or the document speaks of it, the others may be signed as well.
    told = len(lacking) < len(called) or _speaks_of_signatures(api)
    confidence = Confidence.LOW if told else Confidence.MEDIUM
    if len(lacking) <= _FEW:
        for operation in lacking:
            yield operation.flag(
                None, f"{operation.name} shows nothing that proves who sends it", confidence=confidence
            )
        return
    first = lacking[0]
    yield first.flag(
        None,
        f"nothing shows how to prove who sends {some_of(lacking)}",
        confidence=confidence,
        related=tuple((operation, "nor here") for operation in lacking[1:6]),
        operations=lacking,
    )


def _is_signed(operation: Operation) -> bool:
    if not operation.security.is_anonymous:
        return True
    for parameter in operation.parameters:
        if parameter.location in ("header", "query") and not _SIGNATURES.isdisjoint(words(parameter.name)):
            return True
    return _tells(f"{operation.summary} {operation.description} {operation.path_item.text('description')}")


def _tells(text: str) -> bool:
    lower = text.lower()
    return any(sign in lower for sign in _TOLD)


def _speaks_of_signatures(api: Api) -> bool:
    info = api.get("info")
    description = info.get("description") if isinstance(info, dict) else None
    text = description.lower() if isinstance(description, str) else ""
    return ("webhook" in text or "callback" in text) and ("signature" in text or "signed" in text or "hmac" in text)
