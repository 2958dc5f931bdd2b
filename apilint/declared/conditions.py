"""Conditions: what of a view or a place has to be so, written as data.

A condition is kept, broken, or has nothing to look at (the value is absent, or of a kind that the test is not about).
`all` is broken by one broken part, `any` is kept by one kept part, and what has nothing to look at decides nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from apilint.declared.fields import Field, FieldError, Target
from apilint.declared.fields import parse as parse_field
from apilint.declared.model import MODEL, is_referenced
from apilint.declared.patterns import PatternError
from apilint.declared.places import Spot
from apilint.declared.values import TESTS, Test, ValueTestError, Verdict, Wrong
from apilint.policy.selection import hint

MOST_CONDITIONS = 2_000
DEEPEST = 20
_GROUPS = ("all", "any", "not")


class Subject(NamedTuple):
    """What conditions are asked about: a place, and the view of the model that it is, if it is one."""

    spot: Spot
    view: Any = None


class Broken(NamedTuple):
    """A condition that is broken: at which place, and in which way."""

    target: Target
    error: str


class ConditionError(ValueError):
    """A condition that cannot be meant: where in it, and why."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


class Condition(ABC):
    """Something that may be so or not."""

    @abstractmethod
    def judge(self, subject: Subject) -> bool | None:
        """Whether it is kept; None where there is nothing to look at."""

    def broken(self, subject: Subject) -> Iterator[Broken]:
        """The places at which it is broken; none unless `judge` says no."""
        if self.judge(subject) is False:
            yield Broken(Target(subject.spot), self.error)

    def kept(self, subject: Subject) -> Iterator[Broken]:
        """The places at which it is kept, for what must not be; none unless `judge` says yes."""
        if self.judge(subject) is True:
            yield Broken(Target(subject.spot), "it must not be so")

    @property
    def error(self) -> str:
        """What is wrong where it is broken."""
        return "what is required of it is not so"


class _Values(Condition):
    """Tests of the values at a field."""

    def __init__(self, field: Field, tests: list[Test], referenced: bool | None) -> None:
        self._field = field
        self._tests = tests
        self._referenced = referenced

    def judge(self, subject: Subject) -> bool | None:
        verdict: bool | None = None
        for target in self._field(subject.spot):
            for one in self._verdicts(target):
                if one:
                    return False
                if one is not None:
                    verdict = True
        return verdict

    def broken(self, subject: Subject) -> Iterator[Broken]:
        for target in self._field(subject.spot):
            for one in self._verdicts(target):
                for wrong in one or ():
                    yield Broken(target.below(wrong.path), wrong.error)

    def kept(self, subject: Subject) -> Iterator[Broken]:
        for target in self._field(subject.spot):
            verdicts = list(self._verdicts(target))
            if any(one is not None for one in verdicts) and not any(verdicts):
                yield Broken(target, "it must not be so")

    def _verdicts(self, target: Target) -> Iterator[Verdict]:
        value = target.value
        for test in self._tests:
            yield test(value)
        if self._referenced is not None:
            said = "nothing refers to it" if self._referenced else "something refers to it"
            yield [] if is_referenced(target) is self._referenced else [Wrong(said)]


class _Model(Condition):
    """A condition about what the model knows of a view."""

    def __init__(self, holds: Callable[[Any], bool], error: str) -> None:
        self._holds = holds
        self._error = error

    def judge(self, subject: Subject) -> bool | None:
        return self._holds(subject.view)

    @property
    def error(self) -> str:
        return self._error


class _All(Condition):
    def __init__(self, parts: list[Condition]) -> None:
        self._parts = parts

    def judge(self, subject: Subject) -> bool | None:
        verdicts = [part.judge(subject) for part in self._parts]
        return False if False in verdicts else None if None in verdicts else True

    def broken(self, subject: Subject) -> Iterator[Broken]:
        for part in self._parts:
            yield from part.broken(subject)

    def kept(self, subject: Subject) -> Iterator[Broken]:
        if self.judge(subject) is True:
            # One place is enough: the part that is most to the point is written last.
            yield from self._parts[-1].kept(subject)


