from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Schema, Severity, rule, words
from apilint.concepts.responses import Use, uses

_REDIRECTS = frozenset(("301", "302", "303", "307", "308", "3XX"))
_ADDRESSES = frozenset(("redirect", "location", "url", "uri", "href"))
_NOTES = ("text/html", "text/plain", "application/xhtml+xml")


@rule(
    "redirect-response-body",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    refs=("OWASP-API8:2023", "CWE-698", "CWE-1059", "RFC-9110"),
)
def redirect_response_body(api: Api) -> Iterator[Flag]:
    """A redirect has a body with data.

    Clients follow a redirect and throw its body away, so data in it is for nobody. Where it is there all the same,
    the server often redirects a caller who may not see a page, and sends the page along.

    Attack: an attacker does not follow the redirect to the login, and reads the body.

    To fix: end the work where the redirect is decided, and remove the body. A short note as `text/html` or
    `text/plain` is usual, and is left alone.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "302":
              description: Sign in first
              content:
                application/json:  # flagged
                  schema: {type: object}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "302":
              description: Sign in first
              headers:
                Location: {schema: {type: string, format: uri}}
    ```
    """
    found = uses(api)
    notices = {id(schema) for use in found if use.is_error for schema in _schemas(use)}
    for use in found:
        names = [name for name in use.response.content if not name.lower().startswith(_NOTES)]
        if not names or not _REDIRECTS.issuperset(code.upper() for code in use.codes):
            continue
        schemas = _schemas(use)
        if schemas and all(id(schema) in notices or _says_where(schema) for schema in schemas):
            continue  # a message in the form that errors have, or the address once more
        at = "schema" if api.version == "2.0" else ("content", names[0])
        yield use.response.flag(at, f"{use.response.label} redirects, and has a body with data")


def _says_where(schema: Schema) -> bool:
    members = [name for one in schema.keyword("properties") if isinstance(one, dict) for name in one]
    return not _ADDRESSES.isdisjoint(word for name in members for word in words(name))


def _schemas(use: Use) -> list[Schema]:
    """The schemas of a response's bodies, references followed: two uses of one are the same object."""
    found = [root.schema for media_type in use.response.content.values() for root in media_type.roots]
    targets = [(schema.target.schema if schema.target else schema) for schema in found if schema is not None]
    return [schema for schema in targets if schema is not None]
