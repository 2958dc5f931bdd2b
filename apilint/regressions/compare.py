"""Two states of APIs compared: what the comparers say, as flags of the rules that explain it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import BEFORE, Flag, Location, Problem
from apilint.openapi.api import Api
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation
from apilint.reading.discovery import Candidate
from apilint.reading.pointer import Path, format_pointer
from apilint.reading.references import unescape
from apilint.regressions.documents import Sketch, pair_documents, sketch
from apilint.regressions.model import KNOWN, Change, Pair
from apilint.regressions.pairing import pair_operations
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.reading.document import Document
    from apilint.reading.workspace import Workspace
    from apilint.regressions.states import State

Comparer = Callable[[Api, Api, Sequence[Pair], Sequence[Operation]], Iterable[Change]]
"""Base, head, the operations of the head with those of the base, and the operations that are gone."""


# The rules that know which texts of a document are secrets: lines of both states are shown.
KNOW_SECRETS = frozenset(
    (
        "credential-default-value",
        "credentials-in-server-url",
        "jwt-example-weak",
        "oauth-url-query-credentials",
        "pii-in-example",
        "secret-in-example",
    )
)


class Result(NamedTuple):
    """What comparing an API gave: flags by the id of their rule, and those for the better.

    `files` are the documents of the base that were read, real path by name. What could not be done is in `problems`.
    `secrets` are texts of either state that no output may show.
    """

    flags: Mapping[str, Sequence[Flag]] = {}
    improvements: Mapping[str, Sequence[Flag]] = {}
    files: Mapping[str, str] = {}
    problems: Sequence[Problem] = ()
    secrets: frozenset[str] = frozenset()


class Comparison:
    """A base and a head: which of their documents are the same API, and what changed in it.

    After `prepare`, `new` are the documents that have no base, `removed` those of the base that have no head, and
    `renamed` the heads that are paired with a base of another name.
    """

    def __init__(self, base: State, head: State, rules: Iterable[Rule] = (), *, debug: bool = False) -> None:
        """`rules` are all that there are: some of them know secrets. With `debug`, what fails here is raised."""
        self._know_secrets = [rule for rule in rules if rule.id in KNOW_SECRETS]
        self.base = base
        self.head = head
        self.new: tuple[str, ...] = ()
        self.removed: tuple[str, ...] = ()
        self.renamed: tuple[tuple[str, str], ...] = ()
        self._debug = debug
        self._bases: dict[str, Candidate] = {}
        self._read: dict[str, str] = {}
        self._told: dict[int, int] = {}

    def prepare(self, is_left_out: Callable[[Candidate], bool]) -> list[Candidate]:
        """Pair the documents, and give those of the head; what configuration leaves out is in neither state."""
        bases = {one.name: one for one in self.base.candidates if not (one.fragment or one.other)}
        heads = {one.name: one for one in self.head.candidates if not (one.fragment or one.other)}
        base_keys = {name: self.base.keys[name] for name in bases}
        head_keys = {name: self.head.keys[name] for name in heads}

        def contents(gone: Iterable[str], rest: Iterable[str]) -> dict[str, str]:
            texts = {text: name for name in gone if (text := self._text(self.base, bases[name])) is not None}
            found: dict[str, str] = {}
            for name in rest:
                same = texts.pop(self._text(self.head, heads[name]) or "", None)
                if same is not None:
                    found[name] = same
            return found

        def sketches(gone: Iterable[str], rest: Iterable[str]) -> tuple[dict[str, Sketch], dict[str, Sketch]]:
            return (
                {name: sketch(self._value(self.base, bases[name])) for name in gone},
                {name: sketch(self._value(self.head, heads[name])) for name in rest},
            )

        paired = pair_documents(base_keys, head_keys, contents, sketches)
        self._bases = {head: bases[base] for head, base in paired.bases.items()}
        out = {name for name, one in heads.items() if is_left_out(one)}
        self.new = tuple(name for name in paired.new if name not in out)
        self.removed = tuple(name for name in paired.removed if not is_left_out(bases[name]))
        renamed = ((head, base) for head, base in paired.bases.items() if head_keys[head] != base_keys[base])
        self.renamed = tuple(one for one in renamed if one[0] not in out)
        return self.head.candidates

    def release(self) -> None:
        """Let go of files that processes must not share."""
        for state in (self.base, self.head):
            if state.files is not None:
                state.files.release()

    def compare(self, name: str, head: Api) -> Result:
        """What has changed in an API since its base, by the name of its input; worked out once for all who ask."""
        result: Result | None = head.known.get(KNOWN)
        if result is None:
            candidate = self._bases.get(name)
            if candidate is None or self._is_same(candidate, head):
                result = Result()
            else:
                result = self._compared(candidate, head)
                self._read.update(result.files)
            head.known[KNOWN] = result
        return result

    def seen(self, files: Mapping[str, str]) -> None:
        """Know documents of the base that another process has read."""
        self._read.update(files)

    def line(self, file: str, number: int) -> str:
        """A line of a document of the base, by its name; empty where there is none."""
        path = self._read.get(file)
        if path is None:
            return ""
        document = self.base.workspace(path).open(path, file)
        return document.line(number) if document is not None else ""

    def _compared(self, candidate: Candidate, head: Api) -> Result:
        from apilint import engine
        from apilint.openapi.build import build
        from apilint.openapi.versions import recognize

        workspace = self.base.workspace(candidate.path or os.path.join(os.getcwd(), candidate.name))
        document = self._open(self.base, candidate)
        if document is None:
            return Result(problems=self._problems(workspace))
        known = recognize(document.value)
        if known.version is None:
            problem = Problem(known.kind, f"this is what to compare with, and {known.message}", document.name, 1, 1)
            return Result(problems=[*self._problems(workspace), problem])
        base = build(workspace, document, known.version)
        pairs, gone = pair_operations(base, head)
        changes: list[Change] = []
        failures: list[Problem] = []
        for comparer in comparers():
            try:
                changes += comparer(base, head, pairs, gone)
            except Exception as error:
                if self._debug:
                    raise
                said = f"comparing failed ({type(error).__name__}); run again with --debug to see where"
                failures.append(Problem("internal-error", said, head.file))
        placed = engine.run(base, ()).problems
        files = {one.name: one.path for one in base.documents.values() if one.path is not None}
        flags, improvements = _flags(changes)
        secrets = self._secrets(base) | self._secrets(head) if changes else frozenset[str]()
        return Result(flags, improvements, files, [*placed, *self._problems(workspace), *failures], secrets)

    def _secrets(self, api: Api) -> frozenset[str]:
        from apilint import engine

        raised = (one for rule in self._know_secrets for one in engine.check(rule, api, []))
        return frozenset(secret for one in raised for secret in one.flag.secrets)

    def left_over(self) -> list[Problem]:
        """What could not be read of the base while documents were paired."""
        return [problem for workspace in self.base.workspaces for problem in workspace.problems]

    def _problems(self, workspace: Workspace) -> list[Problem]:
        """What came of reading the base since this was asked last."""
        problems = workspace.problems
        told = self._told.get(id(workspace), 0)
        self._told[id(workspace)] = len(problems)
        return problems[told:]

    def _is_same(self, candidate: Candidate, head: Api) -> bool:
        """Whether all that was read for an API is in the base, letter for letter and in the same places."""
        old, new = candidate.path, head.document.path
        if old is None or new is None or self.head.real(new) != new:
            return False
        here, there = os.path.dirname(new), os.path.dirname(self.base.real(old))
        before = {id(head.document): self.base.real(old)}
        for document in head.documents.values():
            if document.path is None:
                return False
            before.setdefault(id(document), os.path.normpath(os.path.join(there, os.path.relpath(document.path, here))))
        # What a link leads to elsewhere, or what is not there, may be another file in the base.
        for reference in head.references:
            target = unescape(reference.reference.partition("#")[0])
            if target is None or (target and reference.unresolved is not None):
                return False
            folder = os.path.dirname(reference.document.path or "")
            if target and os.path.normpath(os.path.join(folder, target)) not in self._paths(head):
                return False
        return all(
            self.base.real(path) == path and self.base.text(path) == document.text
            for document in head.documents.values()
            for path in (before[id(document)],)
        )

    def _paths(self, head: Api) -> frozenset[str | None]:
        return frozenset(document.path for document in head.documents.values())

    def _text(self, state: State, candidate: Candidate) -> str | None:
        return None if candidate.path is None else state.text(candidate.path)

    def _value(self, state: State, candidate: Candidate) -> object:
        document = self._open(state, candidate)
        return None if document is None else document.value

    def _open(self, state: State, candidate: Candidate) -> Document | None:
        workspace = state.workspace(candidate.path or os.path.join(os.getcwd(), candidate.name))
        if candidate.data is not None:
            return workspace.open_text(candidate.name, candidate.data, candidate.path)
        return workspace.open(candidate.path or candidate.name, candidate.name)


def comparers() -> tuple[Comparer, ...]:
    """What compares two states of an API."""
    from apilint.regressions.operations import compare_operations
    from apilint.regressions.schemas import compare_schemas

    return (compare_operations, compare_schemas)


def _flags(changes: Sequence[Change]) -> tuple[dict[str, list[Flag]], dict[str, list[Flag]]]:
    """Changes as flags of their rules: those for the worse, and those for the better."""
    places = _located(one.base for one in changes if one.base is not None)
    worse: dict[str, list[Flag]] = {}
    better: dict[str, list[Flag]] = {}
    for one in changes:
        related = () if one.base is None else ((places[id(one.base.document), one.base.path], BEFORE),)
        flag = Flag(one.head, one.at, one.message, one.severity, one.confidence, related, one.operations)
        (better if one.improves else worse).setdefault(one.rule, []).append(flag)
    return worse, better


def _located(nodes: Iterable[Node]) -> dict[tuple[int, Path], Location]:
    """Where places of the base stand, one batch for each document: none of them is of the run's own."""
    wanted: dict[int, tuple[Document, dict[Path, None]]] = {}
    for node in nodes:
        wanted.setdefault(id(node.document), (node.document, {}))[1][node.path] = None
    found: dict[tuple[int, Path], Location] = {}
    for key, (document, paths) in wanted.items():
        for path, place in document.locate(paths).items():
            found[key, path] = Location(document.name, format_pointer(path), place.key or place.value)
    return found
