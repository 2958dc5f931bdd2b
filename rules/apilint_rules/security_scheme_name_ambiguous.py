from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, SecurityRequirement, Severity, rule

_ENDS = (".json", ".yaml", ".yml")


@rule(
    "security-scheme-name-ambiguous",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-706"),
)
def security_scheme_name_ambiguous(api: Api) -> Iterator[Flag]:
    """A security requirement can be read as the name of a scheme and as the address of another one.

    Since OpenAPI 3.2 a requirement may name a scheme or give its address. Where a declared scheme is called
    like an address, the name wins, but a reader, or a tool that resolves addresses first, takes the other.

    Attack: the author means the strict scheme in the shared file, while the gateway applies its lax namesake.

    To fix: give the declared scheme a plain name, or write the address with a leading `./`.

    ```yaml fail
    openapi: 3.2.0
    info: {title: Orders, version: "1"}
    security:
      - auth.yaml: []  # flagged
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        auth.yaml: {type: apiKey, in: header, name: X-API-Key}
    ```

    ```yaml pass
    openapi: 3.2.0
    info: {title: Orders, version: "1"}
    security:
      - auth: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        auth: {type: apiKey, in: header, name: X-API-Key}
    ```
    """
    if api.version != "3.2":
        return
    told: set[str] = set()
    for requirement in _requirements(api):
        for name in requirement.schemes:
            if name not in told and name in api.security_schemes and _is_like_an_address(name):
                told.add(name)
                yield requirement.flag(
                    name,
                    f"`{name}` is the name of a declared scheme, and looks like the address of another",
                    related=((api.security_schemes[name], "the scheme of that name, which counts"),),
                )


def _requirements(api: Api) -> Iterator[SecurityRequirement]:
    if api.security is not None:
        yield from api.security.alternatives
    for operation in api.all_operations:
        if operation.security.source == "operation":
            yield from operation.security.alternatives


def _is_like_an_address(name: str) -> bool:
    return any(sign in name for sign in "/#:") or name.lower().endswith(_ENDS)
