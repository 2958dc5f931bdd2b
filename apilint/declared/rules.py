"""Rules from data: each becomes a `Rule` like any other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple, NoReturn

from apilint.declared import messages
from apilint.declared.checks import Looks, flags
from apilint.declared.conditions import Condition, ConditionError, Maker
from apilint.declared.jsonpath import PathError, Step
from apilint.declared.jsonpath import parse as parse_path
from apilint.declared.patterns import budgeted
from apilint.findings import Confidence, Severity
from apilint.openapi.api import Api
from apilint.openapi.operation import Header, MediaType, Operation, Parameter, PathItem, RequestBody, Response
from apilint.openapi.schema import Schema
from apilint.openapi.security import SecurityScheme
from apilint.openapi.servers import Server
from apilint.policy.model import Configuration, wrong
from apilint.policy.selection import hint
from apilint.rule import DECLARED, Rule

MOST_RULES = 500
_MOST_PATHS = 50
_LONGEST_TEXT = 4_000
_MOST_REFERENCES = 20
ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*/[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
VIEWS: dict[str, type] = {
    "operations": Operation,
    "schemas": Schema,
    "parameters": Parameter,
    "responses": Response,
    "headers": Header,
    "media-types": MediaType,
    "request-bodies": RequestBody,
    "security-schemes": SecurityScheme,
    "servers": Server,
    "path-items": PathItem,
    "api": Api,
    "document": Api,
}
_VERSIONS = ("2.0", "3.0", "3.1", "3.2")
KEYS = (
    "message", "severity", "confidence", "title", "why", "fix", "references", "tags", "select", "given", "resolved",
    "openapi", "where", "require", "forbid",
)  # fmt: skip
_LEVELS: dict[str, Any] = {"severity": Severity, "confidence": Confidence}


class Mistake(NamedTuple):
    """What is wrong with a rule: the keys that lead there from `declarative_rules`, and why."""

    path: tuple[str | int, ...]
    message: str


class _WrongError(Exception):
    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


def declared(configuration: Configuration) -> tuple[Rule, ...]:
    """The rules that a configuration declares. Raises `ConfigurationError` for one that cannot be meant."""
    if len(configuration.declared) > MOST_RULES:
        _fail(configuration, Mistake((), f"there are more than {MOST_RULES} rules without code"))
    found = []
    with budgeted():
        for id, data in configuration.declared.items():
            owner = configuration.origin("declarative_rules", id).name
            try:
                found.append(_made(id, data, "" if owner == "default" else owner))
            except _WrongError as error:
                _fail(configuration, Mistake((id, *error.path), str(error)))
    return tuple(found)


def mistakes(rules: Mapping[str, Any]) -> list[Mistake]:
    """What is wrong with rules as a file declares them, the first mistake of each: for `apilint config check`."""
    found = []
    if len(rules) > MOST_RULES:
        found.append(Mistake((), f"there are more than {MOST_RULES} rules without code"))
    with budgeted():
        for id, data in list(rules.items())[:MOST_RULES]:
            try:
                _made(id, data, "")
            except _WrongError as error:
                found.append(Mistake((id, *error.path), str(error)))
    return found


def _fail(configuration: Configuration, mistake: Mistake) -> NoReturn:
    path = ("declarative_rules", *map(str, mistake.path))
    raise wrong(configuration.origin(*path), f"{'.'.join(path)}: {mistake.message}")


def _made(id: str, data: Any, owner: str) -> Rule:
    """One rule from its data, of a file that is called `owner`. Raises `_WrongError`."""
    if not ID.fullmatch(id) or len(id) > 100:
        raise _WrongError("the id of a rule of your own is vendor/rule-id, in lower case with hyphens")
    if not isinstance(data, Mapping):
        raise _WrongError("a rule is a mapping with message, severity, select or given, and require or forbid")
    for key in data:
        if key not in KEYS:
            raise _WrongError(f"a rule has no {str(key)[:80]!r}{hint(str(key), KEYS)}", str(key))
    message = _message(data)
    view, looks = _looks(id, data, message)
    return Rule(
        id,
        view,
        _level(data, "severity", None),
        _level(data, "confidence", Confidence.HIGH),
        partial(flags, looks),
        _page(data, message),
        refs=_texts(data, "references", _MOST_REFERENCES),
        status=DECLARED,
        tags=_texts(data, "tags", _MOST_REFERENCES),
        owner=owner,
    )


def _message(data: Mapping[str, Any]) -> str:
    message = data.get("message")
    if not isinstance(message, str):
        raise _WrongError("a rule has a message, which is a text", *(("message",) if "message" in data else ()))
    try:
        messages.check(message)
    except messages.MessageError as error:
        raise _WrongError(str(error), "message") from None
    return message


def _level(data: Mapping[str, Any], name: str, default: Any) -> Any:
    given = data.get(name, default)
    if given is default and default is not None:
        return default
    known = {one.label: one for one in _LEVELS[name]}
    if not isinstance(given, str) or given not in known:
        if given is None:
            raise _WrongError(f"a rule has a {name}: {', '.join(known)}")
        raise _WrongError(f"no {name} is called {str(given)[:80]!r}{hint(str(given), known)}", name)
    return known[given]


def _texts(data: Mapping[str, Any], name: str, most: int) -> tuple[str, ...]:
    given = data.get(name, [])
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list) or len(values) > most:
        raise _WrongError(f"{name} is a text, or a list of {most} texts at most", name)
    for one in values:
        if not isinstance(one, str) or not one.strip() or len(one) > 500 or not one.isprintable():
            raise _WrongError(f"{name} holds texts of one line, 500 characters at most", name)
    return tuple(values)


def _looks(id: str, data: Mapping[str, Any], message: str) -> tuple[type, Looks]:
    if ("select" in data) is ("given" in data):
        raise _WrongError("a rule has either select, with a kind of part, or given, with a JSONPath")
    paths = _paths(data) if "given" in data else None
    kind = data.get("select", "api")
    if not isinstance(kind, str) or kind not in VIEWS:
        raise _WrongError(f"nothing to select is called {str(kind)[:80]!r}{hint(str(kind), VIEWS)}", "select")
    resolved = data.get("resolved", True)
    if not isinstance(resolved, bool):
        raise _WrongError("resolved is true or false", "resolved")
    if "require" not in data and "forbid" not in data:
        raise _WrongError("a rule says what it requires or forbids: it has require, forbid or both")
    maker = Maker(modelled=paths is None)
    where = _conditions(data, "where", maker)
    looks = Looks(
        paths=paths,
        documents=kind == "document",
        resolved=resolved,
        versions=frozenset(_versions(data)),
        where=where[0] if where else None,
        require=tuple(_conditions(data, "require", maker)),
        forbid=tuple(_conditions(data, "forbid", maker)),
        message=message,
        id=id,
    )
    return VIEWS[kind], looks


def _versions(data: Mapping[str, Any]) -> tuple[str, ...]:
    given = data.get("openapi", [])
    values = [str(one) for one in (given if isinstance(given, list) else [given])]
    for one in values:
        if one not in _VERSIONS:
            raise _WrongError(f"openapi is one or a list of {', '.join(_VERSIONS)}, not {one[:20]!r}", "openapi")
    return tuple(values)


def _paths(data: Mapping[str, Any]) -> tuple[tuple[Step, ...], ...]:
    given = data["given"]
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or len(texts) > _MOST_PATHS:
        raise _WrongError(f"given is a JSONPath, or a list of {_MOST_PATHS} at most", "given")
    found = []
    for at, text in enumerate(texts):
        where: tuple[str | int, ...] = ("given",) if isinstance(given, str) else ("given", at)
        if not isinstance(text, str):
            raise _WrongError("a JSONPath is a text", *where)
        try:
            found.append(parse_path(text))
        except PathError as error:
            raise _WrongError(f"the JSONPath {text[:80]!r} is not understood: {error}", *where) from None
    return tuple(found)


def _conditions(data: Mapping[str, Any], name: str, maker: Maker) -> list[Condition]:
    """The conditions under a key: several are each told by themselves, those of `where` are one."""
    if name not in data:
        return []
    given = data[name]
    if isinstance(given, list) and not given:
        raise _WrongError(f"{name} is a condition, or a list of conditions", name)
    if isinstance(given, list) and name == "where":
        given = {"all": given}
    found = []
    for at, one in enumerate(given if isinstance(given, list) else [given]):
        try:
            found.append(maker.make(one))
        except ConditionError as error:
            inside = (at,) if isinstance(given, list) else ()
            raise _WrongError(str(error), name, *inside, *error.path) from None
    return found


def _page(data: Mapping[str, Any], message: str) -> str:
    """The page: a title, why, and how to mend it."""
    parts = [_text(data, "title") or messages.title(message)]
    if why := _text(data, "why"):
        parts.append(why)
    if fix := _text(data, "fix"):
        parts.append(f"To fix: {fix}")
    return "\n\n".join(parts)


def _text(data: Mapping[str, Any], name: str) -> str:
    given = data.get(name, "")
    if not isinstance(given, str) or len(given) > _LONGEST_TEXT:
        raise _WrongError(f"{name} is a text of {_LONGEST_TEXT:,} characters at most", name)
    if name == "title":
        return " ".join(given.split())
    # Paragraphs stay; what would be a code block, a heading or markup stays text.
    lines = [line.strip() for line in given.strip().split("\n")]
    return "\n".join(line.lstrip("`#~>") if line.startswith(("`" * 3, "#", "~~~", ">")) else line for line in lines)
