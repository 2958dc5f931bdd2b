from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, EffectiveSecurity, Flag, Operation, Severity, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.purpose import is_sign_in
from apilint.concepts.strength import implies, is_weaker, security_key, strength_words, weakest

_WAYS_IN = frozenset(("auth", "authenticate", "authentication", "login", "signin", "token", "session"))


@rule(
    "security-override-weakens-global",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "OWASP-API5:2023", "CWE-287", "CWE-863"),
    gives_way_to=("write-weaker-than-read",),
)
def security_override_weakens_global(api: Api) -> Iterator[Flag]:
    """An operation asks for less than the rest of the API.

    `security` on an operation replaces that of the root, it does not add to it. Whoever wants to allow one more
    scheme, or forgets a scope or the second factor while copying, lowers the bar for this operation.

    Attack: with a leaked API key, the attacker calls the one operation that asks for no more than that.

    To fix: repeat in the operation all that the root requires, or remove its `security`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
        key: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /invoices:
        get:
          security:  # flagged
            - key: []
          responses:
            "200": {description: The invoices}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
      /invoices:
        get:
          security:
            - login: []
              key: []
          responses:
            "200": {description: The invoices}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
        key: {type: apiKey, in: header, name: X-API-Key}
    ```
    """
    root = api.security
    if root is None or root.is_anonymous or root.place is None:
        return
    groups: dict[object, list[Operation]] = {}
    for operation in api.operations:
        own = operation.security
        if own.source == "operation" and not own.is_anonymous and not _is_way_in(operation):
            groups.setdefault(security_key(own), []).append(operation)
    for operations in groups.values():
        what = _loss(operations[0].security, root)
        if what:
            yield operations[0].flag(
                "security",
                f"{some_of(operations)} ask{'s' if len(operations) == 1 else ''} for less than the root: {what}",
                related=((root.place, "required by default"), *((one, "here too") for one in operations[1:5])),
                operations=operations,
            )


def _is_way_in(operation: Operation) -> bool:
    """Whether callers exchange a password for a token here, so that the one cannot ask for the other."""
    last = operation.path_template.rstrip("/").rpartition("/")[2]
    return not operation.expects_credentials or bool(is_sign_in(operation) or _WAYS_IN & set(words(last)))


def _loss(own: EffectiveSecurity, root: EffectiveSecurity) -> str:
    """What the operation leaves out, or an empty string."""
    if is_weaker(own, root):
        return f"{strength_words(weakest(own))} instead of {strength_words(weakest(root))}"
    if weakest(own) != weakest(root):
        return ""
    for one in own.alternatives:
        for other in root.alternatives:
            missing = sorted(set(other.schemes) - set(one.schemes))
            # A part of what the root requires together, not another way in.
            if missing and implies(other, one) and not any(implies(one, third) for third in root.alternatives):
                return f"without `{missing[0]}`"
    return ""
