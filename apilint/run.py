"""One run: inputs, model, rules, policy; from options to a report."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, NamedTuple

from apilint import plugins
from apilint.findings import Confidence, Finding, Input, Problem, Report, Severity
from apilint.masking import Mask
from apilint.policy.presets import PRESETS, Preset, shows
from apilint.policy.selection import UnknownRuleError, choose, configure, suggest
from apilint.reading.limits import Limits
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.engine import Shows
    from apilint.reading.discovery import Candidate
    from apilint.reading.document import Document
    from apilint.reading.workspace import Workspace


# What `RunOptions.clock` is told of beside the rules.
READING, CONFORMANCE, MODEL = "(reading)", "(conformance)", "(model)"


class UsageError(ValueError):
    """The options are wrong; the message says which and what would be right."""


class RunOptions(NamedTuple):
    """What to look at and how. Paths are files, directories, globs or "-"; none means the working directory.

    `select` runs those rules and no others and shows all that they find; else `preset` decides.
    `rule_options` are rule id, name of an option, and its value as text.
    `skip_others` leaves out named files that are no OpenAPI documents, as in a folder.
    """

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rule_options: tuple[tuple[str, str, str], ...] = ()
    preset: str = "default"
    fail_on: Severity = Severity.HIGH
    min_confidence: Confidence | None = None
    limits: Limits = Limits()
    stdin_filename: str | None = None
    skip_others: bool = False
    ref_root: str | None = None
    remote_hosts: tuple[str, ...] = ()
    progress: Callable[[str, int, int], None] | None = None
    clock: Callable[[str, float], None] | None = None
    debug: bool = False


def run(options: RunOptions, loaded: plugins.Plugins | None = None) -> Report:
    """Check everything that the options name.

    Raises `UsageError` for wrong options; whatever the documents hold becomes findings and problems.
    """
    if options.ref_root is not None and not os.path.isdir(options.ref_root):
        raise UsageError(f"--ref-root: there is no folder {options.ref_root!r}")
    loaded = loaded or plugins.load()
    presets: dict[str, Preset] = {**loaded.presets, **PRESETS}
    if options.preset not in presets:
        hint = suggest(options.preset, presets) or f"; there are {', '.join(presets)}"
        raise UsageError(f"no preset is called {options.preset!r}{hint}")
    try:
        rules = choose(configure(loaded.rules, options.rule_options), options.select, options.ignore)
    except (UnknownRuleError, ValueError) as error:
        raise UsageError(str(error)) from None
    shown_levels = _levels(None if options.select else PRESETS.get(options.preset), options.min_confidence)
    collected = gc.isenabled()
    gc.disable()  # the tree of a large document is all alive: collecting it again and again doubles the time
    try:
        work = _Run(options, rules, shown_levels)
        work.check_all()
        own = None if options.select or options.preset in PRESETS else presets[options.preset]
        return work.report(loaded, own)
    finally:
        if collected:
            gc.enable()


class _Run:
    def __init__(self, options: RunOptions, rules: tuple[Rule, ...], shows: Shows) -> None:
        self.options = options
        self.shows = shows
        self.hidden = 0
        self.rules = rules
        self.workspaces: dict[str, Workspace] = {}
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.problems: list[Problem] = []
        self.inputs: list[Input] = []
        self.lines: dict[str, Document] = {}
        self.mask = Mask()

    def check_all(self) -> None:
        from apilint.reading.discovery import discover

        options = self.options
        candidates = discover(
            options.paths,
            cwd=os.getcwd(),
            stdin_name=options.stdin_filename,
            limits=options.limits,
            skip_others=options.skip_others,
        )
        for number, candidate in enumerate(candidates):
            if options.progress:
                options.progress(candidate.name, number, len(candidates))
            self._check_alone(candidate)
        for workspace in self.workspaces.values():
            self.problems.extend(workspace.problems)
        # Whoever asks to skip what is no document has the answer that there was none.
        answered = self.problems or (options.skip_others and self.inputs)
        if not answered and not any(one.status == "checked" for one in self.inputs):
            fragments = sum(1 for one in self.inputs if one.status == "fragment")
            message = "nothing to lint: no OpenAPI document was found" + (
                f" ({fragments} fragments)" if fragments else ""
            )
            self.problems.append(Problem("nothing-to-lint", message))

    def report(self, loaded: plugins.Plugins, preset: Preset | None) -> Report:
        """What was found, as far as a plugin's preset shows it; ours have decided already."""
        options, mask = self.options, self.mask
        found = sorted(self.findings.values(), key=_finding_order)
        shown = found
        if preset is not None:
            by_id = {rule.id: rule for rule in self.rules}
            try:
                shown = [finding for finding in found if preset(by_id[finding.rule], finding)]
            except (Exception, SystemExit) as error:
                # A plugin's preset must not hide what it was asked about.
                message = f"the preset {options.preset} failed ({type(error).__name__}): all findings are shown"
                self.problems.append(Problem("plugin-broken", message))
        return Report(
            findings=[mask.finding(finding) for finding in shown],
            problems=[mask.problem(one) for one in sorted({*loaded.problems, *self.problems}, key=_problem_order)],
            inputs=self.inputs,
            rules=tuple(rule for rule in self.rules if self.shows(rule, *rule.most)),
            plugins=loaded.names,
            preset="selected" if options.select else options.preset,
            fail_on=options.fail_on,
            hidden=self.hidden + len(found) - len(shown),
            line=self.line,
        )

    def line(self, file: str, number: int) -> str:
        document = self.lines.get(file)
        return self.mask.line(document.line(number)) if document is not None else ""

    def _workspace(self, candidate: Candidate) -> Workspace:
        from apilint.reading.workspace import Workspace, choose_root

        options = self.options
        root = choose_root(candidate.path or os.path.join(os.getcwd(), candidate.name), os.getcwd(), options.ref_root)
        if root not in self.workspaces:
            self.workspaces[root] = Workspace(root, options.limits, options.remote_hosts)
        return self.workspaces[root]

    def _check_alone(self, candidate: Candidate) -> None:
        """Check one input; what fails there says nothing about the others."""
        try:
            self._check(candidate)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if self.options.debug:
                raise
            message = f"apilint failed ({type(error).__name__}); run again with --debug to see where"
            self.problems.append(Problem("internal-error", message, candidate.name))
            self.inputs.append(Input(candidate.name, "failed"))

    def _check(self, candidate: Candidate) -> None:
        if candidate.fragment or candidate.other:
            self.inputs.append(Input(candidate.name, "fragment" if candidate.fragment else "skipped"))
            return
        workspace = self._workspace(candidate)
        start = perf_counter()
        if candidate.data is not None:
            document = workspace.open_text(candidate.name, candidate.data, candidate.path)
        else:
            document = workspace.open(candidate.path or candidate.name, candidate.name)
        if self.options.clock:
            self.options.clock(READING, perf_counter() - start)
        if document is None:
            self.inputs.append(Input(candidate.name, "failed"))
            return
        self._check_document(candidate, workspace, document)

    def _check_document(self, candidate: Candidate, workspace: Workspace, document: Document) -> None:
        from apilint.openapi.versions import recognize

        known = recognize(document.value)
        if known.version is None:
            if known.kind == "fragment" and not candidate.named:
                self.inputs.append(Input(candidate.name, "fragment"))
                return
            self.problems.append(Problem(known.kind, known.message, document.name, 1, 1))
            self.inputs.append(Input(candidate.name, "failed"))
            return
        from apilint import engine
        from apilint.openapi.build import build
        from apilint.openapi.conformance import deviations

        clock = self.options.clock or _no_clock
        start = perf_counter()
        departures = deviations(document.value, known.version)
        clock(CONFORMANCE, perf_counter() - start)
        until = monotonic() + self.options.limits.seconds
        start = perf_counter()
        api = build(workspace, document, known.version)
        clock(MODEL, perf_counter() - start)
        result = engine.run(api, self.rules, workspace.root, self.options.clock, until, self.shows)
        for finding in result.findings:
            # Two root documents may share a file: what stands there is one finding.
            self.findings.setdefault((finding.rule, finding.location.file, finding.location.pointer), finding)
        self.hidden += result.hidden
        self.mask.add(result.secrets)
        self.problems += result.problems
        if api.is_empty:
            message = "the document has neither paths nor components nor webhooks: there is nothing to lint"
            self.problems.append(Problem("nothing-to-lint", message, document.name, 1, 1))
        for one in api.documents.values():
            self.lines[one.name] = one
        noted = tuple(text for text in (known.deviation, *departures) if text)
        self.inputs.append(
            Input(candidate.name, "checked", known.version, len(api.all_operations), len(api.documents), noted)
        )


def _no_clock(name: str, seconds: float) -> None:
    """Nobody asked."""


def _levels(preset: Preset | None, least: Confidence | None) -> Shows:
    """What one of our presets and the least confidence show, decided once for each rule and its levels."""
    known: dict[tuple[str, Severity, Confidence], bool] = {}

    def shown(rule: Rule, severity: Severity, confidence: Confidence) -> bool:
        key = (rule.id, severity, confidence)
        if key not in known:
            known[key] = (least is None or confidence >= least) and (
                preset is None or shows(preset, rule, severity, confidence)
            )
        return known[key]

    return shown


def _problem_order(problem: Problem) -> tuple[str, int, int, str, str]:
    return (problem.file or "", problem.line or 0, problem.column or 0, problem.kind, problem.message)


def _finding_order(finding: Finding) -> tuple[str, tuple[int, ...], int, str, str]:
    return finding.location.file, finding.location.span, -finding.severity, finding.rule, finding.message
