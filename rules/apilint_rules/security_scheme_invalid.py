from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Edit, Fix, Flag, SecurityScheme, Severity, rule

_TYPES = {
    "2.0": ("basic", "apiKey", "oauth2"),
    "3.0": ("apiKey", "http", "oauth2", "openIdConnect"),
}
_SINCE_31 = (*_TYPES["3.0"], "mutualTLS")


@rule(
    "security-scheme-invalid",
    on=SecurityScheme,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "CWE-1188"),
    tags=("structure",),
    fixable=True,
)
def security_scheme_invalid(scheme: SecurityScheme) -> Iterator[Flag]:
    """A security scheme lacks what it needs, or is of a type that does not exist.

    Generators, gateways and test tools skip a scheme that they cannot understand. The operations that require it are
    then open, or cannot be called at all.

    Attack: the gateway that was set up from the document enforces nothing, and nobody has noticed.

    To fix: give the scheme the fields that its type requires. Types are written with their exact case.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        key: {type: apikey, in: header, name: X-API-Key}  # flagged
        token: {type: http}  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-API-Key}
        token: {type: http}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths: {}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-API-Key}
        token: {type: http, scheme: bearer}
    ```
    """
    written = scheme.get("type")
    known = _TYPES.get(scheme.api.version, _SINCE_31)
    name = f"security scheme `{scheme.name}`"
    if not isinstance(written, str):
        yield scheme.flag(None, f"{name} has no type")
    elif written not in known:
        yield from _unknown(scheme, written, known)
    elif written == "apiKey":
        places = ("query", "header") if scheme.api.version == "2.0" else ("query", "header", "cookie")
        if scheme.get("in") not in places:
            wanted = " or ".join(f"`{place}`" for place in places)
            yield scheme.flag("in" if "in" in scheme.value else None, f"{name}: an API key needs `in`: {wanted}")
        if not scheme.text("name").strip():
            yield scheme.flag("name" if "name" in scheme.value else None, f"{name}: an API key needs a `name`")
    elif written == "http" and not scheme.text("scheme").strip():
        yield scheme.flag(None, f"{name}: type `http` needs a `scheme` such as `bearer`")
    elif written == "openIdConnect" and not scheme.text("openIdConnectUrl").strip():
        yield scheme.flag(None, f"{name}: type `openIdConnect` needs an `openIdConnectUrl`")


def _unknown(scheme: SecurityScheme, written: str, known: tuple[str, ...]) -> Iterator[Flag]:
    meant = next((one for one in known if one.lower() == written.strip().lower()), None)
    fix = None
    hint = f"; there are {', '.join(f'`{one}`' for one in known)}"
    if meant is not None:
        hint = f"; write `{meant}`"
        fix = Fix(f"Write `{meant}`", True, (Edit(scheme.child("type").pointer, "set", meant),))
    yield scheme.flag("type", f"security scheme `{scheme.name}`: unknown type `{written[:60]}`{hint}", fix=fix)
