from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apilint.findings import Confidence, Finding, Fix, Input, Location, Problem, Related, Report, Severity, Span
from apilint.rule import Rule, rule

TEXT = """\
openapi: 3.0.3
servers:
  - url: http://api.example.com/v1
paths:
  /pets:
    post:
      security: []
"""


@rule(
    "server-cleartext",
    on=object,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-319", "RFC 9110"),
    fixable=True,
)
def server_cleartext(server: Any) -> Iterator[Any]:
    """The server is reached without encryption.

    Whoever is on the way reads and changes what is sent.

    ```yaml fail
    servers:
      - url: http://api.example.com  # flagged
    ```

    ```yaml pass
    servers:
      - url: https://api.example.com
    ```
    """
    return iter(())


def at(line: int, column: int, end_column: int, file: str = "api.yaml", pointer: str = "/servers/0/url") -> Location:
    return Location(file, pointer, Span(line, column, line, end_column))


def finding(**changes: Any) -> Finding:
    plain = Finding(
        "server-cleartext",
        Severity.HIGH,
        Confidence.HIGH,
        "The server http://api.example.com/v1 is reached without encryption",
        at(3, 5, 8),
        None,
        1,
        (),
        "f1",
    )
    return plain._replace(**changes)


def text_line(file: str, number: int) -> str:
    lines = TEXT.splitlines()
    return lines[number - 1] if file == "api.yaml" and number <= len(lines) else ""


@pytest.fixture
def a_rule() -> Rule:
    return server_cleartext


@pytest.fixture
def a_finding() -> Callable[..., Finding]:
    return finding


@pytest.fixture
def a_place() -> Callable[..., Location]:
    return at


@pytest.fixture
def report() -> Report:
    """Two findings, a problem, a deviation, a fragment."""
    write = finding(
        rule="unauthenticated-write",
        severity=Severity.CRITICAL,
        confidence=Confidence.MEDIUM,
        message="POST /pets changes data without authentication",
        location=at(6, 5, 9, pointer="/paths/~1pets/post"),
        operation="POST /pets",
        operations=3,
        related=(Related(at(7, 7, 15), "switched off here"), Related(at(2, 1, 8, "other.yaml"), "declared here")),
        fingerprint="f2",
        fix=Fix("Remove `security`", False, ()),
    )
    return Report(
        findings=(finding(), write),
        problems=(Problem("reference-refused", "the reference leaves the root", "api.yaml", 5, 3),),
        inputs=(Input("api.yaml", "checked", "3.0", 1, 2, ("info is missing",)), Input("part.yaml", "fragment")),
        rules=(server_cleartext,),
        plugins=("apilint 0.1.0", "acme-rules 2.0"),
        preset="default",
        fail_on=Severity.HIGH,
        hidden=4,
        line=text_line,
    )
