"""What a rule without code does with the views that it is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from apilint.declared import messages
from apilint.declared.conditions import Broken, Condition, Subject
from apilint.declared.model import operations_of
from apilint.declared.places import Ground, Spot, TooMuchError
from apilint.declared.values import shown
from apilint.findings import Flag
from apilint.openapi.node import Node
from apilint.reading.pointer import format_pointer

if TYPE_CHECKING:
    from apilint.declared.jsonpath import Step
    from apilint.openapi.api import Api

MOST_FINDINGS = 20_000  # of one rule in one API
_MOST_WORDS = 100


class Looks(NamedTuple):
    """What a rule looks at and what it asks: which views or JSONPaths, for which versions, and its conditions.

    `paths` is None for a rule over views; `documents` stands for one over whole files. What is in `forbid` must not
    be so.
    """

    paths: tuple[tuple[Step, ...], ...] | None
    documents: bool
    resolved: bool
    versions: frozenset[str]
    where: Condition | None
    require: tuple[Condition, ...]
    forbid: tuple[Condition, ...]
    message: str
    id: str


def flags(looks: Looks, view: Any) -> Iterator[Flag]:
    """What a rule has to say about a view: what the rule engine calls."""
    api: Api = view.api
    if looks.versions and api.version not in looks.versions:
        return
    ground = _ground(api, looks.resolved)
    count = 0
    try:
        for subject in _subjects(looks, view, ground):
            if looks.where is not None and looks.where.judge(subject) is not True:
                continue
            for broken in _broken(looks, subject):
                count += 1
                if count > MOST_FINDINGS:
                    api.give_up(api, f"the rule {looks.id} has more than {MOST_FINDINGS:,} findings; it is left there")
                    return
                yield _flag(looks, subject, broken)
    except TooMuchError:
        api.give_up(api, "the rules of the configuration take too many steps over this document; they did not finish")


def _broken(looks: Looks, subject: Subject) -> Iterator[Broken]:
    for condition in looks.require:
        yield from condition.broken(subject)
    for condition in looks.forbid:
        yield from condition.kept(subject)


def _ground(api: Api, resolved: bool) -> Ground:
    key = f"declared: ground {resolved}"
    known = api.known.get(key)
    if known is None:
        known = api.known[key] = Ground(api, resolved)
        other = api.known.get(f"declared: ground {not resolved}")
        if other is not None:
            known.work = other.work
    found: Ground = known
    return found


def _subjects(looks: Looks, view: Any, ground: Ground) -> Iterator[Subject]:
    if looks.paths is not None:
        for steps in looks.paths:
            for spot in ground.select(steps):
                yield Subject(spot)
    elif looks.documents:
        for document in list(view.documents.values()):
            yield Subject(Spot(ground, document, None, "", document.value, ()), view)
    else:
        key = view.key[-1] if isinstance(view.key, tuple) and view.key else view.key
        yield Subject(Spot(ground, view.document, None, key, view.value, view.path), view)


def _flag(looks: Looks, subject: Subject, broken: Broken) -> Flag:
    spot = broken.target.spot
    api = spot.ground.api
    node = Node(api, spot.document, None, spot.path, spot.value)
    operations = _operations(subject, spot)
    name = operations[0].name if len(operations) == 1 else api.names.label(spot.document, spot.path) or "the API"
    if subject.view is not None and getattr(subject.view, "is_operation", False):
        name = subject.view.name
    values = {
        "operation": name,
        "path": _cut(format_pointer(spot.path) or "/"),
        "property": _cut(broken.target.property),
        "value": shown(broken.target.value),
        "error": broken.error,
    }
    return Flag(node, None, messages.filled(looks.message, values), operations=operations)


def _operations(subject: Subject, spot: Spot) -> Sequence[Any]:
    if subject.view is not None:
        return operations_of(subject.view) if not hasattr(subject.view, "all_operations") else ()
    return _views(spot)


def _views(spot: Spot) -> Sequence[Any]:
    """The operations of the innermost view around a place that a JSONPath selected."""
    api = spot.ground.api
    known = api.known.get("declared: views")
    if known is None:
        known = api.known["declared: views"] = {
            id(view.value): view
            for views in (
                api.path_items,
                api.schemas,
                api.headers,
                api.media_types,
                api.responses,
                api.request_bodies,
                api.parameters,
                api.all_operations,
            )
            for view in views
        }
    value = spot.document.value
    found = known.get(id(value))
    for key in spot.path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        found = known.get(id(value), found)
    return operations_of(found) if found is not None else ()


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else text[: _MOST_WORDS - 1] + "…"
