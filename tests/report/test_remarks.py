from __future__ import annotations

from collections.abc import Callable

import pytest

from apilint.findings import Finding, Input, Problem, Report
from apilint.report import FORMATS, Presentation, renderer
from apilint.report.identity import unique
from apilint.report.remarks import Rules, facts, not_checked, problem_text
from apilint.report.summary import Fate, fates, inputs
from apilint.rule import Rule

Make = Callable[..., Finding]
# The formats that name what was skipped.
NAMING = ("json", "jsonl", "sarif", "html", "markdown", "gitlab", "gitlab-sast", "junit", "sonarqube", "rdjson")


def test_facts_say_how_sure_and_of_which_operations(a_finding: Make) -> None:
    assert facts(a_finding(operations=0)) == "confidence: high"
    assert facts(a_finding(operations=3)) == "confidence: high; reached from 3 operations"
    found = a_finding(operation="GET /pets\n", operations=2)
    assert facts(found) == "confidence: high; operation: GET /pets\\x0a and 1 more operation"


def test_a_rule_that_the_report_does_not_have_has_no_page(report: Report, a_finding: Make) -> None:
    rules = Rules(report)
    unknown = a_finding(rule="unknown")
    assert (rules.summary(unknown), rules.remedy("unknown"), rules.reason("unknown")) == ("unknown", "", "")


def test_the_sections_of_a_page_come_on_one_line(report: Report, a_rule: Rule, a_finding: Make) -> None:
    rule = a_rule._replace(doc="The server.\n\n    Why\n    so.\n\n    To fix: write\n    `https:`.\n")
    rules = Rules(report._replace(rules=(rule,)))
    assert (rules.summary(a_finding()), rules.reason(rule.id), rules.remedy(rule.id)) == (
        "The server",
        "Why so.",
        "Write `https:`.",
    )


def test_what_was_not_looked_at_is_named(report: Report) -> None:
    looked_at = [Input(f"{n}.yaml", "fragment") for n in range(4)]
    told = report._replace(inputs=[*looked_at, Input("x\n.yaml", "checked"), Input("y.yaml", "failed")])
    assert not_checked(told) == (
        "not checked, for they are no whole OpenAPI documents: 0.yaml, 1.yaml, 2.yaml and 1 more file"
    )
    assert not_checked(report._replace(inputs=())) == ""


def test_a_problem_says_where_and_with_which_rule() -> None:
    assert problem_text(Problem("k", "it broke\n", pointer="/paths", rule="r")) == "it broke\\x0a (at /paths, rule r)"


@pytest.mark.parametrize("names", [["a", "a", "a-2"], ["a-2", "a", "a"], [""] * 3, []])
def test_unique_names_stay_in_order_and_differ(names: list[str]) -> None:
    given = unique(names)
    assert len(set(given)) == len(names)
    assert all(new == old or new.startswith(f"{old}-") for old, new in zip(names, given, strict=True))


def test_a_part_of_a_document_was_read_with_it_or_not_at_all(report: Report) -> None:
    files = [Input("api.yaml", "checked"), Input("part.yaml", "fragment"), Input("loose.yaml", "fragment")]
    told = report._replace(inputs=[*files, Input("x.json", "skipped")], documents=("api.yaml", "part.yaml"))
    assert [fate for _, fate in fates(told)] == [Fate.CHECKED, Fate.PART, Fate.LOOSE, Fate.OTHER]
    assert inputs(told).endswith("1 fragment skipped, 1 other file skipped")
    assert not_checked(told) == "not checked, for they are no whole OpenAPI documents: loose.yaml, x.json"
    for name in FORMATS:
        text = renderer(FORMATS[name])(told, Presentation())
        for file, named in (("part.yaml", ("html", "json", "jsonl")), ("loose.yaml", NAMING)):
            assert (file in text) is (name in named), (name, file)
