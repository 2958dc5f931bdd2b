from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Api, Confidence, Fix, Flag, Response, Severity, rule
from apilint.concepts.mends import together
from apilint.concepts.responses import by_response, errors

_PROBLEM = "application/problem+json"  # RFC 9457
_MEMBERS = frozenset(("type", "title", "status", "detail", "instance"))
_ENOUGH = 2


class Options(NamedTuple):
    """The media types that errors may have."""

    media_types: tuple[str, ...] = ("application/problem+json", "application/problem+xml")


@rule(
    "error-media-type",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    up_to=(Severity.INFO, Confidence.HIGH),
    refs=("OWASP-API8:2023", "CWE-1059", "RFC-9457"),
    options=Options,
    fixable=True,
)
def error_media_type(api: Api, options: Options) -> Iterator[Flag]:
    """An error response does not have the media type for errors.

    RFC 9457 gives errors one shape that clients, gateways and logs know. Errors in several shapes are made in
    several places, and what one of them leaks is easily missed. Where some errors of an API have the media type
    and others do not, the finding is sure; where none has it, it is a hint.

    Attack: an attacker finds the operation whose errors another team wrote, and which tell too much.

    To fix: answer with `application/problem+json`.

    Options: `media_types` (`application/problem+json`, `application/problem+xml`): the media types that errors
    may have.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":  # flagged
              description: The request is wrong
              content:
                application/json: {schema: {type: object}}
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
              content:
                application/json: {schema: {type: object}}
            "400":
              description: The request is wrong
              content:
                application/problem+json: {schema: {type: object}}
    ```
    """
    if api.version == "2.0":
        return
    wanted = frozenset(name.lower() for name in options.media_types)
    concerned = [use for use in errors(api) if use.response.content]
    lacking = [use for use in concerned if _names(use.response).isdisjoint(wanted)]
    is_mixed = len(lacking) < len(concerned)
    yield from by_response(
        api,
        lacking,
        concerned,
        None,
        "is none of `" + "`, `".join(options.media_types) + "`",
        fix=_fix if _PROBLEM in wanted else None,
        confidence=Confidence.HIGH if is_mixed else Confidence.LOW,
    )


def _names(response: Response) -> frozenset[str]:
    return frozenset(name.partition(";")[0].strip().lower() for name in response.content)


def _fix(response: Response) -> Fix | None:
    """Name the media type of problems, if what errors hold is one (RFC 9457, 3.1)."""
    if list(response.content) != ["application/json"] or "application/json" not in response.get("content", {}):
        return None
    held = [schema for root in response.content["application/json"].roots if (schema := root.schema) is not None]
    names = {name for schema in held for part in schema.parts() for name in part.get("properties") or ()}
    if len(names & _MEMBERS) < _ENOUGH:
        return None
    place = response.child(("content", "application/json"))
    return together(response, f"Write `{_PROBLEM}`", [(place, "rename", _PROBLEM)])
