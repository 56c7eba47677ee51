"""The embedded sample: it equals the generator's output, repeats the pinned figures, and every identity holds.

The files are read here with small readers of our own, so that neither the generator nor the publishers' modules are
asked whether they are right.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration.sample import DEFAULT_SEED, SAMPLE_FOLDER
from orchestration.sample.documents import Document, write_folder
from orchestration.sample.generate import generate, main, write
from orchestration.sample.scaled import Scale, binance_documents
from orchestration.sources.folder import read_manifest
from orchestration.sources.registry import SOURCES, identify

FIRST, SECOND = "2026-01-15", "2026-06-18"
ANCHORS = SAMPLE_FOLDER.parent / "anchors"
HOSTS = {
    "tic": "ticdata.treasury.gov",
    "fred": "fred.stlouisfed.org",
    "treasury": "home.treasury.gov",
    "coinbase": "api.exchange.coinbase.com",
    "treasurydirect": "www.treasurydirect.gov",
    "fiscaldata": "api.fiscaldata.treasury.gov",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
REGIONS = ("19992", "39942", "34401", "49999", "59994", "69906")
WORLD, OFFICIAL, NON_OFFICIAL, CANADA, ORGANIZATIONS = "99996", "99990", "99991", "29998", "79995"

Cells = dict[tuple[str, str], dict[str, int | None]]
"""Figures by (country code, month) and column."""


# --- readers -----------------------------------------------------------------------------------------------------


def lines_of(path: str) -> list[str]:
    text = (SAMPLE_FOLDER / path).read_bytes().decode("ascii")
    assert text.endswith("\r\n")
    return text.split("\r\n")[:-1]


@cache
def monthly_table(path: str) -> Cells:
    rows = [line.split("\t") for line in lines_of(path)]
    start = next(number for number, row in enumerate(rows) if row[0] == "country")
    header, cells = rows[start], {}
    for row in rows[start + 1 :]:
        if not row[0]:
            break
        assert len(row) == len(header)
        figures = {name: None if cell == "n.a." else int(cell) for name, cell in zip(header[3:], row[3:], strict=True)}
        assert (row[1], row[2]) not in cells
        cells[row[1], row[2]] = figures
    return cells


@cache
def names_of_codes(path: str) -> dict[str, str]:
    return {row[0]: row[1] for line in lines_of(path) if len(row := line.split("\t")) > 2 and row[1].isdigit()}


@cache
def headline_table(path: str) -> dict[str, dict[str, float]]:
    rows = [line.split("\t") for line in lines_of(path)]
    start = next(number for number, row in enumerate(rows) if row[0] == "Country")
    months, found = rows[start][1:], {}
    for row in rows[start + 1 :]:
        if not row[0]:
            break
        found[row[0]] = dict(zip(months, map(float, row[1:]), strict=True))
    return found


@cache
def history(path: str) -> dict[tuple[str, str, int], float | None]:
    """Billions by (name without footnote, YYYY-MM, occurrence of the month in its block)."""
    found: dict[tuple[str, str, int], float | None] = {}
    months: list[tuple[str, int]] = []
    above: list[str] = []
    for row in csv.reader(lines_of(path), delimiter="\t"):
        if row[0] == "Country":
            months, seen = [], defaultdict(int)
            for name, year in zip(above[1:], row[1:], strict=True):
                if name:
                    month = f"{year}-{MONTHS.index(name) + 1:02d}"
                    months.append((month, seen[month]))
                    seen[month] += 1
        elif row[0].startswith("Department"):
            break
        elif months and row[0].strip() and row[1]:
            name = row[0].strip().removesuffix("/").rstrip("2345 ")
            for (month, number), cell in zip(months, row[1:], strict=False):
                found[name, month, number] = None if cell == "n.a." else float(cell)
        above = row
    return found


@cache
def frozen_report() -> dict[tuple[str, str], tuple[int | None, ...]]:
    found = {}
    for line in lines_of(f"tic/{FIRST}/slt3d_globl.csv"):
        row = next(csv.reader([line]))
        if len(row) == 6 and row[1].isdigit():
            cells = tuple(None if cell == "n.a." else int(cell.replace(",", "")) for cell in row[3:])
            assert (row[1], row[2]) not in found
            found[row[1], row[2]] = cells
    return found


@cache
def graph(series_id: str, vintage: str = SECOND) -> dict[str, float | None]:
    text = (SAMPLE_FOLDER / "fred" / vintage / f"{series_id}.csv").read_text("ascii")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][1] == series_id
    days = [row[0] for row in rows[1:]]
    assert days == sorted(set(days))
    return {day: float(value) if value not in ("", ".") else None for day, value in rows[1:]}


def there(series_id: str, vintage: str = SECOND) -> dict[str, float]:
    return {day: value for day, value in graph(series_id, vintage).items() if value is not None}


@cache
def candles(market: str) -> dict[str, tuple[float, float, float, float, float]]:
    """Low, high, open, close and volume by day."""
    found = {}
    for path in sorted((SAMPLE_FOLDER / "coinbase" / SECOND).glob(f"{market}-*.json")):
        for row in reversed(json.loads(path.read_bytes())):
            found[dt.datetime.fromtimestamp(row[0], tz=dt.UTC).strftime("%Y-%m-%d")] = tuple(row[1:])
    return found


def anchored_holdings() -> Iterator[tuple[str, str, int, int]]:
    with (ANCHORS / "tic_holdings.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield row["country_code"], row["month"], int(row["holdings_usd_mn"]), int(row["bills_usd_mn"])


def table_3(release: str) -> Cells:
    return monthly_table(f"tic/{release}/slt_table3.txt")


# --- the files as files ------------------------------------------------------------------------------------------


def test_committed_files_equal_the_generators_output(tmp_path: Path) -> None:
    write(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    committed = {
        path.relative_to(SAMPLE_FOLDER): path.read_bytes() for path in SAMPLE_FOLDER.rglob("*") if path.is_file()
    }
    assert sorted(made) == sorted(committed)
    assert [path for path, body in made.items() if committed[path] != body] == []


def test_manifest_describes_every_file() -> None:
    with (SAMPLE_FOLDER / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["path", "source", "url", "as_of", "form", "bytes", "sha256", "note"]
    on_disk = {path.relative_to(SAMPLE_FOLDER).as_posix() for path in SAMPLE_FOLDER.rglob("*") if path.is_file()}
    assert {row["path"] for row in rows} == on_disk - {"manifest.csv", "README.md"}
    for row in rows:
        body = (SAMPLE_FOLDER / row["path"]).read_bytes()
        assert (row["bytes"], row["sha256"]) == (str(len(body)), hashlib.sha256(body).hexdigest())
        assert row["form"] == "simulated"
        assert urlsplit(row["url"]).hostname == HOSTS[row["source"]]
        assert dt.date.fromisoformat(row["as_of"]) <= dt.date(2026, 6, 18)
    assert len({(row["url"], row["as_of"]) for row in rows}) == len(rows)


def test_sample_is_small() -> None:
    sizes = [path.stat().st_size for path in SAMPLE_FOLDER.rglob("*") if path.is_file()]
    assert max(sizes) < 500_000
    # The two editions of cslt.zip are 0.6 MB of it.
    assert sum(sizes) < 4_700_000


def test_readme_says_that_it_is_a_simulation() -> None:
    text = (SAMPLE_FOLDER / "README.md").read_text("ascii")
    assert "These files are simulated. No publisher published them." in text
    assert "Pinned to public-domain figures" in text


def test_every_tic_file_says_that_it_is_a_simulation() -> None:
    for path in (SAMPLE_FOLDER / "tic").rglob("*.*"):
        assert b"SIMULATED SAMPLE" in path.read_bytes(), path


def test_publishers_modules_read_every_document() -> None:
    rows = defaultdict(int)
    for document in read_manifest(SAMPLE_FOLDER):
        found = identify(document.address)
        assert found is not None, document.address
        source, dataset = found
        response = document.response()
        frame = SOURCES[source].parse(dataset, response.body, response.retrieved_at)
        rows[source, dataset] += len(frame)
    assert len(rows) == 6 + 29 + 1 + 4 + 17 + 1
    assert rows.pop(("fred", "MVMTD027MNFRBDAL")) == rows.pop(("fiscaldata", "mspd_table_1")) == 137
    assert min(count for (source, _), count in rows.items() if source != "treasurydirect") > 300
    assert sum(count for (source, _), count in rows.items() if source == "treasurydirect") == 227


# --- TIC: pinned figures -----------------------------------------------------------------------------------------


def test_revised_release_repeats_the_anchors_in_table_3() -> None:
    table = table_3(SECOND)
    checked = 0
    for code, month, holdings, bills in anchored_holdings():
        if month >= "2020-01":
            cells = table[code, month]
            found = (cells["for_treas_pos"], cells["for_st_treas_pos"], cells["for_lt_treas_pos"])
            assert found == (holdings, bills, holdings - bills), (code, month)
            checked += 1
    assert checked == 36 * 23


def full_history(day: str) -> dict[str, dict[str, int]]:
    """Figures of cslt.zip by series and month."""
    with zipfile.ZipFile(SAMPLE_FOLDER / "tic" / day / "cslt.zip") as file:
        series = json.loads(file.read("cslt.json"))["series"]
    return {one["source_id"]: {date[:7]: int(float(value)) for date, value in one["observations"]} for one in series}


@pytest.mark.parametrize("day", [FIRST, SECOND])
def test_full_history_repeats_tables_1_and_3_of_its_release(day: str) -> None:
    compared = 0
    history = full_history(day)
    for path in (f"tic/{day}/slt_table1.txt", f"tic/{day}/slt_table3.txt"):
        for (code, month), cells in monthly_table(path).items():
            for name, value in cells.items():
                if value is not None and (figures := history.get(f"{name}_{code}")):
                    assert figures[month] == value, (name, code, month)
                    compared += 1
    assert compared > 6_000


def test_full_history_begins_in_1984_and_adds_up() -> None:
    history = full_history(SECOND)
    treasuries, coupons, bills = (history[f"for_{kind}_pos_{WORLD}"] for kind in ("treas", "lt_treas", "st_treas"))
    assert min(treasuries) == "1984-12"
    assert len(treasuries) == len(history[f"for_lt_treas_net_{WORLD}"]) + 1 == 497
    assert all(treasuries[month] == coupons[month] + bills[month] for month in treasuries)


def test_frozen_report_repeats_the_anchors_before_2020() -> None:
    report = frozen_report()
    for code, month, holdings, bills in anchored_holdings():
        if month < "2020-01":
            assert report[code, month] == (holdings, holdings - bills, bills), (code, month)


def test_revised_release_repeats_the_anchors_in_the_history_file() -> None:
    rows = history(f"tic/{SECOND}/mfhhis01.txt")
    names = {**names_of_codes(f"tic/{SECOND}/slt_table3.txt")}
    names = {code: name for name, code in names.items()} | {WORLD: "Grand Total", OFFICIAL: "For. Official"}
    checked = 0
    for code, month, holdings, _ in anchored_holdings():
        shown = rows.get((names[code], month, 0))
        if shown is not None:
            assert shown == pytest.approx(holdings / 1000, abs=0.0501), (code, month)
            checked += 1
    assert checked > 900


def test_first_prints_are_exact() -> None:
    table, headline = table_3(FIRST), headline_table(f"tic/{FIRST}/slt_table5.txt")
    quoted = {
        ("41408", "China, Mainland", "2025-10"): 688.7,
        ("41408", "China, Mainland", "2025-11"): 682.6,
        ("13005", "United Kingdom", "2025-10"): 877.9,
        ("13005", "United Kingdom", "2025-11"): 888.5,
        ("42609", "Japan", "2025-10"): 1200.0,
        ("42609", "Japan", "2025-11"): 1202.6,
        ("99996", "Grand Total", "2025-10"): 9243.0,
        ("99996", "Grand Total", "2025-11"): 9355.0,
    }
    for (code, name, month), billions in quoted.items():
        assert headline[name][month] == billions
        assert table[code, month]["for_treas_pos"] == round(billions * 1000)
    assert table["10502", "2025-11"]["for_treas_pos"] == 9_880
    assert table["29998", "2025-11"]["for_treas_pos"] == 472_200


def test_the_two_releases_differ_in_the_last_year_only() -> None:
    first, second = table_3(FIRST), table_3(SECOND)
    changed = {month for (code, month), cells in first.items() if second[code, month] != cells}
    assert min(changed) >= "2025-05"
    assert {"2025-10", "2025-11"} <= changed
    assert max(month for _, month in first) == "2025-11"
    assert max(month for _, month in second) == "2026-04"


def test_carried_figures_are_the_reference(real_files: Path) -> None:
    reference = real_files.parent / "reference"
    with (reference / "sample_anchors_tic.csv").open(newline="") as file:
        expected = {
            (row["country_code"], row["month"]): (row["holdings_usd_bn"], row["of_which_bills_usd_bn"])
            for row in csv.DictReader(file)
        }
    carried = {
        (code, month): (f"{holdings / 1000:.3f}", f"{bills / 1000:.3f}")
        for code, month, holdings, bills in anchored_holdings()
    }
    assert carried == expected
    with (reference / "sample_anchors_yields.csv").open(newline="") as file:
        rates = {
            (name.removesuffix("_pct"), row["month"]): round(float(row[name]) * 100)
            for row in csv.DictReader(file)
            for name in row
            if name != "month"
        }
    with (ANCHORS / "yields.csv").open(newline="") as file:
        assert {(row["series_id"], row["month"]): int(row["month_end_bp"]) for row in csv.DictReader(file)} == rates


# --- TIC: the publisher's identities -----------------------------------------------------------------------------


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_identities_of_table_3(release: str) -> None:
    table = table_3(release)
    months = sorted({month for _, month in table})
    assert months[0] == "2020-01"
    columns = list(table[WORLD, months[0]])
    for (code, month), cells in table.items():
        if cells["for_treas_pos"] is not None:
            assert cells["for_treas_pos"] == cells["for_lt_treas_pos"] + cells["for_st_treas_pos"], (code, month)
        if cells["for_treas_net"] is not None:
            assert cells["for_treas_net"] == cells["for_lt_treas_net"] + cells["for_st_treas_net"], (code, month)
        has_flows = cells["for_lt_treas_net"] is not None
        assert has_flows == (cells["for_lt_treas_valchg"] is not None) == (month >= "2023-02"), (code, month)
    for month in months:
        for column in columns:
            world = table[WORLD, month][column]
            if world is None:
                continue
            parts = sum(table[code, month][column] for code in (*REGIONS, CANADA, ORGANIZATIONS))
            assert parts == world, (month, column)
            if table[OFFICIAL, month][column] is not None:
                assert table[OFFICIAL, month][column] + table[NON_OFFICIAL, month][column] == world
            assert table["69995", month][column] + table[ORGANIZATIONS, month][column] == world
            assert table["72907", month][column] + table["76929", month][column] == table[ORGANIZATIONS, month][column]


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_net_sales_of_bills_are_the_change_of_the_position(release: str) -> None:
    table = table_3(release)
    for (code, month), cells in table.items():
        before = table.get((code, _month_before(month)))
        if before is not None and cells["for_st_treas_net"] is not None:
            change = cells["for_st_treas_pos"] - before["for_st_treas_pos"]
            assert cells["for_st_treas_net"] == change, (code, month)


def test_regions_hold_more_than_their_named_countries() -> None:
    table = table_3(SECOND)
    for first_digit, total in (("1", "19992"), ("4", "49999"), ("5", "59994"), ("6", "69906")):
        for month in ("2020-01", "2023-02", "2026-04"):
            named = [
                cells["for_lt_treas_pos"]
                for (code, at), cells in table.items()
                if at == month and code[0] == first_digit and code not in (*REGIONS, "69995", "16713", "16721")
            ]
            assert sum(named) < table[total, month]["for_lt_treas_pos"], (total, month)


def test_change_is_net_sales_plus_valuation_plus_a_rest_at_custodial_centres_only() -> None:
    table = table_3(SECOND)
    rest: dict[str, list[int]] = defaultdict(list)
    for (code, month), cells in table.items():
        if month >= "2023-02":
            change = cells["for_lt_treas_pos"] - table[code, _month_before(month)]["for_lt_treas_pos"]
            rest[code].append(change - cells["for_lt_treas_net"] - cells["for_lt_treas_valchg"])
    for code in ("41408", "42609", "10502", "42102", "30309", CANADA):
        assert set(rest[code]) == {0}
    for code in ("36137", "10251"):
        assert sum(rest[code][:12]) > 10_000
    assert max(abs(value) for value in rest["36137"]) < 40_000


def test_fall_of_march_2026_is_prices_and_not_sales() -> None:
    cells, before = table_3(SECOND)[WORLD, "2026-03"], table_3(SECOND)[WORLD, "2026-02"]
    assert cells["for_treas_pos"] - before["for_treas_pos"] == -138_483
    assert -180_000 < cells["for_lt_treas_valchg"] < -110_000
    assert abs(cells["for_treas_net"]) < 30_000


def test_valuation_follows_yields() -> None:
    table, yields = table_3(SECOND), there("DGS10")
    ends = {}
    for day, value in yields.items():
        ends[day[:7]] = value
    for month in sorted({month for _, month in table if month >= "2023-02"}):
        risen = ends[month] - ends[_month_before(month)]
        if abs(risen) > 0.25:
            assert (table[WORLD, month]["for_lt_treas_valchg"] < 0) == (risen > 0), month


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_table_5_is_table_3_in_billions(release: str) -> None:
    headline, table = headline_table(f"tic/{release}/slt_table5.txt"), table_3(release)
    codes = names_of_codes(f"tic/{release}/slt_table3.txt")
    memo = {
        "Of Which: Foreign Official Treasury Bills": "for_st_treas_pos",
        "Of Which: Foreign Official T-Bonds & Notes": "for_lt_treas_pos",
    }
    named = list(headline)[:20]
    newest = max(headline["Japan"])
    for name, cells in headline.items():
        assert len(cells) == 13
        for month, shown in cells.items():
            if name == "All Other":
                continue
            code, column = (OFFICIAL, memo[name]) if name in memo else (codes[name], "for_treas_pos")
            assert shown == pytest.approx(table[code, month][column] / 1000, abs=0.0501), (name, month)
    for month in headline["Japan"]:
        listed = sum(headline[name][month] for name in (*named, "All Other"))
        assert listed == pytest.approx(headline["Grand Total"][month], abs=1.1)
        official = sum(headline[name][month] for name in memo)
        assert official == pytest.approx(headline["Of Which: Foreign Official"][month], abs=0.15)
    shown = [headline[name][newest] for name in named]
    assert shown == sorted(shown, reverse=True)
    rest = [
        table[code, newest]["for_treas_pos"]
        for name, code in codes.items()
        if code[:1] in "123456" and not name.startswith(("Total", "Memo", "All", "International")) and name not in named
    ]
    assert max(value for value in rest if value is not None) / 1000 <= min(shown) + 0.05


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_table_1_agrees_with_table_3_and_adds_up(release: str) -> None:
    table, other = monthly_table(f"tic/{release}/slt_table1.txt"), table_3(release)
    assert len({code for code, _ in table}) == 21 + 6 + 2 + 1 + 3 + 3
    for (code, month), cells in table.items():
        assert cells["for_lt_treas_pos"] == other[code, month]["for_lt_treas_pos"]
        assert cells["for_lt_treas_net"] == other[code, month]["for_lt_treas_net"]
        for column in ("pos", "net", "valchg"):
            parts = [cells[f"for_lt_{kind}_{column}"] for kind in ("treas", "agcy", "corp", "eqty")]
            summed = None if None in parts else sum(parts)
            assert cells[f"for_lt_total_{column}"] == summed, (code, month)
        assert all(cells[f"for_lt_{kind}_pos"] >= 0 for kind in ("agcy", "corp", "eqty"))
    for month in {month for _, month in table}:
        for column, world in table[WORLD, month].items():
            if world is not None:
                assert sum(table[code, month][column] for code in (*REGIONS, CANADA, ORGANIZATIONS)) == world
                assert table[OFFICIAL, month][column] + table[NON_OFFICIAL, month][column] == world


def test_frozen_report_has_its_months_and_adds_up() -> None:
    report = frozen_report()
    months = {month for _, month in report}
    assert min(months) == "2011-09"
    assert sorted(months)[1] == "2011-12"
    assert max(months) == "2023-01"
    assert len(months) == 135
    for (code, month), (total, long_term, bills) in report.items():
        assert total is None or total == long_term + bills, (code, month)
    for month in months:
        for place in range(3):
            parts = sum(report[code, month][place] for code in (*REGIONS, CANADA, ORGANIZATIONS))
            assert parts == report[WORLD, month][place]
    assert min(month for code, month in report if code == OFFICIAL) == "2013-12"


def test_frozen_report_and_table_3_differ_in_the_last_months_only() -> None:
    report, table = frozen_report(), table_3(FIRST)
    changed = {
        month
        for (code, month), (_, long_term, _) in report.items()
        if (code, month) in table and table[code, month]["for_lt_treas_pos"] != long_term
    }
    assert changed == {"2022-11", "2022-12", "2023-01"}


def test_greece_poland_and_egypt_have_long_term_figures_only() -> None:
    table = table_3(SECOND)
    for code in ("11207", "15768", "57002"):
        cells = table[code, "2026-04"]
        assert cells["for_treas_pos"] is cells["for_st_treas_pos"] is cells["for_treas_net"] is None
        assert cells["for_lt_treas_pos"] > 0


@pytest.mark.parametrize(("release", "last"), [(FIRST, "2024-12"), (SECOND, "2025-12")])
def test_history_has_every_month_and_the_double_columns(release: str, last: str) -> None:
    rows = history(f"tic/{release}/mfhhis01.txt")
    months = sorted({month for name, month, _ in rows if name == "Japan"})
    assert (months[0], months[-1]) == ("2000-03", last)
    assert all(_month_before(later) == earlier for earlier, later in pairwise(months))
    doubled = {month for _, month, number in rows if number == 1}
    assert doubled == {"2000-03", *(f"{year}-06" for year in range(2002, 2012))}
    for month in doubled:
        assert rows["China, Mainland", month, 0] != rows["China, Mainland", month, 1]
    new, old = rows["China, Mainland", "2010-06", 0], rows["China, Mainland", "2010-06", 1]
    assert new - old > 20
    assert abs(rows["China, Mainland", "2010-07", 0] - new) < 20
    assert rows["Luxembourg", "2002-06", 1] is None


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_history_adds_up(release: str) -> None:
    rows = history(f"tic/{release}/mfhhis01.txt")
    below = ("Grand Total", "For. Official", "Treasury Bills", "T-Bonds & Notes")
    columns: dict[tuple[str, int], float] = defaultdict(float)
    for (name, month, number), value in rows.items():
        if name not in below:
            columns[month, number] += value or 0
    for (month, number), summed in columns.items():
        assert summed == pytest.approx(rows["Grand Total", month, number], abs=2.1), month
        official = rows["For. Official", month, number]
        assert rows["Treasury Bills", month, number] + rows["T-Bonds & Notes", month, number] == pytest.approx(
            official, abs=0.11
        )
        assert official < rows["Grand Total", month, number]


def test_history_and_table_3_agree_where_both_are() -> None:
    rows, table = history(f"tic/{SECOND}/mfhhis01.txt"), table_3(SECOND)
    names = {code: name for name, code in names_of_codes(f"tic/{SECOND}/slt_table3.txt").items()}
    for (code, month), cells in table.items():
        shown = rows.get((names[code], month, 0))
        if shown is not None and cells["for_treas_pos"] is not None:
            assert shown == pytest.approx(cells["for_treas_pos"] / 1000, abs=0.0501), (code, month)


def test_el_salvador_is_only_in_the_history_file() -> None:
    rows = history(f"tic/{SECOND}/mfhhis01.txt")
    assert rows["El Salvador", "2025-02", 0] < 2
    assert rows["El Salvador", "2025-03", 0] > 80
    assert "31089" not in {code for code, _ in table_3(SECOND)}


# --- FRED and Treasury -------------------------------------------------------------------------------------------


def test_rates_at_the_end_of_each_month_are_the_published_ones() -> None:
    with (ANCHORS / "yields.csv").open(newline="") as file:
        anchors = {(row["series_id"], row["month"]): int(row["month_end_bp"]) for row in csv.DictReader(file)}
    for series_id in ("DGS3MO", "DGS2", "DGS5", "DGS10", "DGS30", "DFF"):
        last = {day[:7]: value for day, value in there(series_id).items()}
        months = [month for month in last if month < "2026-06"]
        assert (months[0], len(months)) == ("2015-01", 137)
        for month in months:
            assert round(last[month] * 100) == anchors[series_id, month], (series_id, month)


@pytest.mark.parametrize(
    ("difference", "left", "right"),
    [("T10Y2Y", "DGS10", "DGS2"), ("T10Y3M", "DGS10", "DGS3MO"), ("T10YIE", "DGS10", "DFII10")],
)
def test_differences_of_yields_are_exact(difference: str, left: str, right: str) -> None:
    first, second, third = graph(difference), graph(left), graph(right)
    compared = 0
    for day, value in second.items():
        if value is None:
            assert first[day] is None
            assert third[day] is None
        else:
            assert round(first[day] * 100) == round(value * 100) - round(third[day] * 100), day
            compared += 1
    assert compared > 2_800


def test_effective_rate_is_the_same_in_both_series() -> None:
    every_day = graph("DFF")
    assert None not in every_day.values()
    assert len(every_day) == (dt.date(2026, 6, 17) - dt.date(2015, 1, 1)).days + 1
    for day, value in there("EFFR").items():
        assert every_day[day] == value


def test_treasury_par_yields_are_the_fred_yields() -> None:
    body = (SAMPLE_FOLDER / f"treasury/{FIRST}/daily-treasury-rates-2025.csv").read_bytes()
    assert not body.endswith(b"\n")
    rows = list(csv.DictReader(io.StringIO(body.decode("ascii"))))
    pairs = {"1 Mo": "DGS1MO", "3 Mo": "DGS3MO", "2 Yr": "DGS2", "5 Yr": "DGS5", "10 Yr": "DGS10", "30 Yr": "DGS30"}
    days = [f"{row['Date'][6:]}-{row['Date'][:2]}-{row['Date'][3:5]}" for row in rows]
    assert days == sorted(days, reverse=True)
    assert len(days) == sum(day.startswith("2025") for day in there("DGS10"))
    for day, row in zip(days, rows, strict=True):
        for tenor, series_id in pairs.items():
            assert float(row[tenor]) == graph(series_id)[day], (day, tenor)
        assert (row["1.5 Month"] == "") == (day < "2025-02-18")


def test_holidays_are_blank_rows() -> None:
    yields = graph("DGS10")
    for day in ("2015-01-01", "2020-07-03", "2021-12-24", "2024-03-29", "2025-11-11", "2026-01-19"):
        assert day in yields
        assert yields[day] is None
    assert yields["2021-04-02"] is not None
    assert graph("SP500")["2021-04-02"] is None
    assert graph("SP500")["2025-11-11"] is not None
    assert all(dt.date.fromisoformat(day).weekday() < 5 for day in yields)


def test_forms_of_the_graph_file() -> None:
    new = (SAMPLE_FOLDER / "fred" / SECOND / "CBBTCUSD.csv").read_bytes()
    old = (SAMPLE_FOLDER / "fred/2024-01-31/CBBTCUSD.csv").read_bytes()
    assert new.startswith(b"observation_date,CBBTCUSD\n2015-01-01,")
    assert old.startswith(b"DATE,CBBTCUSD\n2019-02-01,")
    assert b"\n2020-09-04,.\n" in old
    assert b"\n2020-09-04" not in new
    assert b"\r" not in new + old


def test_nothing_is_printed_before_it_could_be_known() -> None:
    for path in (SAMPLE_FOLDER / "fred").rglob("*.csv"):
        last = max(graph(path.stem, path.parent.name))
        if path.stem != "IORB":
            assert last <= path.parent.name, path
    assert max(graph("IORB")) == "2026-06-22"
    assert max(graph("DGS10")) == "2026-06-17"
    assert max(graph("NFCI")) == "2026-06-12"


def test_second_vintages_revise_the_past_a_little() -> None:
    first, second = graph("NFCI", FIRST), graph("NFCI")
    assert all(0 < abs(second[day] - value) <= 0.015 for day, value in first.items())
    first, second = there("DTWEXBGS", FIRST), there("DTWEXBGS")
    changed = [abs(second[day] - value) for day, value in first.items() if second[day] != value]
    assert 0.4 < len(changed) / len(first) < 0.7
    assert max(changed) < 0.5


def test_windows_roll() -> None:
    full, window = graph("BAMLH0A0HYM2", FIRST), graph("BAMLH0A0HYM2")
    assert min(full) == "2015-01-02"
    assert min(window) == "2023-06-19"
    assert all(full[day] == window[day] for day in full if day in window)
    assert {day for day in full if day >= min(window)} <= set(window)
    weekend = [day for day in full if dt.date.fromisoformat(day).weekday() > 4]
    assert weekend
    assert all((dt.date.fromisoformat(day) + dt.timedelta(days=1)).day == 1 for day in weekend)
    assert (min(graph("SP500", FIRST)), min(graph("SP500"))) == ("2016-01-19", "2016-06-20")


def test_weekly_series_have_their_weekday() -> None:
    wednesdays = [(series_id, 2) for series_id in ("WALCL", "WRESBAL", "WDTGAL", "TREAST")]
    for series_id, weekday in (("NFCI", 4), ("STLFSI4", 4), *wednesdays):
        assert {dt.date.fromisoformat(day).weekday() for day in graph(series_id)} == {weekday}
    assert 3_000_000 < min(there("WALCL").values()) < max(there("WALCL").values()) < 10_000_000
    assert 2_000 < max(there("RRPONTSYD").values()) < 3_000


def test_marketable_debt_is_dated_by_the_first_day_of_a_month_that_is_over() -> None:
    debt = there("MVMTD027MNFRBDAL")
    assert {day[8:] for day in debt} == {"01"}
    assert (min(debt), max(debt)) == ("2015-01-01", "2026-05-01")
    assert debt["2022-12-01"] < debt["2021-12-01"], "prices fell by more than was issued"
    assert 12_000 < min(debt.values()) < max(debt.values()) < 32_000


# --- stress ------------------------------------------------------------------------------------------------------


STRESS = {
    "2020-03": {"VIXCLS": 60, "BAMLH0A0HYM2": 9, "SP500": 0.28, "BTC-USD": 0.35},
    "2022-06": {"VIXCLS": 24, "BAMLH0A0HYM2": 5.5, "SP500": 0.12, "BTC-USD": 0.35},
    "2022-11": {"VIXCLS": 19, "BAMLH0A0HYM2": 4, "SP500": 0.02, "BTC-USD": 0.18},
    "2023-03": {"VIXCLS": 23, "BAMLH0A0HYM2": 4.2, "SP500": 0.04, "BTC-USD": 0.10},
    "2025-04": {"VIXCLS": 45, "BAMLH0A0HYM2": 4.6, "SP500": 0.12, "BTC-USD": 0.06},
}


@pytest.mark.parametrize("month", STRESS)
def test_stress_is_visible(month: str) -> None:
    """Levels of volatility and credit; the fall of shares and Bitcoin from their high of the 60 days before."""
    wanted = STRESS[month]
    for series_id in ("VIXCLS", "BAMLH0A0HYM2"):
        values = there(series_id, FIRST if series_id == "BAMLH0A0HYM2" else SECOND)
        assert max(value for day, value in values.items() if day[:7] == month) > wanted[series_id], series_id
        calm = sorted(values.values())[len(values) // 2]
        assert calm < wanted[series_id]
    closes = {day: candle[3] for day, candle in candles("BTC-USD").items()}
    for name, prices in (("SP500", there("SP500", FIRST)), ("BTC-USD", closes)):
        assert _deepest_fall(prices, month) > wanted[name], name


def _deepest_fall(prices: dict[str, float], month: str) -> float:
    days = sorted(prices)
    falls = []
    for place, day in enumerate(days):
        if day[:7] == month:
            falls.append(1 - prices[day] / max(prices[earlier] for earlier in days[max(0, place - 60) : place + 1]))
    return max(falls)


# --- crypto ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("market", "first"),
    [("BTC-USD", "2018-01-01"), ("ETH-USD", "2018-01-01"), ("SOL-USD", "2021-06-17"), ("XRP-USD", "2019-02-28")],
)
def test_candles_have_no_gaps(market: str, first: str) -> None:
    found = candles(market)
    assert (min(found), max(found)) == (first, "2026-06-18")
    missing = {
        day.isoformat()
        for day in (
            dt.date.fromisoformat(first) + dt.timedelta(days=offset)
            for offset in range((dt.date(2026, 6, 18) - dt.date.fromisoformat(first)).days + 1)
        )
        if day.isoformat() not in found
    }
    # this venue had suspended the coin
    suspended = {"2021-01-20", "2022-06-18", "2023-07-12"} if market == "XRP-USD" else set()
    assert suspended <= missing
    assert len(missing) == (904 if suspended else 0)
    for day, (low, high, opened, closed, volume) in found.items():
        assert 0 < low <= min(opened, closed) <= max(opened, closed) <= high, day
        assert volume > 0


def test_candle_pages_have_the_venues_form() -> None:
    pages = sorted((SAMPLE_FOLDER / "coinbase" / SECOND).glob("*.json"))
    addresses = {document.path: document.address for document in read_manifest(SAMPLE_FOLDER)}
    last = []
    for path in pages:
        rows = json.loads(path.read_bytes())
        times = [row[0] for row in rows]
        assert len(rows) <= 300
        assert times == sorted(set(times), reverse=True)
        query = parse_qs(urlsplit(addresses[path.resolve()]).query)
        start, end = (dt.datetime.fromisoformat(query[name][0]).timestamp() for name in ("start", "end"))
        assert all(start <= time <= end and time % 86_400 == 0 for time in times)
        last += times[:1]
    # the day of the snapshot: its candle is there, and has not closed
    assert last.count(dt.datetime(2026, 6, 18, tzinfo=dt.UTC).timestamp()) == 4


def test_bitcoin_of_fred_is_close_to_the_candles() -> None:
    closes = {day: candle[3] for day, candle in candles("BTC-USD").items()}
    shown = there("CBBTCUSD")
    assert "2020-09-04" not in shown
    for day, close in closes.items():
        if day in shown:
            assert abs(shown[day] / close - 1) < 0.003


# --- the generator -----------------------------------------------------------------------------------------------


def test_another_seed_changes_the_noise_and_no_anchor() -> None:
    made = {document.path: document.body for document in generate(seed=7)}
    path = f"tic/{SECOND}/slt_table3.txt"
    assert made[path] != (SAMPLE_FOLDER / path).read_bytes()
    found = {}
    for line in made[path].decode("ascii").split("\r\n")[:-1]:
        row = line.split("\t")
        found[row[1], row[2]] = row[3:]
    for code, month, holdings, bills in anchored_holdings():
        if month >= "2020-01":
            assert (found[code, month][0], found[code, month][5]) == (str(holdings), str(bills))


def test_minute_candles_are_the_same_on_every_machine() -> None:
    """Not the archives, which depend on the version of zlib: the text in them."""
    (made,) = [
        document
        for document in binance_documents(DEFAULT_SEED, Scale(minute_days=2), {})
        if document.path.endswith("BTCUSDT-1m-2026-05.zip")
    ]
    assert made.address == "https://data.binance.vision/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2026-05.zip"
    with zipfile.ZipFile(io.BytesIO(made.body)) as archive:
        text = archive.read("BTCUSDT-1m-2026-05.csv")
    rows = [line.split(",") for line in text.decode("ascii").splitlines()]
    assert len(rows) == 2 * 1_440
    opened = [int(row[0]) for row in rows]
    assert {later - earlier for earlier, later in pairwise(opened)} == {60_000_000}
    for row, following in pairwise(rows):
        first, high, low, last = map(float, row[1:5])
        assert 0 < low <= min(first, last) <= max(first, last) <= high
        assert float(following[1]) == last
    assert hashlib.sha256(text).hexdigest() == "b1bef1601af1415774301b27407516d0dcd2bd9e4c5b39cff245445e5f12d1f4"


@pytest.mark.parametrize(("option", "number"), [("--scale-countries", "50"), ("--scale-symbols", "50")])
def test_a_scale_beyond_the_lists_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, number: str
) -> None:
    assert main(["--out", str(tmp_path / "new"), option, number]) == 1
    assert "the list has" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["--out", str(tmp_path)]) == 1
    assert "not empty" in capsys.readouterr().err
    (tmp_path / "manifest.csv").write_text(
        "path,source,url,as_of,form,bytes,sha256,note\nmine.txt,tic,,2026-01-01,publisher-bytes,4,,\n"
    )
    assert main(["--out", str(tmp_path)]) == 1
    assert "not simulated" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_run_removes_what_the_last_one_left_and_nothing_else(tmp_path: Path) -> None:
    def page(name: str) -> Document:
        return Document(f"fred/{name}.csv", "fred", "https://fred.stlouisfed.org/", dt.date(2026, 1, 1), b"x")

    write_folder(tmp_path, [page("A"), page("B")], b"readme")
    (tmp_path / "mine.txt").write_text("mine")
    assert write_folder(tmp_path, [page("B"), page("C")], b"readme") == 2
    assert {path.name for path in tmp_path.rglob("*.*")} == {"B.csv", "C.csv", "manifest.csv", "README.md", "mine.txt"}


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"
