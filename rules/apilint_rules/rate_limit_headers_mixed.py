from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Header, Response, Severity, rule

_PREFIXES = ("x-rate-limit-", "x-ratelimit-", "ratelimit-")
_REST = ("remaining", "reset", "used", "config", "policy")


@rule(
    "rate-limit-headers-mixed",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API4:2023", "CWE-1059"),
)
def rate_limit_headers_mixed(api: Api) -> Iterator[Flag]:
    """Some responses tell clients about their limit with other headers than the rest, or with half of them.

    Client libraries look for one family of names. Where operations differ, a client that respects the limit of one
    overruns that of another; and a limit without what is left of it, or when it starts anew, is of no use.

    Attack: none of its own; clients that mean well hit the limit, and their retries make an overload worse.

    To fix: use one family in the whole API. Both on the same response are fine while you move from one to the other.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              headers:
                RateLimit: {schema: {type: string}}
        post:
          responses:
            "201":
              description: The new order
              headers:
                X-RateLimit-Remaining: {schema: {type: integer}}  # flagged
                X-RateLimit-Reset: {schema: {type: integer}}
        delete:
          responses:
            "204":
              description: Gone
              headers:
                RateLimit: {schema: {type: string}}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              headers:
                X-RateLimit-Limit: {schema: {type: integer}}
                X-RateLimit-Remaining: {schema: {type: integer}}
                RateLimit: {schema: {type: string}}
        post:
          responses:
            "201":
              description: The new order
              headers:
                X-RateLimit-Limit: {schema: {type: integer}}
                X-RateLimit-Remaining: {schema: {type: integer}}
    ```
    """
    telling = [(response, _families(response)) for response in api.responses]
    telling = [(response, families) for response, families in telling if families]
    usual = Counter(family for _, families in telling for family in families).most_common(1)
    for response, families in telling:
        if usual[0][0] not in families:
            header = next(iter(families.values()))
            message = f"{response.label} has `{header.name}`, while others have the family of `{usual[0][0]}`"
            related = [one[usual[0][0]] for _, one in telling if usual[0][0] in one][:1]
            yield header.flag(None, message, related=tuple((one, f"`{one.name}` here") for one in related))
            break
    for response, _ in telling:
        limit = next(
            (response.headers.get(f"{prefix}limit") for prefix in _PREFIXES if f"{prefix}limit" in response.headers),
            None,
        )
        if limit is not None and not _has_rest(response):
            message = (
                f"{response.label} has `{limit.name}`, but no header says what is left, or when the limit starts anew"
            )
            yield limit.flag(None, message)


def _families(response: Response) -> dict[str, Header]:
    """The families of a response's headers, by their plainest name, with the first header of each."""
    found: dict[str, Header] = {}
    for name, header in response.headers.items():
        family = next((prefix.rstrip("-") for prefix in _PREFIXES if (name + "-").startswith(prefix)), None)
        if family is not None:
            found.setdefault(family, header)
    return found


def _has_rest(response: Response) -> bool:
    rest = [name for name in response.headers if name.startswith(_PREFIXES) and any(part in name for part in _REST)]
    return bool(rest) or "ratelimit" in response.headers or "retry-after" in response.headers
