"""Conditions about operations and their parts, as the model knows them: `method`, `path_glob`, `scope` and their like.

Asked about what is no operation, they are about the operations that it belongs to: one of them is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from apilint.declared.values import ValueTestError
from apilint.openapi.api import Api
from apilint.openapi.operation import Header, Operation, Response
from apilint.openapi.servers import Server
from apilint.policy import globs
from apilint.reading.references import Target, follow

if TYPE_CHECKING:
    from apilint.declared.fields import Target as Field

_PLACES = ("path", "query", "header", "cookie", "querystring", "formData")
_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY")

Made = tuple[Callable[[Any], bool], str]


def operations_of(view: Any) -> Sequence[Operation]:
    """The operations that a view belongs to."""
    if isinstance(view, Api):
        return view.all_operations
    if isinstance(view, Server):
        return view.api.users_of_server(view)
    return tuple(view.operations)


def _texts(given: Any, name: str) -> list[str]:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list) or not 0 < len(values) <= 200 or any(not isinstance(one, str) for one in values):
        raise ValueTestError(f"{name} is a text, or a list of texts")
    return values


def _globs(given: Any, name: str) -> list[str]:
    values = _texts(given, name)
    for one in values:
        if said := globs.fault(one):
            raise ValueTestError(f"{name} {one[:80]!r} cannot be used: {said}")
    return values


def _some(fits: Callable[[Operation], bool]) -> Callable[[Any], bool]:
    return lambda view: any(map(fits, operations_of(view)))


def _method(given: Any) -> Made:
    wanted = frozenset(one.upper() for one in _texts(given, "method"))
    return _some(
        lambda operation: operation.method.upper() in wanted
    ), f"its method is none of {', '.join(sorted(wanted))}"


def _method_not(given: Any) -> Made:
    wanted = frozenset(one.upper() for one in _texts(given, "method_not"))
    return _some(
        lambda operation: operation.method.upper() not in wanted
    ), f"its method is {' or '.join(sorted(wanted))}"


def _path_glob(given: Any) -> Made:
    wanted = _globs(given, "path_glob")

    def holds(view: Any) -> bool:
        template = getattr(view, "template", None)
        templates = [template] if isinstance(template, str) else [one.path_template for one in operations_of(view)]
        return any(globs.matches(glob, one) for glob in wanted for one in templates)

    return holds, f"its path is not {' or '.join(wanted)}"


def _tag(given: Any) -> Made:
    wanted = _globs(given, "tag")
    return (
        _some(lambda operation: any(fnmatchcase(tag, glob) for tag in operation.tags for glob in wanted)),
        f"it has no tag {' or '.join(wanted)}",
    )


def _operation_id(given: Any) -> Made:
    wanted = _globs(given, "operation_id")
    return (
        _some(lambda operation: any(fnmatchcase(operation.operation_id, glob) for glob in wanted)),
        f"its operationId is not {' or '.join(wanted)}",
    )


def _parameter(given: Any) -> Made:
    if (
        not isinstance(given, dict)
        or not given
        or set(given) - {"in", "name"}
        or not isinstance(given.get("name"), str)
    ):
        raise ValueTestError("parameter is a mapping with name and, if it matters, in")
    place, name = given.get("in"), given["name"]
    if place is not None and place not in _PLACES:
        raise ValueTestError(f"a parameter is in one of {', '.join(_PLACES)}, not {str(place)[:40]!r}", "in")

    def fits(operation: Operation) -> bool:
        return any(
            (place is None or one.location == place)
            and (one.name == name or (one.location == "header" and one.name.lower() == name.lower()))
            for one in operation.parameters
        )

    return _some(fits), f"no {f'{place} ' if place else ''}parameter `{name}` is declared"


def _header(given: Any) -> Made:
    data = {"name": given} if isinstance(given, str) else given
    if not isinstance(data, dict) or set(data) - {"name", "responses"} or not isinstance(data.get("name"), str):
        raise ValueTestError("header is a name, or a mapping with name and responses (codes such as 200, 2XX, default)")
    name = data["name"].lower()
    codes = [one.upper() for one in _texts(data.get("responses", ["2XX"]), "responses")]

    def asked(code: str) -> bool:
        code = code.upper()
        return code in codes or (code[:1] + "XX" in codes and code != "DEFAULT")

    def has(response: Response) -> bool:
        return any(str(one).lower() == name for one in response.headers)

    def holds(view: Any) -> bool:
        if isinstance(view, Response):
            return has(view)
        if isinstance(view, Header):
            return bool(view.name.lower() == name)

        def declares(operation: Operation) -> bool:
            responses = [one for code, one in operation.responses.items() if asked(code)]
            return bool(responses) and all(has(one) for one in responses)

        return any(map(declares, operations_of(view)))

    return holds, f"the header `{data['name']}` is not declared"


def _scope(given: Any) -> Made:
    wanted = _globs(given, "scope")

    def fits(operation: Operation) -> bool:
        scopes = {
            scope
            for alternative in operation.security.alternatives
            for required in alternative.schemes.values()
            for scope in required.scopes
        }
        return any(fnmatchcase(scope, glob) for scope in scopes for glob in wanted)

    return _some(fits), f"it asks for no scope {' or '.join(wanted)}"


def _true_or_false(name: str, given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueTestError(f"{name} is true or false")
    return given


def _authenticated(given: Any) -> Made:
    wanted = _true_or_false("authenticated", given)
    said = "callers need not authenticate" if wanted else "callers have to authenticate"
    return _some(lambda operation: operation.security.is_anonymous is not wanted), said


def _deprecated(given: Any) -> Made:
    wanted = _true_or_false("deprecated", given)

    def holds(view: Any) -> bool:
        own = view.get("deprecated")
        if isinstance(own, bool):
            return own is wanted
        return any(operation.is_deprecated for operation in operations_of(view)) is wanted

    return holds, f"it is {'not ' if wanted else ''}deprecated"


def _version(given: Any) -> Made:
    wanted = _texts(given, "openapi")
    if unknown := [one for one in wanted if one not in ("2.0", "3.0", "3.1", "3.2")]:
        raise ValueTestError(f"openapi is one or a list of 2.0, 3.0, 3.1, 3.2, not {unknown[0][:20]!r}")
    return lambda view: view.api.version in wanted, f"the document is not OpenAPI {' or '.join(wanted)}"


MODEL: dict[str, Callable[[Any], Made]] = {
    "method": _method,
    "method_not": _method_not,
    "path_glob": _path_glob,
    "tag": _tag,
    "operation_id": _operation_id,
    "parameter": _parameter,
    "header": _header,
    "scope": _scope,
    "authenticated": _authenticated,
    "deprecated": _deprecated,
    "openapi": _version,
}


def is_referenced(target: Field) -> bool:
    """Whether a `$ref` somewhere in the API's documents names the place of a target."""
    api = target.spot.ground.api
    known = api.known.get("declared: referenced")
    if known is None:
        known = api.known["declared: referenced"] = _referenced(api)
    return (id(target.spot.document), target.spot.path) in known


def _referenced(api: Api) -> set[tuple[int, Any]]:
    found: set[tuple[int, Any]] = set()
    seen: set[int] = set()
    for document in list(api.documents.values()):
        pending = [document.value]
        while pending:
            value = pending.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            if type(value) is dict and isinstance(value.get("$ref"), str):
                node = api.led(value)
                target: Any = node
                if node is None and value["$ref"].startswith("#"):
                    local = follow(document, value["$ref"][1:])
                    target = local if isinstance(local, Target) else None
                if target is not None:
                    found.add((id(target.document), target.path))
            members = value.values() if type(value) is dict else value
            pending += [one for one in members if type(one) is dict or type(one) is list]
    return found
