from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Node, RequestBody, Severity, by_operation, rule


@rule(
    "request-content-type-wildcard",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-436", "CWE-20"),
    needs=("/*",),
)
def request_content_type_wildcard(api: Api) -> Iterator[Flag]:
    """A request body may have any type of content.

    With `*/*` the client chooses the parser: JSON, XML, a form, YAML, whatever the framework has at hand. What a
    filter in front understands may differ from what the server reads. In responses a wildcard is an `info`.

    Attack: the attacker sends the body as XML or YAML to a server that only ever meant JSON.

    To fix: name the media types that the server reads, and refuse others with `415`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              "*/*":  # flagged
                schema: {type: object, properties: {id: {type: string, maxLength: 9}}}
          responses:
            "201": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          requestBody:
            content:
              application/json:
                schema: {type: object, properties: {id: {type: string, maxLength: 9}}}
          responses:
            "201": {description: Stored}
    ```
    """
    if api.version == "2.0":
        for holder in (api, *api.operations):
            yield from _consumes(holder)
        return
    for body in api.request_bodies:
        yield from _body(body)
    answering = [one for one in api.operations if any(response.content for response in one.responses.values())]
    loose = [
        one
        for one in answering
        if any(_is_wildcard(name) for response in one.responses.values() for name in response.content)
    ]
    what = "answers with any type of content"
    yield from by_operation(api, loose, answering, "responses", what, severity=Severity.INFO)


def _body(body: RequestBody) -> Iterator[Flag]:
    sent = [one for one in body.operations if one.kind == "path"]
    for name in body.content if sent or not body.operations else ():
        if _is_wildcard(name):
            yield body.flag(("content", name), f"{body.label} may have any type of content (`{name}`)",
                            operations=sent)  # fmt: skip


def _consumes(holder: Node) -> Iterator[Flag]:
    types = holder.get("consumes")
    for index, name in enumerate(types if isinstance(types, list) else ()):
        if _is_wildcard(name):
            yield holder.flag(("consumes", index), f"{holder.label} takes any type of content (`{name}`)")


def _is_wildcard(name: Any) -> bool:
    """Whether a whole family of formats is meant; all images or all videos are one kind of thing."""
    if not isinstance(name, str):
        return False
    return name.partition(";")[0].strip().lower() in ("*/*", "*", "application/*", "text/*", "multipart/*")
