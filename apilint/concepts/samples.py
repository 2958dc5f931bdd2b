"""The sample values of a document: what schemas, parameters, bodies and headers give as examples and defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.openapi.node import Node
from apilint.openapi.schema import Schema

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Header, Parameter

# With schemas, `examples` is a list; elsewhere it is a map, to objects that hold a `value`.
_SHOWN = ("example", "examples", "default", "x-example")
_MOST_VALUES = 1_000_000  # in all samples of a document: each costs the same, and some documents are little else


class Sample(NamedTuple):
    """A value that a document shows: `name` is that of the property, parameter or header, as far as it has one."""

    place: Node
    name: str
    value: Any


def samples(api: Api) -> Iterator[Sample]:
    """Every example and default as a whole, where it is written; one that several parts share comes once."""
    seen: set[int] = set()
    for sample in _all(api):
        if not isinstance(sample.value, (dict, list)):
            yield sample
        elif id(sample.value) not in seen:
            seen.add(id(sample.value))
            yield sample


def sample_texts(api: Api) -> Iterator[tuple[str, str, Node, tuple[str | int, ...]]]:
    """Every text and whole number in the samples, the latter as text: its name, itself, and its place as node and keys.

    Large documents have hundreds of thousands: a caller looks at the text first.
    """
    left = _MOST_VALUES
    for sample in samples(api):
        if isinstance(sample.value, str):
            yield sample.name, sample.value, sample.place, ()
            continue
        stack: list[tuple[str, Any, tuple[str | int, ...]]] = [(sample.name, sample.value, ())]
        while stack and left:
            left -= 1
            name, value, keys = stack.pop()
            if isinstance(value, str):
                yield name, value, sample.place, keys
            elif isinstance(value, dict):
                stack.extend((key, member, (*keys, key)) for key, member in value.items())
            elif isinstance(value, list):
                stack.extend((name, item, (*keys, index)) for index, item in enumerate(value))
            elif type(value) is int and value > 99_999_999:
                yield name, str(value) if value < 10**40 else "", sample.place, keys


def of_part(part: Parameter | Header) -> Iterator[Sample]:
    """The samples that stand at a parameter or header itself, or in its schemas."""
    yield from _of_holder(part, part.name)
    for root in part.roots:
        if root.schema is not None:
            yield from of_schema(root.schema)


def of_schema(schema: Schema) -> Iterator[Sample]:
    """The samples written in one schema object, values that it lists or prescribes included."""
    return _written(schema, (*_SHOWN, "const", "enum"))


def _written(schema: Schema, keys: tuple[str, ...]) -> Iterator[Sample]:
    for key in keys:
        if key in schema.value:
            value = schema.value[key]
            if isinstance(value, list) and key in ("examples", "enum"):
                for index, item in enumerate(value):
                    yield Sample(schema.child((key, index)), schema.name, item)
            else:
                yield Sample(schema.child(key), schema.name, value)


def _all(api: Api) -> Iterator[Sample]:
    for schema in api.views(Schema, (), _SHOWN):
        yield from _written(schema, _SHOWN)
    for parameter in api.parameters:
        yield from _of_holder(parameter, parameter.name)
    for header in api.headers:
        yield from _of_holder(header, header.name)
    for media_type in api.media_types:
        yield from _of_holder(media_type, "")
    if api.version == "2.0":
        for response in api.responses:
            for example in response.members("examples"):
                yield Sample(example, "", example.value)
    else:
        components = api.child("components")
        if isinstance(components.get("examples"), dict):
            for member in components.members("examples"):
                yield from _of_example(member, "")


def _of_holder(holder: Node, name: str) -> Iterator[Sample]:
    for key in ("example", "x-example"):
        if key in holder.value:
            yield Sample(holder.child(key), name, holder.value[key])
    if isinstance(holder.get("examples"), dict):
        for member in holder.members("examples"):
            yield from _of_example(member, name)


def _of_example(member: Node, name: str) -> Iterator[Sample]:
    # One behind a reference is met where it is written, under `components.examples`.
    if isinstance(member.value, dict):
        for key in ("value", "dataValue", "serializedValue"):
            if key in member.value:
                yield Sample(member.child(key), name, member.value[key])
