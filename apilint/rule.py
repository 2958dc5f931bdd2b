"""What a rule is, and the decorator that makes one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from apilint.findings import Confidence, Flag, Severity

DECLARED = "own"  # the status of rules that a configuration declares

_ID = re.compile(r"(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*/)?[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Rule(NamedTuple):
    """One check over one kind of view.

    `id` is kebab-case and says the defect (`vendor/rule-id` for third parties). `view` is the
    class of the model whose instances `check` receives; `doc` is its docstring, which holds the rule's page.
    `severity` and `confidence` hold where a flag does not say otherwise, `up_to` where a flag may say
    more: no flag is graver or surer. `gives_way_to` names rules whose finding about the same place or
    operation replaces this one's: one cause, one finding. `types`, `having` and `named` narrow a rule
    over schemas to those that admit one of these types, that have one of these keywords written, or
    whose name has one of these words (`words`; also for parameters). `needs` are lower-case texts
    without any of which in its documents, in any case, an API has nothing for the rule: a small document
    is then checked without importing it. `tags` are for presets.
    `options` is a named tuple with the options' values, which `check` receives second.
    `module` says where an index left the rest of the rule: `load` gets it.
    """

    id: str
    view: type
    severity: Severity
    confidence: Confidence
    check: Callable[..., Iterable[Flag]] | None = None
    doc: str = ""
    up_to: tuple[Severity, Confidence] | None = None
    refs: tuple[str, ...] = ()
    since: str = "0.1.0"
    status: str = "stable"
    gives_way_to: tuple[str, ...] = ()
    fixable: bool = False
    types: tuple[str, ...] = ()
    having: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    options: Any = None
    owner: str = ""
    module: str = ""

    @property
    def most(self) -> tuple[Severity, Confidence]:
        """The greatest severity and the greatest confidence that a flag may have."""
        return self.up_to or (self.severity, self.confidence)

    @property
    def summary(self) -> str:
        """The first line of the page, without its full stop."""
        return self.load().doc.strip().partition("\n")[0].rstrip().rstrip(".")

    @property
    def page(self) -> str:
        """The page in Markdown, without the indentation that it has in the source."""
        return _dedent(self.load().doc)

    def load(self) -> Rule:
        """The rule with its check: imported now if only an index was read so far."""
        if not self.module:
            return self
        found: Rule = getattr(import_module(self.module), self.id.replace("-", "_"))
        return found._replace(owner=self.owner)

    def with_options(self, values: Mapping[str, Any]) -> Rule:
        """The rule with other values for some options. Raises ValueError for a name or a type that does not fit."""
        rule = self.load()
        known = rule.options._asdict() if rule.options is not None else {}
        for name, value in values.items():
            if name not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise ValueError(f"the rule {rule.id} has no option {name!r}: {has}")
            if type(value) is not type(known[name]):
                raise ValueError(f"the option {name!r} of {rule.id} is {_kind(known[name])}, not {_kind(value)}")
        return rule._replace(options=rule.options._replace(**values)) if values else rule


def rule(
    id: str,
    *,
    on: type,
    severity: Severity,
    confidence: Confidence,
    up_to: tuple[Severity, Confidence] | None = None,
    refs: tuple[str, ...] = (),
    since: str = "0.1.0",
    status: str = "stable",
    gives_way_to: tuple[str, ...] = (),
    fixable: bool = False,
    types: tuple[str, ...] = (),
    having: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    options: Callable[[], Any] | None = None,
) -> Callable[[Callable[..., Iterable[Flag]]], Rule]:
    """Turn a generator of flags into a `Rule`; its docstring becomes the rule's page.

    `options` is a named tuple class whose fields all have defaults; the check then takes it second.
    Raises ValueError for an id that is not kebab-case, for a check without a docstring, and for an
    `up_to` below the usual severity or confidence.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"a rule id is kebab-case, with at most one vendor/ before it: {id!r}")
    if up_to is not None and (up_to[0] < severity or up_to[1] < confidence):
        raise ValueError(f"rule {id}: up_to is below the usual severity or confidence")

    def decorate(check: Callable[..., Iterable[Flag]]) -> Rule:
        doc = check.__doc__ or ""
        if not doc.strip():
            raise ValueError(f"rule {id} has no docstring, and so no page")
        return Rule(
            id, on, severity, confidence, check, doc, up_to, refs, since, status, gives_way_to, fixable,
            types, having, named, needs, tags, options() if options else None,
        )  # fmt: skip

    return decorate


def _kind(value: Any) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false", str: "a text", tuple: "a list"}.get(
        type(value), type(value).__name__
    )


def _dedent(doc: str) -> str:
    """`inspect.cleandoc` without importing `inspect`, which costs more than all rules together."""
    first, _, rest = doc.expandtabs().strip().partition("\n")
    lines = rest.split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    cut = min(indents, default=0)
    return "\n".join([first, *(line[cut:].rstrip() for line in lines)]).rstrip()
