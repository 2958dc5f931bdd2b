"""Rules over an API: in order, each crash isolated, flags signed into findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from math import inf
from time import monotonic, perf_counter
from typing import Any, NamedTuple, Protocol

from apilint.findings import (
    Confidence,
    Finding,
    Fix,
    Flag,
    Location,
    Problem,
    Related,
    Severity,
    Span,
    Suppression,
)
from apilint.openapi.api import Api
from apilint.openapi.names import digest
from apilint.plugins import describe
from apilint.reading.pointer import Path, format_pointer
from apilint.rule import Rule

SIGNING = "(findings)"  # what `clock` is told of beside the rules
_MOST_RELATED = 5
_LONGEST_MESSAGE = 1_000
_CHUNK = 256  # views between two looks at the clock
_PARTS: tuple[tuple[str, Any], ...] = (
    ("message", str),
    # Tuples of types: asking a union costs five times as much, and flags are many.
    ("severity", (Severity, type(None))),
    ("confidence", (Confidence, type(None))),
    ("fix", (Fix, type(None))),
    ("secrets", tuple),
)
_NOWHERE = Span(1, 1, 1, 1)


class Judging(Protocol):
    """What a policy makes of findings before anybody is shown them."""

    @property
    def asked(self) -> frozenset[str]:
        """The rules that run although nothing of them might be shown otherwise."""

    def judge(self, api: Api, raised: Sequence[Raised], root: str) -> tuple[list[Raised], frozenset[tuple[str, str]]]:
        """What counts of all that the rules said, and as what, and the waivers in use: see `policy.waivers.Use`.

        One cause is one finding after this. `root` is the folder from which fingerprints name files.
        """


class Unjudged:
    """Nobody judges: one cause is one finding, and nothing else is made of them. See `Judging`."""

    asked: frozenset[str] = frozenset()

    def judge(self, api: Api, raised: Sequence[Raised], root: str) -> tuple[list[Raised], frozenset[tuple[str, str]]]:
        """What the rules said, but for what gave way."""
        return give_way(raised), frozenset()


Key = tuple[str, int, Path]
Shows = Callable[[Rule, Severity, Confidence], bool]
Owner = Callable[[Any, Path], str]


class Result(NamedTuple):
    """What the rules found in one API, what went wrong, how much was left out, and what no output may show.

    `raised` is all that they said, also what gave way to another rule and what is not to be shown. `waived` are the
    waivers that covered a finding, shown or not: see `policy.waivers.Use`.
    """

    findings: list[Finding]
    problems: list[Problem]
    hidden: int = 0
    secrets: frozenset[str] = frozenset()
    raised: Sequence[Raised] = ()
    waived: frozenset[tuple[str, str]] = frozenset()


class Raised(NamedTuple):
    """A flag with its rule, and the document and path that it points at.

    What is `asked` for is shown whatever the preset says. `given` is the severity that the rule gave, where another
    was set. What stands `elsewhere` is nothing that the change since a revision answers for.
    """

    rule: Rule
    flag: Flag
    path: Path
    document: Any
    suppression: Suppression | None = None
    asked: bool = False
    given: Severity | None = None
    elsewhere: bool = False

    def levelled(self, severity: Severity, confidence: Confidence) -> Raised:
        """The same with other levels."""
        if (severity, confidence) == (self.severity, self.confidence):
            return self
        given = self.severity if self.given is None else self.given
        return self._replace(flag=self.flag._replace(severity=severity, confidence=confidence), given=given)

    @property
    def key(self) -> Key:
        """What tells it from all others of one API: its rule and its place."""
        return self.rule.id, id(self.document), self.path

    @property
    def severity(self) -> Severity:
        """The flag's own, or the rule's."""
        return self.rule.severity if self.flag.severity is None else self.flag.severity

    @property
    def confidence(self) -> Confidence:
        """The flag's own, or the rule's."""
        return self.rule.confidence if self.flag.confidence is None else self.flag.confidence


def run(
    api: Api,
    rules: Sequence[Rule],
    root: str = "",
    clock: Callable[[str, float], None] | None = None,
    until: float = inf,
    shows: Shows | None = None,
    name: str = "",
    owner: Owner | None = None,
    judge: Judging | None = None,
) -> Result:
    """Run rules over an API.

    Findings come unsorted, each once for its rule and place; `name` is what they call the API, and `root` the
    folder from which fingerprints name files. A rule that raises becomes a problem that names it, its owner and the
    place; what it flagged elsewhere stays, and the other rules go on. `clock` receives each rule's
    id and seconds. Where `until` (of `time.monotonic`) has passed, what is left is a problem, too.
    What `shows` refuses is counted and left out. A rule of which it would refuse everything runs only where
    another one gives way to it: whether a finding is shown does not decide which rule speaks.
    `owner` says who answers for a place, and `judge` what a policy makes of findings.
    """
    raised: list[Raised] = []
    problems: list[tuple[Any, Problem]] = list(api.problems)
    shows = shows or (lambda rule, severity, confidence: True)
    judge = judge or Unjudged()
    left = {rule.id: rule for rule in rules if rule.id not in judge.asked and not shows(rule, *rule.most)}
    running = [rule for rule in rules if rule.id not in left]
    while running:
        for rule in running:
            start = perf_counter()
            raised.extend(check(rule, api, problems, until))
            if clock:
                clock(rule.id, perf_counter() - start)
        before = dict.fromkeys(id for one in raised for id in one.rule.gives_way_to if id in left)
        running = [left.pop(id) for id in before]
    start = perf_counter()
    speaking, waived = judge.judge(api, raised, root)
    secrets = frozenset(secret for one in (*raised, *speaking) for secret in one.flag.secrets)
    shown = [one for one in speaking if one.asked or shows(one.rule, one.severity, one.confidence)]
    signed = sign(shown, root, name or api.file, owner or _nobody)
    if clock:
        clock(SIGNING, perf_counter() - start)
    placed = _place([*problems, *api.given_up.values()])
    hidden = sum(not one.elsewhere for one in speaking) - sum(not one.elsewhere for one in shown)
    return Result(signed, placed, hidden, secrets, raised, waived)


def check(rule: Rule, api: Api, problems: list[tuple[Any, Problem]], until: float = inf) -> list[Raised]:
    """What a rule flags in an API, each place once; what goes wrong is added to the problems."""
    found: list[Raised] = []
    seen: set[tuple[int, Path]] = set()
    try:
        views = api.views(rule.view, rule.types, rule.having, rule.named) if _may_speak(rule, api) else ()
        ask = _check_of(rule) if views else _no_check
    except Exception as error:
        problems.append((api, _crash(rule, api, error)))
        return found
    for start in range(0, len(views), _CHUNK):
        if monotonic() > until:
            message = (
                f"checking the document takes too long: the rule {rule.id} did not finish; --max-seconds allows more"
            )
            problems.append((api, Problem("limit-reached", message, api.file, rule=rule.id)))
            break
        for view in views[start : start + _CHUNK]:
            try:
                for flag in ask(view):
                    _require_flag(flag, rule)
                    path = flagged_path(flag)
                    key = (id(flag.place.document), path)
                    if key not in seen:
                        seen.add(key)
                        found.append(Raised(rule, flag, path, flag.place.document))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                problems.append((view, _crash(rule, view, error)))
    return found


def _no_check(view: Any) -> Iterable[Flag]:
    """There is nothing to look at."""
    return ()


def _may_speak(rule: Rule, api: Api) -> bool:
    """A rule that is loaded anyway, since its options were set, is asked in any case."""
    return not rule.module or api.mentions(rule.needs)


def _check_of(rule: Rule) -> Callable[[Any], Iterable[Flag]]:
    """What to call with a view; an index of rules leaves the check in its module until here."""
    loaded = rule.load()
    check: Callable[..., Iterable[Flag]] | None = loaded.check
    if check is None:
        raise TypeError("it has no check")
    options = loaded.options if rule.options is None else rule.options
    return check if options is None else lambda view: check(view, options)


def _require_flag(flag: Any, rule: Rule) -> None:
    """Raise TypeError for what a rule may not yield: it would fail far from the rule, where it has no owner."""
    if not isinstance(flag, Flag):
        raise TypeError(f"it yields {type(flag).__name__}, not a flag")
    for part, kinds in _PARTS:
        if not isinstance(getattr(flag, part), kinds):
            raise TypeError(f"it yields a flag whose {part} is {type(getattr(flag, part)).__name__}")
    most = rule.most
    if (flag.severity or 0) > most[0] or (flag.confidence or 0) > most[1]:
        raise TypeError("it yields a flag that is graver or surer than its up_to")
    related: Sequence[Any] = flag.related
    for place, label in related:
        if not isinstance(label, str) or not (isinstance(place, Location) or hasattr(place, "document")):
            raise TypeError("it yields a flag whose related places are not pairs of a place and a label")


def flagged_path(flag: Flag) -> Path:
    """The path that a flag points at."""
    path: Path = flag.place.path
    at = flag.at
    if at is None:
        return path
    return (*path, *at) if isinstance(at, tuple) else (*path, at)


def _crash(rule: Rule, view: Any, error: BaseException) -> Problem:
    owner = rule.owner or "no owner"
    message = f"the rule {rule.id} ({owner}) failed on {view.label}: {describe(error)}"
    return Problem("rule-crashed", message[:_LONGEST_MESSAGE], view.file, pointer=view.pointer, rule=rule.id)


def give_way(raised: Sequence[Raised]) -> list[Raised]:
    """Drop flags where a rule that goes first has spoken about the same place or for all the same operations."""
    spoken: dict[str, tuple[set[tuple[int, Path]], set[int]]] = {}
    wanted = {id for one in raised for id in one.rule.gives_way_to}
    for one in raised:
        if one.rule.id in wanted:
            places, operations = spoken.setdefault(one.rule.id, (set(), set()))
            places.add((id(one.document), one.path))
            if one.flag.speaks:
                operations.update(map(id, one.flag.operations))
    return [one for one in raised if not any(_said(one, *spoken[id]) for id in one.rule.gives_way_to if id in spoken)]


def _said(one: Raised, places: set[tuple[int, Path]], operations: set[int]) -> bool:
    # At `paths` stand findings about many operations each: there it matters which.
    if (id(one.document), one.path) in places and not (one.flag.speaks and one.path == ("paths",)):
        return True
    return bool(one.flag.operations) and all(id(operation) in operations for operation in one.flag.operations)


def sign(raised: Sequence[Raised], root: str, api: str, owner: Owner) -> list[Finding]:
    """The findings that flags are, in their order; for the other words see `run`, whose own are signed by it."""
    chains = [one.flag.place.api.chain_to(one.document, one.flag.place.path) for one in raised]
    locations = _locate(raised, chains)

    def located(place: Any) -> Location:
        return place if isinstance(place, Location) else locations[(id(place.document), place.path)]

    findings = []
    files: dict[int, str] = {}
    for one, chain in zip(raised, chains, strict=True):
        flag, document, rule = one.flag, one.document, one.rule
        operations = flag.operations
        name = flag.place.api.names.name(document, one.path)
        operation = name.operation or (operations[0].name if len(operations) == 1 else None)
        if id(document) not in files:
            files[id(document)] = file_name(document.name, document.path, root)
        findings.append(
            Finding(
                rule=rule.id,
                severity=one.severity,
                confidence=one.confidence,
                message=_cut(flag.message),
                location=locations[(id(document), one.path)],
                operation=operation,
                operations=len(operations),
                related=tuple(Related(located(place), label) for place, label in flag.related[:_MOST_RELATED]),
                chain=tuple(map(located, chain)),
                fingerprint=signature(rule.id, files[id(document)], name.canonical),
                fix=flag.fix,
                suppression=one.suppression,
                api=api,
                owner=owner(document, one.path),
                asked=one.asked,
                given=one.given,
                elsewhere=one.elsewhere,
            )
        )
    return findings


def fingerprint(one: Raised, root: str) -> str:
    """The fingerprint of a finding: of its rule, of its file as named from a folder, of its place without indices."""
    file = file_name(one.document.name, one.document.path, root)
    return signature(one.rule.id, file, one.flag.place.api.names.name(one.document, one.path).canonical)


def signature(rule: str, file: str, place: str) -> str:
    """The fingerprint of what a rule says of a place in a file, each by a name that reordering does not change."""
    return digest(f"{rule}\0{file}\0{place}", 16)


def _nobody(document: Any, path: Path) -> str:
    """Nobody was asked."""
    return ""


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[: _LONGEST_MESSAGE - 1] + "…"


def _locate(raised: Sequence[Raised], chains: list[tuple[Any, ...]]) -> dict[tuple[int, Path], Location]:
    """Find all places of all flags, one batch for each document: a JSON document is scanned once."""
    documents: dict[int, Any] = {}
    wanted: dict[int, dict[Path, None]] = {}

    def want(document: Any, path: Path) -> None:
        documents[id(document)] = document
        wanted.setdefault(id(document), {})[path] = None

    for one, chain in zip(raised, chains, strict=True):
        want(one.document, one.path)
        for place in (*(place for place, _ in one.flag.related[:_MOST_RELATED]), *chain):
            if not isinstance(place, Location):
                want(place.document, place.path)
    found: dict[tuple[int, Path], Location] = {}
    for key, paths in wanted.items():
        document = documents[key]
        places = document.locate(paths)
        for path in paths:
            found[(key, path)] = Location(document.name, format_pointer(path), _span(places.get(path)))
    return found


def _span(place: Any) -> Span:
    """Where to point: at the key, at the value of what has none, at the start where nothing is known."""
    return _NOWHERE if place is None else place.key or place.value


def _place(problems: list[tuple[Any, Problem]]) -> list[Problem]:
    """Give each problem the line and column of its place, again in one batch for each document."""
    wanted: dict[int, tuple[Any, list[Path]]] = {}
    for node, _ in problems:
        wanted.setdefault(id(node.document), (node.document, []))[1].append(node.path)
    places = {key: document.locate(paths) for key, (document, paths) in wanted.items()}
    found = []
    for node, problem in problems:
        span = _span(places[id(node.document)].get(node.path))
        found.append(problem._replace(line=span.line, column=span.column))
    return found


def file_name(name: str, path: str | None, root: str) -> str:
    """A file's name in fingerprints: from the root, so that the working directory does not matter."""
    if path is None or not root:
        return name
    return os.path.relpath(path, root).replace(os.sep, "/")
