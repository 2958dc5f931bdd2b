from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Header, Severity, rule
from apilint.concepts.cors import CorsPolicy, cors_policies
from apilint.concepts.repeats import once


@rule(
    "cors-credentials-with-wildcard",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-942"),
    needs=("access-control", "cors", "x-tyk", "x-amazon-apigateway", "x-google"),
    fixable=True,
)
def cors_credentials_with_wildcard(api: Api) -> Iterator[Flag]:
    """Pages of every origin may call the API with the visitor's credentials.

    Browsers refuse `*` together with credentials, so gateways that are told both (Kong, Zuplo) repeat the origin of
    the caller instead, which allows all. `null` is no better: a page gets this origin by putting itself into a
    sandboxed frame.

    Attack: a user who is signed in visits the attacker's page, which reads and changes all that the user may.

    To fix: list the origins of your own pages, or do not allow credentials.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-cors:
      config:
        origins: ["*"]  # flagged
        credentials: true
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-cors:
      config:
        origins: ["*"]
        credentials: false
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          x-zuplo-route:
            corsPolicy: anything-goes  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    x-kong-plugin-cors:
      config:
        origins: ["https://shop.example.com"]
        credentials: true
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    ```
    """
    yield from once(
        (policy.source, _flag(policy))
        for policy in cors_policies(api)
        if policy.credentials and (policy.is_open or policy.takes_null)
    )


def _flag(policy: CorsPolicy) -> Flag:
    whose = "every origin" if policy.is_open else "the origin `null`"
    is_header = policy.source.startswith("the header")
    return policy.place.flag(
        policy.at,
        f"{policy.source} lets pages of {whose} call with credentials",
        # Browsers refuse the literal pair, so what servers really send is a guess.
        severity=Severity.MEDIUM if is_header else Severity.HIGH,
        confidence=Confidence.MEDIUM if is_header else Confidence.HIGH,
        operations=policy.operations,
        fix=_fix(policy),
    )


def _fix(policy: CorsPolicy) -> Fix | None:
    """Let pages call without credentials, where a gateway's extension says so beside the origins."""
    value = policy.place.value
    names = [name for name, one in value.items() if "credentials" in name.lower() and one in (True, "true")]
    if len(names) != 1 or isinstance(policy.place, Header):
        return None
    edit = Edit(policy.place.child(names[0]).pointer, "set", False if value[names[0]] is True else "false")
    return Fix(f"Write `{names[0]}: false`", False, (edit,))
