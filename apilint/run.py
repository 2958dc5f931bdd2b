"""One run: inputs, model, rules, policy; from options to a report."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from apilint import parallel, plugins
from apilint.checking import Checker, Ignores, Outcome, failure
from apilint.findings import Compared, Confidence, Finding, Input, Problem, Replacement, Report, Severity
from apilint.masking import Mask
from apilint.policy.presets import PRESETS, Preset, shows
from apilint.policy.selection import UnknownRuleError, choose, configure, suggest
from apilint.reading.limits import Limits
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.engine import Shows
    from apilint.fixing.text import Fixer
    from apilint.policy.baseline import Baseline
    from apilint.reading.discovery import Candidate
    from apilint.reading.document import Document
    from apilint.reading.workspace import Usage


_MUCH = 4 << 20  # bytes to check from which on a second process is worth its start


class UsageError(ValueError):
    """The options are wrong; the message says which and what would be right."""


class RunOptions(NamedTuple):
    """What to look at and how. Paths are files, directories, globs or "-"; none means the working directory.

    `select` runs those rules and no others and shows all that they find; else `preset` decides.
    `rule_options` are rule id, name of an option, and its value as text.
    `skip_others` leaves out named files that are no OpenAPI documents, as in a folder. `with_roots` checks, for a
    named fragment, the documents of its repository that lead to it. `texts` stand for the text of files, by real
    path. With `no_ignores`, inline suppressions are not looked at; `today` is the day that they are judged by, as
    `YYYY-MM-DD` in UTC. With a `baseline`, findings have a state, and what it knows is suppressed. `jobs` is the
    number of processes, 0 for what suits the work; it never changes the report. A `clock` makes it one.
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
    with_roots: bool = False
    texts: Mapping[str, bytes] = MappingProxyType({})
    baseline: Baseline | None = None
    jobs: int = 1
    ref_root: str | None = None
    remote_hosts: tuple[str, ...] = ()
    progress: Callable[[str, int, int], None] | None = None
    clock: Callable[[str, float], None] | None = None
    no_ignores: bool = False
    today: str = ""
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
        ignores = None if options.no_ignores else Ignores({rule.id: rule for rule in loaded.rules}, options.today)
        work = _Run(options, rules, shown_levels, ignores)
        work.check_all()
        own = None if options.select or options.preset in PRESETS else presets[options.preset]
        return work.report(loaded, own)
    finally:
        if collected:
            gc.enable()


def failed(error: BaseException, options: RunOptions) -> Report:
    """The report of a run that failed itself: nothing but the problem."""
    return Report((), (failure(error),), (), (), (), options.preset, options.fail_on)


