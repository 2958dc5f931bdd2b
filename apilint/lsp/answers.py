"""What an editor asks about a place: the rules behind it, and the ways to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lsprotocol import types

from apilint.findings import Finding, Report
from apilint.lsp.columns import holds, meet, span_range
from apilint.lsp.marks import Mark
from apilint.report.escape import MESSAGE, markdown, visible
from apilint.report.page import page
from apilint.report.summary import caution
from apilint.rule import Rule

_PAGES = 3


class File(NamedTuple):
    """A file that a fix changes: its address, its lines, and the version of what the editor holds of it, if it does."""

    address: str
    lines: Sequence[str]
    version: int | None


def hover(marks: Iterable[Mark], rules: Iterable[Rule], position: types.Position, plain: bool) -> types.Hover | None:
    """The message of each finding at a position, and the pages of their rules."""
    here = [mark for mark in marks if holds(mark.diagnostic.range, position)]
    findings = [mark.finding for mark in here if mark.finding is not None]
    if not findings:
        return None
    known = {rule.id: rule for rule in rules}
    parts = [_said(finding, plain) for finding in findings]
    for id in list(dict.fromkeys(finding.rule for finding in findings))[:_PAGES]:
        if id in known:
            parts += ["---", page(known[id])]
    kind = types.MarkupKind.PlainText if plain else types.MarkupKind.Markdown
    return types.Hover(types.MarkupContent(kind, "\n\n".join(parts)))


def _said(finding: Finding, plain: bool) -> str:
    level = f"{finding.severity.label} severity, {finding.confidence.label} confidence"
    rule = visible(finding.rule)
    if plain:
        return f"{visible(finding.message, MESSAGE)}\n{rule}: {level}"
    return f"{markdown(finding.message)}\n\n`{rule}`: {level}"


def fixes(
    found: Iterable[tuple[Mark, Report]],
    place: types.Range,
    file: Callable[[str], File | None],
    *,
    encoding: str,
    versioned: bool,
    only: Sequence[str] | None = None,
) -> list[types.CodeAction]:
    """The fixes of the findings that meet a place, safe ones first.

    `file` gives the file by its display name, or None where it is not what the findings are about any more.
    `encoding` is how the editor counts columns; `versioned` says that it takes edits for a version. `only` are the
    kinds of action that it asks for.
    """
    if only is not None and not any(_within(types.CodeActionKind.QuickFix, kind) for kind in only):
        return []
    actions = [
        action
        for mark, report in found
        if meet(mark.diagnostic.range, place)
        for action in _action(mark, report, file, encoding, versioned)
    ]
    return sorted(actions, key=lambda action: not action.is_preferred)


def _within(kind: str, asked: str) -> bool:
    return asked in ("", kind) or kind.startswith(asked + ".")


def _action(
    mark: Mark, report: Report, file: Callable[[str], File | None], encoding: str, versioned: bool
) -> Iterator[types.CodeAction]:
    finding = mark.finding
    if finding is None or finding.fix is None:
        return
    edits: dict[str, tuple[File, list[types.TextEdit]]] = {}
    for name, span, text in report.replacements(finding):
        if name not in edits:
            changed = file(name)
            if changed is None:
                return
            edits[name] = (changed, [])
        changed, listed = edits[name]
        listed.append(types.TextEdit(span_range(span, changed.lines, encoding), text))
    if not edits:
        return
    yield types.CodeAction(
        title=visible(finding.fix.summary, MESSAGE) + caution(finding.fix),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[mark.diagnostic],
        is_preferred=finding.fix.safe,
        edit=_workspace_edit(edits.values(), versioned),
    )


def _workspace_edit(edits: Iterable[tuple[File, list[types.TextEdit]]], versioned: bool) -> types.WorkspaceEdit:
    if not versioned:
        return types.WorkspaceEdit(changes={file.address: listed for file, listed in edits})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(file.address, file.version), [*listed])
            for file, listed in edits
        ]
    )
