from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from apilint.findings import Finding, Input, Location, Problem, Report, Severity, Suppression
from apilint.report import Presentation, checkstyle

GOLDEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <!-- exit status 3: not everything could be checked -->
  <!-- checked 1 API with 1 operation, 2 documents read, 1 fragment skipped -->
  <!-- 4 or more hidden by preset default or - -min-confidence: - -preset audit alone shows them -->
  <file name="api.yaml">
    <error line="3" column="5" severity="error" message="The server http://api.example.com/v1 is reached without \
encryption (confidence: high; reached from 1 operation) More: apilint explain server-cleartext" \
source="apilint.server-cleartext"/>
    <error line="6" column="5" severity="error" message="POST /pets changes data without authentication \
(confidence: medium; and 2 more operations) More: apilint explain unauthenticated-write" \
source="apilint.unauthenticated-write"/>
    <error line="5" column="3" severity="error" message="reference-refused: the reference leaves the root" \
source="apilint.problem.reference-refused"/>
  </file>
</checkstyle>
"""


def test_the_whole_document(report: Report) -> None:
    assert checkstyle.render(report, Presentation("0.1.0", 3)) == GOLDEN


@pytest.mark.parametrize(
    ("severity", "said"),
    [("INFO", "info"), ("LOW", "info"), ("MEDIUM", "warning"), ("HIGH", "error"), ("CRITICAL", "error")],
)
def test_severities(severity: str, said: str, report: Report, a_finding: Callable[..., Finding]) -> None:
    text = checkstyle.render(report._replace(findings=(a_finding(severity=Severity[severity]),)), Presentation())
    assert f'column="5" severity="{said}"' in text


def test_suppressed_findings_are_counted_apart(report: Report, a_finding: Callable[..., Finding]) -> None:
    found = (a_finding(suppression=Suppression("waiver")), a_finding(suppression=Suppression("inline")))
    text = checkstyle.render(report._replace(findings=found, problems=()), Presentation())
    assert "<error" not in text
    assert "<!-- 2 findings left out as suppressed: 1 waived, 1 ignored inline -->" in text


def test_a_problem_without_a_file_points_at_an_input(report: Report) -> None:
    lost = report._replace(findings=(), problems=(Problem("internal-error", "x"),))
    root = ElementTree.fromstring(checkstyle.render(lost, Presentation("1", 3)))
    assert [file.get("name") for file in root] == ["api.yaml"]
    nowhere = lost._replace(inputs=())
    root = ElementTree.fromstring(checkstyle.render(nowhere, Presentation("1", 3)))
    assert [file.get("name") for file in root] == ["."]


def test_no_tag_reaches_a_reader_that_takes_messages_for_html(
    report: Report, a_finding: Callable[..., Finding]
) -> None:
    message = "<b>bold</b> <!-- x --> a < b &amp; a&b </error>"
    text = checkstyle.render(report._replace(findings=(a_finding(message=message),)), Presentation())
    entry = ElementTree.fromstring(text).find("./file/error")
    assert entry is not None
    assert entry.get("message", "").startswith("< b>bold< /b> < !-- x --> a < b & amp; a& b < /error>")


def test_odd_names_and_hyphens(report: Report, a_finding: Callable[..., Finding]) -> None:
    place = Location('a "b"&<c>:%\udcff.yaml', "", report.findings[0].location.span)
    odd = report._replace(
        findings=(a_finding(location=place),), preset="a--b---c", inputs=(Input("--", "failed"),), problems=()
    )
    root = ElementTree.fromstring(checkstyle.render(odd, Presentation()))
    assert [file.get("name") for file in root] == ['a "b"&<c>:%\\udcff.yaml']
