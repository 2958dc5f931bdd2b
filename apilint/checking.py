"""One input after the other: read, modelled, checked; each to an outcome that stands by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from time import monotonic, perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import Finding, Input, Problem
from apilint.policy.model import LEVEL
from apilint.reading.limits import Limits
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.changes.since import Since
    from apilint.config.plan import Plan
    from apilint.engine import Judging, Owner, Result
    from apilint.openapi.api import Api
    from apilint.policy.codeowners import Codeowners
    from apilint.policy.inline import Applied, Key, Suppressor
    from apilint.policy.levels import Held
    from apilint.policy.model import Configuration
    from apilint.policy.standing import Standing, Stood
    from apilint.reading.discovery import Candidate
    from apilint.reading.document import Document
    from apilint.reading.workspace import Usage, Workspace
    from apilint.regressions.compare import Comparison
    from apilint.regressions.compare import Result as Difference

# What a clock is told of beside the rules.
READING, CONFORMANCE, MODEL, COMPARING = "(reading)", "(conformance)", "(model)", "(comparing)"


class Outcome(NamedTuple):
    """What came of one input.

    `hidden` counts the findings that are not to be shown, `secrets` are texts that no output may show. `files` are
    the documents that were read: real path by name. `usage` is what it took of the limits of the run at `root`.
    `about` are findings about inline suppressions, and `used` the keys of those that are wrong: see `policy.inline`.
    `waived` are the waivers that cover a finding (see `policy.waivers.Use`), and `level` says which the gate holds the
    API to, None for none. `meant` are the globs and selectors of configuration that mean something here, but for those
    that did so before: see `config.unused`. `unknown` are the files of which nobody can tell what changed since a
    revision, each with the reason. Of a comparison, `improvements` are what changed for the better, and `bases` the
    documents that were read of the base: real path by name.
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
    waived: frozenset[tuple[str, str]] = frozenset()
    level: Held | None = None
    meant: frozenset[tuple[str, str, str]] = frozenset()
    unknown: tuple[tuple[str, str], ...] = ()
    improvements: Sequence[Finding] = ()
    bases: Mapping[str, str] = MappingProxyType({})


class Ignores(NamedTuple):
    """What judging inline suppressions takes: all rules that there are, by id, and today as `YYYY-MM-DD` or empty.

    With `stood`, those alone hold of which it says so: see `policy.standing`.
    """

    known: Mapping[str, Rule]
    today: str
    stood: Standing | None = None


