"""The format `html`: one page for a browser that needs nothing else, neither a network nor other files.

The page is a Jinja2 template with autoescape on. What was looked at, the problems and the pages of rules
stand in it as HTML; the findings as data that the page's own script shows, filters and groups, since 5,000 of
them as HTML would take several megabytes. Without scripts a short list of the gravest stands in their place.
A content security policy (CSP level 3, https://www.w3.org/TR/CSP3/) allows that one script and that one style
by their hashes and nothing else, no address, no picture, no form, and no HTML made from text.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from apilint.findings import Confidence, Finding, Input, Problem, Report, Severity
from apilint.report import Presentation, gates
from apilint.report.escape import MESSAGE, POINTER, SNIPPET, html_document, html_json, visible
from apilint.report.frame import cells
from apilint.report.html.data import LISTED, Listed, data, listed
from apilint.report.html.prose import inline, rule_page
from apilint.report.html.standing import standing
from apilint.report.layout import count
from apilint.report.places import place, problem_place
from apilint.report.summary import (
    Fate,
    at_or_above,
    before,
    compared,
    fates,
    gravest_first,
    hidden,
    inputs,
    reason,
    since,
    suppression_words,
)

if TYPE_CHECKING:
    from jinja2 import Template

PLAIN = 200  # findings that are listed for a browser without scripts
INPUTS, PROBLEMS, DEVIATIONS = 200, 200, 20


def render(report: Report, presentation: Presentation) -> str:
    """The report as one HTML page; of more than `LISTED` findings the gravest, and how many are left out."""
    chosen = listed(report.findings)
    improvements = () if report.against is None else gravest_first(report.against.improvements)
    known = {rule.id: rule for rule in report.rules}
    found = dict.fromkeys(one.finding.rule for one in sorted(chosen, key=lambda one: one.finding.rule))
    style, script = _file("page.css"), _file("findings.js") + _file("page.js")
    facts = data(report, chosen, known)
    text = _template().render(
        policy=_policy(style, script),
        style=style,
        script=script,
        data=html_json(facts),
        version=visible(presentation.version, SNIPPET),
        verdict=_verdict(report, presentation.status),
        score=standing(report),
        counts=_counts(report.findings),
        suppressed=sum(one.suppression is not None for one in report.findings),
        looked_at=inputs(report),
        hidden=hidden(report) if report.hidden else "",
        since=since(report.since) if report.since is not None else [],
        compared=compared(report) if report.against is not None else [],
        better=[_better(one) for one in improvements[:PLAIN]],
        more_better=max(0, len(improvements) - PLAIN),
        ignored=[visible(rule, SNIPPET) for rule in report.ignored],
        configuration=[visible(name, SNIPPET) for name in report.configuration],
        preset=visible(report.preset, SNIPPET),
        fail_on=gates.threshold(report),
        gates=gates.sentences(report),
        rules_run=count(len(report.rules), "rule"),
        # apilint's own rules are a plugin of its own distribution.
        plugins=[visible(one, SNIPPET) for one in report.plugins if one != f"apilint {presentation.version}"],
        inputs=[_input(*one) for one in _gravest_inputs(report)[:INPUTS]],
        more_inputs=max(0, len(report.inputs) - INPUTS),
        input_count=len(report.inputs),
        problems=[_problem(report, one) for one in report.problems[:PROBLEMS]],
        more_problems=max(0, len(report.problems) - PROBLEMS),
        listed=len(chosen),
        left_out=max(0, len(report.findings) - LISTED),
        filters=_filters(facts, chosen),
        plain=[_plain(*one) for one in chosen[:PLAIN]],
        pages=[(visible(id, SNIPPET), visible(known[id].summary), rule_page(known[id])) for id in found if id in known],
    )
    return html_document(text)


@functools.cache
def _file(name: str) -> str:
    return resources.files("apilint.report.html").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["prose"] = inline
    return environment.get_template("page.html.j2")


def _policy(style: str, script: str) -> str:
    """The content security policy: this one script and this one style, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src 'none'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _verdict(report: Report, status: int) -> tuple[str, str, str]:
    """How it ended: a class, one word, and why."""
    if report.problems or status not in (0, 1):
        word = "Incomplete"
    elif status:
        word = "Failed"
    else:
        word = "Let pass" if at_or_above(report) or gates.failing(report) else "Passed"
    return word.lower().replace(" ", "-"), word, f"exit status {status}: {reason(report, status)}"


def _counts(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """How many findings of each severity count, the gravest severity first."""
    counts = [0] * len(Severity)
    for finding in findings:
        counts[finding.severity] += finding.suppression is None
    return [(severity.label, counts[severity]) for severity in reversed(Severity)]


def _gravest_inputs(report: Report) -> list[tuple[Input, Fate]]:
    """What failed first, then what was checked, and last the parts and others that were skipped, which can be many."""
    order = (Fate.FAILED, Fate.CHECKED, Fate.EXCLUDED, Fate.PART, Fate.LOOSE, Fate.OTHER)
    return sorted(fates(report), key=lambda one: order.index(one[1]))


def _input(one: Input, fate: Fate) -> dict[str, Any]:
    more = len(one.deviations) - DEVIATIONS
    said = [visible(deviation, MESSAGE) for deviation in one.deviations[:DEVIATIONS]]
    return {
        "file": visible(one.file),
        "status": fate.value,
        "looks": "not-checked failed" if fate is Fate.FAILED else "not-checked" if fate.is_skipped else "",
        "version": visible(one.version or "", SNIPPET),
        "operations": one.operations,
        "documents": one.documents,
        "deviations": said + ([f"and {count(more, 'more departure')} from the OpenAPI schema"] if more > 0 else []),
    }


def _problem(report: Report, one: Problem) -> dict[str, str]:
    text = ""
    if one.file is not None and one.line is not None:
        text = cells(report.line(one.file, one.line).strip()[:SNIPPET])
    return {
        "kind": visible(one.kind, SNIPPET),
        "message": visible(one.message, MESSAGE),
        "place": problem_place(one),
        "text": text,
        "pointer": visible(one.pointer or "", POINTER),
        "rule": visible(one.rule or "", SNIPPET),
    }


def _filters(facts: dict[str, Any], chosen: Sequence[Listed]) -> dict[str, Any]:
    """What the filters offer: only that which makes a difference here."""
    findings = [one.finding for one in chosen]
    return {
        "severities": [(int(one), one.label) for one in reversed(Severity)],
        "confidences": [(int(one), one.label) for one in reversed(Confidence)],
        "rules": len(facts["rules"]),
        "files": len(facts["files"]),
        "apis": len(facts["apis"]),
        "suppressed": any(one.suppression is not None for one in findings),
        "states": sorted({visible(one.state, SNIPPET) for one in findings if one.state}),
        "fixable": any(one.fix is not None for one in findings),
    }


def _better(one: Finding) -> dict[str, str]:
    return {
        "rule": visible(one.rule, SNIPPET),
        "message": visible(one.message, MESSAGE),
        "place": f"{place(one.location)}{before(one)}",
    }


def _plain(finding: Finding, anchor: str) -> dict[str, str]:
    return {
        "anchor": anchor,
        "severity": finding.severity.label,
        "confidence": finding.confidence.label,
        "message": visible(finding.message, MESSAGE),
        "place": place(finding.location),
        "rule": visible(finding.rule, SNIPPET),
        "fix": visible(finding.fix.summary, MESSAGE) if finding.fix is not None else "",
        "suppressed": suppression_words(finding.suppression) if finding.suppression is not None else "",
    }
