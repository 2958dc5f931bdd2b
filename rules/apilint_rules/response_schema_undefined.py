from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, MediaType, Operation, Response, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.responses import BODILESS, uses

_FEW = 5
_Bare = tuple[Response, str, MediaType, list[Operation]]


@rule(
    "response-schema-undefined",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API3:2023", "OWASP-API8:2023", "CWE-213", "CWE-1059"),
)
def response_schema_undefined(api: Api) -> Iterator[Flag]:
    """A successful response does not say what data it carries.

    Without a schema nobody can see, review or test what leaves the API: a gateway cannot filter it, and a
    column that is added to a table tomorrow goes out unnoticed.

    Only content with a structure needs a schema: JSON, XML and forms. Files, plain text and streams do not. A write
    that answers without any content may mean just that, and is a guess.

    Attack: an attacker reads the whole response, where the page shows three of its thirty fields.

    To fix: describe the data with a `schema`; where there is none to come, answer with `204`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              content:
                application/json: {}  # flagged
      /users:
        get:
          responses:
            "200":  # flagged
              description: The users
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
                application/json:
                  schema: {type: array, items: {type: object, properties: {id: {type: integer}}}}
        delete:
          responses:
            "204": {description: Deleted}
    ```
    """
    silent: dict[int, tuple[Operation, str]] = {}
    guesses: dict[int, tuple[Operation, str]] = {}
    bare: list[_Bare] = []
    all_structured = 0
    for use in uses(api):
        answers = [(operation, code) for operation in use.operations if (code := _success(operation, use.response))]
        if not answers or _is_described_elsewhere(use.response):
            continue
        if not use.response.content:
            for operation, code in answers:
                if not _sends_files(api, operation):
                    # Accepted to be done later, or written without an answer: it may well have no body.
                    sure = operation.is_safe and code != "202"
                    (silent if sure else guesses).setdefault(id(operation), (operation, code))
        users = [operation for operation, _ in answers]
        structured = {name: one for name, one in use.response.content.items() if _needs_schema(name)}
        all_structured += len(structured)
        bare += [(use.response, name, one, users) for name, one in structured.items() if not _has_schema(one)]
    yield from _bare(api, bare, all_structured)
    yield from _flags(api, list(silent.values()), Severity.MEDIUM, Confidence.HIGH)
    yield from _flags(api, list(guesses.values()), Severity.LOW, Confidence.LOW)


def _bare(api: Api, lacking: list[_Bare], concerned: int) -> Iterator[Flag]:
    if len(lacking) > _FEW and 2 * len(lacking) > concerned:
        operations = list({id(one): one for _, _, _, users in lacking for one in users}.values())
        yield api.flag(
            "paths",
            f"{len(lacking):,} of {concerned:,} successful responses have no schema: {some_of(operations)}",
            related=tuple((media_type, "no schema") for _, _, media_type, _ in lacking[:5]),
            operations=operations,
        )
        return
    for response, name, media_type, users in lacking:
        yield media_type.flag(None, f"{response.label}: `{name}` has no schema", operations=users)


def _success(operation: Operation, response: Response) -> str:
    """The code under which an operation answers with a response that has a body; empty for others."""
    if operation.method in ("HEAD", "OPTIONS"):
        return ""
    codes = [code for code, one in operation.responses.items() if one is response]
    return next((code for code in codes if code[:1] == "2" and code not in BODILESS), "")


def _flags(
    api: Api, lacking: list[tuple[Operation, str]], severity: Severity, confidence: Confidence
) -> Iterator[Flag]:
    what = "a successful response has neither content nor schema"
    if len(lacking) <= _FEW:
        for operation, code in lacking:
            message = f"{operation.name}: {what}"
            yield operation.flag(("responses", code), message, severity=severity, confidence=confidence)
        return
    operations = [operation for operation, _ in lacking]
    yield api.flag(
        "paths",
        f"{len(lacking):,} successful responses have neither content nor schema: {some_of(operations)}",
        severity=severity,
        confidence=confidence,
        related=tuple((operation.child(("responses", code)), "none here") for operation, code in lacking[:5]),
        operations=operations,
    )


def _needs_schema(media_type: str) -> bool:
    name = media_type.partition(";")[0].strip().lower()
    kind = name.rpartition("/")[2].rpartition("+")[2]
    return kind in ("json", "xml", "x-www-form-urlencoded", "hal", "problem") and not name.startswith("image/")


def _has_schema(media_type: MediaType) -> bool:
    return any(isinstance(media_type.get(key), (dict, bool)) for key in ("schema", "itemSchema")) or bool(
        media_type.get("$ref")
    )


def _is_described_elsewhere(response: Response) -> bool:
    return isinstance(response.get("$ref"), str) or response.get("x-speakeasy-sse-sentinel") is not None


def _sends_files(api: Api, operation: Operation) -> bool:
    """Whether a Swagger 2.0 operation produces nothing that has a structure."""
    produced: Any = operation.get("produces", api.get("produces")) if api.version == "2.0" else None
    names = [name for name in produced if isinstance(name, str)] if isinstance(produced, list) else []
    return bool(names) and not any(map(_needs_schema, names))
