"""Rules about the policy itself: they have a page and no check, since no view of the model is what they are about."""

from __future__ import annotations

from apilint.findings import Confidence, Severity
from apilint.rule import Rule

NOTICE = "notice"  # the tag of what each preset but `owasp` shows, however slight


class Policy:
    """What these rules are about in place of a view: the engine has none of it, and so never asks them."""


def own_rule(id: str, severity: Severity, doc: str, tags: tuple[str, ...] = ()) -> Rule:
    """A rule about the policy, of which whoever applies the policy makes the findings."""
    return Rule(id, Policy, severity, Confidence.HIGH, doc=doc, tags=tags)
