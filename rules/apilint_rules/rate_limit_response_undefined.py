from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.grouping import for_all
from apilint.concepts.responses import reusable, with_response


@rule(
    "rate-limit-response-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API4:2023", "CWE-770", "RFC-6585"),
    gives_way_to=("rate-limit-undefined",),
    tags=("owasp",),
    fixable=True,
)
def rate_limit_response_undefined(api: Api) -> Iterator[Flag]:
    """Operations do not describe the answer to too many requests.

    A client that does not know about `429` takes it for a failure, and tries again at once, which makes the
    overload worse. The missing response is also often the sign of a missing limit.

    Attack: an attacker pushes the API to its limit, and all the well-meaning clients that retry finish the job.

    To fix: add a `429` response with a `Retry-After` header; a shared one under `components.responses` serves
    all operations. A `4XX` or `default` response counts too.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:  # flagged
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "429": {description: Too many requests}
    ```
    """
    missing = [
        op for op in api.operations if op.method != "OPTIONS" and op.response("429") is None and not _answers(op)
    ]
    component = reusable(api, "429") if missing else None
    for limited in (False, True):
        operations = [operation for operation in missing if bool(operation.rate_limit) is limited]
        if not operations:
            continue
        some = ", ".join(f"`{operation.name}`" for operation in operations[:3])
        more = f" and {len(operations) - 3} more" if len(operations) > 3 else ""
        # Operations without any limit are `rate-limit-undefined`'s to speak of, so the others stand apart.
        yield (operations[0] if limited else api).flag(
            "responses" if limited else "paths",
            f"no `429` response: {some}{more}",
            severity=Severity.MEDIUM if any(operation.is_write for operation in operations) else Severity.LOW,
            related=tuple((operation, "no `429` here") for operation in operations[1:5]),
            operations=operations,
            fix=for_all(api, operations, lambda operation: with_response(operation, "429", component)),
        )


def _answers(operation: Operation) -> bool:
    """Whether the error for too many calls has another code, such as Amazon's `ThrottlingException`."""
    return any(evidence.kind == "response" for evidence in operation.rate_limit)
