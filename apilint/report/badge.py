"""The format `badge`: the score as an SVG, for a README or a dashboard.

Two plates with text, flat. Nothing in it comes from a document: words of our own, a grade and a number. No
identifiers, so that many can stand in one page; no script, no style sheet, nothing to fetch. The width of each
text is set, so that it fits whatever font is there.
"""

from __future__ import annotations

from apilint.findings import Report
from apilint.report import Presentation
from apilint.scoring import score

LABEL = "API security"
HEIGHT = 20
PADDING = 6
# White text on each has a contrast of at least 4.5 (WCAG 2.2, 1.4.3), and each stands out on white and on black.
COLORS = {"A": "#2d7d32", "B": "#4d7a1e", "C": "#8a6a00", "D": "#b54a00", "F": "#c0291f"}
GREY, DARK = "#6b7078", "#4a4f57"
# About how wide 11-pixel Verdana and its kin draw characters: those that stand out; all others take `_USUAL`.
_USUAL = 7.0
_WIDTHS = {
    " ": 3.9,
    "I": 4.6,
    "P": 6.6,
    "c": 5.7,
    "e": 6.6,
    "i": 3.0,
    "l": 3.0,
    "m": 10.7,
    "r": 4.7,
    "s": 5.7,
    "t": 4.3,
}


def render(report: Report, presentation: Presentation) -> str:
    """The badge: grade and points, or `incomplete` in grey where the run has no score."""
    reached = score(report)
    if reached.overall is None or reached.grade is None:
        return _badge("incomplete", GREY, f"{LABEL}: incomplete, no score")
    said = f"{LABEL}: grade {reached.grade}, {reached.overall} of 100"
    return _badge(f"{reached.grade} {reached.overall}", COLORS[reached.grade], said)


def _badge(value: str, color: str, said: str) -> str:
    left, right = _width(LABEL) + 2 * PADDING, _width(value) + 2 * PADDING
    total, bottom = left + right, HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{bottom}" viewBox="0 0 {total} {bottom}" '
        f'role="img" aria-label="{said}">\n'
        f"<title>{said}</title>\n"
        f'<path fill="{DARK}" d="M3 0H{left}V{bottom}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z"/>\n'
        f'<path fill="{color}" d="M{left} 0H{total - 3}a3 3 0 0 1 3 3V{bottom - 3}a3 3 0 0 1-3 3H{left}z"/>\n'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">\n'
        f'<text x="{PADDING}" y="14" textLength="{left - 2 * PADDING}">{LABEL}</text>\n'
        f'<text x="{left + PADDING}" y="14" textLength="{right - 2 * PADDING}">{value}</text>\n'
        "</g>\n"
        "</svg>\n"
    )


def _width(text: str) -> int:
    return round(sum(_WIDTHS.get(character, _USUAL) for character in text))
