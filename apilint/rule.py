"""What a rule is, and the decorator that makes one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from apilint.findings import Confidence, Flag, Severity

_ID = re.compile(r"(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*/)?[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Rule(NamedTuple):
    """One check over one kind of view.

    `id` is kebab-case and says the defect (`vendor/rule-id` for third parties). `view` is the
    class of the model whose instances `check` receives. `severity` and `confidence` hold where a
    flag does not say otherwise. `gives_way_to` names rules whose finding about the same place or
    operation replaces this one's: one cause, one finding. `types` narrows a rule over schemas to
    those that admit one of these types. `doc` is the rule's page in Markdown.
    """

    id: str
    view: type
    severity: Severity
    confidence: Confidence
    check: Callable[[Any], Iterable[Flag]]
    doc: str
    refs: tuple[str, ...] = ()
    since: str = "0.1.0"
    status: str = "stable"
    gives_way_to: tuple[str, ...] = ()
    fixable: bool = False
    types: tuple[str, ...] = ()
    owner: str = ""

    @property
    def summary(self) -> str:
        """The first line of the page, without its full stop."""
        return self.doc.strip().partition("\n")[0].rstrip(".")


def rule(
    id: str,
    *,
    on: type,
    severity: Severity,
    confidence: Confidence,
    refs: tuple[str, ...] = (),
    since: str = "0.1.0",
    status: str = "stable",
    gives_way_to: tuple[str, ...] = (),
    fixable: bool = False,
    types: tuple[str, ...] = (),
) -> Callable[[Callable[[Any], Iterable[Flag]]], Rule]:
    """Turn a generator of flags into a `Rule`; its docstring becomes the rule's page.

    Raises ValueError for an id that is not kebab-case, and for a check without a docstring.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"a rule id is kebab-case, with at most one vendor/ before it: {id!r}")

    def decorate(check: Callable[[Any], Iterable[Flag]]) -> Rule:
        doc = _dedent(check.__doc__ or "")
        if not doc:
            raise ValueError(f"rule {id} has no docstring, and so no page")
        return Rule(id, on, severity, confidence, check, doc, refs, since, status, gives_way_to, fixable, types)

    return decorate


def _dedent(doc: str) -> str:
    """`inspect.cleandoc` without importing `inspect`, which costs more than all rules together."""
    first, _, rest = doc.expandtabs().strip().partition("\n")
    lines = rest.split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    cut = min(indents, default=0)
    return "\n".join([first, *(line[cut:].rstrip() for line in lines)]).rstrip()
