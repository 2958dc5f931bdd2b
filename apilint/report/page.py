"""The page of a rule, in Markdown: what `apilint explain` shows and what other tools are given as help.

The prose is the rule's own docstring; the order of the sections is the same for every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apilint.report.escape import visible
from apilint.rule import Rule

_FENCE = re.compile(r"^(```+)[ \t]*(\S*)[ \t]*(fail|pass|fixed)?[ \t]*$")
_SECTIONS = (("fail", "Flagged"), ("pass", "Accepted"), ("fixed", "Fixed"))
_OWASP = {
    "OWASP-API1:2023": "0xa1-broken-object-level-authorization",
    "OWASP-API2:2023": "0xa2-broken-authentication",
    "OWASP-API3:2023": "0xa3-broken-object-property-level-authorization",
    "OWASP-API4:2023": "0xa4-unrestricted-resource-consumption",
    "OWASP-API5:2023": "0xa5-broken-function-level-authorization",
    "OWASP-API6:2023": "0xa6-unrestricted-access-to-sensitive-business-flows",
    "OWASP-API7:2023": "0xa7-server-side-request-forgery",
    "OWASP-API8:2023": "0xa8-security-misconfiguration",
    "OWASP-API9:2023": "0xa9-improper-inventory-management",
    "OWASP-API10:2023": "0xaa-unsafe-consumption-of-apis",
}


def page(rule: Rule) -> str:
    """The whole page: title, facts, why, what is flagged and accepted, how to run it alone, references."""
    prose, examples = _split(rule.doc.strip())
    parts = [f"# {rule.id}", f"{rule.summary}.", _facts(rule)]
    if prose:
        parts += ["## Why it matters", prose]
    for kind, title in _SECTIONS:
        if blocks := [block for name, block in examples if name == kind]:
            parts += [f"## {title}", *blocks]
    parts += ["## Run it alone", f"```\napilint check --select {rule.id}\n```"]
    if rule.refs:
        parts += ["## References", "\n".join(f"- {_linked(ref)}" for ref in rule.refs)]
    return visible_lines("\n\n".join(parts)) + "\n"


def visible_lines(text: str) -> str:
    """`escape.visible` for a text of many lines: line ends stay."""
    return "\n".join(map(visible, text.split("\n")))


def address(ref: str) -> str | None:
    """Where a reference of a rule (`CWE-598`, `OWASP-API2:2023`, `RFC 6749`) can be read, if that is known."""
    if slug := _OWASP.get(ref):
        return f"https://owasp.org/API-Security/editions/2023/en/{slug}/"
    if found := re.fullmatch(r"CWE-(\d+)", ref):
        return f"https://cwe.mitre.org/data/definitions/{found[1]}.html"
    if found := re.match(r"RFC[ -]?(\d+)", ref):
        return f"https://www.rfc-editor.org/rfc/rfc{found[1]}"
    return ref if ref.startswith("https://") else None


def first_address(refs: Sequence[str]) -> str | None:
    """The address of the first reference that has one."""
    return next(filter(None, map(address, refs)), None)


def _facts(rule: Rule) -> str:
    facts = [
        ("severity", rule.severity.label),
        ("confidence", rule.confidence.label),
        ("status", rule.status),
        ("since", rule.since),
        ("fixable", "yes" if rule.fixable else "no"),
    ]
    if rule.owner:
        facts.append(("owner", rule.owner))
    if rule.gives_way_to:
        facts.append(("gives way to", ", ".join(rule.gives_way_to)))
    return "\n".join(f"- {name}: {value}" for name, value in facts)


def _linked(ref: str) -> str:
    url = address(ref)
    return ref if url is None or url == ref else f"{ref}: <{url}>"


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
