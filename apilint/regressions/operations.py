"""What one state takes away from the protection of operations: credentials, transport, limits, what gateways do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.regressions.authentication import Authentication
from apilint.regressions.causes import Seen, gathered
from apilint.regressions.definitions import compare_definitions
from apilint.regressions.gateways import compare_gateways
from apilint.regressions.guards import (
    compare_credentials,
    compare_limits,
    compare_responses,
    compare_signatures,
)
from apilint.regressions.model import Change, Pair
from apilint.regressions.newcomers import Newcomers
from apilint.regressions.origins import compare_origins
from apilint.regressions.schemes import Schemes
from apilint.regressions.transport import callbacks_of, compare_callback_urls, compare_servers


def compare_operations(base: Api, head: Api, pairs: Sequence[Pair], gone: Sequence[Operation]) -> Iterable[Change]:
    """Compare what the operations of two states effectively ask of callers and promise them.

    `pairs` are the operations of the head with those of the base, `gone` those of the base alone, which take nothing
    away. Gives each loss and each gain once for its cause, with the head's operations that it concerns.
    """
    return gathered(_seen(base, head, pairs), base, head)


def _seen(base: Api, head: Api, pairs: Sequence[Pair]) -> Iterator[Seen]:
    schemes = Schemes(base, head, pairs)
    authentication = Authentication(base, head, pairs, schemes)
    yield from authentication.seen()
    yield from compare_definitions(base, head, pairs, schemes)
    yield from compare_servers(base, head, pairs)
    yield from compare_origins(base, head, pairs)
    callbacks = _Callbacks(base, head)
    for before, now in pairs:
        if before is not None and now.kind == "path":
            yield from _of_pair(before, now, authentication.removed)
            yield from callbacks.seen(before, now)
    for before, now in pairs:
        if before is not None and now.kind != "path" and id(now) not in callbacks.compared:
            yield from compare_signatures(before, now)
    yield from Newcomers(base, pairs, callbacks.compared).seen()


class _Callbacks:
    """The operations of callbacks, which pair by the operation that has them, their name and their method.

    Their addresses tell little: most are `{$request.body#/url}`. `compared` are the head's, by id, that had a pair.
    """

    def __init__(self, base: Api, head: Api) -> None:
        self._olds, self._news = _by_callback(base), _by_callback(head)
        self.compared: set[int] = set()

    def seen(self, before: Operation, now: Operation) -> Iterator[Seen]:
        """What proofs of the sender the callbacks of an operation lost or gained."""
        if not self._news or not self._olds:
            return
        olds = dict(callbacks_of(before))
        for name, new in callbacks_of(now):
            old = olds.get(name)
            waiting = list(self._olds.get(id(old.value), ())) if old is not None else []
            for operation in self._news.get(id(new.value), ()):
                alike = [one for one in waiting if one.method == operation.method]
                other = next((one for one in alike if one.path_template == operation.path_template), None)
                other = other or (alike[0] if alike else None)
                if other is not None and id(operation) not in self.compared:
                    self.compared.add(id(operation))
                    waiting.remove(other)
                    yield from compare_signatures(other, operation)


def _by_callback(api: Api) -> dict[int, list[Operation]]:
    found: dict[int, list[Operation]] = {}
    for operation in api.callback_operations:
        holder = operation.path_item.parent
        if holder is not None:
            found.setdefault(id(holder.value), []).append(operation)
    return found


def _of_pair(before: Operation, now: Operation, removed: set[int]) -> Iterator[Seen]:
    """What is seen at the two states of one operation; of `removed` ones the refusals go with the authentication."""
    yield from compare_limits(before, now)
    if id(now) not in removed:
        yield from compare_responses(before, now)
        yield from compare_gateways(before, now)
        yield from compare_credentials(before, now)
    yield from compare_callback_urls(before, now)