class _Run:
    def __init__(self, options: RunOptions, rules: tuple[Rule, ...], shows: Shows, ignores: Ignores | None) -> None:
        self.options = options
        self.shows = shows
        self.rules = rules
        self.checker = Checker(
            rules,
            shows if options.baseline is None else options.baseline.with_its_rules(shows),
            options.limits,
            ref_root=options.ref_root,
            remote_hosts=options.remote_hosts,
            texts=options.texts,
            clock=options.clock,
            debug=options.debug,
            ignores=ignores,
        )
        self.hidden = 0
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.problems: list[Problem] = []
        self.inputs: list[Input] = []
        self.files: dict[str, str | None] = {}
        self.roots: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.fixers: dict[str, Fixer] = {}
        self.mask = Mask()

    def check_all(self) -> None:
        used: set[tuple[str, str, str]] = set()
        candidates = self._candidates()
        for candidate, outcome in zip(candidates, self._outcomes(candidates), strict=True):
            self.inputs.append(outcome.looked_at)
            if outcome.looked_at.status == "fragment" and candidate.path:
                self.parts[candidate.name] = candidate.path
            self.problems += outcome.problems
            self.hidden += outcome.hidden
            self.mask.add(outcome.secrets)
            self.files.update(outcome.files)
            self.roots.update(dict.fromkeys(outcome.files, outcome.root))
            used |= outcome.used
            found = (((one.rule, one.location.file, one.location.pointer), one) for one in outcome.findings)
            for key, finding in (*found, *outcome.about):
                known = self.findings.setdefault(key, finding)
                # Two root documents may share a file: what stands there is one finding.
                if known is not finding and finding.api not in (known.api, *known.also):
                    self.findings[key] = known._replace(also=(*known.also, finding.api))
        for key in used:
            self.findings.pop(key, None)
        # Whoever asks to skip what is no document has the answer that there was none.
        answered = self.problems or (self.options.skip_others and self.inputs)
        if not answered and not any(one.status == "checked" for one in self.inputs):
            fragments = sum(one.status == "fragment" for one in self.inputs)
            parts = f", only {fragments:,} that may be part of one" if fragments else ""
            self.problems.append(Problem("nothing-to-lint", f"nothing to lint: no OpenAPI document was found{parts}"))

    def _candidates(self) -> list[Candidate]:
        from apilint.reading.discovery import discover

        options = self.options
        found = discover(
            options.paths,
            cwd=os.getcwd(),
            stdin_name=options.stdin_filename,
            limits=options.limits,
            skip_others=options.skip_others,
            skip_fragments=options.with_roots,
        )
        fragments = [one.path for one in found if one.fragment and one.named and one.path]
        if options.with_roots and fragments:
            from apilint.reading.roots import roots_of

            known = {one.path for one in found}
            roots = roots_of(fragments, cwd=os.getcwd(), limits=options.limits, texts=options.texts)
            found += [root for root in roots if root.path not in known]
        return found

    def _outcomes(self, candidates: list[Candidate]) -> Iterable[Outcome]:
        """What came of each candidate, in their order, whether one process looks at all of them or many share them."""
        count = self._processes(candidates)
        if count > 1:
            try:
                outcomes = list(self._stepped(parallel.each(self.checker.check, candidates, count), candidates))
            except Exception:
                # A process was lost, or a plugin's value cannot be handed over. What fails by itself fails below too.
                outcomes = []
            # Each process counts for itself: what is too much for the run as a whole is found by one alone.
            if outcomes and self._within_limits(outcomes):
                return outcomes
        return self._stepped(map(self.checker.check, candidates), candidates)

    def _processes(self, candidates: list[Candidate]) -> int:
        options = self.options
        # What came from standard input or a host cannot be read again for its lines; a clock runs in one process.
        if options.clock is not None or options.remote_hosts or any(one.data is not None for one in candidates):
            return 1
        # A process takes longer to start than a small document to check.
        if options.jobs == 1 or (not options.jobs and sum(map(_size, candidates)) <= _MUCH):
            return 1
        # What has two names, through a link, has the one by which it was read first.
        here = os.path.realpath(os.getcwd())
        if any(os.path.realpath(one.path or "") != os.path.join(here, one.name) for one in candidates):
            return 1
        return parallel.processes(options.jobs, len(candidates))

    def _stepped(self, outcomes: Iterable[Outcome], candidates: list[Candidate]) -> Iterator[Outcome]:
        progress = self.options.progress
        following = iter(outcomes)
        for number, candidate in enumerate(candidates):
            if progress:
                progress(candidate.name, number, len(candidates))
            yield next(following)

    def _within_limits(self, outcomes: list[Outcome]) -> bool:
        limits = self.options.limits
        used: dict[str, Usage] = {}
        for outcome in outcomes:
            used[outcome.root] = outcome.usage.plus(used[outcome.root]) if outcome.root in used else outcome.usage
        return all(
            one.files <= limits.files and one.bytes <= limits.run_bytes and one.references <= limits.references
            for one in used.values()
        )

    def report(self, loaded: plugins.Plugins, preset: Preset | None) -> Report:
        """What was found, as far as a plugin's preset shows it; ours have decided already."""
        options, mask = self.options, self.mask
        found = sorted(self.findings.values(), key=_finding_order)
        shown = self._shown(found)
        if preset is not None:
            by_id = {rule.id: rule for rule in self.rules}
            try:
                shown = [finding for finding in found if preset(by_id[finding.rule], finding)]
            except (Exception, SystemExit) as error:
                # A plugin's preset must not hide what it was asked about.
                message = f"the preset {options.preset} failed ({type(error).__name__}): all findings are shown"
                self.problems.append(Problem("plugin-broken", message))
        hidden = self.hidden + len(found) - len(shown)
        compared = None
        if options.baseline is not None:
            shown, compared = self._compare(options.baseline, shown, complete=not (self.problems or loaded.problems))
        return Report(
            findings=mask.findings(shown),
            problems=[mask.problem(one) for one in sorted({*loaded.problems, *self.problems}, key=_problem_order)],
            inputs=list(map(mask.input, self.inputs)),
            rules=tuple(rule for rule in self.rules if self.shows(rule, *rule.most)),
            plugins=loaded.names,
            preset="selected" if options.select else options.preset,
            fail_on=options.fail_on,
            hidden=hidden,
            ignored=tuple(sorted(set(options.ignore))),
            documents=tuple(sorted({*self.files, *self._parts_read()})),
            line=self.line,
            replacements=self.replacements,
            baseline=compared,
        )

    def _shown(self, found: list[Finding]) -> list[Finding]:
        """What is to be shown of what was found: for a baseline, its rules tell also what is not."""
        if self.options.baseline is None:
            return found
        by_id = {rule.id: rule for rule in self.rules}
        # What is said about suppressions is no rule's: nothing hides it.
        rules = ((one, by_id.get(one.rule)) for one in found)
        return [one for one, rule in rules if rule is None or self.shows(rule, one.severity, one.confidence)]

    def _compare(self, baseline: Baseline, shown: list[Finding], *, complete: bool) -> tuple[list[Finding], Compared]:
        from apilint.engine import file_name
        from apilint.policy.baseline import compare, looked_at
        from apilint.policy.own_rules import Policy

        options = self.options
        looked = looked_at(
            # What an editor holds, or a pipe, is not yet what is in the files.
            complete and not options.texts and "-" not in options.paths,
            (rule.id for rule in self.rules if rule.view is not Policy),
            options.rule_options,
            {name: (path, file_name(name, path, self.roots[name])) for name, path in self.files.items()},
            (one.file for one in self.inputs if one.status == "checked"),
        )
        return compare(baseline, shown, self.findings.values(), looked)

    def _parts_read(self) -> Iterator[str]:
        """The fragments that were read with an API, by the names of their inputs: links give a file several names."""
        read = set(self.files.values())
        return (name for name, path in self.parts.items() if os.path.realpath(path) in read)

    def line(self, file: str, number: int) -> str:
        document = self._document(file)
        return self.mask.text(document.line(number)) if document is not None else ""

    def replacements(self, finding: Finding) -> tuple[Replacement, ...]:
        """What the fix of a finding means for the text; nothing that would show a secret."""
        file = finding.location.file
        document = self._document(file)
        if finding.fix is None or document is None:
            return ()
        if file not in self.fixers:
            from apilint.fixing.text import Fixer

            self.fixers[file] = Fixer(document, self.options.limits)
            here = (one for one in self.findings.values() if one.location.file == file)
            self.fixers[file].expect(one.fix.edits for one in here if one.fix is not None)
        found = self.fixers[file].replacements(finding.fix.edits)
        return () if any(self.mask.text(one.text) != one.text for one in found) else found

    def _document(self, file: str) -> Document | None:
        """A document of the run; what another process read is read again."""
        documents = self.checker.documents
        if file not in documents and (path := self.files.get(file)):
            again = self.checker.workspace(path).open(path, file)
            if again is not None:
                documents[file] = again
        return documents.get(file)


def _size(candidate: Candidate) -> int:
    if candidate.fragment or candidate.other or not candidate.path:
        return 0
    try:
        return os.stat(candidate.path).st_size
    except (OSError, ValueError):
        return 0


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


def _problem_order(problem: Problem) -> tuple[object, ...]:
    place = (problem.file or "", problem.line or 0, problem.column or 0)
    return (*place, problem.kind, problem.message, problem.pointer or "", problem.rule or "")


def _finding_order(finding: Finding) -> tuple[str, tuple[int, ...], int, str, str]:
    return finding.location.file, finding.location.span, -finding.severity, finding.rule, finding.message
