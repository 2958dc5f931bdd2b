from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apilint.cli import main
from apilint.findings import Confidence, Finding, Input, Location, Problem, Report, Severity, Span
from apilint.plugins import Plugins
from apilint.report import FORMATS
from apilint.rule import Rule, rule


@rule("http-basic-auth", on=object, severity=Severity.MEDIUM, confidence=Confidence.HIGH, refs=("CWE-522",))
def http_basic_auth(scheme: Any) -> Iterator[Any]:
    """Basic authentication sends the password each time.

    Why: it does.
    """
    return iter(())


class Outcome:
    """What a command gave: exit status and both streams; and what the run was asked."""

    def __init__(self, status: int, out: str, err: str, options: Any) -> None:
        self.status = status
        self.out = out
        self.err = err
        self.options = options


FINDING = Finding(
    "http-basic-auth",
    Severity.HIGH,
    Confidence.HIGH,
    "Basic authentication",
    Location("api.yaml", "/x", Span(1, 1, 1, 4)),
    None,
    1,
    (),
    "f",
)
REPORT = Report((FINDING,), (), (Input("api.yaml", "checked", "3.0", 1, 1),), (), (), "default", Severity.HIGH)
CLEAN = REPORT._replace(findings=())
INCOMPLETE = REPORT._replace(problems=(Problem("malformed", "no YAML"),))


@pytest.fixture
def reports() -> dict[str, Report]:
    return {"found": REPORT, "clean": CLEAN, "incomplete": INCOMPLETE}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Give a function that runs a command whose `run` answers with a given report, or raises."""

    def calling(*words: str, gives: Report | BaseException = CLEAN) -> Outcome:
        asked: list[Any] = []

        def run(options: Any, loaded: Any = None) -> Report:
            asked.append(options)
            if isinstance(gives, BaseException):
                raise gives
            return gives if options.fail_on is None else gives._replace(fail_on=options.fail_on)

        monkeypatch.setattr("apilint.run.run", run)
        status = main(list(words))
        captured = capfd.readouterr()
        return Outcome(status, captured.out, captured.err, asked[0] if asked else None)

    return calling


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that sets which plugins are there."""

    def setting(rules: tuple[Rule, ...] = (http_basic_auth,), formats: Any = None, **changes: Any) -> None:
        loaded = Plugins(rules, {**FORMATS, **(formats or {})}, {}, ("apilint 0.1.0",), ())._replace(**changes)
        monkeypatch.setattr("apilint.plugins.load", lambda **options: loaded)
        monkeypatch.setattr("apilint.plugins.installed", lambda: [("apilint", "9"), ("zebra-rules", "2.0")])

    return setting
