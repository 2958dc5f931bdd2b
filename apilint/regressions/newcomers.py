"""Operations that are new, measured by what their siblings had before."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from apilint.concepts.scoping import uses_scopes
from apilint.concepts.templates import canonical
from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.regressions import guard_regression_rules as rules
from apilint.regressions.causes import Seen
from apilint.regressions.gateways import authenticators
from apilint.regressions.guards import proof
from apilint.regressions.model import Pair
from apilint.regressions.schemes import UNKNOWN, force

_FEW = 3  # siblings at least that tell a custom
_MOST = 0.8  # of them


class _Custom:
    """How many of some operations have what."""

    def __init__(self) -> None:
        self.all = self.closed = self.limited = self.scoped = 0
        self.least: int | None = None

    def add(self, operation: Operation) -> None:
        """Count an operation."""
        self.all += 1
        self.limited += bool(operation.rate_limit)
        if not is_open(operation):
            self.closed += 1
            self.scoped += uses_scopes(operation)
            weakest = _weakest(operation)
            if weakest is not None:
                self.least = weakest if self.least is None else min(self.least, weakest)


class _Family:
    """The operations of the base that share a beginning of the path; those that write have customs of their own."""

    def __init__(self) -> None:
        self.all = _Custom()
        self._writes = _Custom()

    def add(self, operation: Operation) -> None:
        """Count an operation."""
        self.all.add(operation)
        if operation.is_write:
            self._writes.add(operation)

    def custom(self, operation: Operation) -> _Custom:
        """What a new operation is measured by."""
        return self._writes if operation.is_write and self._writes.all >= _FEW - 1 else self.all


class Newcomers:
    """The comparison of new operations with the base's; those whose ids are `known` are not new."""

    def __init__(self, base: Api, pairs: Sequence[Pair], known: Container[int]) -> None:
        self._base = base
        self._root_was_closed = base.security is not None and not base.security.is_anonymous
        self._new = [pair.head for pair in pairs if pair.base is None and id(pair.head) not in known]
        self._families: dict[tuple[str, ...], _Family] = {}

    def seen(self) -> Iterator[Seen]:
        """What the new operations lack."""
        if not self._new:
            return
        for operation in self._base.operations:
            if operation.expects_credentials:
                for beginning in _beginnings(operation):
                    self._families.setdefault(beginning, _Family()).add(operation)
        for operation in self._new:
            if operation.kind == "path" and operation.expects_credentials:
                yield from self._lacking(operation)
        yield from self._webhooks()

    def _lacking(self, operation: Operation) -> Iterator[Seen]:
        family = next((self._families[one] for one in _beginnings(operation) if self._is_told(one)), None)
        if family is None:
            return
        custom = family.custom(operation)
        lacks: list[tuple[Severity, str]] = []
        if is_open(operation):
            # What the root lost is said of the root.
            inherits = self._root_was_closed and operation.security.source != "operation"
            if custom.closed >= _MOST * custom.all and not inherits:
                severity = Severity.HIGH if operation.is_write else Severity.MEDIUM
                lacks.append((severity, f"can be called by anybody, and {_of(custom.closed, custom)} could not"))
        else:
            weakest = _weakest(operation)
            if custom.least is not None and weakest is not None and weakest < custom.least:
                lacks.append((Severity.MEDIUM, "can be called with less than any operation beside it"))
            elif custom.closed and custom.scoped >= _MOST * custom.closed and not uses_scopes(operation):
                lacks.append((Severity.MEDIUM, f"requires no scope, and {_of(custom.scoped, custom)} did"))
        if family.all.limited >= _MOST * family.all.all and not operation.rate_limit:
            lacks.append((Severity.LOW, f"declares no limit of calls, and {_of(family.all.limited, family.all)} did"))
        if lacks:
            yield Seen(
                rules.NEW_OPERATION_UNPROTECTED.id,
                ("new", operation.path, id(operation.document)),
                "is new, and " + "; ".join(said for _, said in lacks),
                None,
                operation,
                max(severity for severity, _ in lacks),
                (operation,),
                confidence=Confidence.MEDIUM,
            )

    def _is_told(self, beginning: tuple[str, ...]) -> bool:
        found = self._families.get(beginning)
        return found is not None and (found.all.all >= _FEW or not beginning)

    def _webhooks(self) -> Iterator[Seen]:
        for kind in ("webhook", "callback"):
            news = [one for one in self._new if one.kind == kind and not proof(one)]
            olds = [one for one in self._base.all_operations if one.kind == kind] if news else []
            signed = sum(1 for one in olds if proof(one))
            if not olds or signed < _MOST * len(olds):
                continue
            for one in news:
                yield Seen(
                    rules.NEW_OPERATION_UNPROTECTED.id,
                    ("new", one.path, id(one.document)),
                    f"is new, and carries no proof of the sender, as {signed} of {len(olds)} {kind}s did",
                    None,
                    one,
                    Severity.MEDIUM,
                    (one,),
                    confidence=Confidence.MEDIUM,
                )


def is_open(operation: Operation) -> bool:
    """Whether nothing that the document says keeps anybody from calling an operation."""
    return operation.security.is_anonymous and not authenticators(operation)


def _beginnings(operation: Operation) -> list[tuple[str, ...]]:
    """The beginnings of a path, the longest first, and last the empty one that all have."""
    segments = tuple(segment for segment in canonical(operation.path_template)[:1_000].split("/") if segment)
    return [segments[:end] for end in range(min(len(segments), 8), -1, -1)]


def _weakest(operation: Operation) -> int | None:
    """The class of the easiest way in; None where one is of no known class."""
    classes = [
        max(force(scheme) for scheme, _ in alternative.schemes.values())
        for alternative in operation.security.alternatives
        if alternative.schemes
    ]
    return None if not classes or UNKNOWN in classes else min(classes)


def _of(some: int, custom: _Custom) -> str:
    return f"{some:,} of {custom.all:,} operations beside it" if some < custom.all else "all operations beside it"
