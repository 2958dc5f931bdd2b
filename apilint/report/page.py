"""The page of a rule, in Markdown: what `apilint explain` shows and what other tools are given as help.

The prose is the rule's own docstring; the order of the sections is the same for every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apilint.report.escape import visible
from apilint.report.references import address, title
from apilint.rule import Rule

_FENCE = re.compile(r"^(```+)[ \t]*(\S*)[ \t]*(fail|pass|fixed)?[ \t]*$")
_SECTIONS = (("fail", "Flagged"), ("fixed", "Fixed"), ("pass", "Accepted"))
WHY, TO_FIX = "Why it matters", "To fix"
# Paragraphs of a docstring that have a section of their own, by their first word.
_PARAGRAPHS = (("Attack: ", "What an attacker does"), ("To fix: ", TO_FIX), ("Options: ", "Options"))


def page(rule: Rule) -> str:
    """The whole page: what, why, the attack, the remedy, options, examples, how to run or leave it out, references."""
    rule = rule.load()
    prose, examples = _split(rule.page)
    why, named = _paragraphs(prose)
    parts = [f"# {rule.id}", f"{rule.summary}.", _facts(rule)]
    if why:
        parts += [f"## {WHY}", why]
    for title_, text in named:
        parts += [f"## {title_}", text]
    for kind, title_ in _SECTIONS:
        if blocks := [block for name, block in examples if name == kind]:
            parts += [f"## {title_}", *blocks]
    # What a change takes away is asked by the command that knows two states.
    run = "apilint diff BASE HEAD" if "regression" in rule.tags else "apilint check"
    parts += ["## Alone, or left out", f"```\n{run} --select {rule.id}\n{run} --ignore {rule.id}\n```"]
    if rule.refs:
        parts += ["## References", "\n".join(f"- {_linked(ref)}" for ref in rule.refs)]
    return visible_lines("\n\n".join(parts)) + "\n"


def part(rule: Rule, section: str) -> str:
    """One section of a rule's page in Markdown, without its heading; an empty string if the page has none such.

    The titles are "Why it matters", "What an attacker does", "To fix" and "Options".
    """
    why, named = _paragraphs(_split(rule.page)[0])
    return visible_lines({WHY: why, **dict(named)}.get(section, ""))


def _paragraphs(prose: str) -> tuple[str, list[tuple[str, str]]]:
    """The paragraphs that say why, and those with a section of their own as (title, text), in the order of sections."""
    why: list[str] = []
    named: dict[str, list[str]] = {}
    for paragraph in prose.split("\n\n"):
        for start, title_ in _PARAGRAPHS:
            if paragraph.startswith(start):
                text = paragraph.removeprefix(start)
                named.setdefault(title_, []).append(text[:1].upper() + text[1:])
                break
        else:
            why.append(paragraph)
    return "\n\n".join(why), [(name, "\n\n".join(named[name])) for _, name in _PARAGRAPHS if name in named]


def visible_lines(text: str) -> str:
    """`escape.visible` for a text of many lines: line ends stay."""
    return "\n".join(map(visible, text.split("\n")))


def _facts(rule: Rule) -> str:
    most = rule.most
    facts = [
        ("severity", _level(rule.severity.label, most[0].label)),
        ("confidence", _level(rule.confidence.label, most[1].label)),
        ("status", rule.status),
        ("since", rule.since),
        ("fixable", "yes" if rule.fixable else "no"),
    ]
    if rule.owner:
        facts.append(("owner", rule.owner))
    if rule.gives_way_to:
        facts.append(("gives way to", ", ".join(rule.gives_way_to)))
    return "\n".join(f"- {name}: {value}" for name, value in facts)


def _level(usual: str, most: str) -> str:
    return usual if usual == most else f"{usual}, up to {most}"


def _linked(ref: str) -> str:
    url, called = address(ref), title(ref)
    name = f"{ref} {called}" if called else ref
    return name if url is None or url == ref else f"{name}: <{url}>"


def _split(doc: str) -> tuple[str, list[tuple[str, str]]]:
    """The prose after the summary, and the marked code blocks as (`fail`, `pass` or `fixed`, block)."""
    prose: list[str] = []
    examples: list[tuple[str, str]] = []
    for kind, lines in _blocks(doc.split("\n")[1:]):
        if kind:
            examples.append((kind, "\n".join(lines)))
        else:
            prose += lines
    return re.sub(r"\n{3,}", "\n\n", "\n".join(prose)).strip(), examples


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    fence, kind, block = "", "", [""]
    for line in lines:
        if fence:
            block.append(line)
            if line.rstrip() == fence:
                yield kind, block
                fence, kind, block = "", "", []
        elif (found := _FENCE.match(line)) is not None:
            yield "", block
            fence, kind = found[1], found[3] or ""
            block = [found[1] + found[2]]
        else:
            block.append(line)
    yield kind, block
