"""The harness that third parties test their rules with: what it accepts, and what it says when a rule is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from apilint.api import Api, Confidence, Flag, Rule, Severity
from apilint.testing import cases, check_rule

DOCUMENT = """openapi: 3.0.0
info: {title: T, version: "1"}  # flagged
paths: {}
"""


def a_rule(doc: str, check: Callable[[Api], Iterable[Flag]] | None = None, id: str = "acme/titled") -> Rule:
    def flag_info(api: Api) -> Iterator[Flag]:
        yield api.flag("info", "the API has a title")

    return Rule(id, Api, Severity.LOW, Confidence.HIGH, check or flag_info, doc)


def block(info: str, text: str = DOCUMENT) -> str:
    return f"```{info}\n{text}```\n"


PASS = block("yaml pass", DOCUMENT.replace("  # flagged", ""))


def nothing(api: Api) -> Iterator[Flag]:
    yield from ()


def test_marked_lines_are_compared_exactly() -> None:
    [case] = cases([a_rule(block("yaml fail"))])
    assert case.flagged == {2}
    assert (case.kind, case.format, case.line) == ("fail", "yaml", 1)
    case.check()


def test_a_missed_line_is_shown_beside_the_text() -> None:
    [case] = cases([a_rule(block("yaml fail"), nothing)])
    with pytest.raises(AssertionError, match=r"MISSED +2 \| info: .*# flagged"):
        case.check()


def test_a_false_line_is_shown_with_its_message() -> None:
    [case] = cases([a_rule(PASS)])
    with pytest.raises(AssertionError, match=r"(?s)FALSE +2 \| info.*\^ low: the API has a title"):
        case.check()


def test_a_rule_that_raises_fails_the_case() -> None:
    def crash(api: Api) -> Iterator[Flag]:
        raise RuntimeError("out of ideas")

    [case] = cases([a_rule(PASS, crash)])
    with pytest.raises(AssertionError, match="out of ideas"):
        case.check()


def test_a_document_that_cannot_be_read_fails_the_case() -> None:
    [case] = cases([a_rule(block("yaml pass", "openapi: [\n"), nothing)])
    with pytest.raises(AssertionError, match="could not be checked"):
        case.check()


def test_a_page_shows_valid_documents_only() -> None:
    [case] = cases([a_rule(block("yaml pass", "openapi: 3.0.0\npaths: {}\n"), nothing)])
    with pytest.raises(AssertionError, match="not a valid document"):
        case.check()


def test_json_lists_its_lines() -> None:
    text = '{\n"openapi": "3.0.0",\n"info": {"title": "T", "version": "1"},\n"paths": {}\n}\n'
    [case] = cases([a_rule(block("json fail flagged: 3", text))])
    assert case.flagged == {3}
    case.check()


def test_blocks_may_be_indented_and_other_blocks_are_refused() -> None:
    page = "Text.\n\n  ```yaml fail\n" + "".join(f"  {line}\n" for line in DOCUMENT.splitlines()) + "  ```\n"
    [case] = cases([a_rule(page)])
    assert case.text == DOCUMENT
    case.check()


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (block("yaml"), "not `yaml`"),
        (block("toml fail"), "not `toml fail`"),
        (block("yaml fail", "openapi: 3.0.0\n"), "`fail` block with 0 flagged lines"),
        (block("yaml pass"), "`pass` block with 1 flagged lines"),
        (block("json fail", "{}\n"), "`fail` block with 0 flagged lines"),
        ("```yaml fail\nopenapi: 3.0.0  # flagged\n", "is not closed"),
    ],
)
def test_a_block_that_says_nothing_clear_is_refused(page: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(cases([a_rule(page)]))


def test_edge_cases_are_found_by_the_rule_id(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "titled.md").write_text(block("yaml fail"), encoding="utf-8")
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    rule = a_rule(block("yaml fail") + PASS, lambda api: [api.flag("info", "m")] if "title" in api.get("info") else [])
    found = list(cases([rule], tmp_path))
    assert [str(case) for case in found] == [
        "acme/titled-page-1-fail",
        "acme/titled-page-6-pass",
        "acme/titled-acme/titled.md-1-fail",
    ]


def test_edge_cases_of_no_rule_are_refused(tmp_path: Path) -> None:
    (tmp_path / "titld.md").write_text(PASS, encoding="utf-8")
    with pytest.raises(ValueError, match=r"titld\.md holds edge cases of a rule that does not exist"):
        list(cases([a_rule(PASS)], tmp_path))


def test_check_rule_wants_both_kinds_on_the_page(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no `fail` block"):
        check_rule(a_rule(PASS, nothing))
    with pytest.raises(AssertionError, match="no `pass` block"):
        check_rule(a_rule(block("yaml fail")))
    silent = PASS.replace("title: T", "title: Other")
    rule = a_rule(
        block("yaml fail") + silent, lambda api: [api.flag("info", "m")] if api.get("info")["title"] == "T" else []
    )
    check_rule(rule, tmp_path)
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "titled.md").write_text(PASS, encoding="utf-8")
    with pytest.raises(AssertionError, match=r"pass block at line 1 of acme/titled\.md"):
        check_rule(rule, tmp_path)
