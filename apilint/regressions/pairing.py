"""Which operation of one state is which of the other: by method and address, whatever its parameters are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from apilint.openapi.api import Api
from apilint.openapi.operation import Operation
from apilint.regressions.model import Pair

_PARAMETER = re.compile(r"\{[^{}]*\}")
_ORIGIN = re.compile(r"^[a-zA-Z{][^/]*://[^/]*")
Key = tuple[str, str, str]


class Pairs(NamedTuple):
    """The operations of a head with those of its base, and the operations of the base that are gone."""

    pairs: tuple[Pair, ...]
    gone: tuple[Operation, ...]


def pair_operations(base: Api, head: Api) -> Pairs:
    """Pair the operations of two states; what has no other half by its address may have one by `operationId`."""
    left = {id(one): one for one in base.all_operations}
    found: dict[int, Operation] = {}
    heads = {id(one): one for one in head.all_operations}
    # A base path may have moved from the servers into the paths or back; a server may have moved elsewhere. Two
    # addresses may differ in the names of their parameters alone, so that these are looked at first.
    for of in (_exact, _with_server, _plain):
        rest = _by_key((one for one in heads.values() if id(one) not in found), of)
        others = _by_key(left.values(), of)
        for key, ones in rest.items():
            for one, other in zip(ones, others.get(key, ()), strict=False):
                found[id(one)] = other
                del left[id(other)]
    named = _unambiguous(one for one in heads.values() if id(one) not in found)
    for name, one in _unambiguous(left.values()).items():
        if name in named:
            found[id(named[name])] = one
    taken = {id(one) for one in found.values()}
    pairs = tuple(Pair(found.get(id(one)), one) for one in heads.values())
    return Pairs(pairs, tuple(one for one in base.all_operations if id(one) not in taken))


def _by_key(operations: Iterable[Operation], of: Callable[[Operation], Key]) -> dict[Key, list[Operation]]:
    found: dict[Key, list[Operation]] = {}
    for one in operations:
        found.setdefault(of(one), []).append(one)
    return found


def _exact(operation: Operation) -> Key:
    address = _server_path(operation) + operation.path_template
    # Many operations call back to the same expression, and each its own way.
    place = operation.pointer if operation.kind == "callback" else ""
    return operation.kind, operation.method.upper(), f"{address} {place}"


def _with_server(operation: Operation) -> Key:
    template = _server_path(operation) + operation.path_template
    return operation.kind, operation.method.upper(), _PARAMETER.sub("{}", template)


def _plain(operation: Operation) -> Key:
    return operation.kind, operation.method.upper(), _PARAMETER.sub("{}", operation.path_template)


def _server_path(operation: Operation) -> str:
    """The path that all servers of an operation share, which is a part of its address."""
    prefixes = {_prefix(server.expansions[0][0]) for server in operation.servers} if operation.kind == "path" else {""}
    return prefixes.pop() if len(prefixes) == 1 else ""


def _prefix(url: str) -> str:
    """The path of a server, without a slash at its end."""
    try:
        path = urlsplit(_ORIGIN.sub("", url)).path
    except ValueError:
        return ""
    return path.rstrip("/")


def _unambiguous(operations: Iterable[Operation]) -> dict[tuple[str, str], Operation]:
    """The operations by method and `operationId`, without those that share one."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for one in operations:
        if one.operation_id:
            found.setdefault((one.method.upper(), one.operation_id), []).append(one)
    return {name: ones[0] for name, ones in found.items() if len(ones) == 1}
