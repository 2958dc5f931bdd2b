"""The page of the format `html` in a real browser: Debian's Chromium, headless, driven by Playwright.

Skipped where either is missing: `apt-get install chromium` and `pip install playwright axe-playwright-python`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apilint.findings import (
    Confidence,
    Finding,
    Fix,
    Location,
    Related,
    Replacement,
    Report,
    Severity,
    Span,
    Suppression,
)
from apilint.report import Presentation
from apilint.report.html import render
from tests.report.test_html import ATTACKS, many

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
playwright = pytest.importorskip("playwright.sync_api", reason="the page is not tested: pip install playwright")
if CHROMIUM is None:
    pytest.skip("the page is not tested: no Chromium, apt-get install chromium", allow_module_level=True)

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as engine:
        # As root, as in containers, Chromium has no sandbox of its own.
        started = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Open a report as a file; whatever the page says on the console, asks for or runs beyond itself fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_it(report: Report, anchor: str = "", status: int = 1, **context: Any) -> Any:
        file = tmp_path / "report.html"
        file.write_text(render(report, Presentation("0.4.0", status)), encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **context))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda sent: sent.url.startswith(file.as_uri()) or complaints.append(f"asked: {sent.url}"))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.log('csp: ' + e.violatedDirective))"
        )
        page.goto(file.as_uri() + anchor)
        return page

    yield open_it
    for one in contexts:
        one.close()
    assert complaints == []


@pytest.fixture
def some(report: Report, a_finding: Callable[..., Finding]) -> Report:
    """Findings of every kind: severities, two rules and files, suppressed, with a fix, a chain and related places."""
    other = Location("other.yaml", "/components/schemas/Pet", Span(4, 1, 4, 4))
    hop = Location("api.yaml", "/paths/~1pets/$ref", Span(5, 3, 5, 8))
    found = [
        *report.findings,
        a_finding(severity=Severity.LOW, confidence=Confidence.LOW, fingerprint="low", location=other, chain=(hop,)),
        a_finding(
            severity=Severity.MEDIUM, fingerprint="waived", suppression=Suppression("waiver", "old client", "W-1")
        ),
        a_finding(
            fingerprint="fix",
            fix=Fix("Use `https`", True, ()),
            operation="GET /pets",
            related=(Related(hop, "reached by this"), Related(other, "declared here")),
        ),
    ]
    replaced = (Replacement("api.yaml", Span(3, 10, 3, 14), "https"),)
    return report._replace(
        findings=found, replacements=lambda finding: replaced if finding.fingerprint == "fix" else ()
    )


def shown(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.group[open] .findings > li')].map(row => row.id).sort()"
    )
    return found


def shows(page: Any, rows: int) -> None:
    """Wait for so many findings to be there."""
    until(page, f"document.querySelectorAll('.group[open] .findings > li').length === {rows}")


def settled(page: Any, text: str) -> None:
    playwright.expect(page.locator('[id="ui:count"]')).to_have_text(text)


def until(page: Any, expression: str) -> None:
    """Wait for an expression to be true; `wait_for_function` would evaluate text in the page, which it forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never: {expression}")


def choose(page: Any, name: str, value: str) -> None:
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def test_all_is_shown_at_first(open_page: Open, some: Report) -> None:
    page = open_page(some)
    settled(page, "5 findings")
    assert shown(page) == ["f1", "f2", "fix", "low", "waived"]
    row = page.locator("#f2")
    assert row.locator(".badge").text_content() == "critical"
    assert row.locator(".place").first.text_content() == "api.yaml:6:5"
    assert row.locator("mark.primary").text_content() == "post"
    assert "switched off here" in row.locator(".note").all_text_contents()[0]
    assert "declared here (other.yaml:2:1)" in row.locator(".note").all_text_contents()[1]
    row = page.locator("#fix")
    assert row.locator("del").text_content() == "-   - url: http://api.example.com/v1"
    assert row.locator("ins").text_content() == "+   - url: https://api.example.com/v1"
    assert "api.yaml:5:3 /pets:" in page.locator("#low .chain").text_content()
    assert "waiver W-1: old client" in page.locator("#waived .facts").text_content()


