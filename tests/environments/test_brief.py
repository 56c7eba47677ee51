"""The brief in a real browser: the page of a published sample, opened from its file in Chromium."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.installation import Installation

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE, DESK, PAPER = 390, 1280, 720
"""Widths in CSS pixels; that of paper is an A4 page less its margins."""

LARGEST_PAGE = 6 * 2**20

# What a reader could see to stick out: of text and marks, what is neither hidden nor meant for screen readers alone.
STICKING_OUT = """
() => {
  const width = document.documentElement.clientWidth;
  const seen = [...document.querySelectorAll("body *:not(.skip):not(script)")].filter((element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, thead"));
  return seen
    .filter((element) => element.childElementCount === 0 || element.tagName === "svg")
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.right > width + 1 || box.left < -1))
    .map(([element, box]) => `${element.tagName} ${element.textContent.slice(0, 40)} ${box.left} ${box.right}`);
}
"""

# Contrast as WCAG 2 reckons it, of each visible text on the colour that lies behind it.
FAINT = """
() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = channels(colour).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour).length === 3 || channels(colour)[3] > 0) return colour;
    }
    throw new Error("nothing behind");
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *:not(script):not(style)")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const pair = [light(element.closest("svg") ? style.fill : style.color), light(behind(element))];
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (contrast < 4.5) faint.push(`${element.tagName}: ${element.textContent.slice(0, 30)} ${contrast}`);
  }
  return faint;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt install chromium to run these tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], headless=True)
        yield browser
        browser.close()


@dataclasses.dataclass
class Opened:
    """A page, and what went wrong or was asked for while it was opened."""

    page: Page
    asked: list[str] = dataclasses.field(default_factory=list)
    trouble: list[str] = dataclasses.field(default_factory=list)


def _open(browser: Browser, file: Path, width: int = DESK, **options: Any) -> Opened:
    opened = Opened(browser.new_page(viewport={"width": width, "height": 900}, **options))
    opened.page.on("request", lambda request: opened.asked.append(request.url))
    opened.page.on("pageerror", lambda error: opened.trouble.append(str(error)))
    opened.page.on(
        "console",
        lambda message: opened.trouble.append(message.text) if message.type in ("error", "warning") else None,
    )
    opened.page.route(lambda url: url != file.as_uri(), lambda route: route.abort())
    opened.page.goto(file.as_uri())
    opened.page.wait_for_function("document.documentElement.dataset.drawn === 'yes'", timeout=30_000)
    return opened


@pytest.fixture(scope="module")
def file(loaded_sample: Installation) -> Path:
    return loaded_sample.home / "reports" / "brief.html"


@pytest.fixture(scope="module")
def desk(browser: Browser, file: Path) -> Iterator[Opened]:
    opened = _open(browser, file, color_scheme="light")
    yield opened
    opened.page.close()


def test_it_opens_without_an_error_and_asks_nobody_for_anything(desk: Opened, file: Path) -> None:
    assert desk.trouble == []
    assert desk.asked == [file.as_uri()]
    assert file.stat().st_size < LARGEST_PAGE


def test_nothing_simulated_may_be_taken_for_real(desk: Opened, loaded_sample: Installation) -> None:
    assert desk.page.get_by_role("alert").inner_text() == loaded_sample.one("select notice from marts.warehouse_info")
    assert "SIMULATION" in desk.page.title()
    captions = desk.page.locator("figcaption, p.source").all_inner_texts()
    assert [text for text in captions if not text.startswith("SIMULATED FIGURES") and "marts." not in text] == []


def test_every_chart_is_drawn_says_what_it_shows_and_names_its_source_and_day(desk: Opened) -> None:
    charts = desk.page.locator("[data-chart]")
    assert charts.count() >= 18
    for number in range(charts.count()):
        chart = charts.nth(number)
        name = chart.get_attribute("data-chart")
        drawn = chart.locator("svg [class*='mark-'] path, svg .mark-text text, svg .mark-rule line")
        assert drawn.count() > 8, name
        figure = chart.locator("xpath=ancestor::figure")
        assert chart.get_attribute("role") == "img"
        assert len(chart.get_attribute("aria-label") or "") > 40, name
        assert "known on" in figure.locator("figcaption").inner_text(), name
        assert figure.locator("h3, h4").inner_text() in str(chart.get_attribute("aria-label")), name


def test_landmarks_and_headings_lead_through_the_page(desk: Opened) -> None:
    page = desk.page
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1, landmark  # type: ignore[arg-type]
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map((one) => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    for section in page.locator("main > section").all():
        assert page.locator(f"#{section.get_attribute('aria-labelledby')}").count() == 1
    targets = page.eval_on_selector_all("nav a", "all => all.map((one) => document.querySelector(one.hash) !== null)")
    assert len(targets) == 8
    assert all(targets)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_the_picker_shows_another_holder_by_keyboard(desk: Opened) -> None:
    page = desk.page
    charts = page.locator("[data-chart^='holder_'] svg")
    drawn = "all => all.map((one) => one.querySelector('.mark-line path, .mark-rect path').getAttribute('d'))"
    before, heading = charts.evaluate_all(drawn), page.locator("#chosen-holder").inner_text()
    page.get_by_label("Holder", exact=True).focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("#holder option").nth(1)
    page.wait_for_function(
        "code => document.getElementById('history').dataset.holder === code", arg=second.get_attribute("value")
    )
    assert page.locator("#chosen-holder").inner_text() == second.inner_text() != heading
    assert page.locator("#said-of-holder").inner_text() == second.get_attribute("data-says")
    assert charts.count() == 4
    assert all(now != then for now, then in zip(charts.evaluate_all(drawn), before, strict=True))
    label = page.locator("[data-chart='holder_level']").get_attribute("aria-label") or ""
    assert label.startswith(second.inner_text())
    assert desk.trouble == []


@pytest.mark.parametrize(("width", "media"), [(PHONE, "screen"), (DESK, "screen"), (PAPER, "print")])
def test_nothing_sticks_out(browser: Browser, file: Path, width: int, media: str) -> None:
    opened = _open(browser, file, width)
    page = opened.page
    page.emulate_media(media=media)  # type: ignore[arg-type]
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")
    assert page.evaluate(STICKING_OUT) == []
    page.close()


def test_text_stands_out_in_both_schemes_and_charts_follow(browser: Browser, file: Path) -> None:
    opened = _open(browser, file, PHONE, color_scheme="light")
    page = opened.page
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    looks = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate(FAINT) == [], scheme
        looks.append(
            page.evaluate(
                """() => ["body", "svg .role-axis-label text", "[data-chart='total_change'] .mark-rect path"]
                    .map((which) => getComputedStyle(document.querySelector(which)))
                    .map((style) => `${style.backgroundColor} ${style.color} ${style.fill}`)"""
            )
        )
    assert all(light != dark for light, dark in zip(*looks, strict=True))
    page.close()
