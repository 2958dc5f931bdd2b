"""What the core functions of Spectral are as conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class LostError(Exception):
    """Why something cannot be carried over."""


def condition(then: Any) -> tuple[dict[str, Any], str]:
    """A condition, and what is to be added to the paths for it. Raises `LostError`."""
    if not isinstance(then, dict) or not isinstance(then.get("function"), str):
        raise LostError("then names no function")
    name, options = then["function"], then.get("functionOptions")
    options = options if isinstance(options, dict) else {}
    if name == "unreferencedReusableObject":
        return {"referenced": True}, "[*]"
    if name not in _FUNCTIONS:
        what = "is about AsyncAPI or the like" if name.startswith(("asyncApi", "arazzo")) else "is no core function"
        raise LostError(f"the function {name[:60]!r} {what}: it is a program, which apilint does not run")
    found = _FUNCTIONS[name](options)
    field = then.get("field")
    if isinstance(field, int | str) and not isinstance(field, bool) and str(field):
        text = str(field)
        # A slash begins a pointer in ours; in Spectral's it is a part of the name.
        found = {"field": f"['{text}']" if text.startswith("/") else text, **found}
        if name == "schema":
            found["defined"] = True
    return found, ""


def _pattern(options: dict[str, Any]) -> dict[str, Any]:
    found = {
        ours: options[theirs]
        for theirs, ours in (("match", "pattern"), ("notMatch", "not_pattern"))
        if theirs in options
    }
    if not found:
        raise LostError("pattern has neither match nor notMatch")
    return found


def _length(options: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name in ("min", "max"):
        if name in options:
            # Of a number it is the number itself.
            found[name] = found[f"{name}_length"] = options[name]
    if not found:
        raise LostError("length has neither min nor max")
    return found


def _casing(options: dict[str, Any]) -> dict[str, Any]:
    casing: dict[str, Any] = {"type": options.get("type")}
    if options.get("disallowDigits") is True:
        casing["digits"] = False
    separator = options.get("separator")
    if isinstance(separator, dict):
        casing["separator"] = separator.get("char", "")
        if separator.get("allowLeading") is True:
            casing["leading_separator"] = True
    return {"casing": casing["type"] if len(casing) == 1 else casing}


_DIALECTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}


def _schema(options: dict[str, Any]) -> dict[str, Any]:
    schema = options.get("schema")
    if not isinstance(schema, dict):
        raise LostError("schema has no JSON Schema")
    added: dict[str, Any] = {}
    if "$schema" not in schema and options.get("dialect") in _DIALECTS:
        added["$schema"] = _DIALECTS[options["dialect"]]
    if options.get("allErrors") is True:
        added["x-all-errors"] = True
    return {"schema": {**added, **schema}}


def _members(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda options: {name: options.get("properties")}


_FUNCTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "truthy": lambda options: {"truthy": True},
    "falsy": lambda options: {"falsy": True},
    "defined": lambda options: {"defined": True},
    "undefined": lambda options: {"undefined": True},
    "pattern": _pattern,
    "enumeration": lambda options: {"in": options.get("values")},
    "length": _length,
    "casing": _casing,
    "schema": _schema,
    "xor": _members("exactly_one"),
    "or": _members("at_least_one"),
    "alphabetical": lambda options: {"sorted": options.get("keyedBy", True)},
    "typedEnum": lambda options: {"typed_enum": True},
}
