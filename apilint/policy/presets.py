"""Presets: which findings are shown, computed from severity, confidence, status and tags; never listed."""

from __future__ import annotations

from collections.abc import Callable

from apilint.findings import Confidence, Finding, Location, Severity, Span
from apilint.policy.own_rules import NOTICE
from apilint.rule import DECLARED, Rule

Preset = Callable[[Rule, Finding], bool]
_NOWHERE = Location("", "", Span(1, 1, 1, 1))


def _default(rule: Rule, finding: Finding) -> bool:
    if rule.status == DECLARED:
        # Whoever writes a rule into the configuration asks for what it finds, however slight.
        return finding.confidence >= Confidence.MEDIUM
    if rule.status != "stable":
        return False
    if NOTICE in rule.tags:
        return True
    if finding.confidence == Confidence.HIGH:
        return finding.severity >= Severity.MEDIUM
    return finding.confidence == Confidence.MEDIUM and finding.severity >= Severity.HIGH


def _strict(rule: Rule, finding: Finding) -> bool:
    return rule.status in ("stable", DECLARED) and finding.confidence >= Confidence.MEDIUM


def _owasp(rule: Rule, finding: Finding) -> bool:
    return "owasp" in rule.tags and _strict(rule, finding)


def _audit(rule: Rule, finding: Finding) -> bool:
    return True


def _with(tag: str) -> Preset:
    """The default, and all that rules for one surroundings find."""
    return lambda rule, finding: _default(rule, finding) or (tag in rule.tags and _strict(rule, finding))


PRESETS: dict[str, Preset] = {
    "default": _default,
    "strict": _strict,
    "audit": _audit,
    "owasp": _owasp,
    "gateway": _with("gateway"),
    "agents": _with("agents"),
}
"""By name: `default` what is worth a stop before merging, `strict` hardening too, `audit` everything, `owasp` what
the known OWASP rulesets for OpenAPI look for, `gateway` and `agents` the default and all about gateways' extensions or
about operations that AI agents can call."""


def shows(preset: Preset, rule: Rule, severity: Severity, confidence: Confidence) -> bool:
    """Whether one of the presets here shows a finding of a rule: none of them asks for more than its levels.

    Each shows whatever is graver or surer than something that it shows, so that a rule of which it would not
    show the gravest and surest finding need not run.
    """
    return preset(rule, Finding(rule.id, severity, confidence, "", _NOWHERE, None, 0, (), ""))
