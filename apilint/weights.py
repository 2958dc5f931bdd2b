"""The table of the security score: every number that it is made of, and which domain a rule belongs to."""

from __future__ import annotations

from typing import NamedTuple

from apilint.findings import Confidence, Severity
from apilint.rule import Rule

SCORE_VERSION = "1"
"""Of all the numbers below, and of how they are put together. It changes with every one of them, in a minor release."""

SEVERITY_WEIGHTS = {
    Severity.CRITICAL: 0.95,
    Severity.HIGH: 0.65,
    Severity.MEDIUM: 0.25,
    Severity.LOW: 0.06,
    Severity.INFO: 0.01,
}
CONFIDENCE_WEIGHTS = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.4}
SUPPRESSED_WEIGHT = 0.5
CAPS = {Severity.CRITICAL: 49, Severity.HIGH: 79, Severity.MEDIUM: 94}
GRADES = (("A", 90), ("B", 80), ("C", 65), ("D", 50), ("F", 0))


class Domain(NamedTuple):
    """A part of security: what it is about, and the share of the score that it can take away at most."""

    name: str
    share: float
    about: str


DOMAINS = (
    Domain("authentication", 0.50, "who calls, and how credentials are held and sent"),
    Domain("authorization", 0.40, "what a caller may do, and to which objects"),
    Domain("transport", 0.40, "encryption on the way"),
    Domain("input", 0.30, "what a request may contain"),
    Domain("output", 0.30, "what responses and the document give away"),
    Domain("resources", 0.25, "limits to size, number, rate and time"),
    Domain("configuration", 0.15, "browsers, gateways, agents, third parties, and all else"),
    Domain("inventory", 0.05, "versions, servers, leftovers, gaps in the description"),
)
OTHER = "configuration"
SHARES = {domain.name: domain.share for domain in DOMAINS}


def _refs(**numbers: str) -> dict[str, str]:
    return {f"CWE-{number}": domain for domain, listed in numbers.items() for number in listed.split()}


# A weakness that says the domain, whatever else a rule refers to.
_DECISIVE = _refs(transport="295 319 523", authentication="306", output="200 615", input="1321", configuration="441")
# Five of the OWASP API Security Top 10 2023 are about one domain ...
_NARROW = {
    "OWASP-API1:2023": "authorization",
    "OWASP-API2:2023": "authentication",
    "OWASP-API4:2023": "resources",
    "OWASP-API5:2023": "authorization",
    "OWASP-API9:2023": "inventory",
}
# ... with the others, or with none, the weakness decides ...
_WEAKNESS = _refs(
    authentication="287 290 294 307 340 345 347 352 384 522 613 614 640 798 1004 1275 1390 1391 1392",
    authorization="250 266 269 272 284 285 425 566 639 650 732 862 863 1220",
    transport="311 326 327 757",
    input="20 22 73 74 77 78 79 89 91 94 113 185 190 235 434 436 502 601 611 624 625 777 843 915 918 943 1284 1285 "
    "1286 1287 1288 1289 1336",
    output="201 202 203 204 209 213 359 391 497 532 538 540 549 698",
    resources="400 405 409 674 770 776 779 799 834 835 837 1333",
    inventory="477 546 694 1053 1111 1164",
    configuration="16 346 430 444 451 489 494 524 525 693 749 829 942 1007 1021 1188 1427",
)
# ... and where that is silent, the risk by its widest reading, or a gap in the description.
_WIDE = {
    "OWASP-API3:2023": "output",
    "OWASP-API6:2023": "resources",
    "OWASP-API7:2023": "input",
    "CWE-1059": "inventory",
}


def grade(points: int) -> str:
    """The grade that so many points of 100 earn."""
    return next(letter for letter, least in GRADES if points >= least)


def domain(rule: Rule | None) -> str:
    """The domain of a rule, by its references; `OTHER` for a rule whose references say nothing, or that is unknown."""
    refs = () if rule is None else rule.refs
    for ref in refs:
        if ref in _DECISIVE:
            return _DECISIVE[ref]
    first = next((ref for ref in refs if ref.startswith("OWASP-API")), "")
    if first in _NARROW:
        return _NARROW[first]
    for known in (_WEAKNESS, _WIDE):
        for ref in refs:
            if ref in known:
                return known[ref]
    return OTHER
