from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, InputSchema, Schema, Severity, rule, words
from apilint.concepts.destinations import is_fetched, is_url, restriction


@rule(
    "unrestricted-url-parameter",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    up_to=(Severity.MEDIUM, Confidence.MEDIUM),
    refs=("OWASP-API7:2023", "CWE-918"),
    gives_way_to=("callback-url-user-controlled", "redirect-parameter-unrestricted", "url-pattern-bypassable"),
    tags=("owasp",),
)
def unrestricted_url_parameter(api: Api) -> Iterator[Flag]:
    """Clients send a URL, and nothing says where it may lead.

    A server that fetches what a client names goes, from inside your network, to places that the client cannot reach:
    the cloud's metadata service, databases, the control plane of the cluster. Graver and surer where the name or the
    path says that the server goes there itself (webhook, import, avatar, proxy, feed); other URLs may be meant for
    people.

    Attack: `{"avatar_url": "http://169.254.169.254/latest/meta-data/"}` brings out the credentials of the machine.

    To fix: list the values by `enum`, or let an anchored pattern fix scheme and host:
    `^https://cdn\\.example\\.com/`. Where any host is meant (webhooks), demand `^https://`, resolve the name in the
    server, and refuse private addresses. A name that occurs in several places is one finding.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    avatar_url:  # flagged
                      type: string
                      format: uri
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile:
        put:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    avatar_url:
                      type: string
                      format: uri
                      pattern: ^https://avatars\\.example\\.com/
          responses:
            "204": {description: Stored}
    ```
    """
    groups: dict[tuple[str, str, bool], list[Schema]] = {}
    for schema in _candidates(api):
        if restriction(schema.parts()) or any(schema.keyword(key) for key in ("enum", "const")):
            continue
        name = " ".join(words(schema.name)) or schema.pointer
        groups.setdefault((name, is_fetched(schema), schema.is_input), []).append(schema)
    for (_, word, is_input), places in groups.items():
        first, *others = places
        more = f"; {len(others):,} more of that name" if others else ""
        why = f" (`{word}`: the server goes there)" if word else ""
        yield first.flag(
            None,
            f"{first.label} may be any URL{why}{more}",
            severity=Severity.MEDIUM if word else Severity.LOW,
            confidence=Confidence.MEDIUM if word and is_input else Confidence.LOW,
            related=tuple((other, "any URL here too") for other in others[:5]),
        )


def _candidates(api: Api) -> Iterator[Schema]:
    by_name = api.views(InputSchema, ("string",), (), ("url", "uri", "webhook"))
    by_format = api.views(InputSchema, ("string",), ("format",))
    seen: set[int] = set()
    for schema in (*by_name, *by_format):
        if id(schema) not in seen and is_url(schema):
            seen.add(id(schema))
            yield schema
