"""The site in a real browser: the pages of a published sample, opened from their files in Chromium."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import os
import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.installation import Installation

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SMALL, PHONE, DESK, PAPER = 320, 390, 1280, 696
"""Widths in CSS pixels; that of paper is an A4 page less its margins."""

PAGES = ("index", "holders", "claims", "stress", "flows", "data")
DRAWN_IN_BROWSER = ("holders", "stress", "flows")
TALLEST_ON_DESK, TALLEST_ON_PHONE = 2 * 1080, 4 * 844
"""Two screens of a desktop for the first page; four of a phone, with the notices of a simulation."""

MOST_PRINTED_PAGES = 6

# What a reader could see to stick out: of text and marks, what is neither hidden nor meant for screen readers alone.
STICKING_OUT = """
() => {
  const width = document.documentElement.clientWidth;
  const seen = [...document.querySelectorAll("body *:not(.skip):not(script)")].filter((element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, thead, .hidden, .chart"));
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
    if (element.closest("svg") && style.stroke !== "none") continue;  // a margin around a text
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
    """A page, and what went wrong or was requested while it was opened."""

    page: Page
    asked: list[str] = dataclasses.field(default_factory=list)
    trouble: list[str] = dataclasses.field(default_factory=list)


def _open(browser: Browser, folder: Path, name: str, width: int = DESK, **options: Any) -> Opened:
    opened = Opened(browser.new_page(viewport={"width": width, "height": 900}, **options))
    opened.page.on("request", lambda request: opened.asked.append(request.url.partition("#")[0]))
    opened.page.on("pageerror", lambda error: opened.trouble.append(str(error)))
    opened.page.on(
        "console",
        lambda message: opened.trouble.append(message.text) if message.type in ("error", "warning") else None,
    )
    name, _, asked = name.partition("#")
    opened.page.goto((folder / f"{name}.html").as_uri() + (f"#{asked}" if asked else ""))
    ready = "drawn" if name in DRAWN_IN_BROWSER else "ready"
    opened.page.wait_for_function(f"document.documentElement.dataset.{ready} === 'yes'", timeout=30_000)
    return opened


@pytest.fixture(scope="module")
def folder(loaded_sample: Installation) -> Path:
    return loaded_sample.home / "reports" / "site"


@pytest.fixture(scope="module")
def desk(browser: Browser, folder: Path) -> Iterator[dict[str, Opened]]:
    opened = {name: _open(browser, folder, name, color_scheme="light") for name in PAGES}
    yield opened
    for one in opened.values():
        one.page.close()


def _open_details(page: Page) -> None:
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_an_error_and_requests_nothing_else(
    desk: dict[str, Opened], folder: Path, name: str
) -> None:
    assert desk[name].trouble == []
    assert desk[name].asked == [(folder / f"{name}.html").as_uri()]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_simulated_can_be_taken_for_real(
    desk: dict[str, Opened], loaded_sample: Installation, name: str
) -> None:
    page = desk[name].page
    assert page.get_by_role("complementary").inner_text() == loaded_sample.one(
        "select notice from marts.warehouse_info"
    )
    assert "SIMULATION" in page.title()
    captions = page.locator("figcaption").all_inner_texts()
    assert [text for text in captions if not text.startswith("SIMULATED FIGURES")] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_is_drawn_and_has_message_unit_source_and_day(desk: dict[str, Opened], name: str) -> None:
    page = desk[name].page
    figures = page.locator("figure")
    least = {"index": 2, "holders": 4, "claims": 0, "stress": 8, "flows": 4, "data": 0}
    assert figures.count() >= least[name]
    ids = page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert sorted(set(ids)) == sorted(ids)
    for figure in figures.all():
        chart, which = figure.locator("[role=img]"), figure.get_attribute("id")
        drawn = chart.locator("svg >> visible=true").locator("[class*='mark-'] path, .mark-text text, .mark-rule line")
        assert drawn.count() > 4, which
        assert figure.locator("h3, h4").inner_text() in str(chart.get_attribute("aria-label")), which
        assert figure.locator(".unit").inner_text(), which
        assert "known on" in figure.locator("figcaption").inner_text(), which


@pytest.mark.parametrize("name", PAGES)
def test_landmarks_and_headings_lead_through_a_page(desk: dict[str, Opened], name: str) -> None:
    page = desk[name].page
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1, landmark  # type: ignore[arg-type]
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map((one) => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    for section in page.locator("main section").all():
        assert page.locator(f"#{section.get_attribute('aria-labelledby')}").count() == 1
    assert page.locator("nav a[aria-current=page]").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_no_axis_repeats_a_label(desk: dict[str, Opened]) -> None:
    for name in ("index", *DRAWN_IN_BROWSER):
        for figure in desk[name].page.locator("figure").all():
            svg = figure.locator("svg >> visible=true")
            for axis in svg.locator(".role-axis-label").all():
                labels = [label for label in axis.locator("text").all_text_contents() if label]
                assert len(set(labels)) == len(labels), (name, figure.get_attribute("id"), labels)


def test_the_first_page_fits_two_screens_of_a_desktop_and_few_of_a_phone(browser: Browser, folder: Path) -> None:
    for width, tallest in ((DESK, TALLEST_ON_DESK), (PHONE, TALLEST_ON_PHONE)):
        opened = _open(browser, folder, "index", width)
        assert opened.page.evaluate("document.documentElement.scrollHeight") <= tallest, width
        opened.page.close()


def test_lines_have_their_names_at_their_ends(desk: dict[str, Opened]) -> None:
    for name, chart, ends in (
        ("flows", "pressure", {"Treasuries", "Agencies", "Corporate bonds", "Stocks"}),
        ("stress", "cascade_bitcoin", {"yields jumped", "yields did not"}),
        ("stress", "benchmark_months", {"Tidemark, core", "NFCI", "STLFSI4"}),
    ):
        figure = desk[name].page.locator(f"#{chart}")
        assert set(figure.locator(".mark-text text").all_text_contents()) >= ends
        # The names need no room twice: the lines end right before them.
        lines, frame = figure.locator(".mark-line path").first.bounding_box(), figure.bounding_box()
        assert lines is not None
        assert frame is not None
        assert lines["x"] + lines["width"] > frame["x"] + frame["width"] - 150


def test_the_picker_shows_another_holder_by_keyboard(desk: dict[str, Opened]) -> None:
    page = desk["holders"].page
    charts = page.locator("[data-chart^='holder_'] svg")
    drawn = "all => all.map((one) => one.querySelector('[class*=mark-][class*=role-mark] path').getAttribute('d'))"
    before, heading = charts.evaluate_all(drawn), page.locator("#chosen-holder").inner_text()
    page.get_by_label("Holder", exact=True).focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("#holder option").nth(1)
    page.wait_for_function(
        "id => document.getElementById('history').dataset.holder === id", arg=second.get_attribute("value")
    )
    assert page.locator("#chosen-holder").inner_text() == second.inner_text() != heading
    assert page.locator("#said-of-holder").inner_text() == second.get_attribute("data-says")
    assert page.url.endswith(f"#holder={second.get_attribute('value')}")
    assert charts.count() == 6
    assert all(now != then for now, then in zip(charts.evaluate_all(drawn), before, strict=True))
    assert desk["holders"].trouble == []


def test_a_permalink_shows_a_holder_and_a_view(browser: Browser, folder: Path) -> None:
    opened = _open(browser, folder, "holders#holder=JP&view=decomposition")
    page = opened.page
    assert page.locator("#chosen-holder").inner_text() == "Japan"
    asked = page.locator("figure.asked")
    assert asked.get_attribute("id") == "holder_parts"
    assert "Japan" in asked.locator("h4").inner_text()
    assert "in twelve months" in asked.locator("h4").inner_text()
    assert asked.locator(".link").get_attribute("href") == "#holder=JP&view=decomposition"
    page.evaluate("location.hash = '#holder=CN&view=level'")
    page.wait_for_function("document.querySelector('figure.asked').id === 'holder_level'")
    assert page.locator("#chosen-holder").inner_text() == "China"
    page.close()


@pytest.mark.parametrize(
    ("name", "chart", "column"),
    [("index", "bought_and_sold", "net_sales_usd_bn"), ("holders#holder=JP", "holder_parts", "net_sales_usd_bn")],
)
def test_a_chart_can_be_downloaded(browser: Browser, folder: Path, name: str, chart: str, column: str) -> None:
    page = _open(browser, folder, name, accept_downloads=True).page
    files = {}
    for kind in ("csv", "svg", "png"):
        with page.expect_download() as download:
            page.locator(f"#{chart} [data-get={kind}]").click()
        files[kind] = download.value.path().read_bytes()
        assert download.value.suggested_filename.endswith(f".{kind}")
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))
    assert len(rows) > 5
    assert all(float(row[column]) is not None for row in rows)
    if chart == "holder_parts":
        assert {row["holder"] for row in rows} == {"JP"}
    picture = ElementTree.fromstring(files["svg"])
    text = "".join(picture.itertext())
    assert "SIMULATED FIGURES" in text
    assert "twelve months" in text
    assert b"var(--" not in files["svg"]
    width, height = struct.unpack(">II", files["png"][16:24])
    assert width > 800
    assert height > 400
    page.close()


def test_a_tooltip_looks_like_one(desk: dict[str, Opened]) -> None:
    page = desk["flows"].page
    page.locator("#flows .mark-rect path").last.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert page.eval_on_selector("#vg-tooltip-element td.key", "one => getComputedStyle(one).display") == "table-cell"
    page.mouse.move(0, 0)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "media"), [(SMALL, "screen"), (PHONE, "screen"), (DESK, "screen"), (PAPER, "print")])
