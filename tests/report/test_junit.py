from __future__ import annotations

import os
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped

from apilint.findings import Finding, Input, Location, Problem, Report, Severity, Suppression
from apilint.report import Presentation, junit

GOLDEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="apilint" tests="4" failures="2" errors="1">
  <testsuite name="api.yaml" tests="2" failures="2" errors="0" skipped="0" file="api.yaml">
    <properties>
      <property name="apilint.version" value="0.1.0"/>
      <property name="apilint.preset" value="default"/>
      <property name="apilint.fail-on" value="high"/>
      <property name="apilint.hidden" value="4"/>
      <property name="apilint.ignored" value=""/>
      <property name="apilint.configuration" value=""/>
      <property name="apilint.exit-status" value="3"/>
    </properties>
    <testcase classname="server-cleartext" name="server-cleartext: api.yaml#/servers/0/url">
      <failure type="high" message="The server http://api.example.com/v1 is reached without encryption">\
api.yaml:3:5: high[server-cleartext] The server http://api.example.com/v1 is reached without encryption
confidence: high; reached from 1 operation
why: Whoever is on the way reads and changes what is sent.
more: apilint explain server-cleartext</failure>
    </testcase>
    <testcase classname="unauthenticated-write" \
name="unauthenticated-write: POST /pets, api.yaml#/paths/~1pets/post">
      <failure type="critical" message="POST /pets changes data without authentication">\
api.yaml:6:5: critical[unauthenticated-write] POST /pets changes data without authentication
confidence: medium; and 2 more operations
see api.yaml:7:7: switched off here
see other.yaml:2:1: declared here
fix: Remove `security` (unsafe: it may change which messages the API accepts or returns)
more: apilint explain unauthenticated-write</failure>
    </testcase>
    <system-out>note: info is missing</system-out>
  </testsuite>
  <testsuite name="apilint: not checked" tests="2" failures="0" errors="1" skipped="1">
    <properties>
      <property name="apilint.version" value="0.1.0"/>
      <property name="apilint.preset" value="default"/>
      <property name="apilint.fail-on" value="high"/>
      <property name="apilint.hidden" value="4"/>
      <property name="apilint.ignored" value=""/>
      <property name="apilint.configuration" value=""/>
      <property name="apilint.exit-status" value="3"/>
    </properties>
    <testcase classname="problem: reference-refused" name="reference-refused (api.yaml)">
      <error type="reference-refused" message="the reference leaves the root">\
api.yaml:5:3: the reference leaves the root</error>
    </testcase>
    <testcase classname="input" name="input: part.yaml">
      <skipped type="fragment" message="a part of a document that nothing checked refers to, skipped">\
a part of a document that nothing checked refers to, skipped</skipped>
    </testcase>
  </testsuite>
