"""Writes the site of a published warehouse: static pages that need no network and no other file.

Belongs here: reading, rendering, the swap. Does not belong here: what is on a page (`front.py`, `holders.py`, ...).
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from orchestration.brief import feeds, words
from orchestration.brief.blocks import Page, Sources
from orchestration.brief.claims import claims
from orchestration.brief.data import data, late
from orchestration.brief.drawing import NARROW, WIDE, Drawing, dataset_of, drawing, fitted, picture, png, preview
from orchestration.brief.figures import Found, Row, Rows, collect
from orchestration.brief.flows import flows
from orchestration.brief.front import front
from orchestration.brief.holders import holders
from orchestration.brief.stress import stress
from orchestration.loading.rules import report
from orchestration.published import PublishedError, open_published

SITE, PUBLIC_SITE = "site", "site_public"
INDEX = "index.html"
PREVIEW = "preview.png"
DIGITS = 4
SHOWN_RELEASES = 36
_HERE = Path(__file__).parent


class BriefError(Exception):
    """The site could not be written; the warehouse is published all the same."""


@dataclass(frozen=True)
class Site:
    """All pages, and what they have in common.

    Attributes:
        pages: in the order of the menu; the first one is the front page.
        knowledge: as known when.
        newest_month: of holdings; None if there are none.
        released_on: the release day of that month.
        is_simulated: a banner says so.
        notice: the warehouse's own sentence.
        edition: `all` or `public`.
        own_use: licensed series whose figures are behind a chart.
        releases: rows of announced release days.
    """

    pages: Sequence[Page]
    knowledge: str
    newest_month: dt.date | None
    released_on: dt.date | None
    is_simulated: bool
    notice: str
    edition: str
    own_use: Sequence[str]
    releases: Rows


def write_site(
    published: Path,
    reports: Path,
    address: str | None = None,
    edition: str = "all",
    left_out: Mapping[str, str] | None = None,
    alerts: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write the site of a warehouse into the folder of reports; returns its first page.

    Args:
        published: the file to show.
        reports: the folder of reports; the report of checks is read from it.
        address: where the site will be on the web, for feeds and previews; None if it is not known.
        edition: `all`, or `public` if `published` has only what licenses allow.
        left_out: mart -> why it, or a part of it, is not in this edition.
        alerts: alerts that fired, newest first, for the feed.

    Raises:
        BriefError: nothing is published, or the site could not be made or written.
    """
    folder = reports / (PUBLIC_SITE if edition == "public" else SITE)
    checks = report.read(reports, report.PUBLISHED)
    try:
        with open_published(published) as connection:
            site = compose(collect(connection), checks, edition, left_out or {})
        files = render(site, address, alerts)
    except PublishedError as error:
        raise BriefError(str(error)) from None
    except duckdb.Error as error:
        raise BriefError(f"The warehouse is published, but its brief could not be made: {error}.") from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=reports, prefix="site-") as aside:
            for name, content in files.items():
                (Path(aside) / name).write_bytes(content)
            # Every page is complete without the others, so readers may see some pages new and others old for a moment.
            for name in files:
                (Path(aside) / name).replace(folder / name)
    except OSError as error:
        raise BriefError(
            f"The warehouse is published; its site {folder} could not be written: {error.strerror}."
        ) from None
    return folder / INDEX


def write_picture(published: Path, target: Path) -> None:
    """Write the chart of the newest months, which shows only TIC's figures, as an SVG or a PNG: by the file's name.

    Raises:
        BriefError: there is nothing to show yet, or it could not be made or written.
    """
    if target.suffix.lower() not in (".svg", ".png"):
        raise BriefError(f"{target}: a picture is a file that ends in .svg or .png.")
    try:
        with open_published(published) as connection:
            site = compose(collect(connection), ())
    except PublishedError as error:
        raise BriefError(str(error)) from None
    drawn = None if site.is_simulated else _preview(site, drawing())
    if drawn is None:
        raise BriefError(
            "A picture shows real transactions of TIC: this warehouse is a simulation, or has no transactions."
        )
    try:
        target.write_bytes(png(drawn) if target.suffix.lower() == ".png" else drawn.encode())
    except OSError as error:
        raise BriefError(f"{target} could not be written: {error.strerror}.") from None


def compose(
    found: Found, checks: Sequence[Mapping[str, Any]], edition: str = "all", left_out: Mapping[str, str] | None = None
) -> Site:
    """Put all pages together.

    Args:
        found: of `figures.collect`.
        checks: the lines of the report of checks; none if they are not known.
        edition: `all` or `public`.
        left_out: mart -> why it, or a part of it, is not in this edition.
    """
    names = {row["country"]: row.get("country_plain_name") or row.get("plain_name") for row in found.rows["names"]}
    rows = {name: [_as_called(row, names) for row in rows] for name, rows in found.rows.items()}
    info = rows["info"][0]
    knowledge = words.known_as_of(info["as_of"], info["newest_retrieval_on"], info["vintages_from"])
    sources = Sources(knowledge, bool(info["is_simulated"]))
    newest = rows["total"][-1] if rows["total"] else None
    return Site(
        pages=[
            front(rows, sources, late(rows, checks)),
            holders(rows, sources),
            claims(rows, sources),
            stress(rows, sources),
            flows(rows, sources),
            data(rows, sources, checks, left_out or {}),
        ],
        knowledge=sources.knowledge,
        newest_month=newest["month_end"] if newest else None,
        released_on=newest["released_on"] if newest else None,
        is_simulated=sources.is_simulated,
        notice=info["notice"],
        edition=edition,
        own_use=_own_use(rows),
        releases=_releases(rows),
    )


