"""Bytes to a `Document`, by whichever format they are."""

from __future__ import annotations

import re

from apilint.findings import Problem
from apilint.reading.document import Document
from apilint.reading.limits import Limits, Malformed
from apilint.reading.source import Source, decode, is_plain_utf8

_KINDS = {
    "openapi": "openapi",
    "swagger": "openapi",
    "asyncapi": "asyncapi",
    "arazzo": "arazzo",
    "overlay": "overlay",
    "apiVersion": "kubernetes",
}
# Keys of the files into which people split a document, alone or together.
_PARTS = frozenset(
    "$ref additionalProperties allOf anyOf components delete get oneOf operationId parameters patch paths post put "
    "requestBodies requestBody responses schemas securityDefinitions securitySchemes webhooks".split()
)
_GROUPS = (("type", "properties"), ("type", "items"), ("type", "enum"), ("type", "format"), ("name", "in"))
_LINE_KEY = re.compile(
    r"""^(?:---[ \t]+)?(?:["']([^"'\\\n\r]{1,64})["']|([\w$.-]{1,64}))[ \t]*:(?=\s|$)""", re.MULTILINE
)
_FLOW_TOKEN = re.compile(r"""[{}\[\]]|"[^"\\]*+(?:\\.[^"\\]*+)*+"(?:\s*+:)?|'[^']*+'(?:\s*+:)?|[\w$]++\s*+:""")


def parse(source: Source, limits: Limits) -> Document:
    """Read a document: a `.json` name means strict JSON, else a text that begins like JSON is tried as JSON first.

    Raises `Malformed` with a place, and `LimitReached`.
    """
    text = decode(source.data)
    if source.name.lower().endswith(".json"):
        return _json(source, text, limits)
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        try:
            return _json(source, text, limits)
        except Malformed:
            pass  # flow style YAML looks the same at first
    return _yaml(source, text, limits)


def _json(source: Source, text: str, limits: Limits) -> Document:
    from apilint.reading import json_spans, json_text

    utf8 = source.data[:1] in (b"{", b"[") and source.data[1:2] != b"\0"
    value, repeated = json_text.load(text, source.data if utf8 else text.encode("utf-8", "replace"), limits)
    return Document(source.name, source.path, text, value, "json", json_spans.places(text, value, repeated))


def _yaml(source: Source, text: str, limits: Limits) -> Document:
    from apilint.reading import yaml_spans, yaml_text

    composed = yaml_text.compose(text, limits, source.data if is_plain_utf8(source.data) else None)
    document = Document(source.name, source.path, text, composed.value, "yaml", yaml_spans.places(text, composed))
    for kind, message, offset in composed.notices:
        span = document.lines.span(offset, offset)
        document.notices.append(Problem(kind, message, source.name, span.line, span.column))
    return document


def sniff(data: bytes) -> str:
    """What the first bytes of a file look like, without parsing them.

    Gives "openapi" for a root key `openapi` or `swagger`, "asyncapi", "arazzo", "overlay" or
    "kubernetes" for documents of other kinds, "fragment" for what looks like a part of an OpenAPI
    document, else "other". The root keys may stand anywhere in a block style text; in JSON and
    flow style they are looked for at the first level of nesting.
    """
    try:
        text = decode(data)
    except Malformed:
        text = data.decode("utf-8", "ignore")
    keys = _flow_keys(text) if text.lstrip()[:1] in ("{", "[") else _block_keys(text)
    for key, kind in _KINDS.items():
        if key in keys:
            return kind
    part = any(keys.issuperset(group) for group in _GROUPS) or not keys.isdisjoint(_PARTS)
    return "fragment" if part else "other"


def _block_keys(text: str) -> set[str]:
    """The keys that begin a line."""
    return {found.group(1) or found.group(2) for found in _LINE_KEY.finditer(text)}


def _flow_keys(text: str) -> set[str]:
    """The keys directly inside the first bracket, by a count of brackets outside strings."""
    keys = set()
    depth = 0
    for found in _FLOW_TOKEN.finditer(text):
        part = found.group()
        if part in "{[":
            depth += 1
        elif part in "}]":
            depth -= 1
        elif depth == 1 and part[-1] == ":":
            keys.add(part[:-1].strip().strip("\"'"))
            if "openapi" in keys or "swagger" in keys:
                break
    return keys
