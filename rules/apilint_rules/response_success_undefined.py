from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule, words
from apilint.concepts.responses import succeeds

_FAILURES = frozenset("error failure fault problem unexpected exception invalid failed".split())
_REFUSALS = frozenset(("402", "405", "410", "501"))


@rule(
    "response-success-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059"),
)
def response_success_undefined(api: Api) -> Iterator[Flag]:
    """Operations do not describe any answer when all goes well.

    What is not described cannot be checked: neither tests nor a gateway notice when the answer holds more than it
    should.

    Attack: an attacker asks for an object, and receives internal fields that no description forbids.

    To fix: add the `2xx` or `3xx` response that clients get. A `default` response counts unless its description
    speaks of errors. An operation that only ever refuses (`410` and the like) needs none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:  # flagged
            "404": {description: No orders}
            default: {description: Unexpected error}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "2XX": {description: The orders}
        post:
          responses:
            default: {description: The order}
      /basket:
        get:
          responses:
            "303": {description: It is elsewhere}
        delete:
          responses:
            "410": {description: Baskets are gone for good}
    ```
    """
    lacking = [operation for operation in api.operations if not _may_succeed(operation)]
    at = "responses" if all("responses" in operation.value for operation in lacking) else None
    yield from by_operation(api, lacking, api.operations, at, "no response for success")


def _may_succeed(operation: Operation) -> bool:
    default = operation.responses.get("default")
    if succeeds(operation) or (operation.responses and _REFUSALS.issuperset(operation.responses)):
        return True
    if "410" in operation.responses:  # gone for good, whatever else the gateway answers
        return True
    return default is not None and _FAILURES.isdisjoint(words(default.text("description")))