def render(site: Site, address: str | None = None, alerts: Sequence[Mapping[str, Any]] = ()) -> dict[str, bytes]:
    """The files of the site: name -> content."""
    drawn = drawing()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"day": words.day, "month": words.month}
    common = {
        "site": site,
        "style": _text("site.css"),
        "legends": drawn.legends,
        "address": address.rstrip("/") + "/" if address else "",
        "preview": PREVIEW,
    }
    files: dict[str, bytes] = {}
    image = _preview(site, drawn)
    if image is not None:
        files[PREVIEW] = png(image)
    for page in site.pages:
        template = "front.html.jinja" if page.name == "index" else "base.html.jinja"
        text = environment.get_template(template).render(
            **common, page=page, has_preview=image is not None, **_drawn(page, drawn)
        )
        files[f"{page.name}.html"] = text.encode()
    files["releases.ics"] = feeds.calendar(site.releases)
    files["alerts.xml"] = feeds.atom(alerts, address)
    return files


def _drawn(page: Page, drawn: Drawing) -> dict[str, Any]:
    """What the template needs to show the charts of a page: finished pictures, or the script and the data."""
    names = [chart.name for chart in page.charts if chart.name in drawn.charts]
    charts = {name: drawn.charts[name] for name in names}
    used = json.dumps(charts)
    own = {
        "sources": {name: dataset_of(chart) for name, chart in charts.items()},
        "data": {name: _columns(rows, used) for name, rows in page.data.items()},
        "holders": {name: _columns(rows, used + '"holder"') for name, rows in page.holders.items()},
        "titles": page.titles,
    }
    if not page.is_drawn_in_browser:
        plain = json.loads(_json(page.data))
        widths = {name: (page.widths.get(name, WIDE), NARROW) for name in names}
        return {
            "pictures": {
                name: [picture(chart, drawn.config, _named(chart, plain), width) for width in widths[name]]
                for name, chart in charts.items()
            },
            "figures": _script_json(own),
            "scripts": [_text("figure.js")],
        }
    return {
        "pictures": {},
        "figures": _script_json(
            {
                **own,
                "config": drawn.config,
                "charts": {name: fitted(chart, page.data) for name, chart in charts.items()},
            }
        ),
        "scripts": [drawn.script, _text("draw.js"), _text("figure.js")],
    }


def _preview(site: Site, drawn: Drawing) -> str | None:
    """The image that a link to the site shows, as SVG: the chart of the newest months."""
    page = site.pages[0]
    chart = next((chart for chart in page.charts if chart.name == "total_change"), None)
    if chart is None:
        return None
    title = {
        "text": _lines(page.title, 70),
        "subtitle": [*_lines(chart.unit, 120), *_lines(chart.source, 120)],
        "anchor": "start",
        "fontSize": 26,
        "subtitleFontSize": 15,
        "color": "var(--ink)",
        "subtitleColor": "var(--quiet)",
        "offset": 16,
    }
    data = _named(drawn.charts["total_change"], json.loads(_json(page.data)))
    colors = dict(re.findall(r"(--[a-z]+):\s*(#[0-9a-f]{3,8})", _text("site.css").partition("@media")[0]))
    return preview(drawn.charts["total_change"], drawn.config, data, colors, title)


def _lines(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` characters."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _named(chart: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    used = json.dumps(chart)
    return {name: rows for name, rows in data.items() if f'"name": "{name}"' in used}


def _releases(found: Mapping[str, Rows]) -> Rows:
    """The release days of the last years and those to come: as announced, or as they were."""
    stamp = found["info"][0]["newest_retrieval_on"] or dt.date(1970, 1, 1)
    days = {row["data_month_end"]: (row["announced_on"], row["note"]) for row in found["release_days"]}
    for row in found["release_status"]:
        if row["is_announced"]:
            days[row["month_end"]] = (row["released_on"], days.get(row["month_end"], (None, None))[1])
    return [
        {"data_month_end": month_end, "announced_on": day, "note": note, "retrieved_at": stamp}
        for month_end, (day, note) in sorted(days.items())[-SHOWN_RELEASES:]
    ]


def _as_called(row: Row, names: Mapping[str, str | None]) -> Row:
    """The row with its countries as people call them."""
    called = {
        column: names.get(name) or words.country(name)
        for column, name in row.items()
        if column.endswith("country") and name
    }
    return {**row, **called} if called else row


def _own_use(found: Mapping[str, Rows]) -> list[str]:
    """Licensed series behind the charts of stress and cascade."""
    if not (found["stress_now"] or found["cascade"]):
        return []
    licensed = [row["series_id"] for row in found["series"] if not row["may_be_redistributed"]]
    return [*licensed, *(f"{row['symbol']} prices" for row in found["prices"])]


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _columns(rows: Rows, named: str) -> dict[str, list[Any]]:
    """Rows as columns, which have each name once; those that no chart names are left out."""
    if not rows:
        return {}
    return {name: [row[name] for row in rows] for name in rows[0] if name in named}


def _json(value: Any) -> str:
    return json.dumps(_rounded(value), default=_plain, separators=(",", ":"), allow_nan=False)


def _script_json(value: Any) -> str:
    """JSON that no text in it can end the script with."""
    return _json(value).replace("<", "\\u003c")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS) if value == value else None
    if isinstance(value, Mapping):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(one) for one in value]
    return value


def _plain(value: object) -> str:
    assert isinstance(value, dt.date)
    return value.isoformat()
