from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Severity, rule

_LIMITS = ("pattern", "enum", "const", "format")
_UNQUOTED = frozenset(("query", "path", "cookie", "formData"))


@rule(
    "parameter-allow-reserved",
    on=Parameter,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-20", "CWE-235", "RFC-3986"),
)
def parameter_allow_reserved(parameter: Parameter) -> Iterator[Flag]:
    """A parameter is sent without escaping the characters that structure a URL.

    With `allowReserved: true`, `&`, `=`, `#`, `/` and `?` in a value stay as they are. What the client put into
    one parameter is read as several, or as a different path, unless a pattern keeps such characters out.

    Attack: a value such as `1&role=admin` that a front end passes on adds a parameter to the request behind.

    To fix: drop `allowReserved`, or add a `pattern` with the characters that are needed.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: place
              in: query
              allowReserved: true  # flagged
              schema: {type: string, maxLength: 80}
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: place
              in: query
              allowReserved: true
              schema: {type: string, maxLength: 80, pattern: "^[a-z/]+$"}
          responses:
            "200": {description: The orders}
    ```
    """
    if parameter.get("allowReserved") is not True or parameter.location not in _UNQUOTED:
        return
    if parameter.operations and all(one.kind != "path" for one in parameter.operations):
        return
    texts = [one for one in (schema.resolved for schema in parameter.schemas) if "string" in one.types or not one.types]
    if any(not any(one.keyword(limit) for limit in _LIMITS) and not one.is_choice for one in texts):
        yield parameter.flag(
            "allowReserved",
            f"{parameter.label} is sent unescaped, and nothing limits its characters",
        )
