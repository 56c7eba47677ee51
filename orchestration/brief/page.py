"""Writes `brief.html`: one file that needs no network, of a published warehouse.

Belongs here: reading, rendering, the swap. Does not belong here: what is on the page (`sections.py` and below).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from orchestration.brief import words
from orchestration.brief.blocks import Page
from orchestration.brief.drawing import drawing
from orchestration.brief.figures import Rows, collect
from orchestration.brief.sections import compose
from orchestration.published import PublishedError, open_published

NAME = "brief.html"
DIGITS = 4
_HERE = Path(__file__).parent


class BriefError(Exception):
    """The page could not be written; the warehouse is published all the same."""


def write(published: Path, reports: Path, checks: Mapping[str, int]) -> Path:
    """Write the page of the published warehouse into `reports`, whole or not at all; returns its path.

    Args:
        published: the file that readers open.
        reports: the folder of reports.
        checks: see `sections.compose`.

    Raises:
        BriefError: nothing is published, or the page could not be made or written.
    """
    page = reports / NAME
    text = render(_compose(published, checks))
    aside = page.with_suffix(".part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(page)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise BriefError(
            f"The warehouse is published; its page {page} could not be written: {error.strerror}."
        ) from None
    return page


def write_picture(published: Path, target: Path) -> None:
    """Write the chart of the newest months, which is of TIC's figures alone, as an SVG.

    Raises:
        BriefError: it shows nothing yet, or could not be made or written.
    """
    from orchestration.brief.charts import charts, picture

    page = _compose(published, {})
    chart = next((block for block in page.sections[0].blocks if getattr(block, "name", "") == "total_change"), None)
    if chart is None or page.is_simulated:
        raise BriefError(
            "A picture is made of real transactions of TIC: this warehouse is a simulation, or knows none of them."
        )
    spec = charts()["total_change"]
    rows = json.loads(_json({"total_recent": page.data["total_recent"]}))
    title = {
        "text": "Foreign holdings of US Treasuries: what made the change",
        "subtitle": getattr(chart, "source", ""),
        "anchor": "start",
        "color": "var(--ink)",
        "subtitleColor": "var(--quiet)",
        "offset": 12,
    }
    try:
        target.write_text(picture(spec, rows, _text("brief.css"), title), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BriefError(f"{target} could not be written: {error}.") from None


def render(page: Page) -> str:
    """The page as HTML, with its style, its scripts and its data."""
    drawn = drawing()
    named = json.dumps(drawn.charts)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"day": words.day, "month": words.month}
    return environment.get_template("brief.html.jinja").render(
        page=page,
        style=_text("brief.css"),
        script=_text("brief.js"),
        vega=drawn.script,
        keys=drawn.keys,
        data=_script_json(
            {
                "config": drawn.config,
                "charts": {name: _fitted(chart, page.data) for name, chart in drawn.charts.items()},
                "data": {name: _columns(rows, named) for name, rows in page.data.items()},
                "holders": {name: _columns(rows, named + '"country_code"') for name, rows in page.holders.items()},
            }
        ),
    )


def _fitted(chart: dict[str, Any], data: Mapping[str, Rows]) -> dict[str, Any]:
    """The chart, where it has so much height a row, with the height that its rows need: Vega fits one way only."""
    if not isinstance(chart.get("height"), Mapping):
        return chart
    first = {**chart, **chart.get("layer", [{}])[0]}
    y = first["encoding"]["y"]
    shown = y.get("scale", {}).get("domain") or {row[y["field"]] for row in data[first["data"]["name"]]}
    return {**chart, "height": chart["height"]["step"] * max(len(shown), 1)}


def _compose(published: Path, checks: Mapping[str, int]) -> Page:
    try:
        with open_published(published) as connection:
            return compose(collect(connection), checks)
    except PublishedError as error:
        raise BriefError(str(error)) from None
    except duckdb.Error as error:
        raise BriefError(f"The warehouse is published, but its brief could not be made: {error}.") from None


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _columns(rows: Rows, named: str) -> dict[str, list[Any]]:
    """Rows as columns, which say each name once; those that no chart names are left out."""
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
