"""Presets: which findings are shown, computed from severity, confidence, status and references; never listed."""

from __future__ import annotations

from collections.abc import Callable

from apilint.findings import Confidence, Finding, Severity
from apilint.rule import Rule

Preset = Callable[[Rule, Finding], bool]


def _default(rule: Rule, finding: Finding) -> bool:
    if rule.status != "stable":
        return False
    if finding.confidence == Confidence.HIGH:
        return finding.severity >= Severity.MEDIUM
    return finding.confidence == Confidence.MEDIUM and finding.severity >= Severity.HIGH


def _strict(rule: Rule, finding: Finding) -> bool:
    return rule.status == "stable" and finding.confidence >= Confidence.MEDIUM


def _owasp(rule: Rule, finding: Finding) -> bool:
    return any(ref.startswith("OWASP-API") for ref in rule.refs) and _strict(rule, finding)


def _audit(rule: Rule, finding: Finding) -> bool:
    return True


PRESETS: dict[str, Preset] = {"default": _default, "strict": _strict, "audit": _audit, "owasp": _owasp}
"""By name: `default` what is worth a stop before merging, `strict` hardening too, `audit` everything, `owasp` what
maps to the OWASP API Security Top 10."""
