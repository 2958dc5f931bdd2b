"""All inputs of a run looked at, one after the other or by many processes, and what came of them put together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from apilint import parallel
from apilint.checking import Checker, Ignores, Outcome
from apilint.config.plan import Plan, Plans
from apilint.findings import Finding, Input, Problem
from apilint.masking import Mask
from apilint.options import RunOptions
from apilint.policy.model import ConfigurationError
from apilint.policy.selectors import is_in
from apilint.reading.discovery import display_name

if TYPE_CHECKING:
    from apilint.changes.since import Since
    from apilint.config.committed import Committed
    from apilint.config.discover import Discovery
    from apilint.policy.baseline import Baseline
    from apilint.policy.levels import Held
    from apilint.policy.standing import Stood
    from apilint.reading.discovery import Candidate
    from apilint.reading.workspace import Usage
    from apilint.regressions.compare import Comparison


_MUCH = 4 << 20  # bytes to check from which on a second process is worth its start


class Gathering:
    """The work of a run: what its inputs gave, for the report.

    `plan_of` and `held` are the plan and the levels of each API, by the name of its input. `findings` are by rule, file
    and pointer, or by what tells those about suppressions apart; `waived` are the waivers in use, `meant` what of
    configuration means something (see `config.unused`), `came_by` the files that were found, `hidden` counts what is
    not to be shown. `files` are the real paths and `roots` the roots by name of file, `parts` the paths of fragments
    and `read` the real paths that were read, both by name of input. `unknown` are the files of which nobody can tell
    what changed. Of a comparison, `improvements` are what became better, and `unchanged` counts the APIs that stayed.
    """

    def __init__(
        self,
        options: RunOptions,
        plans: Plans,
        ignores: Ignores | None,
        discovery: Discovery | None,
        trusted: Committed | None = None,
    ) -> None:
        self.options = options
        self.trusted = trusted
        self.plans = plans
        self.discovery = discovery
        self.plan_of: dict[str, Plan] = {}
        self.held: dict[str, Held] = {}
        self.waived: set[tuple[str, str]] = set()
        self.meant: set[tuple[str, str, str]] = set()
        self.came_by: list[str] = []
        self._telling: dict[int, Plan] = {}
        self.since = _since(options)
        self.unknown: dict[str, str] = {}
        self.checker = Checker(
            self._plan,
            options.limits,
            ref_root=options.ref_root,
            remote_hosts=options.remote_hosts,
            texts=options.texts,
            clock=options.clock,
            debug=options.debug,
            ignores=ignores,
            since=self.since,
            comparison=options.comparison,
            stood=_stood(options, trusted),
        )
        self.improvements: list[Finding] = []
        self.unchanged = 0
        self.hidden = 0
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.problems: list[Problem] = []
        self.inputs: list[Input] = []
        self.files: dict[str, str | None] = {}
        self.roots: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.mask = Mask()
        self.read: dict[str, frozenset[str]] = {}

    def _plan(self, path: str | None) -> Plan:
        """The plan of an input; for a baseline, its rules tell also what is not shown."""
        plan = self.plans.of(path)
        if self.options.baseline is None:
            return plan
        if id(plan) not in self._telling:
            self._telling[id(plan)] = plan._replace(shows=self.options.baseline.with_its_rules(plan.shows))
        return self._telling[id(plan)]

    def check_all(self) -> None:
        """Look at all inputs. Raises `ConfigurationError` and `RevisionError`, before anything is checked."""
        used: set[tuple[str, str, str]] = set()
        candidates = self._candidates()
        # Whatever is wrong with the configuration of any is said before anything is checked.
        checked = [one for one in candidates if not (one.fragment or one.other)]
        self.plan_of = {one.name: self.plans.of(one.path) for one in checked}
        self._take_baseline()
        if self.since is not None:
            self.since.require(one.path if one.data is None else None for one in checked)
        for candidate, outcome in zip(candidates, self._outcomes(candidates), strict=True):
            self._take(candidate, outcome)
            used |= outcome.used
        for key in used:
            self.findings.pop(key, None)
        if self.options.comparison is not None:
            self.problems += self.options.comparison.left_over()
        self._require_something()

    def _take(self, candidate: Candidate, outcome: Outcome) -> None:
        """Take what came of an input."""
        name = candidate.name
        self.inputs.append(outcome.looked_at)
        if outcome.looked_at.status == "fragment" and candidate.path:
            self.parts[name] = candidate.path
        self.problems += outcome.problems
        self.hidden += outcome.hidden
        self.mask.add(outcome.secrets)
        self.files.update(outcome.files)
        self.read[name] = frozenset(filter(None, outcome.files.values()))
        self.roots.update(dict.fromkeys(outcome.files, outcome.root))
        self.waived |= outcome.waived
        self.meant |= outcome.meant
        self.unknown.update(outcome.unknown)
        if self.options.comparison is not None:
            self._take_compared(outcome, self.options.comparison)
        if outcome.level is not None:
            self.held[name] = outcome.level
        found = (((one.rule, one.location.file, one.location.pointer), one) for one in outcome.findings)
        for key, finding in (*found, *outcome.about):
            known = self.findings.setdefault(key, finding)
            # Two root documents may share a file: what stands there is one finding.
            if known is not finding and finding.api not in (known.api, *known.also):
                self.findings[key] = _merged(known, finding)

    def _require_something(self) -> None:
        """Say so where nothing was checked, unless that is the answer to what was asked."""
        # Whoever asks to skip what is no document has the answer that there was none.
        answered = self.problems or (self.options.skip_others and self.inputs)
        gone = self.options.comparison is not None and self.options.comparison.removed
        if answered or gone or any(one.status == "checked" for one in self.inputs):
            return
        fragments = sum(one.status == "fragment" for one in self.inputs)
        parts = f", only {fragments:,} that may be part of one" if fragments else ""
        excluded = sum(one.status == "excluded" for one in self.inputs)
        parts += f", but {excluded:,} that configuration excludes" if excluded else ""
        self.problems.append(Problem("nothing-to-lint", f"nothing to lint: no OpenAPI document was found{parts}"))

    def _take_baseline(self) -> None:
        """Compare with the baseline that configuration names, where the run was given none."""
        options = self.options
        named = {plan.configuration.baseline for plan in self.plan_of.values()} - {None}
        if options.baseline is not None or options.plain or not named:
            return
        if len(named) > 1:
            names = ", ".join(sorted(display_name(path, os.getcwd()) for path in named if path))
            raise ConfigurationError(
                f"the configurations of these documents name several baselines ({names}): check them apart"
            )
        path = str(named.pop())
        name = display_name(path, os.getcwd())
        try:
            self.options = options._replace(baseline=baseline_for(name, options.ref_root, self.trusted))
        except ConfigurationError as error:
            if os.path.lexists(path):
                raise
            where = next(one for one in self.plan_of.values() if one.configuration.baseline == path).configuration
            said = f"{where.origin('baseline')}: {error}; apilint baseline --output {name} writes it"
            raise ConfigurationError(said) from None

    def _candidates(self) -> list[Candidate]:
        from apilint.reading.discovery import discover

        options = self.options
        if options.comparison is not None:
            return self._compared_candidates(options.comparison)
        found = discover(
            options.paths,
            cwd=os.getcwd(),
            stdin_name=options.stdin_filename,
            limits=options.limits,
            skip_others=options.skip_others,
            skip_fragments=options.with_roots,
            ignoring=self.trusted.ignoring if self.trusted is not None else None,
        )
        fragments = [one.path for one in found if one.fragment and one.named and one.path]
        if options.with_roots and fragments:
            from apilint.reading.roots import roots_of

            known = {one.path for one in found}
            roots = roots_of(fragments, cwd=os.getcwd(), limits=options.limits, texts=options.texts)
            found += [root for root in roots if root.path not in known]
        if options.among is not None:
            found = [one for one in found if one.name in options.among]
        self.came_by = [one.path for one in found if one.path]
        taken = []
        for one in found:
            if self._is_excluded(one):
                self.inputs.append(Input(one.name, "excluded"))
            else:
                taken.append(one)
        return taken

    def _compared_candidates(self, comparison: Comparison) -> list[Candidate]:
        excluded: dict[str, None] = {}

        def is_left_out(candidate: Candidate) -> bool:
            if self._is_excluded(candidate):
                excluded[candidate.name] = None
            return candidate.name in excluded

        found = comparison.prepare(is_left_out)
        comparison.release()
        self.inputs += (Input(one.name, "excluded") for one in found if one.name in excluded)
        return [one for one in found if one.name not in excluded]

    def _take_compared(self, outcome: Outcome, comparison: Comparison) -> None:
        """Take what became better, and whether anything became worse."""
        comparison.seen(outcome.bases)
        self.improvements += outcome.improvements
        if outcome.looked_at.status == "checked" and outcome.looked_at.file not in comparison.new:
            self.unchanged += not (outcome.findings or outcome.improvements or outcome.hidden)

    def _is_excluded(self, candidate: Candidate) -> bool:
        """Whether configuration leaves a document out, which nobody named; hooks name all files that have changed."""
        if self.discovery is None or candidate.fragment or (candidate.named and not self.options.skip_others):
            return False
        exclude = self.plans.of(candidate.path).configuration.exclude
        return bool(exclude) and any(is_in(where, os.path.realpath(candidate.path or "")) for where in exclude)

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


def _merged(known: Finding, other: Finding) -> Finding:
    """What two APIs find in a file that they share: as grave as either says, suppressed only if both say so."""
    return known._replace(
        also=(*known.also, other.api),
        asked=known.asked or other.asked,
        severity=max(known.severity, other.severity),
        confidence=max(known.confidence, other.confidence),
        given=max(known.own_severity, other.own_severity),
        suppression=known.suppression if other.suppression is not None else None,
        elsewhere=known.elsewhere and other.elsewhere,
    )


def _size(candidate: Candidate) -> int:
    if candidate.fragment or candidate.other or not candidate.path:
        return 0
    try:
        return os.stat(candidate.path).st_size
    except (OSError, ValueError):
        return 0


def baseline_for(name: str, ref_root: str | None, trusted: Committed | None) -> Baseline:
    """The baseline in a file, as it stands in the trusted revision if there is one.

    Raises `ConfigurationError`, which names the file and the line.
    """
    from apilint.policy import baseline_file
    from apilint.policy.baseline import Baseline, BaselineError

    try:
        data = trusted.baseline(name) if trusted is not None else None
        if data is not None:
            return baseline_file.parsed(name, data) if data else Baseline(name)
        return baseline_file.read(name, ref_root)
    except BaselineError as error:
        raise ConfigurationError(f"baseline: {error}") from None


def _stood(options: RunOptions, trusted: Committed | None) -> Stood | None:
    if trusted is None:
        return None
    from apilint.policy.standing import Stood

    return Stood(trusted.document, options.limits)


def _since(options: RunOptions) -> Since | None:
    if not options.since:
        return None
    from apilint.changes.since import Since

    return Since(options.since, options.limits, options.texts)