</testsuites>
"""


def test_the_whole_document(report: Report) -> None:
    assert junit.render(report, Presentation("0.1.0", 3)) == GOLDEN


@pytest.fixture
def full(report: Report, a_finding: Callable[..., Finding], a_place: Callable[..., Location]) -> Report:
    """Two APIs, findings of every kind, two of them with one name, a problem without a place."""
    waiver = Suppression("waiver", "old clients", "W-12", "team-a", "2026-03-01")
    found = (
        a_finding(api="api.yaml"),
        a_finding(api="api.yaml", location=a_place(9, 1, 2)),
        a_finding(api="b api.yaml", rule="acme/odd", severity=Severity.LOW, state="new", owner="team"),
        a_finding(api="b api.yaml", rule="acme/odd", suppression=waiver, location=a_place(1, 1, 2, "b: api.yaml")),
    )
    looked_at = (Input("api.yaml", "checked", "3.0", 1, 1), Input("b api.yaml", "checked", "3.1", 1, 1))
    return report._replace(findings=found, inputs=looked_at, problems=(Problem("nothing-to-lint", "nothing"),))


def cases(text: str) -> dict[str, list[tuple[str, str, type | None]]]:
    """As a consumer reads them: by suite, the class, the name and the outcome."""
    suites = JUnitXml.fromstring(text.encode())
    return {
        suite.name: [(case.classname, case.name, type(case.result[0]) if case.result else None) for case in suite]
        for suite in suites
    }


def test_a_consumer_sees_the_outcomes(full: Report) -> None:
    read = cases(junit.render(full, Presentation("1", 3)))
    assert read["api.yaml"] == [
        ("server-cleartext", "server-cleartext: api.yaml#/servers/0/url", Failure),
        ("server-cleartext", "server-cleartext: api.yaml#/servers/0/url-2", Failure),
    ]
    assert read["b api.yaml"] == [
        ("acme/odd", "acme/odd: api.yaml#/servers/0/url", None),
        ("acme/odd", "acme/odd: b: api.yaml#/servers/0/url", Skipped),
        ("server-cleartext", "server-cleartext: nothing found, b api.yaml", None),
    ]
    assert read["apilint: not checked"] == [("problem: nothing-to-lint", "nothing-to-lint", Error)]


def test_a_suppression_says_why_and_a_finding_below_the_threshold_is_seen(full: Report) -> None:
    root = ElementTree.fromstring(junit.render(full, Presentation("1", 3)))
    skipped = root.find(".//skipped")
    assert skipped is not None
    assert skipped.get("message") == "waiver W-12 until 2026-03-01: old clients (owner: team-a)"
    assert (skipped.text or "").startswith(skipped.get("message", "?"))
    below = root.find("./testsuite[@name='b api.yaml']/testcase/system-out")
    assert below is not None
    assert "low[acme/odd]" in (below.text or "")
    assert "owner: team\nstate: new\n" in (below.text or "")


def test_the_threshold_decides_what_fails(full: Report) -> None:
    for fail_on, failures in ((Severity.CRITICAL, 0), (Severity.HIGH, 2), (Severity.INFO, 3)):
        read = cases(junit.render(full._replace(fail_on=fail_on), Presentation("1", 3)))
        assert sum(outcome is Failure for suite in read.values() for _, _, outcome in suite) == failures


def test_a_crashed_rule_has_not_passed(report: Report) -> None:
    crashed = Problem("rule-crashed", "it failed", "api.yaml", rule="server-cleartext")
    read = cases(junit.render(report._replace(findings=(), problems=(crashed,)), Presentation("1", 3)))
    assert read["api.yaml"] == []


def test_a_rule_whose_finding_another_suite_has_did_not_pass(full: Report) -> None:
    first, *rest = full.findings
    shared = [first._replace(also=("b api.yaml",)), *rest]
    read = cases(junit.render(full._replace(findings=shared), Presentation("1", 3)))
    assert [name for _, name, outcome in read["b api.yaml"] if outcome is None and "nothing found" in name] == []


def test_names_do_not_move_with_lines(full: Report) -> None:
    moved = [
        one._replace(location=one.location._replace(span=one.location.span._replace(line=77))) for one in full.findings
    ]
    assert cases(junit.render(full, Presentation())) == cases(
        junit.render(full._replace(findings=moved), Presentation())
    )


def test_no_machine_and_no_time(full: Report) -> None:
    text = junit.render(full, Presentation("1", 3, moment="2026-01-01T00:00:00"))
    assert not [word for word in ("hostname", "timestamp", " time=", "2026-01-01") if word in text]


def test_a_long_path_stays_whole_where_tools_open_it(report: Report) -> None:
    name = "deep/" * 60 + "api.yaml"
    root = ElementTree.fromstring(junit.render(report._replace(inputs=(Input(name, "checked"),)), Presentation("1", 3)))
    assert name in [suite.get("file") for suite in root.iter("testsuite")]


def test_nothing_is_still_a_document(report: Report) -> None:
    nothing = report._replace(findings=(), problems=(), inputs=(), rules=())
    assert cases(junit.render(nothing, Presentation())) == {}


def test_it_holds_to_the_schema_of_jenkins(full: Report, report: Report) -> None:
    path = os.environ.get("APILINT_JUNIT_XSD")
    if not path:
        pytest.skip("APILINT_JUNIT_XSD does not name junit-10.xsd, which the source distribution of pytest holds")
    schema = xmlschema.XMLSchema(path)
    for one in (full, report, report._replace(findings=(), problems=(), inputs=(), rules=())):
        schema.validate(junit.render(one, Presentation("1", 3)))