def test_filters(open_page: Open, some: Report) -> None:
    page = open_page(some)
    choose(page, "severity", "3")
    settled(page, "2 of 5 findings")
    assert shown(page) == ["f1", "fix"]
    choose(page, "severity", "4")
    settled(page, "3 of 5 findings")
    choose(page, "confidence", "1")
    settled(page, "1 of 5 findings")
    assert shown(page) == ["f2"]
    page.get_by_role("button", name="Clear filters").click()
    settled(page, "5 findings")
    page.get_by_label("Suppressed").select_option("yes")
    settled(page, "1 of 5 findings")
    assert shown(page) == ["waived"]
    page.get_by_label("Suppressed").select_option("no")
    settled(page, "4 of 5 findings")
    page.get_by_label("File", exact=True).nth(1).select_option(label="other.yaml")
    settled(page, "1 of 5 findings")
    assert shown(page) == ["low"]
    page.get_by_label("Fixable").select_option("yes")
    settled(page, "0 of 5 findings")
    assert page.get_by_text("No finding matches").is_visible()
    page.get_by_role("button", name="Clear filters").click()
    settled(page, "5 findings")
    assert not page.get_by_text("No finding matches").is_visible()
    page.get_by_label("Rule", exact=True).nth(1).select_option(label="unauthenticated-write")
    settled(page, "1 of 5 findings")


def test_counts_beside_the_filters_are_of_all_other_filters(open_page: Open, some: Report) -> None:
    page = open_page(some)
    counts = "[...document.querySelectorAll('input[name=severity] + span .figure')].map(e => e.textContent).join()"
    assert page.evaluate(counts) == "1,2,1,1,0"
    choose(page, "severity", "1")
    settled(page, "1 of 5 findings")
    assert page.evaluate(counts) == "1,2,1,1,0"
    choose(page, "confidence", "2")
    settled(page, "0 of 5 findings")
    assert page.evaluate(counts) == "0,2,1,0,0"


def test_search(open_page: Open, some: Report) -> None:
    page = open_page(some)
    for words, found in (
        ("without authentication", ["f2"]),
        ("GET pets", ["fix"]),
        ("OTHER.yaml:4", ["low"]),
        ("unauthenticated-write", ["f2"]),
        ("/paths/~1pets", ["f2"]),
        ("old client", ["waived"]),
        ("waived", ["waived"]),
        ("<script>", []),
    ):
        page.get_by_role("searchbox").fill("")
        settled(page, "5 findings")
        page.get_by_role("searchbox").fill(words)
        settled(page, f"{len(found)} of 5 findings")
        assert shown(page) == found


def test_grouping(open_page: Open, some: Report) -> None:
    page = open_page(some)
    titles = "[...document.querySelectorAll('.group h3')].map(title => title.textContent)"
    assert page.evaluate(titles) == ["unauthenticated-write", "server-cleartext"]
    choose(page, "group", "operation")
    page.wait_for_selector(".by-operation")
    assert page.evaluate(titles) == ["POST /pets", "Shared by operations, or the whole API", "GET /pets"]
    choose(page, "group", "file")
    page.wait_for_selector(".by-file")
    assert page.evaluate(titles) == ["api.yaml", "other.yaml"]
    assert shown(page) == ["f1", "f2", "fix", "low", "waived"]


def test_anchors_lead_to_findings_and_rules(open_page: Open, report: Report, a_finding: Callable[..., Finding]) -> None:
    found = many(a_finding, 3_000)
    report = report._replace(findings=[*found, a_finding()])
    last = min(found, key=lambda one: (one.severity, one.confidence))
    page = open_page(report, f"#{last.fingerprint}")
    row = page.locator(f'[id="{last.fingerprint}"]')
    until(page, "document.activeElement.tagName === 'SUMMARY'")
    assert row.locator("details").get_attribute("open") is not None
    assert row.evaluate("row => row.contains(document.activeElement)")
    assert row.evaluate("row => { const b = row.getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight }")
    page.get_by_role("searchbox").fill("nothing like it")
    settled(page, "0 of 3,001 findings")
    page.evaluate("location.hash = '#f1'")
    page.wait_for_selector("#f1 details[open]")
    settled(page, "3,001 findings")
    page.locator("#f1").get_by_role("link", name="server-cleartext").click()
    page.wait_for_selector('[id="rule:server-cleartext"][open]')
    assert page.get_by_text("Whoever is on the way reads and changes what is sent.").is_visible()


def test_more_of_a_group_on_request(open_page: Open, report: Report, a_finding: Callable[..., Finding]) -> None:
    found = [one._replace(rule="one-rule") for one in many(a_finding, 250)]
    page = open_page(report._replace(findings=found))
    shows(page, 100)
    page.get_by_role("button", name="Show 100 more of the 150 left").click()
    shows(page, 200)
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.get_by_role("button", name="Show 50 more of the 50 left").click()
    shows(page, 250)
    assert page.locator(".more").count() == 0


