from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from apilint.api import Api, Confidence, Fix, Flag, Node, Schema, Severity, rule, words
from apilint.concepts.mends import together
from apilint.concepts.repeats import once
from apilint.concepts.responses import error_schemas, errors, written_inside

# Pairs and single words of a property's name; the first ones say it whatever else the name holds.
_SURE = frozenset(
    "stacktrace backtrace traceback callstack innerexception exceptionclass exceptiontype exceptionmessage exception"
    " sqlstate sqlquery sqlerror".split()
)
_PROBABLE = frozenset(
    "stack trace debug debuginfo debugmessage debugdata debugdetail debuginformation sql hostname classname"
    " servername internalmessage internalerror phpversion env environ".split()
)
# What follows the word makes it a reference or a switch: `traceId`, `exceptionCode`, `debug_url`.
_HARMLESS_ENDS = frozenset(
    "id uuid guid ref reference code number key token url uri link enabled count level mode context parent flag"
    " field policy".split()
)
_TRACES = (
    "Traceback (most recent call last)",
    "Exception in thread",
    "java.lang.",
    "System.NullReferenceException",
    "SQLSTATE[",
    "syntax error at or near",
    "You have an error in your SQL syntax",
    "org.springframework.",
    "org.hibernate.",
    "Microsoft.EntityFrameworkCore",
    "com.mysql.jdbc",
    "psycopg2.",
)
_MOST_TEXTS = 20_000


@rule(
    "error-leaks-internals",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-209", "CWE-497"),
    fixable=True,
)
def error_leaks_internals(api: Api) -> Iterator[Flag]:
    """An error response tells what the server is made of.

    A stack trace, an exception's class, a query or a host name helps whoever looks for a way in: it names the
    framework and its version, tables and columns, machines inside. A caller needs none of it.

    Attack: an attacker provokes an error, reads which library failed, and looks up its known holes.

    To fix: keep details in the log, and give callers an id by which you find them there (`traceId`, `requestId`).

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "500":
              description: Something broke
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      message: {type: string}
                      traceId: {type: string}
                      stackTrace:  # flagged
                        type: string
                  example:
                    message: "SQLSTATE[42P01]: relation orders does not exist"  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "500":
              description: Something broke
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      message: {type: string}
                      traceId: {type: string}
                  example:
                    message: "SQLSTATE[42P01]: relation orders does not exist"
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "500":
              description: Something broke
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      message: {type: string}
                      traceId: {type: string}
    ```
    """
    yield from once(_causes(api))


def _causes(api: Api) -> Iterator[tuple[str, Flag]]:
    """What leaks, a property by its name: the same one in many places has one cause."""
    for schema, path, value in written_inside(error_schemas(api)):
        yield from _properties(schema, path, value)
        for key in ("example", "examples", "default"):
            if key in value:
                yield from _texts(schema, (*path, key), value[key])
    for use in errors(api):
        keys: tuple[str, ...] = ("examples",) if api.version == "2.0" else ("example", "examples")
        holders: list[Node] = [use.response] if api.version == "2.0" else list(use.response.content.values())
        for holder in holders:
            for key in keys:
                yield from _texts(holder, (key,), holder.get(key))


def _properties(schema: Schema, path: tuple[str | int, ...], value: dict[str, Any]) -> Iterator[tuple[str, Flag]]:
    members = value.get("properties")
    for name, member in members.items() if isinstance(members, dict) else ():
        confidence = _leak(name, member)
        if confidence is not None:
            node = schema.child((*path, "properties", name))
            message = f"{node.label} tells callers what the server is made of"
            yield (
                name,
                node.flag(
                    None,
                    message,
                    confidence=confidence,
                    operations=schema.operations,
                    fix=_fix(schema.child(path), name),
                ),
            )


def _leak(name: str, member: Any) -> Confidence | None:
    """How sure it is that a property tells about the inside, or None."""
    parts = words(name)
    if not parts or parts[-1] in _HARMLESS_ENDS or not isinstance(member, dict):
        return None
    if member.get("type") in ("boolean", "integer", "number") or member.get("writeOnly") is True:
        return None
    pairs = {"".join(pair) for pair in pairwise(parts)}
    if not _SURE.isdisjoint(pairs) or not _SURE.isdisjoint(parts):
        return Confidence.HIGH
    if "".join(parts) not in _PROBABLE or member.get("enum") or member.get("format") == "uuid":
        return None
    description = member.get("description")
    about = words(description) if isinstance(description, str) else ()
    return None if {"id", "identifier", "correlation"} & set(about) else Confidence.MEDIUM


def _texts(place: Node, path: tuple[str | int, ...], value: Any) -> Iterator[tuple[str, Flag]]:
    """The texts of an example that hold what only a server knows."""
    stack, left = [(path, value)], _MOST_TEXTS
    while stack and left:
        left -= 1
        path, value = stack.pop()
        if isinstance(value, str):
            if len(value) > 9 and any(mark in value for mark in _TRACES):
                message = f"{place.label}: the example shows a stack trace or an error of the inside"
                yield "", place.child(path).flag(None, message, operations=place.operations)
        elif isinstance(value, dict):
            stack.extend(((*path, key), one) for key, one in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*path, index), one) for index, one in enumerate(value))


def _fix(holder: Node, name: str) -> Fix | None:
    """Remove the property, and its name from those that are required."""
    required = holder.get("required")
    places = [(holder.child(("properties", name)), "remove", None)]
    if isinstance(required, list) and name in required:
        at = "required" if len(required) == 1 else ("required", required.index(name))
        places.append((holder.child(at), "remove", None))
    return together(holder, f"Remove the property `{name[:60]}`", places)