class Checker:
    """Checks inputs; documents that several of them share are read once."""

    def __init__(
        self,
        plan: Callable[[str | None], Plan],
        limits: Limits,
        *,
        ref_root: str | None = None,
        remote_hosts: tuple[str, ...] = (),
        texts: Mapping[str, bytes] | None = None,
        clock: Callable[[str, float], None] | None = None,
        debug: bool = False,
        ignores: Ignores | None = None,
        since: Since | None = None,
        comparison: Comparison | None = None,
        stood: Stood | None = None,
    ) -> None:
        """`plan` gives what holds for the document at a path. `texts` stand for the text of files, by real path.

        `clock` is told what took how many seconds; with `debug`, what fails here is raised. Without `ignores`, inline
        suppressions are not looked at. With `since`, what its change does not answer for is marked. With a
        `comparison`, the documents are those of its head, and are compared with their bases. With `stood`, those
        operations alone are marked as public that it knows to have been.
        """
        self._plan = plan
        self._stood = stood
        self._since = since
        self._comparison = comparison
        self.limits = limits
        self.ref_root = ref_root
        self.remote_hosts = remote_hosts
        self.texts = {} if texts is None else texts
        self.debug = debug
        self.ignores = ignores
        self._suppressors: dict[int, Suppressor] = {}
        self.clock = clock or _no_clock
        self.documents: dict[str, Document] = {}
        self._workspaces: dict[str, Workspace] = {}
        self._codeowners: dict[str, Codeowners | None] = {}
        self._told: dict[str, int] = {}
        self._meant: set[tuple[str, str, str]] = set()

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

        files = None if self._comparison is None else self._comparison.head.files
        root = choose_root(path, os.getcwd(), self.ref_root or (files.root if files is not None else None))
        if root not in self._workspaces:
            self._workspaces[root] = Workspace(root, self.limits, self.remote_hosts, self.texts, files)
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
        from apilint.policy.owners import Owners
        from apilint.reading.workspace import NOTHING

        departures = self._departures(document, version)
        until = monotonic() + self.limits.seconds
        api = self._modelled(workspace, document, version)
        owner = Owners(document, *self._repository(candidate, workspace)).of
        plan = self._plan(candidate.path)
        level = _level(plan, api) if self._comparison is None else None
        difference = None if self._comparison is None else self._compared(self._comparison, candidate.name, api)
        judge = self._judging(api, plan)
        result = engine.run(
            api, plan.rules, workspace.root, self.clock, until, plan.shows, candidate.name, owner, judge
        )
        applied = self._suppressed(api, plan, result, workspace.root, candidate.name, owner)
        problems = [*result.problems, *_emptiness(api)]
        documents = {one.name: one for one in api.documents.values()}
        self.documents.update(documents)
        noted = tuple(text for text in (deviation, *departures) if text)
        looked_at = Input(candidate.name, "checked", version, len(api.all_operations), len(documents), noted)
        outcome = Outcome(
            looked_at,
            result.findings,
            problems,
            result.hidden,
            result.secrets,
            {name: one.path for name, one in documents.items()},
            workspace.root,
            NOTHING,
            waived=result.waived,
            level=level,
            meant=self._meaning(api, plan.configuration),
            unknown=() if self._since is None else self._since.unknown(api),
        )
        if difference is not None:
            improvements = _improvements(difference, plan, workspace.root, candidate.name, owner)
            outcome = _different(outcome, difference, improvements)
        if applied is None:
            return outcome
        about = tuple(applied.about.items())
        if self._since is not None:
            about = tuple((key, self._since.marked(api, finding)) for key, finding in about)
        return outcome._replace(findings=applied.findings, about=about, used=applied.used)

    def _departures(self, document: Document, version: str) -> Sequence[str]:
        """Where a document departs from the standard, which is not what a comparison is about."""
        if self._comparison is not None:
            return ()
        from apilint.openapi.conformance import deviations

        start = perf_counter()
        found = deviations(document.value, version)
        self.clock(CONFORMANCE, perf_counter() - start)
        return found

    def _modelled(self, workspace: Workspace, document: Document, version: str) -> Api:
        from apilint.openapi.build import build

        start = perf_counter()
        api = build(workspace, document, version)
        self.clock(MODEL, perf_counter() - start)
        return api

    def _judging(self, api: Api, plan: Plan) -> Judging:
        """What judges the findings of an API: the policy, what a trusted revision knows, what has changed."""
        from apilint.engine import Unjudged

        judge: Judging = plan.judge or Unjudged()
        if self._stood is not None and self._comparison is None:
            from apilint.config.marks import believing

            judge = believing(api, self._stood, plan.rules, judge)
        return judge if self._since is None else self._since.judging(judge)

    def _meaning(self, api: Api, configuration: Configuration) -> frozenset[tuple[str, str, str]]:
        """The globs and selectors of configuration that mean something of an API; none where that is not asked."""
        if not configuration.files or self.texts or self._since is not None or self._comparison is not None:
            return frozenset()
        if not (configuration.overrides or configuration.assignments or configuration.public):
            return frozenset()
        from apilint.config.unused import meant

        found = meant(configuration, api, self._meant)
        self._meant |= found
        return found

    def _compared(self, comparison: Comparison, name: str, api: Api) -> Difference:
        start = perf_counter()
        difference = comparison.compare(name, api)
        self.clock(COMPARING, perf_counter() - start)
        return difference

    def _suppressed(self, api: Api, plan: Plan, result: Result, root: str, name: str, owner: Owner) -> Applied | None:
        """The findings with the suppressions that the documents hold, if any of them may hold one."""
        from apilint.policy.suppression_rules import COMMENT, EXTENSION

        texts = [one.text for one in api.documents.values()]
        if self.ignores is None or not any(COMMENT in text or EXTENSION in text for text in texts):
            return None
        from apilint.policy.inline import Ground, Suppressor

        if id(plan) not in self._suppressors:
            locks = plan.judge.locks if plan.judge is not None else None
            refuses = locks.refuses if locks is not None else None
            demands = plan.judge.terms if plan.judge is not None else None
            known, today, stood = self.ignores
            told = [rule for rule in plan.rules if plan.may_show(rule)]
            self._suppressors[id(plan)] = Suppressor(
                told, known, today, lambda *levels: True, refuses, stood, demands.inline_fault if demands else None
            )
        return self._suppressors[id(plan)].apply(result, Ground(api, root, name, owner))


def _different(outcome: Outcome, difference: Difference, improvements: list[Finding]) -> Outcome:
    """What came of an input and of its comparison."""
    return outcome._replace(
        problems=[*outcome.problems, *difference.problems],
        improvements=improvements,
        bases=difference.files,
        secrets=outcome.secrets | difference.secrets,
    )


def _improvements(difference: Difference, plan: Plan, root: str, name: str, owner: Owner) -> list[Finding]:
    """What changed for the better, signed as findings are: of the rules that were asked, once for rule and place."""
    from apilint.engine import Raised, flagged_path, sign

    found: dict[object, Raised] = {}
    for rule in plan.rules:
        for flag in difference.improvements.get(rule.id, ()):
            path, document = flagged_path(flag), flag.place.document
            one = Raised(rule, flag, path, document)
            found.setdefault(one.key, one)
    return sign(list(found.values()), root, name, owner)


def _emptiness(api: Api) -> list[Problem]:
    """That there is nothing to lint in a document, if that is so."""
    if not api.is_empty:
        return []
    message = "the document has neither paths nor components nor webhooks: there is nothing to lint"
    return [Problem("nothing-to-lint", message, api.document.name, 1, 1)]


def _level(plan: Plan, api: Api) -> Held | None:
    """The levels that the gate holds an API to, if there are any."""
    configuration = plan.configuration
    assigned = configuration.assignments or configuration.floors.assignments
    if not plan.level and not assigned and LEVEL not in api.value:
        return None
    from apilint.policy.levels import level_of

    held = level_of(configuration, api, plan.level)
    return held if held.names else None


def failure(error: BaseException, file: str | None = None) -> Problem:
    """That apilint itself failed, in all or at one input."""
    message = f"apilint failed ({type(error).__name__}); run again with --debug to see where"
    return Problem("internal-error", message, file)


def _no_clock(name: str, seconds: float) -> None:
    """Nobody asked."""
