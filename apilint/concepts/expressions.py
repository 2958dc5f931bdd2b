"""The regular expressions that a document writes, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.analysis.regex import analyse
from apilint.findings import Confidence
from apilint.openapi.node import Key
from apilint.openapi.schema import Schema

if TYPE_CHECKING:
    from apilint.analysis.regex.ambiguity import Ambiguity
    from apilint.openapi.api import Api

_KEYWORDS = ("pattern", "patternProperties", "propertyNames")
_IN_BRANCHES = ("allOf", "$ref")
_MOST_TEXTS = 2_000
_MOST_STEPS = 3_000_000


class Expression(NamedTuple):
    """A pattern where it is written: at `key` of `holder`.

    `schema` is the schema that is judged with it (the composition around a branch of `allOf`). `of_names` says that
    it is about the names of properties and not about values.
    """

    holder: Schema
    key: Key
    text: str
    schema: Schema
    of_names: bool

    @property
    def label(self) -> str:
        """What the pattern is about, for people."""
        return f"{self.holder.label}: names of properties" if self.of_names else self.holder.label

    @property
    def max_length(self) -> float | None:
        """The greatest length that the composition allows a value or a name, where one is written."""
        if not self.of_names:
            return least(self.schema, "maxLength")
        names = self.holder.get("propertyNames")
        length = names.get("maxLength") if isinstance(names, dict) else None
        return length if type(length) in (int, float) else None

    @property
    def is_input(self) -> bool:
        """Whether clients may send what the pattern is matched with."""
        return self.schema.is_input or self.schema.direction_unknown

    @property
    def certainty(self) -> Confidence:
        """How sure it is that clients do."""
        return self.schema.certainty


def expressions(api: Api) -> Iterator[Expression]:
    """Each pattern of an API once: of values, and of the names of properties.

    What comes after some thousands of different ones is left out, and said: nobody writes so many by hand.
    """
    seen: set[int] = set()
    texts: set[str] = set()
    for schema in api.views(Schema, (), (*_KEYWORDS, *_IN_BRANCHES)):
        for holder in schema.parts() if schema.is_composed else (schema,):
            if id(holder.value) not in seen and any(keyword in holder.value for keyword in _KEYWORDS):
                seen.add(id(holder.value))
                for one in _written(holder, schema):
                    texts.add(one.text)
                    if len(texts) > _MOST_TEXTS:
                        api.give_up(holder, f"more than {_MOST_TEXTS:,} different patterns: the rest was not analysed")
                        return
                    yield one


def ambiguous_expressions(api: Api) -> Iterator[tuple[Expression, Ambiguity]]:
    """The patterns on which backtracking is slow, and why, as far as a budget of steps for the document reaches."""
    left = _MOST_STEPS
    known: set[str] = set()
    for one in expressions(api):
        pattern = analyse(one.text)
        if one.text not in known:
            known.add(one.text)
            left -= pattern.effort
        if left < 0:
            api.give_up(one.holder, "the document's patterns take too long to analyse: from here on they were not")
            return
        if pattern.ambiguity is not None:
            yield one, pattern.ambiguity


def _written(holder: Schema, schema: Schema) -> Iterator[Expression]:
    value = holder.value
    if isinstance(value.get("pattern"), str) and (not schema.types or "string" in schema.types):
        yield Expression(holder, "pattern", value["pattern"], schema, False)
    names = value.get("patternProperties")
    for name in names if isinstance(names, dict) else ():
        # A reference in the place of the map is bundlers' business.
        if isinstance(name, str) and name != "$ref":
            yield Expression(holder, ("patternProperties", name), name, schema, True)
    inside: Any = value.get("propertyNames")
    if isinstance(inside, dict) and isinstance(inside.get("pattern"), str):
        yield Expression(holder, ("propertyNames", "pattern"), inside["pattern"], schema, True)


def least(schema: Schema, keyword: str) -> float | None:
    """The least of a keyword's numbers across a composition."""
    numbers = [value for value in schema.keyword(keyword) if type(value) in (int, float)]
    return min(numbers) if numbers else None


def greatest(schema: Schema, keyword: str) -> float | None:
    """The greatest of a keyword's numbers across a composition."""
    numbers = [value for value in schema.keyword(keyword) if type(value) in (int, float)]
    return max(numbers) if numbers else None
