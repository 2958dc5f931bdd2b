"""Properties that come to a response or a request: which of them matter, and which merely moved."""

from __future__ import annotations

from functools import cached_property

from apilint.analysis.managed import is_identity, is_managed, is_privilege
from apilint.analysis.sensitive import CREDENTIALS, kind_of
from apilint.analysis.words import words
from apilint.concepts.disclosure import hands_out_credentials, is_described_as_hidden, is_weak_password_name
from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.regressions.schema_limits import Text
from apilint.regressions.schema_shapes import Nodes, Shape
from apilint.regressions.schema_walk import REQUEST, RESPONSE

_INSIDE = frozenset("stacktrace stack_trace backtrace traceback sqlquery sqlstatement debuginfo exceptiontrace".split())
_SAID = {
    "password": "a password",
    "card": "data of a payment card",
    "secret": "a secret",
    "token": "a token",
    "key": "a key",
    "personal": "regulated personal data",
    "inside": "what the server is made of",
}
_ALIKE = 0.5  # of the properties of the smaller object that two must share for one to be the other, moved


def sensitive_kind(name: str, nodes: Nodes, shape: Shape) -> str:
    """What a property that responses carry holds, as `analysis.sensitive` has it, or "inside"; empty for no secret."""
    if "".join(words(name)) in _INSIDE:
        return "inside"
    kind = kind_of(name)
    if not kind or "".join(words(name)) == "token" or any(map(is_described_as_hidden, nodes)):
        return ""
    if any(is_described_as_hidden(part) for way in shape.ways for part in way.parts):
        return ""
    if kind == "personal":
        return kind if shape.types <= {"string", "number"} else ""
    free = shape.types == {"string"} and not any(text.listed is not None or text.formats for text in _texts(shape))
    return kind if free else ""


def _texts(shape: Shape) -> list[Text]:
    return [Text(way) for way in shape.of("string")]


def sensitive_words(kind: str) -> str:
    """What such a property holds, for a message."""
    return _SAID[kind]


def sensitive_grade(name: str, kind: str) -> tuple[Severity, Confidence]:
    """How bad it is that responses carry a property, and how sure."""
    if kind == "inside":
        return Severity.LOW, Confidence.MEDIUM
    if kind == "personal":
        return Severity.MEDIUM, Confidence.MEDIUM
    is_sure = kind in ("password", "card") and not is_weak_password_name(name)
    return Severity.HIGH, Confidence.HIGH if is_sure else Confidence.MEDIUM


def is_told(kind: str, operation: Operation) -> bool:
    """Whether an operation is there to hand out what a property holds."""
    return kind in CREDENTIALS and hands_out_credentials(operation)


def writable_grade(name: str) -> Severity:
    """How bad it is that clients may set a property that only the server could set."""
    parts = words(name)
    if is_privilege(parts):
        return Severity.HIGH
    return Severity.MEDIUM if is_managed(parts) or is_identity(parts) else Severity.LOW


class Holdings:
    """Which objects of an API have a property of a name that matters: to tell what moved from what is new."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def has(self, operation: Operation, direction: str, name: str, names: frozenset[str]) -> bool:
        """Whether an operation carries an object that has a property, and is like an object with other `names`."""
        bit = self._bits.get(id(operation), 0)
        return any(
            mask[direction] & bit and len(known & names) >= _ALIKE * min(len(known), len(names))
            for known, mask in self._objects.get(name, ())
        )

    @cached_property
    def _bits(self) -> dict[int, int]:
        return {id(one): 2 << index for index, one in enumerate(self._api.all_operations)}

    @cached_property
    def _objects(self) -> dict[str, list[tuple[frozenset[str], dict[str, int]]]]:
        found: dict[str, list[tuple[frozenset[str], dict[str, int]]]] = {}
        for schema in self._api.schemas:
            names: set[str] = set()
            for part in schema.parts():
                named = part.value.get("properties")
                names.update(named if isinstance(named, dict) else ())
            of_interest = list(filter(matters, names))
            if of_interest:
                entry = frozenset(names), {REQUEST: schema.root.inputs, RESPONSE: schema.root.outputs}
                for name in of_interest:
                    found.setdefault(name, []).append(entry)
        return found


def matters(name: str) -> bool:
    """Whether it is news that an object has a property of this name."""
    parts = words(name)
    return bool(kind_of(name)) or is_privilege(parts) or "".join(parts) in _INSIDE
