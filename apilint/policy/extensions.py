"""Suppressions in extensions, for JSON and YAML: `x-apilint-ignore: {rule: ID, reason: TEXT}`.

It covers the object in which it stands and all that is written in it, not what that refers to. It is an object or a
list of such, each with `rule` (an id or a list of ids) and `reason`, and perhaps `expires` and `owner`; or, in short,
an object from rule ids to reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.policy.suppression_rules import EXTENSION
from apilint.policy.written import Inline, Target, Terms, shown, terms, unknown_part
from apilint.reading.document import Document
from apilint.reading.pointer import Path

_PARTS = ("rule", "reason", "expires", "owner")
_MEANT = {"until": "expires", "expiry": "expires", "rules": "rule", "id": "rule", "why": "reason", "by": "owner"}
# Members whose own members are names that authors choose, among which no extension may stand.
_NAMES = frozenset(
    "$defs additionalOperations callbacks content definitions dependencies dependentSchemas encoding examples headers "
    "links mapping mediaTypes parameters pathItems patternProperties properties requestBodies schemas "
    "securityDefinitions securitySchemes variables webhooks".split()
)
# Members that hold data, whatever it looks like.
_DATA = frozenset(("const", "default", "enum", "example", "x-example", "x-examples"))
NAMES = "here each key is a name: an extension may stand in the objects below, or in the one above"


def extensions(document: Document) -> list[Inline]:
    """The suppressions in the extensions of a document, in their order."""
    holders = [path for path in _holders(document) if _kind(document.value, path) != "data"]
    if not holders:
        return []
    written = [(path, *one) for path in holders for one in _each(document.value, path)]
    places = document.locate(place for _, place, _ in written)
    targets = {path: Target((path,)) for path in holders}
    found = []
    for path, place, said in written:
        where = places[place]
        span = where.key or where.value
        found.append(Inline(said, span, path, targets[path]))
    return found


def _holders(document: Document) -> Iterator[Path]:
    """The paths of the objects that have the extension, in the order of the text."""
    offsets = []
    at = document.text.find(EXTENSION)
    while at >= 0:
        offsets.append(at)
        at = document.text.find(EXTENSION, at + 1)
    found = dict.fromkeys(at.path[:-1] for at in document.at(offsets) if at.is_key and at.path[-1] == EXTENSION)
    for path in found:
        # Of a key that stands twice, only the last value counts.
        if EXTENSION in _object(document.value, path):
            yield path


def _object(value: Any, path: Path) -> dict[str, Any]:
    """The object at a path, empty where there is none."""
    for step in path:
        if step not in (value if type(value) is dict else range(len(value)) if type(value) is list else ()):
            return {}
        value = value[step]
    return value if type(value) is dict else {}


def _kind(value: Any, path: Path) -> str:
    """What the keys of the object at a path are: members of an "object", "names", or "data"."""
    kind, above = "object", ""
    for number, step in enumerate(path):
        value = value[step]
        if kind == "names":
            kind = "object"
        elif _is_data(step, above, value):
            return "data"
        elif type(value) is dict and (step in _NAMES or (step == "responses" and _is_shared(path, number))):
            kind, above = "names", str(step)
        elif type(step) is str:
            above = ""
    return kind


def _is_data(step: str | int, above: str, value: Any) -> bool:
    """Whether a member holds data: an example's value, or what any payload might look like."""
    if above == "examples":
        return step in ("value", "dataValue", "serializedValue")
    return step in _DATA or (step == "examples" and type(value) is list)


def _is_shared(path: Path, number: int) -> bool:
    """Whether the responses are components, and not those of an operation."""
    return number == 0 or path[:number] == ("components",)


def _each(root: Any, path: Path) -> Iterator[tuple[Path, Terms]]:
    """The suppressions of one object, each with the path of its own text."""
    here, given = (*path, EXTENSION), _object(root, path)[EXTENSION]
    if _kind(root, path) == "names":
        yield here, Terms(fault=NAMES)
    elif type(given) is list and given:
        for number, one in enumerate(given):
            for said in _read(one):
                yield (*here, number), said
    else:
        for said in _read(given):
            yield here, said


def _read(given: Any) -> list[Terms]:
    if type(given) is not dict or not given:
        return [Terms(fault="it takes an object, or a list of objects, with 'rule' and 'reason'")]
    if given.keys().isdisjoint(_PARTS):
        return [_short(id, reason) for id, reason in given.items()]
    for name in given:
        if name not in _PARTS and not name.startswith("x-"):
            return [Terms(fault=unknown_part(name, _PARTS, _MEANT))]
    rules = given.get("rule", ())
    ids = rules if type(rules) in (list, tuple) else [rules]
    texts = [given.get(name, "") for name in _PARTS[1:]]
    for name, text in (*(("rule", id) for id in ids), *zip(_PARTS[1:], texts, strict=True)):
        if type(text) is not str:
            return [Terms(fault=f"'{name}' is not a text")]
    reason, expires, owner = texts
    if "expires" in given and not expires:
        return [Terms(fault="'expires' says nothing")]
    return [terms(ids, reason, owner, expires)]


def _short(id: str, reason: Any) -> Terms:
    if type(reason) is not str:
        near = unknown_part(id, _PARTS, _MEANT) if id.lower() in _MEANT else ""
        return Terms(fault=near or f"the reason for {shown(id)} is not a text")
    return terms([id], reason)
