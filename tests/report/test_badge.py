"""The badge: a picture that says the grade, to eyes and to screen readers, and fetches nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from apilint.findings import Finding, Report, Severity
from apilint.report import Presentation
from apilint.report.badge import COLORS, DARK, GREY, render
from apilint.weights import GRADES

SVG = "{http://www.w3.org/2000/svg}"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def complete(report: Report) -> Report:
    return report._replace(problems=())


def test_the_whole_badge(complete: Report) -> None:
    assert render(complete, Presentation()) == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="115" height="20" viewBox="0 0 115 20" role="img" '
        'aria-label="API security: grade F, 49 of 100">\n'
        "<title>API security: grade F, 49 of 100</title>\n"
        '<path fill="#4a4f57" d="M3 0H78V20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z"/>\n'
        '<path fill="#c0291f" d="M78 0H112a3 3 0 0 1 3 3V17a3 3 0 0 1-3 3H78z"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">\n'
        '<text x="6" y="14" textLength="66">API security</text>\n'
        '<text x="84" y="14" textLength="25">F 49</text>\n'
        "</g>\n"
        "</svg>\n"
    )


def test_an_incomplete_run_has_a_grey_badge(report: Report) -> None:
    text = render(report, Presentation())
    assert report.problems
    assert GREY in text
    assert not any(color in text for color in COLORS.values())
    assert [each.text for each in ElementTree.fromstring(text).iter(f"{SVG}text")] == ["API security", "incomplete"]


def test_it_is_well_formed_and_fetches_nothing(complete: Report, a_finding: Callable[..., Finding]) -> None:
    for severity in Severity:
        text = render(complete._replace(findings=(a_finding(severity=severity),)), Presentation())
        picture = ElementTree.fromstring(text)
        title = picture.find(f"{SVG}title")
        assert title is not None
        assert picture.get("aria-label") == title.text
        assert picture.get("role") == "img"
        assert {each.tag.removeprefix(SVG) for each in picture.iter()} == {"svg", "title", "path", "g", "text"}
        assert not re.search(r"href|src|url\(|style|script|\bon\w+=|\bid=", text)
        assert text.count("http") == 1


def test_every_grade_has_a_colour_that_can_be_read() -> None:
    assert list(COLORS) == [letter for letter, _ in GRADES]
    for color in (*COLORS.values(), GREY, DARK):
        assert contrast(color, "#ffffff") >= 4.5, color
        assert contrast(color, "#0d1117") >= 2, color  # the ground of a dark page


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(color: str) -> float:
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAGE = """<!doctype html><body>{badge}<img src="{address}"><script>
addEventListener("load", () => {{
  const box = each => {{ const {{x, y, width, height}} = each.getBBox(); return [x, y, x + width, y + height]; }};
  const found = {{
    image: [document.images[0].naturalWidth, document.images[0].naturalHeight],
    plates: [...document.querySelectorAll("path")].map(box),
    texts: [...document.querySelectorAll("text")].map(box),
  }};
  document.body.textContent = JSON.stringify(found);
}});
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: that a browser draws the badge was NOT tested")
def test_a_browser_draws_each_text_on_its_plate(complete: Report, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    badge, page = tmp_path / "badge.svg", tmp_path / "page.html"
    badge.write_text(render(complete, Presentation()), encoding="utf-8")
    page.write_text(PAGE.format(badge=badge.read_text(encoding="utf-8"), address=badge.as_uri()), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run([CHROMIUM, *options, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    shown = re.search(r"<body>({.*})</body>", done.stdout)
    assert shown, done.stdout
    drawn = json.loads(shown[1])
    assert drawn["image"] == [115, 20]
    for (left, top, right, bottom), text in zip(drawn["plates"], drawn["texts"], strict=True):
        assert left < text[0] < text[2] < right
        assert top < text[1] < text[3] < bottom
