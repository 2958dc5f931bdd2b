"""Whatever the schema: a rewriting that keeps its meaning changes nothing, and one lost limit is one change."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apilint.openapi.api import Api
from apilint.openapi.build import build
from apilint.openapi.versions import recognize
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace
from apilint.regressions.model import Change
from apilint.regressions.pairing import pair_operations
from apilint.regressions.schemas import compare_schemas

Schema = dict[str, Any]
_NAMES = st.sampled_from(["a", "b", "name", "text", "size", "kind"])
_SCALARS: st.SearchStrategy[Schema] = st.one_of(
    st.fixed_dictionaries({"type": st.just("string"), "maxLength": st.integers(1, 99)}),
    st.fixed_dictionaries({"type": st.just("string"), "pattern": st.sampled_from(["^[a-z]+$", "^x.{2,9}$"])}),
    st.fixed_dictionaries({"type": st.just("string"), "enum": st.just(["p", "q"])}),
    st.fixed_dictionaries({"type": st.just("string"), "format": st.sampled_from(["uuid", "date"])}),
    st.fixed_dictionaries({"type": st.just("integer"), "minimum": st.integers(0, 5), "maximum": st.integers(6, 99)}),
    st.just({"type": "boolean"}),
)
_LIMITS = ("maxLength", "pattern", "enum", "format", "minimum", "maximum", "maxItems", "additionalProperties")


def _nested(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.one_of(
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.dictionaries(_NAMES, inner, min_size=1, max_size=3),
                "additionalProperties": st.just(False),
            }
        ),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner, "maxItems": st.integers(1, 99)}),
    )


SCHEMAS = st.recursive(_SCALARS, _nested, max_leaves=6)


def _document(schema: Any, components: dict[str, Any], version: str) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema}}}
    return {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"post": {"requestBody": body, "responses": {}}}},
        "components": {"schemas": components},
    }


def _api(folder: str, name: str, document: dict[str, Any]) -> Api:
    path = Path(folder) / name
    path.write_text(json.dumps(document), encoding="utf-8")
    opened = Workspace(folder, Limits()).open(str(path), name)
    assert opened is not None
    version = recognize(opened.value).version
    assert version is not None
    return build(Workspace(folder, Limits()), opened, version)


def _compare(base: dict[str, Any], head: dict[str, Any]) -> list[Change]:
    with TemporaryDirectory() as folder:
        one, other = _api(folder, "base.json", base), _api(folder, "head.json", head)
        pairs = pair_operations(one, other)
        return list(compare_schemas(one, other, pairs.pairs, pairs.gone))


class _Rewriting:
    """A schema written otherwise: chance decides how, at each place."""

    def __init__(self, draw: st.DrawFn, version: str) -> None:
        self._draw = draw
        self._new = version != "3.0.3"
        self.components: dict[str, Any] = {}

    def of(self, schema: Schema) -> Schema:
        value = {key: schema[key] for key in self._draw(st.permutations(sorted(schema)))}
        if "properties" in value:
            names = self._draw(st.permutations(sorted(value["properties"])))
            value["properties"] = {name: self.of(value["properties"][name]) for name in names}
        if "items" in value:
            value["items"] = self.of(value["items"])
        return self._wrapped(self._respelled(value))

    def _respelled(self, value: Schema) -> Schema:
        how = self._draw(st.integers(0, 3))
        if how == 1 and value.get("type") == "integer" and "maximum" in value:
            most = value.pop("maximum") + 1
            value |= {"exclusiveMaximum": most} if self._new else {"maximum": most, "exclusiveMaximum": True}
        elif how == 2:
            value |= {"type": [value["type"], "null"]} if self._new else {"nullable": True}
        elif how == 3 and "enum" in value:
            value["enum"] = list(reversed(value["enum"]))
        return value

    def _wrapped(self, value: Schema) -> Schema:
        how = self._draw(st.sampled_from(["", "", "allOf", "split", "component", "oneOf", "anyOf"]))
        # A boolean `exclusiveMaximum` is about the `maximum` beside it.
        apart = value.keys().isdisjoint(("additionalProperties", "exclusiveMaximum"))
        if how == "split" and len(value) > 1 and apart:
            keys = sorted(value)
            return {"allOf": [{key: value[key]} for key in keys]}
        if how == "component":
            name = f"C{len(self.components)}"
            self.components[name] = value
            return {"$ref": f"#/components/schemas/{name}"}
        if how == "anyOf":
            return {"anyOf": [value, {"type": "null"}]} if self._new else {"anyOf": [value]}
        return {how: [value]} if how in ("allOf", "oneOf") else value


@st.composite
def rewritten(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    """A document with a schema written otherwise."""
    version = draw(st.sampled_from(["3.0.3", "3.1.0", "3.2.0"]))
    rewriting = _Rewriting(draw, version)
    changed = rewriting.of(schema)
    return _document(changed, rewriting.components, version)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_rewriting_that_keeps_the_meaning_changes_nothing(data: st.DataObject) -> None:
    schema = data.draw(SCHEMAS)
    one, other = data.draw(rewritten(schema)), data.draw(rewritten(schema))
    assert _compare(one, other) == []


def _limits(value: Any) -> Iterator[tuple[Schema, str]]:
    if isinstance(value, dict):
        for key in _LIMITS:
            if key in value:
                yield value, key
        for one in (*value.get("properties", {}).values(), value.get("items")):
            yield from _limits(one)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_one_lost_limit_is_one_change_however_it_is_written(data: st.DataObject) -> None:
    schema = data.draw(SCHEMAS)
    less = copy.deepcopy(schema)
    limits = list(_limits(less))
    assume(limits)
    holder, key = data.draw(st.sampled_from(limits))
    del holder[key]
    base, head = data.draw(rewritten(schema)), data.draw(rewritten(less))
    (change,) = _compare(base, head)
    assert not change.improves
    (back,) = _compare(head, base)
    assert (back.improves, back.rule, back.severity) == (True, change.rule, change.severity)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_two_schemas_can_be_compared(data: st.DataObject) -> None:
    one, other = (data.draw(rewritten(data.draw(SCHEMAS))) for _ in range(2))
    there, back = _compare(one, other), _compare(other, one)
    gone = {"regression-property-writable", "regression-sensitive-data-returned"}
    # Not how many: what stands at one place here may stand at two there, each in its branch of an allOf.
    assert {(change.rule, not change.improves) for change in there if change.rule not in gone} == {
        (change.rule, change.improves) for change in back if change.rule not in gone
    }