def test_by_keyboard(open_page: Open, some: Report) -> None:
    page = open_page(some)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Search and filters"
    page.keyboard.press("/")
    page.keyboard.type("a/b waived")
    settled(page, "0 of 5 findings")
    page.keyboard.press("Escape")
    settled(page, "5 findings")
    assert page.evaluate("document.activeElement.id") == "ui:search"
    page.locator("#f1 summary").focus()
    assert page.locator("#f1 details").get_attribute("open") is not None
    page.keyboard.press("Enter")
    assert page.locator("#f1 details").get_attribute("open") is None
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_what_a_document_holds_is_text(open_page: Open, report: Report, a_finding: Callable[..., Finding]) -> None:
    found = []
    for at, attack in enumerate(ATTACKS):
        place = Location(attack, attack, Span(1, 1, 1, 9))
        found.append(
            a_finding(
                rule=attack, message=attack, location=place, operation=attack, related=(Related(place, attack),),
                fingerprint=f"a{at}", fix=Fix(attack, True, ()), suppression=Suppression(attack, attack),
                chain=(place,), api=attack, state=attack, owner=attack,
            )
        )  # fmt: skip
    text = " ".join(ATTACKS)
    page = open_page(
        report._replace(findings=found, line=lambda file, number: text, preset=text, plugins=ATTACKS), status=3
    )
    for view in ("rule", "operation", "file"):
        choose(page, "group", view)
        page.get_by_role("button", name="Open groups").click()
        page.evaluate("findings.forEach(unfold)")
        said = page.locator(".message").all_text_contents()
        assert {"{{ 7 * 7 }}", "<script>alert(1)</script>", "<img src=x onerror=alert(3)>"} <= set(said)
    assert (
        page.evaluate("document.querySelectorAll('img, script:not([id]) ~ script, [onerror], [onfocus]').length") == 0
    )
    assert page.evaluate("document.scripts.length") == 2
    assert page.evaluate("[...document.links].every(link => link.protocol === 'file:' || link.protocol === 'https:')")
    page.wait_for_timeout(100)


def test_scripts_other_than_its_own_do_not_run(browser: Any, report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    text = render(report, Presentation("1", 1))
    added = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\">"
    file.write_text(text.replace("</body>", f"{added}</body>"), encoding="utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(file.as_uri())
    page.evaluate("try { document.body.innerHTML = '<b>' } catch (error) { console.error(String(error)) }")
    page.wait_for_timeout(100)
    assert page.title() == "Incomplete: apilint report"
    assert any("script-src" in one for one in refused)
    assert any("img-src" in one for one in refused)
    assert any("TrustedHTML" in one for one in refused)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_accessible(open_page: Open, some: Report, scheme: str, width: int) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no scan: pip install axe-playwright-python"
    )
    page = open_page(some, color_scheme=scheme, bypass_csp=True)  # for axe, which is a script of its own
    page.set_viewport_size({"width": width, "height": 900})
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(17, 21, 26)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.wait_for_timeout(100)
    # Whatever is off the screen is skipped, and would not be looked at.
    page.set_viewport_size({"width": width, "height": 9_000})
    page.wait_for_timeout(500)
    results = axe.Axe().run(page, options={"resultTypes": ["violations", "incomplete"]}).response
    found = [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in results["violations"]]
    assert found == []
    assert len(results["passes"]) > 20


def test_printed(open_page: Open, report: Report, a_finding: Callable[..., Finding]) -> None:
    page = open_page(report._replace(findings=[*many(a_finding, 300), a_finding()]))
    assert len(shown(page)) < 300
    folded = page.locator("details:not([open])").count()
    page.emulate_media(media="print")
    until(page, "!document.querySelector('details:not([open])')")
    assert len(shown(page)) == 301
    assert page.locator(".frame").count() >= 301
    for hidden in (".panel", "button"):
        assert not page.locator(hidden).first.is_visible()
    page.emulate_media(media="screen")
    until(page, "document.querySelector('details:not([open])')")
    assert page.locator(".group:not([open])").count() > 0
    assert page.locator("details:not([open])").count() > folded
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts(open_page: Open, some: Report) -> None:
    page = open_page(some, java_script_enabled=False)
    assert page.locator(".plain li").count() == 5
    message = page.locator("#f2 .message")
    assert message.is_visible()
    assert message.text_content() == "POST /pets changes data without authentication"
    assert not page.get_by_role("searchbox").is_visible()


def test_nothing_found(open_page: Open, report: Report) -> None:
    page = open_page(report._replace(findings=(), problems=()), status=0)
    assert page.title() == "Passed: apilint report"
    assert page.get_by_text("No findings.").is_visible()


def test_quick_with_five_thousand(open_page: Open, report: Report, a_finding: Callable[..., Finding]) -> None:
    page = open_page(report._replace(findings=many(a_finding, 5_000)))
    settled(page, "5,000 findings")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    filtered = page.evaluate(
        """() => {
            const start = performance.now();
            search.value = "resource_77";
            show();
            document.body.offsetHeight;
            return performance.now() - start;
        }"""
    )
    settled(page, "10 of 5,000 findings")
    # Under 0.5 and 0.06 seconds where nothing else runs; the bounds leave room for a busy machine.
    assert loaded < 4_000
    assert filtered < 1_000
