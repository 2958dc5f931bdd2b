"""One input after the other: read, modelled, checked; each to an outcome that stands by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import Finding, Input, Problem
from apilint.reading.limits import Limits
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.engine import Owner, Result, Shows
    from apilint.openapi.api import Api
    from apilint.policy.codeowners import Codeowners
    from apilint.policy.inline import Applied, Key, Suppressor
    from apilint.reading.discovery import Candidate
    from apilint.reading.document import Document
    from apilint.reading.workspace import Usage, Workspace

# What a clock is told of beside the rules.
READING, CONFORMANCE, MODEL = "(reading)", "(conformance)", "(model)"


class Outcome(NamedTuple):
    """What came of one input.

    `hidden` counts the findings that are not to be shown, `secrets` are texts that no output may show. `files` are
    the documents that were read: real path by name. `usage` is what it took of the limits of the run at `root`.
    `about` are findings about inline suppressions, and `used` the keys of those that are wrong: see `policy.inline`.
    """

    looked_at: Input
    findings: list[Finding]
    problems: list[Problem]
    hidden: int
    secrets: frozenset[str]
    files: dict[str, str | None]
    root: str
    usage: Usage
    about: tuple[tuple[Key, Finding], ...] = ()
    used: frozenset[Key] = frozenset()


class Ignores(NamedTuple):
    """What judging inline suppressions takes: all rules that there are, by id, and today as `YYYY-MM-DD` or empty."""

    known: Mapping[str, Rule]
    today: str


class Checker:
    """Checks inputs; documents that several of them share are read once."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        shows: Shows,
        limits: Limits,
        *,
        ref_root: str | None = None,
        remote_hosts: tuple[str, ...] = (),
        texts: Mapping[str, bytes] | None = None,
        clock: Callable[[str, float], None] | None = None,
        debug: bool = False,
        ignores: Ignores | None = None,
    ) -> None:
        """`texts` stand for the text of files, by real path; `clock` is told what took how many seconds; with `debug`,
        what fails here is raised. Without `ignores`, inline suppressions are not looked at.
        """
        self.rules = rules
        self.shows = shows
        self.limits = limits
        self.ref_root = ref_root
        self.remote_hosts = remote_hosts
        self.texts = {} if texts is None else texts
        self.debug = debug
        self.ignores = ignores
        self._suppressor: Suppressor | None = None
        self.clock = clock or _no_clock
        self.documents: dict[str, Document] = {}
        self._workspaces: dict[str, Workspace] = {}
        self._codeowners: dict[str, Codeowners | None] = {}
        self._told: dict[str, int] = {}

    def check(self, candidate: Candidate) -> Outcome:
        """Check one input; what fails there says nothing about the others."""
        from apilint.reading.workspace import NOTHING

        name = candidate.name
        if candidate.fragment or candidate.other:
            status = "fragment" if candidate.fragment else "skipped"
            return Outcome(Input(name, status), [], [], 0, frozenset(), {}, "", NOTHING)
        workspace = self.workspace(candidate.path or os.path.join(os.getcwd(), name))
        before = workspace.usage
        failed = Outcome(Input(name, "failed"), [], [], 0, frozenset(), {}, workspace.root, NOTHING)
        try:
            outcome = self._check(candidate, workspace, failed)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if self.debug:
                raise
            outcome = failed._replace(problems=[failure(error, name)])
        problems = workspace.problems
        told = self._told.get(workspace.root, 0)
        self._told[workspace.root] = len(problems)
        return outcome._replace(problems=[*outcome.problems, *problems[told:]], usage=workspace.usage.since(before))

    def workspace(self, path: str) -> Workspace:
        """The documents of the root that a file belongs to."""
        from apilint.reading.workspace import Workspace, choose_root

        root = choose_root(path, os.getcwd(), self.ref_root)
        if root not in self._workspaces:
            self._workspaces[root] = Workspace(root, self.limits, self.remote_hosts, self.texts)
        return self._workspaces[root]

    def _repository(self, candidate: Candidate, workspace: Workspace) -> tuple[str, Codeowners | None]:
        """The root of the repository, which --ref-root does not move, and its CODEOWNERS."""
        from apilint.policy.owners import find_codeowners
        from apilint.reading.workspace import choose_root

        root = workspace.root
        if self.ref_root is not None:
            root = choose_root(candidate.path or os.path.join(os.getcwd(), candidate.name), os.getcwd())
        if root not in self._codeowners:
            self._codeowners[root] = find_codeowners(root)
        return root, self._codeowners[root]

    def _check(self, candidate: Candidate, workspace: Workspace, failed: Outcome) -> Outcome:
        start = perf_counter()
        if candidate.data is not None:
            document = workspace.open_text(candidate.name, candidate.data, candidate.path)
        else:
            document = workspace.open(candidate.path or candidate.name, candidate.name)
        self.clock(READING, perf_counter() - start)
        if document is None:
            return failed
        from apilint.openapi.versions import recognize

        known = recognize(document.value)
        if known.version is None:
            if known.kind == "fragment" and not candidate.named:
                return failed._replace(looked_at=Input(candidate.name, "fragment"))
            return failed._replace(problems=[Problem(known.kind, known.message, document.name, 1, 1)])
        return self._check_api(candidate, workspace, document, known.version, known.deviation)

    def _check_api(
        self, candidate: Candidate, workspace: Workspace, document: Document, version: str, deviation: str
    ) -> Outcome:
        from apilint import engine
        from apilint.openapi.build import build
        from apilint.openapi.conformance import deviations
        from apilint.policy.owners import Owners
        from apilint.reading.workspace import NOTHING

        start = perf_counter()
        departures = deviations(document.value, version)
        self.clock(CONFORMANCE, perf_counter() - start)
        until = monotonic() + self.limits.seconds
        start = perf_counter()
        api = build(workspace, document, version)
        self.clock(MODEL, perf_counter() - start)
        owner = Owners(document, *self._repository(candidate, workspace)).of
        result = engine.run(api, self.rules, workspace.root, self.clock, until, self.shows, candidate.name, owner)
        applied = self._suppressed(api, result, workspace.root, candidate.name, owner)
        problems = result.problems
        if api.is_empty:
            message = "the document has neither paths nor components nor webhooks: there is nothing to lint"
            problems = [*problems, Problem("nothing-to-lint", message, document.name, 1, 1)]
        documents = {one.name: one for one in api.documents.values()}
        self.documents.update(documents)
        noted = tuple(text for text in (deviation, *departures) if text)
        outcome = Outcome(
            Input(candidate.name, "checked", version, len(api.all_operations), len(documents), noted),
            result.findings,
            problems,
            result.hidden,
            result.secrets,
            {name: one.path for name, one in documents.items()},
            workspace.root,
            NOTHING,
        )
        if applied is None:
            return outcome
        return outcome._replace(findings=applied.findings, about=tuple(applied.about.items()), used=applied.used)

    def _suppressed(self, api: Api, result: Result, root: str, name: str, owner: Owner) -> Applied | None:
        """The findings with the suppressions that the documents hold, if any of them may hold one."""
        from apilint.policy.suppression_rules import COMMENT, EXTENSION

        texts = [one.text for one in api.documents.values()]
        if self.ignores is None or not any(COMMENT in text or EXTENSION in text for text in texts):
            return None
        from apilint.policy.inline import Ground, Suppressor

        if self._suppressor is None:
            self._suppressor = Suppressor(self.rules, *self.ignores, self.shows)
        return self._suppressor.apply(result, Ground(api, root, name, owner))


def failure(error: BaseException, file: str | None = None) -> Problem:
    """That apilint itself failed, in all or at one input."""
    message = f"apilint failed ({type(error).__name__}); run again with --debug to see where"
    return Problem("internal-error", message, file)


def _no_clock(name: str, seconds: float) -> None:
    """Nobody asked."""
