from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words

_SURE = frozenset(("regex", "regexp", "rlike"))
# Switches, and matches of another kind.
_OTHERS = frozenset("is use allow enable has ignore exact prefix suffix full if".split())
_PROSE = ("regular expression", "regex")


@rule(
    "regex-search-parameter",
    on=InputSchema,
    types=("string",),
    named=("regex", "regexp", "rlike", "pattern", "match"),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-1333", "CWE-624"),
    tags=("owasp",),
)
def regex_search_parameter(schema: InputSchema) -> Iterator[Flag]:
    """Clients send regular expressions of any length, and the server runs them.

    A regular expression is a program. Most engines need exponential time for some of them, and the longer they may
    be, the more harm they do.

    Attack: `(a+)+$` against a text of thirty letters keeps a processor busy for hours.

    To fix: offer plain search or wildcards instead. If it must be a regular expression, run it with an engine of
    linear time (RE2) and a time limit, and set `maxLength`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: name_regex
              in: query
              schema:  # flagged
                type: string
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
            - name: name_regex
              in: query
              schema: {type: string, maxLength: 50}
          responses:
            "200": {description: The orders}
    ```
    """
    found = words(schema.name)
    if schema.string_is_bounded or schema.is_choice or found[0] in _OTHERS or found[-1] == "type":
        return
    sure = not _SURE.isdisjoint(found)
    parent = schema.parent
    prose = " ".join(node.text("description") for node in (schema, parent) if node is not None)[:5000].lower()
    if sure or (any(word in prose for word in _PROSE) and "not a regular" not in prose):
        yield schema.flag(
            None,
            f"{schema.label} takes regular expressions of any length",
            severity=Severity.MEDIUM if schema.is_input else Severity.LOW,
            confidence=min(schema.certainty, Confidence.MEDIUM),
        )
