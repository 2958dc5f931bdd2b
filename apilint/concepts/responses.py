"""What operations answer: the responses that are missing, those that stand for errors, and what errors carry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.analysis.words import words
from apilint.concepts.grouping import by_operation, for_all, some_of
from apilint.findings import Confidence, Edit, Fix, Flag, Severity

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.node import Key, Node
    from apilint.openapi.operation import Operation, Response
    from apilint.openapi.schema import Root, Schema

# Statuses whose answer has no body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5), beside those below 200.
BODILESS = frozenset(("204", "205", "304"))
_FEW = 5
_PHRASES = {
    "400": ("bad request", "invalid request", "validation", "validation failed"),
    "401": ("unauthorized", "unauthorised", "unauthenticated", "authentication required"),
    "403": ("forbidden", "permission denied", "access denied"),
    "404": ("not found",),
    "406": ("not acceptable",),
    "413": ("content too large", "payload too large", "request entity too large"),
    "415": ("unsupported media type",),
    "422": ("unprocessable", "unprocessable entity", "unprocessable content"),
    "429": (
        "too many request",
        "request limit exceeded",
        "rate limit",
        "rate limited",
        "rate limit exceeded",
        "throttled",
        "limit exceeded",
    ),
    "500": ("internal server", "internal", "server", "unexpected"),
}
# How RFC 9110 (15.5) and RFC 6585 (4) name the codes.
_NAMES = {
    "400": "Bad Request",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "Not Found",
    "406": "Not Acceptable",
    "413": "Content Too Large",
    "415": "Unsupported Media Type",
    "422": "Unprocessable Content",
    "429": "Too Many Requests",
    "500": "Internal Server Error",
    "default": "Error",
}
_SINGLE = ("items", "additionalProperties")
_MANY = ("properties", "allOf", "oneOf", "anyOf", "prefixItems")
# Words of a component's name that do not tell one error from another.
_PLAIN = frozenset("error response http problem default standard generic common api status code".split())


class Use(NamedTuple):
    """A response, the status codes under which operations use it, and those operations.

    `is_error` tells that it stands for errors: 4xx, 5xx, or `default` beside a code that is none.
    """

    response: Response
    codes: tuple[str, ...]
    operations: list[Operation]
    is_error: bool


def uses(api: Api) -> list[Use]:
    """Give the responses of the operations under `paths`, a shared one once."""
    known: list[Use] | None = api.known.get("uses")
    if known is None:
        known = api.known["uses"] = _uses(api)
    return known


def _uses(api: Api) -> list[Use]:
    found: dict[int, tuple[Response, dict[str, None], dict[int, Operation]]] = {}
    for operation in api.operations:
        for code, response in operation.responses.items():
            use = found.setdefault(id(response), (response, {}, {}))
            use[1][code] = None
            use[2][id(operation)] = operation
    return [
        Use(response, tuple(codes), list(users.values()), _is_error(codes, users.values()))
        for response, codes, users in found.values()
    ]


def _is_error(codes: Iterable[str], operations: Iterable[Operation]) -> bool:
    return any(code[:1] in ("4", "5") or (code == "default" and all(map(succeeds, operations))) for code in codes)


def described(api: Api) -> list[Operation]:
    """Give the operations under `paths` that have responses at all; `OPTIONS` is for browsers, and left out."""
    return [operation for operation in api.operations if operation.responses and operation.method != "OPTIONS"]


def succeeds(operation: Operation) -> bool:
    """Whether an operation describes an answer that is no error: 1xx, 2xx, 3xx."""
    return any(code[:1] in "123" for code in operation.responses)


def errors(api: Api) -> list[Use]:
    """Give the responses that stand for errors, those of `HEAD` left out: they have no body (RFC 9110, 9.3.2)."""
    return [
        use for use in uses(api) if use.is_error and any(operation.method != "HEAD" for operation in use.operations)
    ]


def undefined_response(
    api: Api,
    code: str,
    lacking: Sequence[Operation],
    concerned: Sequence[Operation],
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
) -> Iterator[Flag]:
    """Flag the operations that do not describe the answer under a status code.

    Where exactly one response among the components fits the code, the flag has a safe fix that refers to it; else
    one that adds a response with the schema that errors have in this API, if there is one.
    """
    component = reusable(api, code) if lacking else None
    yield from by_operation(
        api,
        lacking,
        concerned,
        "responses",
        f"no `{code}` response",
        severity=severity,
        confidence=confidence,
        fix=lambda operation: with_response(operation, code, component),
    )


def with_response(operation: Operation, code: str, component: str | None) -> Fix | None:
    """Give the fix that adds a response: a reference to a component, or else, not safe, one like other errors."""
    responses = operation.get("responses")
    if operation.document is not operation.api.document or not isinstance(responses, dict) or "$ref" in responses:
        return None
    pointer = operation.child(("responses", code)).pointer
    if component is not None:
        name = component.rpartition("/")[2]
        return Fix(f"Refer to the response `{name[:60]}`", True, (Edit(pointer, "set", {"$ref": component}),))
    usual = usual_error(operation.api)
    if usual is None or operation.method == "HEAD":
        return None
    summary = f"Add a `{code}` response with the schema that errors have here"
    return Fix(summary, False, (Edit(pointer, "set", {"description": _NAMES[code], **usual}),))


def usual_error(api: Api) -> dict[str, Any] | None:
    """Give what errors of the API mostly have beside a description: a body with a shared schema.

    None where they have no body, or mostly one that cannot be referred to.
    """
    if "usual_error" not in api.known:
        api.known["usual_error"] = _usual_error(api)
    found: dict[str, Any] | None = api.known["usual_error"]
    return found


def _usual_error(api: Api) -> dict[str, Any] | None:
    import json

    bodies = 0
    shared: Counter[str] = Counter()
    for use in errors(api):
        body = _shared_body(use.response)
        bodies += len(use.operations) if body != {} else 0
        if body:
            shared[json.dumps(body)] += len(use.operations)
    ((text, times),) = shared.most_common(1) or [("", 0)]
    usual: dict[str, Any] | None = json.loads(text) if 2 * times > bodies else None
    return usual


def _shared_body(response: Response) -> dict[str, Any] | None:
    """What a response carries, if that is nothing, or references into the root document, and nothing else."""
    is_old = response.api.version == "2.0"
    written = response.get("schema" if is_old else "content")
    if not written:
        return {}
    references = {name: _reference(one) for name, one in ([("", response)] if is_old else response.content.items())}
    if response.document is not response.api.document or None in references.values():
        return None
    if is_old:
        return {"schema": {"$ref": references[""]}}
    return {"content": {name: {"schema": {"$ref": reference}} for name, reference in references.items()}}


def _reference(holder: Node) -> str | None:
    schema = holder.get("schema")
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return reference if isinstance(reference, str) and reference.startswith("#/") else None


def reusable(api: Api, code: str) -> str | None:
    """Give the reference to the one response among the components that fits a status code; None for none or several.

    It fits if operations use it under the code; where none does, if its name or its description says no
    more than the code and its meaning.
    """
    prefix = "#/responses/" if api.version == "2.0" else "#/components/responses/"
    holder: Node | None = api if api.version == "2.0" else api.mapping("components")
    components = holder.get("responses") if holder is not None else None
    if not isinstance(components, dict):
        return None
    used = {reference for operation in api.operations if (reference := _written_reference(operation, code))}
    if used:
        name = next(iter(used)).removeprefix(prefix)
        return prefix + name if len(used) == 1 and name in components else None
    names = [
        name
        for name, value in components.items()
        if isinstance(value, dict) and "/" not in name and "~" not in name and "%" not in name
    ]
    for texts in (names, [str(components[name].get("description", ""))[:100] for name in names]):
        fitting = [name for name, text in zip(names, texts, strict=True) if _means(text, code)]
        if fitting:
            return prefix + fitting[0] if len(fitting) == 1 else None
    return None


def _written_reference(operation: Operation, code: str) -> str:
    responses = operation.get("responses")
    response = responses.get(code) if isinstance(responses, dict) else None
    reference = response.get("$ref") if isinstance(response, dict) else None
    return reference if isinstance(reference, str) else ""


def _means(text: str, code: str) -> bool:
    """Whether a name or a description says no more than a status code or its meaning."""
    numbers = re.findall(r"\d+", text)
    if numbers and numbers != [code]:
        return False
    rest = " ".join(word for word in words(text) if word not in _PLAIN)
    return rest in _PHRASES.get(code, ()) or (bool(numbers) and not rest)


def by_response(
    api: Api,
    lacking: Sequence[Use],
    concerned: Sequence[Use],
    at: Key | None,
    what: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    fix: Callable[[Response], Fix | None] | None = None,
) -> Iterator[Flag]:
    """Flag what responses lack, a shared one once: one flag at `paths` where most of those `concerned` lack it.

    `what` says it after the response's label ("has no schema"). `fix` gives the fix of a response.
    """
    if len(lacking) <= _FEW or 2 * len(lacking) <= len(concerned):
        for use in lacking:
            mended = fix(use.response) if fix else None
            message = f"{use.response.label} {what}"
            yield use.response.flag(at, message, severity=severity, confidence=confidence, fix=mended)
        return
    operations = list({id(one): one for use in lacking for one in use.operations}.values())
    yield api.flag(
        "paths",
        f"{len(lacking):,} of {len(concerned):,} responses: each {what}; of {some_of(operations)}",
        severity=severity,
        confidence=confidence,
        related=tuple((use.response, what) for use in lacking[:_FEW]),
        operations=operations,
        fix=for_all(api, [use.response for use in lacking], fix) if fix else None,
    )


def error_schemas(api: Api) -> list[Schema]:
    """Give the schemas that error responses carry and no other response or request does, or that are named as errors.

    Each is one that others refer to or that a response holds: what it is made of inside is not listed.
    """
    failed: list[Root] = []
    others: list[Root] = []
    for use in uses(api):
        for media_type in use.response.content.values():
            (failed if use.is_error else others).extend(media_type.roots)
    for body in api.request_bodies:
        for media_type in body.content.values():
            others.extend(media_type.roots)
    shared = _reached(others)
    found = {id(root): root for root in failed}
    work = list(found.values())
    while work:
        for root, _ in work.pop().edges:
            # An order that an error repeats is no part of the error; an error inside an envelope is.
            if id(root) not in found and (id(root) not in shared or _is_named_error(root)):
                found[id(root)] = root
                work.append(root)
    schemas = [root.schema for root in found.values() if id(root) not in shared or _is_named_error(root)]
    return [schema for schema in schemas if schema is not None]


def _is_named_error(root: Root) -> bool:
    name = root.schema.name.lower() if root.schema is not None else ""
    return any(word in name for word in ("error", "exception", "problem", "fault"))


def _reached(roots: Iterable[Root]) -> dict[int, Root]:
    found = {id(root): root for root in roots}
    work = list(found.values())
    while work:
        for root, _ in work.pop().edges:
            if id(root) not in found:
                found[id(root)] = root
                work.append(root)
    return found


def written_inside(schemas: Iterable[Schema]) -> Iterator[tuple[Schema, tuple[str | int, ...], dict[str, Any]]]:
    """Walk schemas as written, references left alone: the schema, the keys below it, and the object there."""
    seen: set[int] = set()
    for schema in schemas:
        stack: list[tuple[tuple[str | int, ...], Any]] = [((), schema.value)]
        while stack:
            path, value = stack.pop()
            if not isinstance(value, dict) or id(value) in seen:
                continue
            seen.add(id(value))
            yield schema, path, value
            stack.extend(((*path, key), value[key]) for key in _SINGLE if key in value)
            for key in _MANY:
                children = value.get(key)
                members = (
                    children.items()
                    if isinstance(children, dict)
                    else enumerate(children if isinstance(children, list) else ())
                )
                stack.extend(((*path, key, name), child) for name, child in members)
