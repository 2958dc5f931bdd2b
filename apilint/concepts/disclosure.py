"""What keeps a sensitive property of a response from being a leak, and who can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apilint.analysis.words import words
from apilint.openapi.schema import Schema

if TYPE_CHECKING:
    from apilint.openapi.node import Node
    from apilint.openapi.operation import Operation

_NO_SECRET = frozenset(
    "date date-time time duration uri url uri-reference email hostname ipv4 ipv6 boolean int32 int64 enum".split()
)
_HIDDEN = (
    "masked", "redacted", "obfuscated", "truncated", "only returned", "only be returned", "returned only", "only shown",
    "only displayed", "only visible", "only available when", "only present when", "only present on", "only once",
    "shown once", "returned once", "last four", "last 4", "never returned", "not returned", "never be returned",
    "not be returned", "write-only", "write only", "always null", "always empty", "will be null", "omitted",
    "asterisks",
    "at creation", "upon creation", "on creation", "when created", "publicly", "not sensitive", "safe to share",
    "name of the", "identifier of", "reference to", "is an empty string", "client-side",
    "input only", "input-only", "resource name", "short link",
)  # fmt: skip
_ISSUING = frozenset(
    "token secret key apikey credential password login signin session auth oauth authenticate authorize authorization "
    "sso kubeconfig connect refresh".split()
)
_ERRORS = frozenset("error validation fault problem failure exception invalid violation".split())


def is_named_property(schema: Schema) -> bool:
    """Whether a schema is that of a named property; not of an item or a branch in one, nor of an error about one."""
    if not isinstance(schema.key, tuple) or schema.key[0] != "properties" or schema.parent is None:
        return False
    around = schema.parent
    return not isinstance(around, Schema) or _ERRORS.isdisjoint(words(around.name))


def is_free_text(schema: Schema) -> bool:
    """Whether a value is free text: no date or address, and none of a few that the document lists."""
    if schema.types != {"string"} or schema.keyword("enum") or schema.keyword("const"):
        return False
    return not any(isinstance(one, str) and one in _NO_SECRET for one in schema.keyword("format"))


def is_described_as_hidden(schema: Node) -> bool:
    """Whether description or example say that responses carry no such value, a part of it, or carry it only once."""
    samples = (schema.get("example"), schema.get("default"))
    if any(isinstance(one, str) and ("***" in one or "•••" in one or "xxxx" in one.lower()) for one in samples):
        return True
    text = " ".join(f"{schema.text('description')} {schema.text('title')}"[:2_000].lower().split())
    return any(phrase in text for phrase in _HIDDEN)


def sensitive_kind(schema: Schema) -> str:
    """What a property that responses carry holds, as `kind_of` says; empty for what is no leak by its description."""
    from apilint.analysis.sensitive import kind_of

    kind = kind_of(schema.name) if is_named_property(schema) and schema.is_output else ""
    if not kind or is_described_as_hidden(schema) or is_vague(schema):
        return ""
    return kind if kind == "personal" or is_free_text(schema) else ""


def is_vague(schema: Schema) -> bool:
    """Whether a property is just called `token`: as often one for a page, a device, a card, or a piece of a text."""
    return "".join(words(schema.name)) == "token"


def hands_out_credentials(operation: Operation) -> bool:
    """Whether the path, or the name of an operation, says that a credential is what one comes for."""
    from apilint.concepts.purpose import segments

    literal = [part for part in segments(operation.path_template) if "{" not in part]
    found = set(words(literal[-1])) if literal else set()
    return not _ISSUING.isdisjoint(found | set(words(operation.operation_id)))


def is_weak_password_name(name: str) -> bool:
    """Whether a name may as well stand for something harmless: a `pin` on a map, a `pass` for a train, a `salt`."""
    return not {"otp", "code", "pin", "salt", "pass"}.isdisjoint(words(name))


def readers(schema: Schema) -> list[Operation]:
    """The operations that only read and whose response can carry the value."""
    reached = schema.api.operations_in(schema.root.outputs >> 1)
    return [operation for operation in reached if operation.kind == "path" and operation.is_safe]


def nearest_reader(schema: Schema, operations: list[Operation]) -> Operation:
    """Of the operations that return a property, one that returns the object it belongs to, if there is one."""
    around = schema.parent.value if schema.parent is not None else None
    for operation in operations:
        for code, response in operation.responses.items():
            for media_type in response.content.values() if code[:1] == "2" else ():
                for root in media_type.roots:
                    if root.schema is not None and any(part.value is around for part in root.schema.parts()):
                        return operation
    return operations[0]
