"""Fixes that several rules give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from apilint.findings import Edit, Fix

if TYPE_CHECKING:
    from apilint.concepts.expressions import Expression
    from apilint.openapi.api import Reference
    from apilint.openapi.node import Node
    from apilint.openapi.operation import Parameter
    from apilint.openapi.schema import Schema
    from apilint.openapi.servers import Server

_PLAIN = r"(\s*)(http|ws)(://(?:[^/?#@]*@)?(?:\[[^\]/?#]*\]|[^:/?#]*))(:\d*)?(?=[/?#]|$)"


def together(home: Node, summary: str, places: Iterable[tuple[Node, str, Any]], *, safe: bool = False) -> Fix | None:
    """Give the fix that makes all of the edits: a node, the action and its value for each.

    None where there is no edit, or where one would be in another file than `home`, the place that is flagged: what
    speaks for many places mends all of them.
    """
    edits = []
    for node, action, value in places:
        if node.document is not home.document:
            return None
        edits.append(Edit(node.pointer, action, value))
    return Fix(summary, safe, tuple(edits)) if edits else None


def with_keyword(schema: Node, key: str, value: Any, summary: str = "", *, safe: bool = False) -> Fix | None:
    """Give the fix that writes a keyword of a schema; None where a reference would make it have no effect."""
    if "$ref" in schema.value and schema.api.version in ("2.0", "3.0"):
        return None
    shown = str(value).lower() if isinstance(value, bool) else value
    return Fix(summary or f"Write `{key}: {shown}`", safe, (Edit(schema.child(key).pointer, "set", value),))


def bounded(schema: Node, key: str, value: int, least: str = "") -> Fix | None:
    """Give the fix that writes the bound that an option names.

    None for 0, for one below what the keyword `least` requires, and for one beyond which an example or default lies.
    """
    lower = schema.get(least) if least else None
    if value <= 0 or (isinstance(lower, int | float) and lower > value) or not admits_samples(schema, value):
        return None
    return with_keyword(schema, key, value)


def admits_samples(schema: Node, most: int) -> bool:
    """Whether no example or default of a schema, or of the parameter around it, is greater or longer than a bound."""
    holders = [schema] if isinstance(schema.key, tuple) or schema.parent is None else [schema, schema.parent]
    samples = [holder.get(key) for holder in holders for key in ("default", "example")]
    samples += [one for one in schema.get("examples") or () if isinstance(schema.get("examples"), list)]
    sizes = (len(one) if isinstance(one, str | list | dict) else one for one in samples)
    return all(not isinstance(size, int | float) or size <= most for size in sizes)


def encrypted(url: str) -> str | None:
    """Give a URL with `https` for `http` or `wss` for `ws`; None where it names a port, which speaks one of them only.

    Port 80 is the one of `http` (RFC 9110, 4.2.1), and is left out.
    """
    found = re.match(_PLAIN, url, re.IGNORECASE)
    if found is None or found[4] not in (None, ":", ":80"):
        return None
    return f"{found[1]}{found[2].lower()}s{found[3]}{url[found.end() :]}"


def with_encryption(home: Node, places: Sequence[Node]) -> Fix | None:
    """Give the fix that makes URLs encrypted ones; None where one of them names a port or stands in another file."""
    edits = []
    for node in places:
        url = encrypted(node.value) if isinstance(node.value, str) else None
        if url is None:
            return None
        edits.append((node, "set", url))
    words = {f"{url.strip()[:5].partition(':')[0]}" for _, _, url in edits}
    summary = " and ".join(f"`{one}` instead of `{one[:-1]}`" for one in sorted(words))
    return together(home, f"Write {summary}", edits)


def with_encrypted_server(server: Server) -> Fix | None:
    """Give the fix that lets a server be reached encrypted only, or removes it where its encrypted twin is listed."""
    listed = server.parent.get("schemes" if server.api.version == "2.0" else "servers") if server.parent else None
    if not isinstance(listed, list):
        return None
    if server.api.version == "2.0":
        secure = f"{server.value}s"
        if secure in listed:
            summary = f"Remove `{server.value}`, since `{secure}` is listed too"
            return Fix(summary, False, (Edit(server.pointer, "remove"),))
        if ":" in server.api.text("host"):
            return None
        return Fix(f"Write `{secure}` instead of `{server.value}`", False, (Edit(server.pointer, "set", secure),))
    url = encrypted(server.url)
    if url is not None and any(isinstance(one, dict) and one.get("url") == url for one in listed):
        return Fix("Remove the server, since it is listed with an encrypted address", False,
                   (Edit(server.pointer, "remove"),))  # fmt: skip
    if url is not None:
        return with_encryption(server, [server.child("url")])
    return _with_encrypted_variable(server)


def _with_encrypted_variable(server: Server) -> Fix | None:
    """The fix for `{scheme}://…`: the encrypted scheme is the default, and the other is no choice."""
    name, brace, rest = server.url.partition("}://")
    variable = server.variables.get(name[1:]) if brace and name.startswith("{") else None
    plain = variable.get("default") if variable is not None else None
    if variable is None or plain not in ("http", "ws") or encrypted(f"{plain}://{rest}") is None:
        return None
    place = server.child(("variables", name[1:]))
    edits = [Edit(place.child("default").pointer, "set", f"{plain}s")]
    choices = variable.get("enum")
    if isinstance(choices, list):
        kept = [one for one in choices if one not in ("http", "ws")]
        edits.append(Edit(place.child("enum").pointer, "set", kept or [f"{plain}s"]))
    return Fix(f"Write `{plain}s` instead of `{plain}` for `{name[1:]}`", False, tuple(edits))


def with_pattern(one: Expression, text: str, summary: str) -> Fix | None:
    """Give the fix that writes another pattern; None where that is the name of a member that is there already."""
    place = one.holder.child(one.key)
    if isinstance(one.key, tuple) and one.key[0] == "patternProperties":
        others = one.holder.value["patternProperties"]
        return None if text in others else Fix(summary, False, (Edit(place.pointer, "rename", text),))
    return Fix(summary, False, (Edit(place.pointer, "set", text),))


def range_of(schema: Schema) -> tuple[int, int] | None:
    """Give the least and the greatest value of a short integer format; those of `int64` few programs can compare.

    None for a count, of which they say nothing: nobody means to ask for two thousand million items.
    """
    from apilint.analysis.json_schema import RANGES

    found = schema.get("format")
    return (
        RANGES[found]
        if found in ("int32", "int16", "int8") and schema.types == {"integer"} and not schema.is_count
        else None
    )


def with_header(response: Node, name: str, schema: dict[str, Any], description: str) -> Fix | None:
    """Give the fix that declares a header of a response, as the component of that name where there is one."""
    headers = response.get("headers")
    if not isinstance(response.value, dict) or "$ref" in response.value or not isinstance(headers, dict | None):
        return None
    if headers is not None and "$ref" in headers:
        return None
    api = response.api
    components = api.child(("components", "headers")).value if api.version != "2.0" else None
    header: dict[str, Any] = {"description": description}
    summary = f"Declare the header `{name}`"
    if isinstance(components, dict) and name in components and response.document is api.document:
        header = {"$ref": f"#/components/headers/{name}"}
        summary = f"Refer to the header `{name}`"
    elif api.version == "2.0":
        header.update(schema)
    else:
        header["schema"] = schema
    place, value = response.child(("headers", name)), header
    if headers is None:
        place, value = response.child("headers"), {name: header}
    return Fix(summary, False, (Edit(place.pointer, "set", value),))


def with_write_only(schema: Schema) -> Fix | None:
    """Give the fix that keeps a property out of responses; Swagger 2.0 has no word for it."""
    if schema.api.version == "2.0" or True in schema.keyword("readOnly"):
        return None
    return with_keyword(schema, "writeOnly", True)


def with_read_only(schema: Node) -> Fix | None:
    """Give the fix that keeps a property out of requests."""
    return None if schema.get("writeOnly") is True else with_keyword(schema, "readOnly", True)


def without_parameters(home: Node, parameters: Sequence[Parameter], summary: str, *, safe: bool = False) -> Fix | None:
    """Give the fix that removes parameters: those of components with all references to them."""
    items: list[Node] = []
    places: list[tuple[Node, str, Any]] = []
    for one in parameters:
        is_shared = one.path[0] != "paths" or one.path[-2:-1] != ("parameters",)
        items += [other for other in one.api.references if _leads_to(other, one)] if is_shared else [one]
        places += [(one, "remove", None)] if is_shared else []
    lists: dict[tuple[str | int, ...], list[Node]] = {}
    for item in items:
        if item.path[0] != "paths" or item.path[-2:-1] != ("parameters",) or item.document is not home.api.document:
            return None
        lists.setdefault(item.path[:-1], []).append(item)
    for path, those in lists.items():
        whole = home.api.child(path)
        is_all = isinstance(whole.value, list) and len({one.path for one in those}) == len(whole.value)
        places += ((one, "remove", None) for one in ([whole] if is_all else those))
    return together(home, summary, places, safe=safe)


def _leads_to(reference: Reference, target: Node) -> bool:
    if str(target.path[-1]) not in reference.reference.rpartition("/")[2].replace("~1", "/"):
        return False
    found = reference.api.follow(reference)
    return found is not None and found.value is target.value


def with_sentence(scheme: Node, sentence: str) -> Fix | None:
    """Give the fix that adds to a description the sentence that an option names; None for an empty one."""
    said = scheme.text("description").rstrip()
    if not sentence.strip():
        return None
    value = (
        f"{said}{'' if said.endswith(('.', '!', '?', ':')) else '.'} {sentence.strip()}" if said else sentence.strip()
    )
    return Fix("Add the sentence to the description", False, (Edit(scheme.child("description").pointer, "set", value),))
