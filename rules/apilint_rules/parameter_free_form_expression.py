from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words

_LANGUAGES = frozenset(("sql", "expression", "expr", "jsonpath", "xpath", "script", "jsonata", "jmespath"))
# More often plain text, an id or a name than something that is evaluated.
_MAYBE = frozenset(("query", "filter", "where", "template"))
_PAIRS = frozenset((("json", "path"), ("x", "path")))
_WORDS = tuple("query filter where sql expression expr script template jsonpath xpath jsonata jmespath path".split())


@rule(
    "parameter-free-form-expression",
    on=InputSchema,
    types=("string",),
    named=_WORDS,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-943", "CWE-94"),
    tags=("owasp",),
)
def parameter_free_form_expression(schema: InputSchema) -> Iterator[Flag]:
    """Clients send an expression that the server evaluates, in a string without any limits on its form.

    Filters, scripts, templates and paths are programs. Where the description does not say which fields and
    operators they may use, the interpreter behind decides, and it can mostly do more than was meant.

    Attack: `filter=1=1 UNION SELECT …`, or a template that reads the server's configuration.

    To fix: offer single parameters for what may be filtered, or restrict the form with a `pattern` or an
    `enum`. Evaluate expressions in a language made for it, and never by pasting them into a query.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: sql
              in: query
              schema:  # flagged
                type: string
                maxLength: 200
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
            - name: filter
              in: query
              schema:
                type: string
                maxLength: 60
                pattern: "^(state|date) (eq|lt|gt) [0-9A-Za-z-]+$"
          responses:
            "200": {description: The orders}
    ```
    """
    parts = words(schema.name)
    if not schema.is_input or not parts or schema.is_choice:
        return
    is_language = parts[-1] in _LANGUAGES or parts[-2:] in _PAIRS
    if not is_language and (parts[-1] not in _MAYBE or schema.key == "items"):
        return
    if any(schema.keyword(one) for one in ("pattern", "enum", "const", "format")):
        return
    yield schema.flag(
        None,
        f"{schema.label} may be an expression of any form",
        confidence=Confidence.MEDIUM if is_language else Confidence.LOW,
    )
