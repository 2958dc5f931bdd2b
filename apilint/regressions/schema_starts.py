"""What changed at requests and responses as wholes: proofs that may be left out, uploads, bodies without a schema."""

from __future__ import annotations

from collections.abc import Iterator

from apilint.concepts.uploads import File, files
from apilint.findings import Confidence, Severity
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation, Parameter
from apilint.regressions import schema_regression_rules as rules
from apilint.regressions.schema_changes import is_proof
from apilint.regressions.schema_holders import Content
from apilint.regressions.schema_walk import REQUEST, Event

# Media types that browsers or servers run.
_ACTIVE = frozenset(
    "text/html image/svg+xml application/xhtml+xml text/javascript application/javascript application/x-msdownload"
    " application/x-sh application/java-archive application/x-httpd-php application/x-php text/x-php".split()
)
_DESCRIBED = frozenset("json xml form any".split())
_OPEN = frozenset(("*/*", "application/*"))


def undescribed(base: Content, head: Content, direction: str, *, improves: bool) -> Iterator[Event]:
    """A body's schema that went or came."""
    if base.kind not in _DESCRIBED or head.kind not in _DESCRIBED:
        return
    at = "schema" if "schema" in head.place.value else None
    if direction == REQUEST:
        said = "the body has a schema now" if improves else "the body's schema was removed, so anything is accepted"
        yield Event(rules.TYPE_WIDENED.id, said, Severity.MEDIUM, base.place, head.place, at, improves)
    else:
        said = "it has a schema now" if improves else "its schema was removed, so it may hold anything"
        yield Event(rules.RESPONSE_UNDESCRIBED.id, said, Severity.LOW, base.place, head.place, at, improves)


def any_type(base: list[Content], head: list[Content]) -> Iterator[Event]:
    """A body that may be of any media type now."""
    named = [one for one in base if one.name.partition(";")[0].strip() not in _OPEN]
    if not base or not head or not all(one.name for one in (*base, *head)):
        return
    opened = [one for one in head if one.name.partition(";")[0].strip() in _OPEN]
    if opened and len(named) == len(base):
        yield Event(rules.UPLOAD_WIDENED.id,
                    f"a body of any media type is accepted, where it had to be {_names([one.name for one in base])}",
                    Severity.MEDIUM, base[0].place, opened[0].place)  # fmt: skip
    elif len(named) < len(base) and not opened:
        old = next(one for one in base if one not in named)
        yield Event(rules.UPLOAD_WIDENED.id,
                    f"the body must be {_names([one.name for one in head])} now, where any media type was accepted",
                    Severity.MEDIUM, old.place, head[0].place, improves=True)  # fmt: skip


def proof(base: Parameter, head: Parameter, *, improves: bool) -> Event:
    """A proof that requests had to carry, or have to now."""
    said = "may not be left out any more" if improves else "had to be sent and may be left out now"
    at = "required" if "required" in head.value else None
    return Event(rules.PROTECTION_OPTIONAL.id, said, Severity.MEDIUM, base, head, at, improves, Confidence.MEDIUM)


def proofs_gone(base: Operation, head: Operation, kept: set[int]) -> Iterator[Event]:
    """Required proofs of the base that the head has no more, and the other way round."""
    for one in base.parameters:
        if id(one) not in kept and one.required and one.location != "formData" and is_proof(one.name):
            if one.name.lower() in _carried(head):
                continue
            yield Event(rules.PROTECTION_OPTIONAL.id,
                        f"the parameter `{one.name}` in {one.location} had to be sent and is gone",
                        Severity.MEDIUM, one, head, "parameters" if "parameters" in head.value else None,
                        confidence=Confidence.MEDIUM)  # fmt: skip


def _carried(operation: Operation) -> set[str]:
    """What requests may carry by name: parameters, properties of bodies, and the keys of schemes."""
    found = {one.name.lower() for one in operation.parameters}
    found |= {scheme.parameter_name.lower() for scheme in operation.api.security_schemes.values()
              if scheme.type == "apiKey" and scheme.parameter_name}  # fmt: skip
    body = operation.request_body
    for media_type in body.content.values() if body is not None else ():
        for root in media_type.roots[:1]:
            for part in root.schema.parts() if root.schema is not None else ():
                named = part.get("properties")
                found.update(map(str.lower, named) if isinstance(named, dict) else ())
    return found


def uploads(base: Operation, head: Operation) -> Iterator[Event]:
    """Files that may be of more types, or of any size."""
    if base.request_body is None or head.request_body is None:
        return
    old = {one.name: one for one in files(base.request_body)}
    for now in files(head.request_body):
        was = old.get(now.name)
        if was is not None and was != now:
            yield from _types(was, now)
            yield from _sizes(was, now)


def _types(was: File, now: File) -> Iterator[Event]:
    before, after = ({one.lower() for one in file.known_types} for file in (was, now))
    added = sorted(one for one in after - before if one in _ACTIVE)
    name = f"the file `{now.name}`" if now.name else "the file"
    # A whole body's media type that became any is told as such.
    if before and not after and (now.name or not _OPEN.intersection(now.types)):
        said = f"{name} had to be {_names(sorted(before))} and may be of any type now"
    elif before and added and not before & _ACTIVE:
        said = f"{name} may be {_names(added)} now, which browsers or servers run"
    elif after and not before and (was.name or not _OPEN.intersection(was.types)):
        yield _upload(f"{name} must be {_names(sorted(after))} now", was, now, improves=True)
        return
    else:
        return
    yield _upload(said, was, now)


def _sizes(was: File, now: File) -> Iterator[Event]:
    # `maxLength` is a limit of the schema, of which the walk tells.
    if was.has_size is now.has_size or _has_length(was) or _has_length(now):
        return
    name = f"the file `{now.name}`" if now.name else "the file"
    if was.has_size:
        yield _upload(f"the greatest size of {name} was removed", was, now)
    else:
        yield _upload(f"{name} has a greatest size now", was, now, improves=True)


def _has_length(file: File) -> bool:
    nodes: tuple[Node | None, ...] = (file.place, file.schema)
    return any(node is not None and node.get("maxLength") is not None for node in nodes)


def _upload(said: str, was: File, now: File, *, improves: bool = False) -> Event:
    return Event(rules.UPLOAD_WIDENED.id, said, Severity.MEDIUM, was.place, now.place, improves=improves)


def _names(names: list[str]) -> str:
    shown = ", ".join(f"`{one[:60]}`" for one in names[:3])
    return shown + (f" or one of {len(names) - 3:,} more" if len(names) > 3 else "")