def test_nothing_sticks_out(browser: Browser, folder: Path, name: str, width: int, media: str) -> None:
    opened = _open(browser, folder, name, width)
    page = opened.page
    page.emulate_media(media=media)  # type: ignore[arg-type]
    _open_details(page)
    if media == "screen":
        assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")
    assert page.evaluate(STICKING_OUT) == []
    page.close()


def test_the_reasons_of_verdicts_have_the_width_of_a_phone(browser: Browser, folder: Path) -> None:
    opened = _open(browser, folder, "claims", PHONE)
    widths = opened.page.eval_on_selector_all(
        "#scorecard td:last-child", "all => all.map((one) => one.getBoundingClientRect().width)"
    )
    assert min(widths) > 0.8 * PHONE
    opened.page.close()


def test_the_first_page_and_the_claims_print_on_few_pages(browser: Browser, folder: Path) -> None:
    printed = 0
    for name in ("index", "claims"):
        opened = _open(browser, folder, name)
        printed += len(re.findall(rb"/Type\s*/Page\b", opened.page.pdf(format="A4", prefer_css_page_size=True)))
        opened.page.close()
    assert 2 <= printed <= MOST_PRINTED_PAGES


@pytest.mark.parametrize("name", PAGES)
def test_text_has_contrast_in_both_schemes_and_charts_follow(browser: Browser, folder: Path, name: str) -> None:
    opened = _open(browser, folder, name, PHONE, color_scheme="light")
    page = opened.page
    _open_details(page)
    looks = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate(FAINT) == [], scheme
        looks.append(
            page.evaluate(
                """() => ["body", ".role-axis-label text", ".mark-rect path"]
                    .map((which) => document.querySelector(which)).filter(Boolean).map(getComputedStyle)
                    .map((style) => `${style.backgroundColor} ${style.color} ${style.fill}`)"""
            )
        )
    assert all(light != dark for light, dark in zip(*looks, strict=True))
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(desk: dict[str, Opened], name: str) -> None:
    script = os.environ.get("TIDEMARK_TEST_AXE")
    if script is None:
        pytest.skip("TIDEMARK_TEST_AXE does not name a copy of axe.min.js")
    page = desk[name].page
    # The page's own policy forbids scripts from elsewhere; the driver may add one.
    page.evaluate(Path(script).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations.map((one) => [one.id, one.nodes[0].html]))")
    assert found == []
