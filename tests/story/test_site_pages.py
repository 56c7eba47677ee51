"""The pages of the site as they are written: without a browser."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from orchestration.brief.figures import Found, collect
from orchestration.brief.site import compose, render
from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation

PAGES = ("index", "holders", "claims", "stress", "flows", "data")
LARGEST_INDEX, LARGEST_SITE = 600_000, 6_000_000
CHECK = {"asset": "checked/tic/rows", "check": "a_rule", "expected": "order", "rows": 1, "subjects": []}
CHECKS = [
    *({**CHECK, "passed": True, "severity": "error"} for _ in range(7)),
    {**CHECK, "passed": False, "severity": "error"},
    {**CHECK, "passed": False, "severity": "warn"},
]


@pytest.fixture(scope="module")
def found(loaded_sample: Installation) -> Found:
    with duckdb.connect(str(loaded_sample.published), read_only=True) as connection:
        return collect(connection)


def _run(installation: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration", "brief", *arguments],
        cwd=PROJECT_ROOT,
        env=installation.environment(),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return loaded_sample.copy(tmp_path_factory.mktemp("site") / "home")


def test_every_query_of_the_site_finds_its_tables(found: Found) -> None:
    assert found.absent == ()
    assert [
        name
        for name in (
            "total",
            "bought_and_sold",
            "owners_12m",
            "stress",
            "scorecard",
            "pressure",
            "portfolio",
            "long_parts",
        )
        if not found.rows[name]
    ] == []


def test_pages_of_real_figures_have_no_banner_and_name_what_is_for_own_use(found: Found) -> None:
    info = {**found.rows["info"][0], "is_simulated": False, "notice": "Built from the publishers' documents."}
    files = render(compose(dataclasses.replace(found, rows={**found.rows, "info": [info]}), CHECKS))
    text = {name: files[f"{name}.html"].decode() for name in PAGES}
    assert [name for name in PAGES if 'class="banner"' in text[name] or "SIMULAT" in text[name]] == []
    assert "For own use" in text["stress"]
    assert "VIXCLS" in text["stress"]
    assert "7 of 9 checks passed; 1 error (rows or documents are held back), 1 warning." in text["data"]


def test_the_site_is_small_and_asks_for_nothing_from_elsewhere(copy: Installation) -> None:
    folder = copy.home / "reports" / "site"
    files = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert files.keys() == {*(f"{name}.html" for name in PAGES), "preview.png", "alerts.xml", "releases.ics"}
    assert files["index.html"] < LARGEST_INDEX
    assert sum(files.values()) < LARGEST_SITE
    for name in PAGES:
        head, _, body = (folder / f"{name}.html").read_text(encoding="utf-8").partition("<body")
        assert "default-src 'none'" in head
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', head + body) == [], name
        for local in re.findall(r'href="([a-z_]+\.[a-z]+)', body):
            assert local in files, f"{name} links to {local}"


def test_each_page_describes_itself_for_search_engines_and_previews(copy: Installation) -> None:
    for name in PAGES:
        text = (copy.home / "reports" / "site" / f"{name}.html").read_text(encoding="utf-8")
        tags = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]+)"', text))
        assert tags["og:image"] == "preview.png"
        assert len(html.unescape(tags["description"])) > 40, name
        assert tags["og:title"]


def test_the_headline_says_sold_only_of_net_purchases(found: Found) -> None:
    front = compose(found, ()).pages[0]
    whole = found.rows["owners_12m"][0]
    verb = "bought" if whole["net_sales_usd_bn"] > 0 else "sold"
    assert front.title.startswith(f"Foreigners {verb} ${abs(whole['net_sales_usd_bn']):,.0f}")
    seller = min(found.rows["bought_and_sold"], key=lambda row: row["net_sales_usd_bn"])
    assert f"{abs(seller['net_sales_usd_bn']):,.0f}" in front.title


def test_the_claim_about_all_foreigners_comes_first(found: Found) -> None:
    """It is the headline of the article, and was beyond the claims for which the first page has room."""
    claims = compose(found, ()).pages[0].sections[2].blocks[0].rows
    assert claims[0][0].text == "Overseas players are withdrawing"


def test_the_command_rewrites_the_site_and_draws_no_picture_of_a_simulation(copy: Installation, tmp_path: Path) -> None:
    file = copy.home / "reports" / "site" / "index.html"
    before = file.read_bytes()
    file.unlink()
    result = _run(copy)
    assert (result.returncode, result.stdout.strip()) == (0, str(file)), result.stderr
    assert file.read_bytes() == before
    refused = _run(copy, "--picture", str(tmp_path / "brief.svg"))
    assert refused.returncode == 1
    assert "simulation" in refused.stderr
    assert not (tmp_path / "brief.svg").exists()
    refused = _run(copy, "--picture", str(tmp_path / "brief.jpg"))
    assert refused.returncode == 1
    assert ".svg or .png" in refused.stderr


def test_the_public_edition_has_only_what_may_be_passed_on_and_says_what_is_missing(copy: Installation) -> None:
    result = _run(copy, "--edition", "public")
    folder = copy.home / "reports" / "site_public"
    assert (result.returncode, result.stdout.strip()) == (0, str(folder / "index.html")), result.stderr
    text = {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in PAGES}
    assert [name for name in PAGES if "Public edition" not in text[name] or "For own use" in text[name]] == []
    assert "What this edition leaves out" in text["data"]
    assert "liquidity_stress_daily" in text["data"]
    assert "has no stress index" in text["index"]
    figures = json.loads(re.findall(r'id="figures">(.*?)</script>', text["stress"])[0])
    assert [name for name, rows in figures["data"].items() if rows and name.startswith(("stress", "cascade"))] == []
    assert "net_sales_usd_bn" in text["flows"]
    assert not (copy.home / "work" / "public_site" / "tidemark.duckdb").exists()


def test_feeds_are_well_formed_before_anything_happened(copy: Installation) -> None:
    folder = copy.home / "reports" / "site"
    feed = ElementTree.parse(folder / "alerts.xml").getroot()
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert {"id", "title", "updated"} <= {element.tag.partition("}")[2] for element in feed}
    lines = (folder / "releases.ics").read_bytes().split(b"\r\n")
    assert (lines[0], lines[-2]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR")
