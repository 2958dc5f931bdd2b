"""The harness for rules: a rule's page is its test.

The page of a rule (its docstring) and files of edge cases hold fenced blocks, each a whole document:

    ```yaml fail            lines that the rule flags end with the comment "# flagged"
    ```yaml fixed           after a fail block: the same document when all its fixes are made
    ```yaml pass            the rule flags nothing
    ```json fail flagged: 3, 7    JSON has no comments, so the lines are listed, counted from 1 within the block
    ```yaml fail with fix=40      with another value of an option, as JSON

Edge cases stand in `<folder>/<rule id>.md` (a third party's `vendor/rule-id` in `<folder>/vendor/rule-id.md`).
Each block runs through the engine with that rule alone. With pytest:

    @pytest.mark.parametrize("case", cases(RULES, Path(__file__).parent / "rules"), ids=str)
    def test_rule(case):
        case.check()
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from apilint.findings import Edit, Finding
from apilint.rule import Rule

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<fence>```+)(?P<info>.*)")
_INFO = re.compile(
    r"(?P<format>yaml|json)[ \t]+(?P<kind>fail|pass)(?:[ \t]+flagged:[ \t]*(?P<lines>\d+(?:[ \t]*,[ \t]*\d+)*))?"
    r"(?:[ \t]+with[ \t]+(?P<option>\w+)=(?P<value>.+))?"
)
_MARK = re.compile(r"#[ \t]*flagged[ \t]*$")


class Case(NamedTuple):
    """One fenced block.

    `kind` is "fail" or "pass", `flagged` the lines that the rule must flag, `line` where the block
    begins in its source, `fixed` the document after all fixes, where the source shows one.
    """

    rule: Rule
    source: str
    line: int
    kind: str
    format: str
    text: str
    flagged: frozenset[int]
    fixed: str | None = None

    def __str__(self) -> str:
        """A short name for test reports."""
        return f"{self.rule.id}-{self.source}-{self.line}-{self.kind}"

    def check(self) -> None:
        """Run the rule on the block.

        Raises AssertionError, with the lines side by side, if the rule flags others than those marked.
        """
        findings, problems = _run(self)
        if problems:
            raise AssertionError(f"{self._title}: the document could not be checked:\n" + "\n".join(problems))
        found: dict[int, list[Finding]] = {}
        for finding in findings:
            found.setdefault(finding.location.span.line, []).append(finding)
        if set(found) != self.flagged:
            raise AssertionError(f"{self._title}: the lines flagged differ\n{self._side_by_side(found)}")
        fixes = [finding.fix for finding in findings if finding.fix is not None]
        if fixes and not self.rule.fixable:
            raise AssertionError(f"{self._title}: the rule gives a fix and is not marked as fixable")
        if self.fixed is not None:
            self._check_fixed([edit for fix in fixes for edit in fix.edits])

    def _check_fixed(self, edits: Sequence[Edit]) -> None:
        from apilint.fixing.data import applied

        mended, expected = applied(self._parsed(self.text), edits), self._parsed(self.fixed or "")
        if mended != expected:
            raise AssertionError(f"{self._title}: the fixes give\n{mended}\nand not\n{expected}")

    def _parsed(self, text: str) -> Any:
        from apilint.reading.limits import Limits
        from apilint.reading.parse import parse
        from apilint.reading.source import Source

        return parse(Source(f"openapi.{self.format}", None, text.encode()), Limits()).value

    @property
    def _title(self) -> str:
        return f"{self.rule.id}: {self.kind} block at line {self.line} of {self.source}"

    def _side_by_side(self, found: dict[int, list[Finding]]) -> str:
        shown = []
        for number, text in enumerate(self.text.split("\n"), 1):
            state = (number in self.flagged, number in found)
            sign = {(True, True): "ok     ", (True, False): "MISSED ", (False, True): "FALSE  "}.get(state, "       ")
            shown.append(f"{sign}{number:4} | {text}".rstrip())
            shown += [f"{'':12}^ {finding.severity.label}: {finding.message}" for finding in found.get(number, ())]
        elsewhere = [finding for line, those in found.items() if line > len(self.text.split("\n")) for finding in those]
        shown += [f"FALSE   {one.location.file}:{one.location.span.line}: {one.message}" for one in elsewhere]
        return "\n".join(shown)


def cases(rules: Iterable[Rule], folder: str | os.PathLike[str] | None = None) -> list[Case]:
    """Give every block of the rules' pages and, with a folder, of their files of edge cases.

    Raises ValueError for a block that is neither `fail` nor `pass` or that contradicts itself, and
    for a file of edge cases that belongs to no rule.
    """
    by_id = {rule.id: rule.load() for rule in rules}
    found = [case for rule in by_id.values() for case in _extract(rule, "page", rule.page)]
    for name in _edge_cases(os.fspath(folder)) if folder is not None else ():
        rule_id = name.removesuffix(".md")
        if rule_id not in by_id:
            raise ValueError(f"{name} holds edge cases of a rule that does not exist: {rule_id}")
        with open(os.path.join(os.fspath(folder or ""), *name.split("/")), encoding="utf-8") as file:
            found.extend(_extract(by_id[rule_id], name, file.read()))
    return found


def check_rule(rule: Rule, folder: str | os.PathLike[str] | None = None) -> None:
    """Check a rule's page and its edge cases.

    Raises AssertionError for the first block on which the rule flags other lines than marked, and
    for a page without a `fail` or without a `pass` block; ValueError as `cases` does.
    """
    rule = rule.load()
    kinds = {case.kind for case in _extract(rule, "page", rule.page)}
    for kind in ("fail", "pass"):
        if kind not in kinds:
            raise AssertionError(f"{rule.id}: the page has no `{kind}` block")
    for case in _extract(rule, "page", rule.page):
        case.check()
    path = None if folder is None else os.path.join(folder, f"{rule.id}.md")
    if path is not None and os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for case in _extract(rule, f"{rule.id}.md", file.read()):
                case.check()


def _edge_cases(folder: str) -> list[str]:
    found = []
    for place, _, names in os.walk(folder):
        inside = os.path.relpath(place, folder)
        prefix = "" if inside == "." else inside.replace(os.sep, "/") + "/"
        found += [prefix + name for name in names if name.endswith(".md") and name != "README.md"]
    return sorted(found)


def _extract(rule: Rule, source: str, markdown: str) -> Iterator[Case]:
    lines = markdown.split("\n")
    case: Case | None = None
    number = 0
    while number < len(lines):
        opening = _FENCE.fullmatch(lines[number].rstrip())
        number += 1
        if opening is None:
            continue
        start, indent, fence = number, opening["indent"], opening["fence"]
        while number < len(lines) and lines[number].strip() != fence:
            number += 1
        if number == len(lines):
            raise ValueError(f"{rule.id}: the block at line {start} of {source} is not closed")
        body = [line.removeprefix(indent) for line in lines[start:number]]
        number += 1
        info = opening["info"].strip()
        if info.split(" ")[-1] != "fixed":
            if case is not None:
                yield case
            case = _case(rule, source, start, info, body)
        elif case is None or case.kind != "fail" or case.fixed is not None:
            raise ValueError(f"{rule.id}: the `fixed` block at line {start} of {source} follows no `fail` block")
        else:
            case = case._replace(fixed="\n".join(body) + "\n")
    if case is not None:
        yield case


def _case(rule: Rule, source: str, line: int, info: str, body: list[str]) -> Case:
    where = f"{rule.id}: the block at line {line} of {source}"
    parts = _INFO.fullmatch(info)
    if parts is None:
        raise ValueError(
            f"{where} should be `yaml fail`, `yaml pass`, `json fail flagged: 3, 7` or `json pass`, not `{info}`"
        )
    if parts["option"]:
        rule = _with_option(rule, parts["option"], parts["value"], where)
    flagged = frozenset(int(one) for one in re.findall(r"\d+", parts["lines"] or ""))
    if parts["format"] == "yaml":
        flagged |= {number for number, text in enumerate(body, 1) if _MARK.search(text)}
    if bool(flagged) is not (parts["kind"] == "fail"):
        raise ValueError(f"{where} is a `{parts['kind']}` block with {len(flagged)} flagged lines")
    return Case(rule, source, line, parts["kind"], parts["format"], "\n".join(body) + "\n", flagged)


def _with_option(rule: Rule, name: str, value: str, where: str) -> Rule:
    from json import loads

    try:
        return rule.with_options({name: loads(value)})
    except ValueError as wrong:
        raise ValueError(f"{where} names an option that does not fit: {wrong}") from None


def _run(case: Case) -> tuple[Sequence[Finding], list[str]]:
    """The findings of the rule on the block, and what kept the document from being checked."""
    from tempfile import TemporaryDirectory

    from apilint.plugins import Plugins
    from apilint.run import RunOptions, run

    with TemporaryDirectory() as folder:
        path = os.path.join(folder, f"openapi.{case.format}")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(case.text)
        report = run(
            RunOptions(paths=(path,), select=(case.rule.id,), ref_root=folder),
            Plugins((case.rule,), {}, {}, (), ()),
        )
    # A reference that is not followed is something that edge cases are about.
    problems = [
        f"line {one.line or '?'}: {one.message}" for one in report.problems if not one.kind.startswith("reference-")
    ]
    # A rule about how documents are written has to show what is written wrong.
    if case.source == "page" and not (case.kind == "fail" and "structure" in case.rule.tags):
        problems += [f"not a valid document: {text}" for one in report.inputs for text in one.deviations]
    return report.findings, problems
