"""Headers by name: those of responses, and those that clients are asked to send."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apilint.openapi.api import Api
    from apilint.openapi.operation import Header, Operation, Parameter, Response

_FEW = 5


def headers_named(
    api: Api, names: Container[str], concerns: Callable[[Response, Header], bool]
) -> Iterator[tuple[Header, str, list[Operation]]]:
    """Give the first response header of each lower-case name for which `concerns` holds, and all operations with one.

    A server adds such a header everywhere by one setting, so it is one cause however often it is written.
    """
    found: dict[str, tuple[Header, dict[int, Operation]]] = {}
    for operation in api.operations:
        for response in operation.responses.values():
            for name, header in response.headers.items():
                if name in names and concerns(response, header):
                    found.setdefault(name, (header, {}))[1][id(operation)] = operation
    for name, (header, operations) in found.items():
        yield header, name, list(operations.values())


def header_parameters(api: Api, names: Container[str]) -> Iterator[tuple[Parameter, list[Operation]]]:
    """Give the header parameters of operations under `paths` that have one of the lower-case names, with their users.

    Where more than five places have the same name, only the first, with the users of all: one decision made them.
    """
    found: dict[str, dict[int, tuple[Parameter, list[Operation]]]] = {}
    for operation in api.operations:
        for parameter in operation.parameters:
            if parameter.location == "header" and parameter.name.lower() in names:
                places = found.setdefault(parameter.name.lower(), {})
                places.setdefault(id(parameter), (parameter, []))[1].append(operation)
    for places in found.values():
        if len(places) <= _FEW:
            yield from places.values()
        else:
            users = {id(operation): operation for _, some in places.values() for operation in some}
            yield next(iter(places.values()))[0], list(users.values())
