"""The fixes of the built-in rules as text: the `fixed` blocks of their pages, in each style of documents."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from apilint.findings import Edit
from apilint.fixing.apply import apply
from apilint.fixing.data import applied, same
from apilint.fixing.text import Fixer
from apilint.plugins import Plugins
from apilint.reading.document import Document
from apilint.reading.limits import Limits
from apilint.reading.parse import parse
from apilint.reading.source import Source
from apilint.run import RunOptions, run
from apilint.testing import Case, cases
from apilint_rules import provide_rules

CASES = [
    case
    for case in cases(provide_rules(), Path(__file__).parent.parent / "rules")
    if case.kind == "fail" and case.rule.fixable
]
FIXED = [case for case in CASES if case.fixed]

# The page shows the members in another order, or in other quotes or brackets, than an edit of the text leaves them.
OTHERWISE = {
    "constraint-ignored-by-version constraint-ignored-by-version.md",
    "file-parameter-consumes page",
    "http-unknown-scheme http-unknown-scheme.md",
    "kong-plugin-config-misplaced kong-plugin-config-misplaced.md",
    "response-401-undefined response-401-undefined.md",
    "response-validation-error-undefined response-validation-error-undefined.md",
    "security-requirement-malformed security-requirement-malformed.md",
    "unsafe-markdown page",
}


def document(text: str, name: str) -> Document:
    return parse(Source(name, None, text.encode()), Limits())


@functools.cache
def edits(case: Case, folder: Path) -> list[tuple[Edit, ...]]:
    path = folder / f"openapi.{case.format}"
    path.write_text(case.text, encoding="utf-8", newline="")
    options = RunOptions(paths=(str(path),), select=(case.rule.id,), ref_root=str(folder))
    report = run(options, Plugins((case.rule,), {}, {}, (), ()))
    return [one.fix.edits for one in report.findings if one.fix is not None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fixes")


def without_marks(text: str) -> str:
    return re.sub(r"[ \t]*# flagged$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("case", FIXED, ids=str)
def test_the_text_is_the_one_that_the_page_shows(case: Case, folder: Path) -> None:
    every = [edit for one in edits(case, folder) for edit in one]
    found = Fixer(document(case.text, f"a.{case.format}")).replacements(every)
    text = apply(case.text, found)
    assert same(document(text, "a.yaml").value, document(case.fixed or "", "a.yaml").value)
    if f"{case.rule.id} {case.source}" not in OTHERWISE:
        assert without_marks(text) == without_marks(case.fixed or "")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _yaml(value: object, **options: object) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, **options))


STYLES: dict[str, tuple[str, Callable[[Document], str]]] = {
    "as it is": ("yaml", lambda made: made.text),
    "CR LF": ("yaml", lambda made: made.text.replace("\n", "\r\n")),
    "block": ("yaml", lambda made: _yaml(made.value, default_flow_style=False)),
    "mixed": ("yaml", lambda made: _yaml(made.value, default_flow_style=None)),
    "flow": ("yaml", lambda made: _yaml(made.value, default_flow_style=True)),
    "flow on one line": ("yaml", lambda made: _yaml(made.value, default_flow_style=True, width=float("inf"))),
    "JSON": ("json", lambda made: json.dumps(made.value, indent=2) + "\n"),
    "minified JSON": ("json", lambda made: json.dumps(made.value, separators=(",", ":"))),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_fix_in_every_style(case: Case, style: str, folder: Path) -> None:
    original = document(case.text, f"openapi.{case.format}")
    format, write = STYLES[style]
    format = case.format if style in ("as it is", "CR LF") else format
    made = document(write(original), f"openapi.{format}")
    if not same(made.value, original.value):
        pytest.skip("the document cannot be written in this style")
    fixer = Fixer(made)
    for one in edits(case, folder):
        text = apply(made.text, fixer.replacements(one))
        assert same(document(text, made.name).value, applied(made.value, one)), one
        comments = [line for line in made.text.split("\n") if line.lstrip().startswith("#")]
        assert not set(comments) - set(text.split("\n")) or "remove" in {edit.action for edit in one}
