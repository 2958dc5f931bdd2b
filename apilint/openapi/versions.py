"""Which kind of document this is, and which version of OpenAPI it declares."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_FULL = re.compile(r"3\.([012])(?:\.\d{1,9})?(?:-[0-9A-Za-z.-]{1,40})?", re.ASCII)
_FRAGMENT_KEYS = frozenset(
    "paths components definitions schema schemas parameters responses properties type allOf oneOf anyOf $ref get put "
    "post delete patch operationId in requestBody description summary headers content securitySchemes required "
    "items".split()
)


class Recognized(NamedTuple):
    """What a document says it is.

    `version` is 2.0, 3.0, 3.1 or 3.2, or None; then `kind` and `message` say why it cannot be checked:
    `version-unsupported`, `version-missing`, `not-openapi` or `fragment`. `deviation` notes a
    version that is understood although it is not written as it should be.
    """

    version: str | None
    kind: str = ""
    message: str = ""
    deviation: str = ""


def recognize(value: Any) -> Recognized:
    """Say which version a parsed document is, or what else it is; never raises."""
    if not isinstance(value, dict):
        what = "empty" if value is None else f"{_TYPES.get(type(value), 'a value')}, not an object"
        return Recognized(None, "not-openapi", f"not an OpenAPI document: the document is {what}")
    for key in ("openapi", "swagger"):
        if key in value:
            return _declared(key, value[key], value)
    return _other(value)


def _declared(key: str, declared: Any, value: dict[str, Any]) -> Recognized:
    text = declared.strip() if isinstance(declared, str) else str(declared) if isinstance(declared, float) else ""
    version = None
    if key == "openapi" and (found := _FULL.fullmatch(text)):
        version = f"3.{found.group(1)}"
    elif key == "swagger" and text == "2.0":
        version = "2.0"
    if version is None:
        written = isinstance(declared, (str, int, float))
        shown = repr(str(declared)[:40]) if written else _TYPES.get(type(declared), "null")
        message = f"`{key}` is {shown}, which is no supported version: apilint reads 2.0, 3.0, 3.1 and 3.2"
        return Recognized(None, "version-unsupported", message)
    deviation = ""
    if not isinstance(declared, str) or text != declared or (key == "openapi" and text.count(".") < 2):
        deviation = f"`{key}` should be a string such as '{version}.0', not {declared!r}; read as {version}"
    if key == "openapi" and "swagger" in value:
        deviation = "the document declares both `openapi` and `swagger`; read as OpenAPI"
    if key == "swagger" and deviation:
        deviation = f"`swagger` should be the string '2.0', not {declared!r}"
    return Recognized(version, deviation=deviation)


def _other(value: dict[str, Any]) -> Recognized:
    for key, name in (
        ("asyncapi", "an AsyncAPI document"),
        ("arazzo", "an Arazzo document"),
        ("overlay", "an OpenAPI Overlay"),
    ):
        if key in value:
            return Recognized(None, "not-openapi", f"{name}: apilint reads OpenAPI documents only")
    if "apiVersion" in value and "kind" in value:
        return Recognized(None, "not-openapi", "a Kubernetes manifest: apilint reads OpenAPI documents only")
    if "paths" in value and "info" in value:
        return Recognized(
            None, "version-missing", "no `openapi` or `swagger` key: the version of the document is unknown"
        )
    if value and sum(1 for key in value if key in _FRAGMENT_KEYS or key.startswith("/")) * 2 >= len(value):
        message = "a fragment of an OpenAPI document (no `openapi` key): check the document that refers to it"
        return Recognized(None, "fragment", f"{message}, or give --with-roots")
    return Recognized(None, "not-openapi", "not an OpenAPI document: no `openapi` or `swagger` key at the root")


_TYPES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}
