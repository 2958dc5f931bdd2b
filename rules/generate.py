"""Write the generated pages: `rules/README.md` and the table of rules in `README.md`.

python rules/generate.py          write them
python rules/generate.py --check  say which is not up to date, with exit status 1
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from apilint.api import Rule
from apilint_rules import provide_rules

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- rules:begin -->", "<!-- rules:end -->"
INDEX = """# The rules

Generated from the rules' own pages by `python rules/generate.py`; `apilint explain RULE` prints a page.
Severity and confidence are the usual ones: a finding may have others, as the page says.

{table}
"""


def main(arguments: Sequence[str]) -> int:
    """Write or check the pages; the exit status."""
    rules = sorted(provide_rules(), key=lambda rule: rule.id)
    pages: list[tuple[Path, Callable[[str], str]]] = [
        (HERE / "README.md", lambda _: INDEX.format(table=_table(rules, ""))),
        (HERE.parent / "README.md", lambda old: _insert(old, _table(rules, "rules/"))),
    ]
    stale = []
    for path, render in pages:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = render(old)
        if new != old:
            stale.append(path.name if path.parent == HERE.parent else f"{HERE.name}/{path.name}")
            if "--check" not in arguments:
                path.write_text(new, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"not up to date: {', '.join(stale)}; run `python rules/generate.py`", file=sys.stderr)
        return 1
    return 0


def _table(rules: Sequence[Rule], prefix: str) -> str:
    rows = [
        "| Rule | What it finds | Severity | Confidence | References |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in rules:
        link = f"[`{rule.id}`]({prefix}apilint_rules/{rule.id.replace('-', '_')}.py)"
        summary = rule.summary.replace("|", "\\|")
        rows.append(
            f"| {link} | {summary} | {rule.severity.label} | {rule.confidence.label} | {', '.join(rule.refs)} |"
        )
    return "\n".join(rows)


def _insert(text: str, table: str) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}" if begin and end else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