class _Any(Condition):
    def __init__(self, parts: list[Condition]) -> None:
        self._parts = parts

    def judge(self, subject: Subject) -> bool | None:
        verdicts = [part.judge(subject) for part in self._parts]
        return True if True in verdicts else None if None in verdicts else False

    def kept(self, subject: Subject) -> Iterator[Broken]:
        for part in self._parts:
            yield from part.kept(subject)

    @property
    def error(self) -> str:
        return "none of the conditions is kept"


class _Not(Condition):
    def __init__(self, part: Condition) -> None:
        self._part = part

    def judge(self, subject: Subject) -> bool | None:
        verdict = self._part.judge(subject)
        return None if verdict is None else not verdict

    def broken(self, subject: Subject) -> Iterator[Broken]:
        yield from self._part.kept(subject)

    def kept(self, subject: Subject) -> Iterator[Broken]:
        yield from self._part.broken(subject)


class Maker:
    """Makes conditions; `modelled` says whether what they are about is a view, so that the model can be asked."""

    def __init__(self, modelled: bool) -> None:
        self._modelled = modelled
        self.count = 0

    def make(self, data: Any, depth: int = 0) -> Condition:
        """A condition from data. Raises `ConditionError`."""
        self.count += 1
        if self.count > MOST_CONDITIONS:
            raise ConditionError(f"a rule has {MOST_CONDITIONS:,} conditions at most")
        if depth > DEEPEST:
            raise ConditionError(f"conditions are nested {DEEPEST} deep at most")
        if not isinstance(data, Mapping):
            raise ConditionError("a condition is a mapping")
        if not data:
            raise ConditionError("a condition says something; this one is empty")
        parts = [*self._tests(data)]
        for name, given in data.items():
            if name in MODEL:
                parts.append(self._model(name, given))
            elif name in ("all", "any"):
                if not isinstance(given, list) or not given:
                    raise ConditionError(f"{name} is a list of conditions", name)
                inner = [self._inner(one, depth, name, at) for at, one in enumerate(given)]
                parts.append(_All(inner) if name == "all" else _Any(inner))
            elif name == "not":
                parts.append(_Not(self._inner(given, depth, name)))
        return parts[0] if len(parts) == 1 else _All(parts)

    def _inner(self, data: Any, depth: int, *path: str | int) -> Condition:
        try:
            return self.make(data, depth + 1)
        except ConditionError as error:
            raise ConditionError(str(error), *path, *error.path) from None

    def _tests(self, data: Mapping[Any, Any]) -> Iterator[Condition]:
        tests = []
        for name, given in data.items():
            if name in TESTS:
                try:
                    tests.append(TESTS[name](given, name))
                except ValueTestError as error:
                    raise ConditionError(str(error), *error.path) from None
                except PatternError as error:
                    raise ConditionError(str(error), name) from None
            elif name not in ("field", "referenced", *_GROUPS, *MODEL):
                known = ("field", "referenced", *TESTS, *MODEL, *_GROUPS)
                message = f"no condition is called {str(name)[:80]!r}{hint(str(name), sorted(known))}"
                raise ConditionError(message, str(name))
        referenced = data.get("referenced")
        if referenced is not None and not isinstance(referenced, bool):
            raise ConditionError("referenced is true or false", "referenced")
        if not tests and referenced is None:
            if "field" in data:
                raise ConditionError(
                    "a condition with a field says what is to be true of it, as in defined: true", "field"
                )
            return
        try:
            field = parse_field(data.get("field", ""))
        except FieldError as error:
            raise ConditionError(str(error), "field") from None
        yield _Values(field, tests, referenced)

    def _model(self, name: str, given: Any) -> Condition:
        if not self._modelled:
            raise ConditionError(f"{name} is for rules with select: a JSONPath selects places, not operations", name)
        try:
            return _Model(*MODEL[name](given))
        except ValueTestError as error:
            raise ConditionError(str(error), name, *error.path) from None
