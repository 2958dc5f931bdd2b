from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, by_operation, rule
from apilint.concepts.purpose import is_costly, is_sign_in


@rule(
    "costly-operation-without-rate-limit",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API4:2023", "OWASP-API6:2023", "CWE-770", "CWE-799", "CWE-837"),
    gives_way_to=("auth-endpoint-without-rate-limit",),
    tags=("owasp",),
)
def costly_operation_without_rate_limit(api: Api) -> Iterator[Flag]:
    """An operation that costs time, money or messages has no rate limit.

    Sending messages, exports, reports, conversions, searches and calls of language models cost far more than reading
    a row. A caller who may repeat them as fast as the network allows spends your money, or reaches other people.

    Attack: a script asks for ten thousand text messages to numbers that earn the attacker a share of the fee.

    To fix: give these operations a limit of their own and describe it: an extension of the gateway or `x-rate-limit`
    on the operation, or at least a `429` response.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/export:
        post:  # flagged
          responses:
            "202": {description: The export is being made}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/export:
        post:
          x-rate-limit: 2/hour
          responses:
            "202": {description: The export is being made}
    ```
    """
    found = {id(operation): word for operation in api.operations if (word := is_costly(operation))}
    concerned = [operation for operation in api.operations if id(operation) in found and not is_sign_in(operation)]
    lacking = [operation for operation in concerned if not operation.rate_limit]
    words = {id(operation): f"`{found[id(operation)]}`" for operation in lacking}
    # If no other operation lacks a limit, this stands for `rate-limit-undefined`, and is as sure.
    others = [one for one in api.operations if id(one) not in words and not one.rate_limit and one.method != "OPTIONS"]
    sure = Confidence.MEDIUM if others else Confidence.HIGH
    what = _what(list(dict.fromkeys(words.values())))
    flags = list(by_operation(api, lacking, concerned, None, what, confidence=sure))
    if len(flags) < 2:
        yield from flags
        return
    for operation in lacking:
        yield from by_operation(api, [operation], concerned, None, _what([words[id(operation)]]), confidence=sure)


def _what(words: list[str]) -> str:
    return f"nothing limits how often clients may call it ({', '.join(words[:3])})"
