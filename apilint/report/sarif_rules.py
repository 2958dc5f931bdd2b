"""What the format `sarif` says about the rules that have results: their pages, tags, and the weaknesses they look for.

Sources: SARIF 2.1.0 sections 3.19 (taxonomies) and 3.49 (rules); what GitHub code scanning reads of a rule: `name`,
three descriptions, `help`, the default level, at most 20 tags, `precision` and `security-severity`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from apilint.findings import Severity
from apilint.report.escape import POINTER, SNIPPET, visible
from apilint.report.identity import guid
from apilint.report.page import TO_FIX, WHY, page, part
from apilint.report.references import CWE, OWASP, address, first_address, title
from apilint.rule import Rule

TAGS = 10
LEVELS = ("note", "note", "warning", "error", "error")
# GitHub's words: above 9.0 is critical, from 7.0 high, from 4.0 medium, the rest low.
SCORES = ("1.0", "3.0", "5.5", "8.0", "9.5")
# Each taxonomy with the pattern of the references that belong to it.
_TAXONOMIES = (
    {
        "name": "CWE",
        "version": "4",
        "organization": "MITRE",
        "informationUri": "https://cwe.mitre.org/",
        "shortDescription": {"text": "The Common Weakness Enumeration"},
    },
    {
        "name": "OWASP-API-2023",
        "version": "2023",
        "organization": "OWASP",
        "informationUri": "https://owasp.org/API-Security/editions/2023/en/0x11-t10/",
        "shortDescription": {"text": "The OWASP API Security Top 10, 2023"},
    },
)


def described(rules: Sequence[Rule]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The members of a driver that describe these rules, and those of the run that describe what they refer to."""
    loaded = [rule.load() for rule in rules]
    taxa = [dict[str, int](), dict[str, int]()]
    for rule in loaded:
        for taxonomy, taxon in _taxa(rule):
            taxa[taxonomy].setdefault(taxon, len(taxa[taxonomy]))
    # A taxonomy to which nothing refers stays out, and the indices of the others close up.
    used = [number for number, members in enumerate(taxa) if members]
    components = {
        number: {"name": _TAXONOMIES[number]["name"], "index": index, "guid": guid(f"{_TAXONOMIES[number]['name']}")}
        for index, number in enumerate(used)
    }
    driver: dict[str, Any] = {"rules": [_rule(rule, taxa, components) for rule in loaded]}
    if not used:
        return driver, {}
    driver["supportedTaxonomies"] = list(components.values())
    return driver, {"taxonomies": [_taxonomy(number, list(taxa[number])) for number in used]}


def _rule(rule: Rule, taxa: Sequence[dict[str, int]], components: dict[int, dict[str, Any]]) -> dict[str, Any]:
    why, mend = part(rule, WHY), part(rule, TO_FIX)
    summary = visible(rule.summary, POINTER) or rule.id
    first = " ".join(why.partition("\n\n")[0].split())
    descriptor: dict[str, Any] = {
        "id": visible(rule.id, SNIPPET),
        "name": "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", rule.id)),
        "shortDescription": {"text": f"{summary}."},
        "fullDescription": {"text": visible(first, POINTER) or f"{summary}."},
        "help": {
            "text": "\n\n".join(filter(None, (why, mend and f"To fix: {mend}", f"More: apilint explain {rule.id}"))),
            "markdown": page(rule),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": tags(rule),
            "precision": rule.confidence.label,
            "security-severity": SCORES[rule.severity],
        },
    }
    if (url := first_address(rule.refs)) is not None:
        descriptor["helpUri"] = url
    relationships = [
        {
            "target": {"id": taxon, "index": taxa[number][taxon], "toolComponent": components[number]},
            "kinds": ["superset"],
        }
        for number, taxon in _taxa(rule)
    ]
    return {**descriptor, "relationships": relationships} if relationships else descriptor


def tags(rule: Rule) -> list[str]:
    """The tags of a rule: `security`, then its weaknesses and risks, as many as GitHub shows."""
    found = ["security"]
    for ref in rule.refs:
        if cwe := CWE.fullmatch(ref):
            found.append(f"external/cwe/cwe-{cwe[1]}")
        elif owasp := OWASP.fullmatch(ref):
            found.append(f"owasp-api-{owasp[2]}/{owasp[1]}")
    return list(dict.fromkeys(found))[:TAGS]


def _taxa(rule: Rule) -> list[tuple[int, str]]:
    """The references of a rule that are taxa, each with the number of its taxonomy."""
    found = [(0, cwe[1]) for cwe in map(CWE.fullmatch, rule.refs) if cwe]
    found += [(1, owasp[1]) for owasp in map(OWASP.fullmatch, rule.refs) if owasp and owasp[2] == "2023"]
    return list(dict.fromkeys(found))


def _taxonomy(number: int, taxa: Sequence[str]) -> dict[str, Any]:
    name = _TAXONOMIES[number]["name"]
    return {
        **_TAXONOMIES[number],
        "guid": guid(f"{name}"),
        "isComprehensive": False,
        "taxa": [_taxon(f"{name}", f"CWE-{one}" if number == 0 else f"OWASP-{one}:2023", one) for one in taxa],
    }


def _taxon(taxonomy: str, ref: str, taxon: str) -> dict[str, Any]:
    found: dict[str, Any] = {"id": taxon, "guid": guid(f"{taxonomy}/{taxon}")}
    if called := title(ref):
        found["shortDescription"] = {"text": called}
    if url := address(ref):
        found["helpUri"] = url
    return found


def own_score(severity: Severity, rule: Rule | None) -> str:
    """The score of a result, or nothing where its rule says the same: files are to stay small.

    GitHub reads `security-severity` of a result before that of its rule (GitHub's staff in
    fortify/FortifyVulnerabilityExporter issue 72).
    """
    return "" if rule is not None and rule.severity == severity else SCORES[severity]
