"""Schemas by type, keyword and name, so that a rule meets only those that it can say something about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from apilint.analysis.words import words
from apilint.openapi.schema import Schema


class SchemaIndex:
    """An index over the schemas of one API; each part is made when it is first asked for."""

    def __init__(self, schemas: Sequence[Schema]) -> None:
        self._all = schemas
        self._known: dict[tuple[object, ...], Sequence[Schema]] = {}
        self._words: dict[str, frozenset[str]] = {}

    def schemas(
        self, inputs: bool, types: tuple[str, ...] = (), having: tuple[str, ...] = (), named: tuple[str, ...] = ()
    ) -> Sequence[Schema]:
        """The schemas, in the order of the document, that may be an input (if `inputs`) and fit each filter given."""
        key = (inputs, types, having, named)
        if key not in self._known:
            found = self._all
            if having:
                found = self._joined(self._by_keyword.get(keyword, ()) for keyword in having)
            if named:
                names = {name: None for word in named for name in self._names_with.get(word, ())}
                fitting = self._joined(self._by_name[name] for name in names)
                found = fitting if not having else [one for one in fitting if any(k in one.value for k in having)]
            if inputs:
                known = found is self._all
                found = self._inputs if known else [one for one in found if one.is_input or one.direction_unknown]
            if types:
                found = _of_types(found, frozenset(types))
            self._known[key] = found
        return self._known[key]

    def keywords(self) -> Iterable[str]:
        """Every keyword that some schema has, each once."""
        return self._by_keyword.keys()

    def words(self, name: str) -> frozenset[str]:
        """The words of a name; names repeat, so each is taken apart once."""
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = frozenset(words(name))
        return found

    def _joined(self, lists: Iterable[Sequence[Schema]]) -> Sequence[Schema]:
        found = [one for one in lists if one]
        if len(found) < 2:
            return found[0] if found else ()
        order = self._order
        merged = {order[id(schema)]: schema for one in found for schema in one}
        return [merged[number] for number in sorted(merged)]

    @cached_property
    def _inputs(self) -> list[Schema]:
        return [one for one in self._all if one.is_input or one.direction_unknown]

    @cached_property
    def _by_keyword(self) -> dict[str, list[Schema]]:
        found: dict[str, list[Schema]] = {}
        for schema in self._all:
            for keyword in schema.value:
                found.setdefault(keyword, []).append(schema)
        return found

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(schema): number for number, schema in enumerate(self._all)}

    @cached_property
    def _by_name(self) -> dict[str, list[Schema]]:
        found: dict[str, list[Schema]] = {}
        for schema in self._all:
            key = schema.key
            # Most are properties, whose name is at hand.
            name = str(key[1]) if type(key) is tuple and key[:1] == ("properties",) else schema.name
            found.setdefault(name, []).append(schema)
        return found

    @cached_property
    def _names_with(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._by_name:
            for word in self.words(name):
                found.setdefault(word, []).append(name)
        return found


def _of_types(schemas: Sequence[Schema], types: frozenset[str]) -> list[Schema]:
    # Sets of types repeat, as objects too: ask once for each.
    fitting = {kinds for kinds in {one.types for one in schemas} if not types.isdisjoint(kinds)}
    return [one for one in schemas if one.types in fitting]
