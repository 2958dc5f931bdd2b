"""The report of a run, from all that was gathered: what is shown, what is said of the policy, what the gate says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from apilint import findings, plugins
from apilint.config.plan import Plan
from apilint.documents import Documents
from apilint.findings import Compared, Finding, Gated, Problem, Report
from apilint.gathering import Gathering
from apilint.rule import Rule

if TYPE_CHECKING:
    from apilint.config.locks import Locks
    from apilint.policy.baseline import Baseline
    from apilint.policy.looked import Looked
    from apilint.policy.model import Notice


class Reporting:
    """Makes the report, and answers what it asks later of the documents."""

    def __init__(self, work: Gathering) -> None:
        self.work = work
        self.documents = Documents(work)
        self.rules: dict[str, Rule] = {}

    def report(self, loaded: plugins.Plugins) -> Report:
        """What was found, as far as it is to be shown."""
        options, mask = self.work.options, self.work.mask
        plans = self.work.plans.all() or [self.work.plans.of(None)]
        found = sorted([*self.work.findings.values(), *self._notices()], key=_finding_order)
        shown = self._shown(found)
        hidden = self.work.hidden + len(found) - len(shown)
        compared = None
        if options.baseline is not None:
            shown, compared = self._compare(
                options.baseline, shown, complete=not (self.work.problems or loaded.problems)
            )
            if options.policy is not None:
                from apilint.config.locks import refused_baseline

                shown = sorted(refused_baseline(shown, options.baseline.name, self._locks), key=_finding_order)
        # Only now: what stands elsewhere is still there, for waivers and for a baseline.
        everything, shown = shown, [one for one in shown if not one.elsewhere]
        elsewhere = len(everything) - len(shown)
        rules = {rule.id: rule for plan in plans for rule in plan.rules if plan.may_show(rule)}
        said = {one.rule for one in shown}.difference(rules)
        rules.update((rule.id, rule) for rule in loaded.rules if rule.id in said)
        fail_on = min(plan.fail_on for plan in plans)
        report = Report(
            findings=mask.findings(shown),
            problems=[mask.problem(one) for one in sorted({*loaded.problems, *self.work.problems}, key=_problem_order)],
            inputs=list(map(mask.input, self.work.inputs)),
            rules=tuple(rules[id] for id in sorted(rules)),
            plugins=loaded.names,
            preset=", ".join(dict.fromkeys(plan.preset for plan in plans)),
            fail_on=fail_on,
            hidden=hidden,
            ignored=tuple(sorted({id for plan in plans for id in plan.ignored})),
            documents=tuple(sorted({*self.work.files, *self._parts_read()})),
            line=self.documents.line,
            replacements=self.documents.replacements,
            baseline=compared,
            configuration=self._configuration(),
            since=self._reported_since(elsewhere),
            against=self._against(),
        )
        if options.comparison is not None:
            # What levels ask for is not a matter of what changed.
            gates = {name: Gated(name, plan.fail_on) for name, plan in self.work.plan_of.items()}
            return report._replace(gates={name: one for name, one in gates.items() if one.fail_on != fail_on})
        if self.work.held or any(plan.fail_on != fail_on or plan.configuration.asks_more for plan in plans):
            whole = mask.findings(everything) if elsewhere else None
            report = report._replace(gates=self._gates(report, whole, loaded.rules))
        return report

    def _gates(self, report: Report, whole: Sequence[Finding] | None, rules: Sequence[Rule]) -> dict[str, Gated]:
        from apilint.policy.demands import gated
        from apilint.policy.levels import Asked, Held

        options = self.work.options
        asked = {
            name: Asked(plan.configuration, plan.fail_on, self.work.held.get(name, Held()), plan.commanded)
            for name, plan in self.work.plan_of.items()
        }
        gaps = () if options.min_confidence is None else ("findings below a confidence are not shown",)
        return gated(report, asked, options.ignore, gaps, whole, rules)

    def _reported_since(self, elsewhere: int) -> findings.Since | None:
        if self.work.since is None:
            return None
        return findings.Since(
            self.work.options.since, self.work.since.commits, elsewhere, tuple(sorted(self.work.unknown.items()))
        )

    def _against(self) -> findings.Against | None:
        comparison = self.work.options.comparison
        if comparison is None:
            return None
        return findings.Against(
            comparison.base.label,
            comparison.head.label,
            comparison.new,
            comparison.removed,
            comparison.renamed,
            self.work.unchanged,
            self.work.mask.findings(sorted(self.work.improvements, key=_finding_order)),
        )

    def _configuration(self) -> tuple[str, ...]:
        policy = self.work.options.policy
        files = (name for plan in self.work.plans.all() for name in plan.configuration.files)
        return tuple(dict.fromkeys((*((policy.name,) if policy else ()), *files)))

    def _locks(self, finding: Finding) -> Locks | None:
        """What the policy locks of the API of a finding."""
        plan = self.work.plan_of.get(finding.api)
        return plan.judge.locks if plan is not None and plan.judge is not None else None

    def _notices(self) -> list[Finding]:
        """What is to be said about configuration and policy, as findings where they are written."""
        notices: list[Notice] = [*self.work.plans.notices, *self._about_waivers(), *self._about_unused()]
        if self.work.trusted is not None:
            if self.work.options.baseline is not None:
                self.work.trusted.baseline(self.work.options.baseline.name)
            if self.work.options.policy is not None:
                self.work.trusted.watch(self.work.options.policy.path)
            notices += self.work.trusted.notices()
            if self.work.discovery is not None:
                self.work.discovery.texts.update(self.work.trusted.texts)
        if not notices:
            return []
        from apilint.config.notices import signed

        return signed(
            notices, os.getcwd(), {id(one): one for plan in self.work.plans.all() for one in plan.rules}.values()
        )

    def _about_waivers(self) -> list[Notice]:
        """What is to be said about waivers: which are in use is known only when all inputs were looked at."""
        judged = {id(one): one for one in self.work.plan_of.values() if one.judge is not None and one.judge.waivers}
        if not judged:
            return []
        from apilint.policy.waivers import Applied, notices

        parts = [
            Applied(plan.judge.waivers, {one.id for one in plan.rules if plan.may_show(one)})
            for plan in judged.values()
            if plan.judge is not None and plan.judge.waivers is not None
        ]
        return notices(parts, self.work.waived, self._looked())

    def _about_unused(self) -> list[Notice]:
        """What is to be said about configuration that means nothing in all of the run."""
        work, policy = self.work, self.work.options.policy
        plans = {id(plan.configuration): plan for plan in work.plans.all() if plan.configuration.files}
        asked = [one.configuration for one in plans.values() if _is_told(one)]
        if not asked or work.options.comparison is not None or work.options.among is not None:
            return []
        from apilint.config.unused import notices

        start = policy.configuration if policy is not None else None
        found = [os.path.realpath(path) for path in work.came_by]
        return notices(asked, work.meant, self._looked(), found, start)

    def _looked(self) -> Looked:
        from apilint.policy.looked import Looked

        options = self.work.options
        return Looked(
            files={path for path in self.work.files.values() if path is not None},
            checked={self.work.files.get(one.file) or "" for one in self.work.inputs if one.status == "checked"},
            folders={os.path.realpath(path) for path in options.paths or (os.curdir,) if os.path.isdir(path)},
            # What an editor holds, or a pipe, is not yet what is in the files.
            complete=not (self.work.problems or options.texts or options.since or "-" in options.paths),
        )

    def _shown(self, found: list[Finding]) -> list[Finding]:
        """What is to be shown of what was found: for a baseline, its rules tell also what is not."""
        if self.work.options.baseline is None and not any(plan.own_preset for plan in self.work.plan_of.values()):
            return found
        return [one for one in found if self.would_show(one)]

    def would_show(self, finding: Finding) -> bool:
        """Whether the preset, or who asked for it, shows a finding. What is said about the policy nothing hides."""
        if not self.rules:
            self.rules = {rule.id: rule for plan in self.work.plans.all() for rule in plan.rules}
        rule = self.rules.get(finding.rule)
        plans = [self.work.plan_of.get(api) for api in (finding.api, *finding.also)]
        return rule is None or any(plan is None or self._shows(plan, rule, finding) for plan in plans)

    def _shows(self, plan: Plan, rule: Rule, finding: Finding) -> bool:
        if finding.asked:
            return True
        if plan.own_preset is None:
            return plan.shows(rule, finding.severity, finding.confidence)
        try:
            return bool(plan.own_preset(rule, finding))
        except (Exception, SystemExit) as error:
            # A plugin's preset must not hide what it was asked about.
            message = f"the preset {plan.preset} failed ({type(error).__name__}): all findings are shown"
            self.work.problems.append(Problem("plugin-broken", message))
            return True

    def _compare(self, baseline: Baseline, shown: list[Finding], *, complete: bool) -> tuple[list[Finding], Compared]:
        from apilint.engine import file_name
        from apilint.policy.baseline import Ran, compare, looked_at
        from apilint.policy.own_rules import Policy

        options = self.work.options
        checked = {one.file for one in self.work.inputs if one.status == "checked"}
        ran = {
            name: Ran(frozenset(one.id for one in plan.rules if one.view is not Policy), plan.options, plan.partly)
            for name, plan in self.work.plan_of.items()
            if name in checked
        }
        looked = looked_at(
            # What an editor holds, or a pipe, is not yet what is in the files.
            complete and not options.texts and "-" not in options.paths,
            ran,
            {name: (path, file_name(name, path, self.work.roots[name])) for name, path in self.work.files.items()},
        )
        return compare(baseline, shown, self.work.findings.values(), looked)

    def _parts_read(self) -> Iterator[str]:
        """The fragments that were read with an API, by the names of their inputs: links give a file several names."""
        read = set(self.work.files.values())
        return (name for name, path in self.work.parts.items() if os.path.realpath(path) in read)


def _is_told(plan: Plan) -> bool:
    """Whether it is to be said of a plan's configuration what of it means nothing."""
    given = plan.configuration
    if not (given.overrides or given.assignments or given.public or given.exclude):
        return False
    return any(rule.id == "configuration-unused" and plan.may_show(rule) for rule in plan.rules)


def _problem_order(problem: Problem) -> tuple[object, ...]:
    place = (problem.file or "", problem.line or 0, problem.column or 0)
    return (*place, problem.kind, problem.message, problem.pointer or "", problem.rule or "")


def _finding_order(finding: Finding) -> tuple[str, tuple[int, ...], int, str, str]:
    return finding.location.file, finding.location.span, -finding.severity, finding.rule, finding.message
