"""What reports for CI servers and code reviews say beside a finding: how sure, of which operation, how to mend it.

Also what every one of them needs for what has no place in a file.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from apilint.findings import Finding, Problem, Report
from apilint.report import Presentation
from apilint.report.escape import MESSAGE, SNIPPET, cut, screen, visible
from apilint.report.layout import count, painter
from apilint.report.page import TO_FIX, WHY, part
from apilint.report.summary import answerable, fates, reach, summary, suppression_words
from apilint.rule import Rule

REMEDY = 1_000
NAMED = 3
WIDTH = 1_000  # of a log, whose lines the server wraps


class Rules:
    """The pages of the rules of a report, read when a finding asks for them."""

    def __init__(self, report: Report) -> None:
        self._rules = {rule.id: rule for rule in report.rules}
        self.remedy = functools.cache(self._remedy)
        self.reason = functools.cache(self._reason)

    def find(self, finding: Finding) -> Rule | None:
        """The rule of a finding, if the report has it."""
        return self._rules.get(finding.rule)

    def summary(self, finding: Finding) -> str:
        """The first line of the page of a finding's rule, or the rule's id."""
        rule = self.find(finding)
        return visible(rule.summary if rule else finding.rule, SNIPPET)

    def _remedy(self, rule_id: str) -> str:
        """How to mend what a rule finds, on one line; an empty string if its page does not say."""
        return self._section(rule_id, TO_FIX)

    def _reason(self, rule_id: str) -> str:
        """Why what a rule finds matters, on one line; an empty string if its page does not say."""
        return self._section(rule_id, WHY)

    def _section(self, rule_id: str, name: str) -> str:
        rule = self._rules.get(rule_id)
        return cut(" ".join(part(rule, name).split()), REMEDY) if rule else ""


def facts(finding: Finding) -> str:
    """How sure a finding is, which operations it concerns, who answers: `confidence: high; operation: GET /pets`."""
    owner = answerable(finding)
    said = (f"confidence: {finding.confidence.label}", reach(finding, finding.message), owner and f"owner: {owner}")
    return "; ".join(filter(None, said))


def explain(finding: Finding) -> str:
    """The command that shows the page of a finding's rule."""
    return f"apilint explain {visible(finding.rule, 100)}"


def suppressed(finding: Finding) -> str:
    """Why a finding does not count, or nothing: `suppressed: waiver W-12 until 2026-12-31: old client`."""
    return "" if finding.suppression is None else f"suppressed: {suppression_words(finding.suppression)}"


def not_checked(report: Report) -> str:
    """What was given and not looked at, in one sentence; an empty string if nothing. Failed inputs are problems."""
    skipped = [looked_at.file for looked_at, fate in fates(report) if fate.is_skipped]
    if not skipped:
        return ""
    names = ", ".join(visible(file, SNIPPET) for file in skipped[:NAMED])
    more = f" and {count(len(skipped) - NAMED, 'more file')}" if len(skipped) > NAMED else ""
    return f"not checked, for they are no whole OpenAPI documents: {names}{more}"


def log(commands: Sequence[str], report: Report, presentation: Presentation) -> str:
    """The log of a step: commands of the CI server, and after them the summary as ordinary lines unless it is quiet."""
    text = "".join(f"{command}\n" for command in commands)
    if presentation.quiet:
        return text
    told = summary(report, presentation.status, WIDTH, painter(False))
    return text + screen("".join(f"{line}\n" for line in told))


def problem_text(problem: Problem, limit: int = MESSAGE) -> str:
    """What could not be done, with the rule and the pointer where it says them."""
    known = [f"at {problem.pointer}"] if problem.pointer else []
    known += [f"rule {problem.rule}"] if problem.rule else []
    return visible(f"{problem.message} ({', '.join(known)})" if known else problem.message, limit)


def some_file(report: Report) -> str:
    """A file to point at for what has no place of its own: the first input, else the folder."""
    return next((looked_at.file for looked_at in report.inputs if looked_at.file), ".")
