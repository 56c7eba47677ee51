"""The preview of a table in the UI: short Markdown in which publishers' text is escaped."""

from __future__ import annotations

import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import duckdb
import pytest

from orchestration.marts.preview import INLINE_CHARACTERS, PICTURES, SIMULATION, head, picture, row_count

HOSTILE = "![x](http://a.example/p) | <script>"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.fct_holdings as select 'Grand Total' as country, 'total' as instrument, "
        "last_day(date '2010-01-01' + to_months(cast(i as integer))) as month_end, 1000.0 + i as holdings_usd_bn "
        "from range(200) as months(i)"
    )
    return connection


def test_the_newest_rows_come_first(connection: duckdb.DuckDBPyConnection) -> None:
    lines = head(connection, "marts.fct_holdings", simulated=False).splitlines()
    assert row_count(connection, "marts.fct_holdings") == 200
    assert lines[0] == "| country | instrument | month\\_end | holdings\\_usd\\_bn |".replace("\\", "")
    assert lines[2] == "| Grand Total | total | 2026-08-31 | 1199.0 |"
    assert len(lines) == 7


def test_publishers_text_is_escaped(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table notes as select ? as note, 1.23456789e0 as share, null as nothing", [HOSTILE])
    shown = head(connection, "notes", simulated=True)
    assert shown.startswith(f"**{SIMULATION}**\n\n| note | share | nothing |")
    assert r"| \!\[x\](http://a.example/p) ... | 1.23457 |  |" in shown


def test_a_wide_table_is_cut_so_that_the_ui_shows_it_at_once(connection: duckdb.DuckDBPyConnection) -> None:
    wide = ", ".join(f"repeat('|', 60) as column_{i}" for i in range(30))
    connection.execute(f"create table wide as select {wide} from range(9)")
    shown = head(connection, "wide", simulated=True)
    assert len(shown) <= INLINE_CHARACTERS
    assert re.search(r"\.\.\. and 2\d more column\(s\)$", shown)


def test_a_chart_is_a_line_of_eight_years(connection: duckdb.DuckDBPyConnection) -> None:
    shown = picture(connection, "fct_holdings", simulated=True) or ""
    assert len(shown) <= INLINE_CHARACTERS
    assert SIMULATION in shown
    assert "September 2018 to August 2026: lowest 1,104, highest 1,199, last 1,199." in shown
    (path,) = ET.fromstring(unquote(shown.partition("svg+xml,")[2][:-1]))
    heights = re.findall(r"-?\d+", path.attrib["d"])
    assert len(heights) == 2 + 2 * 95
    assert heights[1] == "58", "the lowest value is at the bottom"
    assert int(heights[1]) + sum(map(int, heights[3::2])) == 2, "the highest at the top"


def test_no_chart_without_data(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from marts.fct_holdings where month_end > date '2010-02-01'")
    assert picture(connection, "fct_holdings", simulated=False) is None
    assert picture(connection, "dim_country", simulated=False) is None
    assert len(PICTURES) > 5
