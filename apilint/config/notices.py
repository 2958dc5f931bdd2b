"""What is to be said about configuration and policy, signed into findings as the engine signs its own."""

from __future__ import annotations

from collections.abc import Iterable

from apilint.engine import file_name, signature
from apilint.findings import Finding, Location, Span
from apilint.policy.model import Notice
from apilint.policy.provided import provide_rules
from apilint.reading.workspace import choose_root
from apilint.rule import Rule

_START = Span(1, 1, 1, 1)


def signed(notices: Iterable[Notice], cwd: str, rules: Iterable[Rule] = ()) -> list[Finding]:
    """The notices as findings, where they are written; as grave as `rules` say, which configuration may have set.

    Where several say something about one page, as the gravest does.
    """
    pages = {rule.id: rule for rule in provide_rules()}
    pages.update((rule.id, rule) for rule in sorted(rules, key=lambda rule: rule.severity) if rule.id in pages)
    found = []
    for notice in notices:
        page, origin = pages[notice.page], notice.origin
        name = file_name(origin.name, origin.path, choose_root(origin.path, cwd) if origin.path else "")
        found.append(
            Finding(
                rule=page.id,
                severity=page.severity,
                confidence=page.confidence,
                message=notice.message,
                location=Location(origin.name, origin.pointer, origin.span or _START),
                operation=None,
                operations=0,
                related=(),
                fingerprint=signature(page.id, name, notice.key),
                owner=notice.owner,
            )
        )
    return found
