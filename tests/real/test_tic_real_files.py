"""The real files of TIC: known figures, counts, the publisher's own identities, and the known mistake."""

from __future__ import annotations

import csv
import datetime as dt
import re
import time
from pathlib import Path

import pandas as pd
import pytest

from orchestration.sources import tic
from orchestration.sources.base import DeadFileError, FormatError
from orchestration.sources.tic.countries import known_codes, name_key
from orchestration.tables.seeds import read_seed

RETRIEVED = dt.datetime(2026, 7, 15, tzinfo=dt.UTC)
FILES = {
    "slt_table3": "2026-06-18/slt_table3.txt",
    "slt_table1": "2026-07-14/slt_table1.txt",
    "slt_table5": "2026-06-18/slt_table5.txt",
    "mfhhis01": "2026-06-18/mfhhis01.txt",
    "slt3d_globl": "2026-06-18/slt3d_globl.csv",
    "s1_globl": "2026-06-18/s1_globl.txt",
    "shlhistdat": "2026-04-30/shlhistdat.txt",
}
REGIONS_AND_IROS = ["19992", "29998", "39942", "34401", "49999", "59994", "69906", "79995"]
SLIP = pd.Timestamp("2024-12-31")


@pytest.fixture(scope="session")
def tic_files(real_files: Path) -> Path:
    return real_files / "tic"


@pytest.fixture(scope="session")
def frames(tic_files: Path) -> dict[str, pd.DataFrame]:
    return {dataset: tic.figures(dataset, (tic_files / file).read_bytes()) for dataset, file in FILES.items()}


def wide(frame: pd.DataFrame, measure: str = "holdings", instrument: str = "total") -> pd.DataFrame:
    """Months down, countries across."""
    chosen = frame[(frame["measure"] == measure) & (frame["instrument"] == instrument)]
    assert not chosen.duplicated(["month_end", "country_code"]).any()
    return chosen.pivot_table(index="month_end", columns="country_code", values="value", aggfunc="mean", dropna=False)


def at(frame: pd.DataFrame, code: str, month: str, **key: str) -> float:
    wanted = (frame["country_code"] == code) & (frame["month_end"].dt.strftime("%Y-%m") == month)
    for column, value in key.items():
        wanted &= frame[column] == value
    assert wanted.sum() == 1
    return float(frame.loc[wanted, "value"].iloc[0])


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="latin-1").split("\n")


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "month", "holdings"),
    [("41408", "2025-11", 683_862), ("10502", "2025-10", 9_130), ("42102", "2025-10", 190_744)],
)
def test_totals_of_table_3(frames: dict[str, pd.DataFrame], code: str, month: str, holdings: int) -> None:
    assert at(frames["slt_table3"], code, month, instrument="total", measure="holdings") == holdings


def test_the_peak_of_denmark_in_report_3d(frames: dict[str, pd.DataFrame]) -> None:
    assert at(frames["slt3d_globl"], "10502", "2016-04", instrument="total") == 23_770
    denmark = wide(frames["slt3d_globl"])["10502"]
    assert denmark.idxmax() == pd.Timestamp("2016-04-30")


def test_both_columns_of_june_2010(frames: dict[str, pd.DataFrame]) -> None:
    history = frames["mfhhis01"]
    assert at(history, "41408", "2010-06", series="mfhhis01") == 1112.1
    assert at(history, "41408", "2010-06", series="mfhhis01_old_basis") == 843.7
    assert at(history, "41408", "2010-07") == 1115.1
    assert at(history, "41408", "2000-03", series="mfhhis01") == 71.4
    assert at(history, "41408", "2000-03", series="mfhhis01_old_basis") == 59.4


def test_the_survey_of_june_2025(frames: dict[str, pd.DataFrame]) -> None:
    survey = frames["shlhistdat"]
    june = {"code": "10502", "month": "2025-06", "security_type": "treasury"}
    assert at(survey, **june, instrument="long_term") == 8_766
    assert at(survey, **june, instrument="bills") == 2_176
    assert at(survey, "99996", "2025-06", security_type="all_us_securities") == 35_348_679


# --- counts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset", "codes", "figures", "unavailable", "first", "last"),
    [
        ("slt_table3", 91, 48_412, 14_447, "2020-01", "2026-04"),
        ("slt_table1", 114, 131_670, 51_286, "2020-01", "2026-05"),
        ("slt_table5", 23, 325, 0, "2025-04", "2026-04"),
        ("mfhhis01", 56, 12_718, 6, "2000-03", "2025-12"),
        ("slt3d_globl", 131, 51_702, 11_044, "2011-09", "2023-01"),
        ("s1_globl", 97, 498_228, 0, "1977-01", "2023-01"),
        ("shlhistdat", 247, 65_208, 4_997, "1974-12", "2025-06"),
    ],
)
def test_every_figure_of_every_file_is_read(
    frames: dict[str, pd.DataFrame], dataset: str, codes: int, figures: int, unavailable: int, first: str, last: str
) -> None:
    frame = frames[dataset]
    assert frame["country_code"].nunique() == codes
    assert len(frame) == figures
    assert (frame["value_note"] == "n.a.").sum() == unavailable
    assert (frame["month_end"].min().strftime("%Y-%m"), frame["month_end"].max().strftime("%Y-%m")) == (first, last)
    assert (frame["value"].isna() == frame["value_note"].notna()).all()


@pytest.mark.parametrize(
    ("dataset", "width"), [("slt_table3", 7), ("slt_table1", 15), ("slt3d_globl", 3), ("s1_globl", 12)]
)
def test_no_line_with_a_code_and_a_month_is_left_out(
    frames: dict[str, pd.DataFrame], tic_files: Path, dataset: str, width: int
) -> None:
    text = pd.Series(lines_of(tic_files / FILES[dataset]))
    rows = text.str.contains(r'[0-9]{5}"?[\t,]"?[0-9]{4}-[0-9]{2}', regex=True)
    assert len(frames[dataset]) == rows.sum() * width
    assert set(frames[dataset]["line_number"]) == set(text.index[rows] + 1)


@pytest.mark.parametrize(
    ("dataset", "delimiter"), [("slt_table3", "\t"), ("s1_globl", "\t"), ("slt3d_globl", ","), ("mfhhis01", "\t")]
)
def test_figures_equal_the_cells_of_the_lines_they_name(
    frames: dict[str, pd.DataFrame], tic_files: Path, dataset: str, delimiter: str
) -> None:
    lines = lines_of(tic_files / FILES[dataset])
    for row in frames[dataset].dropna(subset="value").sample(300, random_state=1).itertuples():
        (cells,) = csv.reader([lines[int(str(row.line_number)) - 1].rstrip("\r")], delimiter=delimiter)
        numbers = {float(cell.replace(",", "")) for cell in cells if re.fullmatch(r"-?[0-9,]+(\.[0-9]+)?", cell)}
        assert row.value in numbers
        assert name_key(cells[0]) == name_key(str(row.published_name))


# --- the publisher's identities -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["slt_table3", "slt3d_globl"])
def test_long_term_and_bills_add_up_to_the_total(frames: dict[str, pd.DataFrame], dataset: str) -> None:
    total, long_term, bills = (wide(frames[dataset], instrument=part) for part in ("total", "long_term", "bills"))
    difference = (long_term + bills - total).abs()
    # Each figure is rounded to a million.
    assert difference.max().max() <= 1
    assert (difference == 0).sum().sum() > 5_000
    assert (difference["99996"] == 0).all() or dataset == "slt3d_globl"


def test_table_3_adds_up(frames: dict[str, pd.DataFrame]) -> None:
    for instrument in ("total", "long_term", "bills"):
        table = wide(frames["slt_table3"], instrument=instrument)
        assert (table["99990"] + table["99991"] == table["99996"]).all()
        assert (table[REGIONS_AND_IROS].sum(axis=1) == table["99996"]).all()


def test_table_1_adds_up(frames: dict[str, pd.DataFrame]) -> None:
    treasury = frames["slt_table1"][lambda frame: frame["security_type"] == "treasury"]
    table = wide(treasury, instrument="long_term")
    assert (table["99990"] + table["99991"] == table["99996"]).all()
    assert (table[REGIONS_AND_IROS].sum(axis=1) == table["99996"]).all()


def test_table_5_is_table_3_in_billions(frames: dict[str, pd.DataFrame]) -> None:
    five, three = frames["slt_table5"], frames["slt_table3"]
    compared = 0
    for instrument in ("total", "bills", "long_term"):
        headline, full = wide(five, instrument=instrument), wide(three, instrument=instrument)
        common = headline.columns.intersection(full.columns)
        difference = (full.loc[headline.index, common] / 1000 - headline[common]).abs()
        assert difference.max().max() <= 0.05 + 1e-9
        compared += difference.size
    assert compared == 13 * (20 + 2 + 2)
    named = wide(five).drop(columns=["99996", "99990"])
    assert (named.sum(axis=1) - wide(five)["99996"]).abs().max() < 0.25


def test_the_history_equals_table_3_except_for_the_known_mistake(frames: dict[str, pd.DataFrame]) -> None:
    history = frames["mfhhis01"]
    old, new = wide(history[history["series"] == "mfhhis01"]), wide(frames["slt_table3"])
    months, codes = old.index.intersection(new.index), old.columns.intersection(new.columns)
    difference = (old.loc[months, codes] - new.loc[months, codes] / 1000).abs()
    assert difference.drop(index=SLIP).max().max() < 0.06
    assert set(difference.columns[difference.loc[SLIP] > 0.06]) == {"29998", "99990", "99996"}


def test_the_history_adds_up(frames: dict[str, pd.DataFrame]) -> None:
    history = frames["mfhhis01"]
    for series in ("mfhhis01", "mfhhis01_old_basis"):
        part = history[history["series"] == series]
        official = {name: wide(part, instrument=name)["99990"] for name in ("total", "bills", "long_term")}
        assert (official["bills"] + official["long_term"] - official["total"]).abs().max() < 0.15
        holders = wide(part).drop(columns=["99996", "99990"])
        error = (holders.sum(axis=1) - wide(part)["99996"]).abs()
        assert error.max() < 0.05 * 60


def test_gross_flows_of_countries_add_up(frames: dict[str, pd.DataFrame]) -> None:
    flows = frames["s1_globl"]
    for measure in ("gross_purchases", "gross_sales"):
        for security_type in ("treasury", "foreign_stock"):
            table = wide(flows[flows["security_type"] == security_type], measure, "long_term").loc["2001-01":]
            regions = table[["19992", "29998", "49999", "59994", "69906", "79995"]].sum(axis=1)
            americas = table[["39942", "34401"]].sum(axis=1).where(table["39993"].isna(), table["39993"])
            assert (regions + americas - table["99996"]).abs().max() <= 8


def test_the_survey_adds_up(frames: dict[str, pd.DataFrame]) -> None:
    survey = frames["shlhistdat"]
    latest = survey[(survey["month_end"] == "2025-06-30") & (survey["country_code"] == "99996")]
    by_kind = latest.set_index(["security_type", "instrument"])["value"]
    long_term = (
        by_kind["treasury", "long_term"] + by_kind["agency", "long_term"] + by_kind["corporate_bond", "long_term"]
    )
    assert abs(long_term - by_kind["all_us_debt", "long_term"]) <= 3
    everything = (
        by_kind["corporate_stock", "long_term"] + by_kind["all_us_debt", "long_term"] + by_kind["all_us_debt", "bills"]
    )
    assert abs(everything - by_kind["all_us_securities", "total"]) <= 3


# --- labels -------------------------------------------------------------------------------------------------------


def test_series_labels_and_revisions_of_the_history(frames: dict[str, pd.DataFrame]) -> None:
    history = frames["mfhhis01"]
    current = history[history["series"] == "mfhhis01"]
    assert current.groupby("month_end")["basis"].nunique(dropna=False).max() == 1
    spans = current.groupby("basis")["month_end"].agg(["min", "max"])
    expected = {"II": ("2000-03", "2002-05"), "XII": ("2011-06", "2011-11"), "XIII": ("2011-12", "2025-12")}
    labels = ["III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"]
    expected |= {label: (f"{year}-06", f"{year + 1}-05") for year, label in enumerate(labels, start=2002)}
    assert {
        label: (span["min"].strftime("%Y-%m"), span["max"].strftime("%Y-%m")) for label, span in spans.iterrows()
    } == expected
    old = history[history["series"] == "mfhhis01_old_basis"]
    assert old["month_end"].nunique() == 11
    revised = current.groupby(current["month_end"].dt.year)["revised_on"].first()
    assert revised[2025] == pd.Timestamp("2026-05-18")
    assert revised[2022] == pd.Timestamp("2025-03-19")
    assert revised[[2000, 2008, 2009, 2012]].isna().all()


def test_breaks_are_where_the_history_has_two_columns(frames: dict[str, pd.DataFrame]) -> None:
    breaks = read_seed("tic_series_breaks")
    rebased = breaks.loc[breaks["kind"] == "survey_rebasing", "month_end"]
    history = frames["mfhhis01"]
    double = history.loc[history["series"] == "mfhhis01_old_basis", "month_end"].dt.strftime("%Y-%m-%d")
    assert set(rebased) == set(double)


def test_every_code_is_in_the_list_and_every_listed_code_is_used(
    frames: dict[str, pd.DataFrame], tic_files: Path
) -> None:
    used = set().union(*(frame["country_code"] for frame in frames.values()))
    assert used <= known_codes()
    listed = set(pd.read_csv(tic_files / "country_codes.csv", dtype="str")["country_code"])
    without_code = {"OTHER", "OILEX", "CARIB"}
    only_in_history = {"13059", "33596", "39004", "39101", "66666"}  # cslt.zip and IFDP 1113
    assert known_codes() == listed | without_code | only_in_history
    assert used <= listed | without_code


def test_countries_have_the_names_of_table_3(frames: dict[str, pd.DataFrame]) -> None:
    printed = frames["slt_table3"].groupby("country_code")["published_name"].first()
    listed = read_seed("countries").set_index("country_code")["country"]
    assert (listed[printed.index] == printed).all()


def test_regions_follow_the_blocks_of_the_tables(frames: dict[str, pd.DataFrame]) -> None:
    region_of = read_seed("countries").set_index("country_code")["region"]
    closing = {
        "19992": "Europe",
        "39942": "Latin America",
        "34401": "Caribbean",
        "49999": "Asia",
        "59994": "Africa",
        "69906": "Other",
    }
    for dataset in ("slt_table3", "slt_table1", "slt3d_globl"):
        block: list[str] = []
        for code in frames[dataset]["country_code"].drop_duplicates():
            if code in closing:
                assert set(region_of[block]) == {closing[code]}
                block = []
            elif code == "29998" or code in ("16713", "16721"):
                continue
            else:
                block.append(code)


# --- vintages, refusals, time -------------------------------------------------------------------------------------


def test_two_vintages_of_the_history_differ_in_2025_alone(frames: dict[str, pd.DataFrame], tic_files: Path) -> None:
    earlier = tic.figures("mfhhis01", (tic_files / "2026-03-18/mfhhis01.txt").read_bytes())
    key = ["series", "country_code", "month_end", "instrument"]
    both = earlier.merge(frames["mfhhis01"], on=key, suffixes=("_old", "_new"), validate="one_to_one")
    assert len(both) == len(earlier) == 12_718
    changed = both[both["value_old"].fillna(-1e9) != both["value_new"].fillna(-1e9)]
    assert len(changed) == 76
    assert set(changed["month_end"].dt.year) == {2025}
    assert (both["basis_old"] == both["basis_new"]).all()
    assert set(earlier.loc[earlier["month_end"].dt.year == 2025, "revised_on"]) == {pd.Timestamp("2026-03-18")}


def test_two_vintages_of_table_1(frames: dict[str, pd.DataFrame], tic_files: Path) -> None:
    earlier = tic.figures("slt_table1", (tic_files / "2026-06-18/slt_table1.txt").read_bytes())
    key = ["country_code", "month_end", "security_type", "measure"]
    both = earlier.merge(frames["slt_table1"], on=key, suffixes=("_old", "_new"), validate="one_to_one")
    changed = both[both["value_old"].fillna(-1e9) != both["value_new"].fillna(-1e9)]
    assert len(changed) == 3_127
    assert (changed["month_end"] == SLIP).sum() == 323


def test_the_release_calendar_agrees_with_ours_where_it_is_sound(tic_files: Path) -> None:
    printed = tic.parse("release_calendar", (tic_files / "release_calendar.csv").read_bytes(), RETRIEVED)
    seed = read_seed("tic_release_calendar")
    ours = seed.assign(data_month_end=pd.to_datetime(seed["data_month_end"]))
    joined = printed.merge(ours, on="data_month_end", validate="many_to_one")
    assert len(joined) == len(printed)
    different = joined[joined["announced_on"] != pd.to_datetime(joined["released_on"])]
    # Announced days that a closed Washington moved, and pages whose date is that of a later edit.
    assert set(different["data_month_end"].dt.strftime("%Y-%m")) <= {
        *("2009-05", "2009-07", "2013-08", "2014-01", "2014-12", "2018-11", "2025-08"),
    }
    assert printed["note"].notna().sum() == 5


@pytest.mark.parametrize("dataset", FILES)
def test_a_file_under_anothers_name_is_refused(tic_files: Path, dataset: str) -> None:
    for other, file in FILES.items():
        if other != dataset:
            with pytest.raises(FormatError, match="expected the title"):
                tic.figures(dataset, (tic_files / file).read_bytes())


def test_the_dead_file_is_refused(tic_files: Path) -> None:
    body = (tic_files / "2026-06-18/mfh.txt").read_bytes()
    with pytest.raises(DeadFileError, match=r"slt_table5\.txt.*slt_table3\.txt"):
        tic.parse("mfh", body, RETRIEVED)
    with pytest.raises(FormatError):
        tic.figures("mfhhis01", body)


@pytest.mark.parametrize("dataset", FILES)
def test_a_real_file_that_is_cut_is_refused(tic_files: Path, dataset: str) -> None:
    body = (tic_files / FILES[dataset]).read_bytes()
    last_row = {"mfhhis01": b"Department of", "shlhistdat": b"99996", "slt_table5": b"Of Which: Foreign Official T-B"}
    end = body.rindex(last_row.get(dataset, b"Grand Total"))
    for share in (0.1, 0.37, 0.5, 0.83, 1):
        end_of_line = body.rindex(b"\n", 0, int(end * share)) + 1
        for cut in (int(end * share), end_of_line, end_of_line - 20):
            with pytest.raises(FormatError):
                tic.figures(dataset, body[:cut])


def test_the_addresses_of_the_manifest_are_known(real_files: Path) -> None:
    with (real_files / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        rows = [row for row in csv.DictReader(manifest) if row["source"] == "tic"]
    found = {row["path"].rpartition("/")[2]: tic.dataset_of(row["url"]) for row in rows}
    assert found == {
        **{file.rpartition("/")[2]: dataset for dataset, file in FILES.items()},
        "mfh.txt": "mfh",
        "release_calendar.csv": "release_calendar",
        "slt_table2.txt": None,
        "country_codes.csv": None,
        "published_figures.csv": None,
    }


def test_all_files_parse_in_a_moment(tic_files: Path) -> None:
    bodies = {dataset: (tic_files / file).read_bytes() for dataset, file in FILES.items()}
    start = time.process_time()
    for dataset, body in bodies.items():
        tic.figures(dataset, body)
    assert time.process_time() - start < 4


def test_first_prints_are_what_the_press_quoted(tic_files: Path) -> None:
    figures = pd.read_csv(tic_files / "published_figures.csv", dtype="str")
    press = figures[figures["coverage"] == "press"]
    prints = read_seed("tic_first_prints").set_index(["released_on", "country_code", "month_end"])["holdings_usd_bn"]
    for row in press.itertuples():
        code = tic.country_code_of(str(row.country))
        month_end = str((pd.Period(str(row.month), "M").end_time).date())
        assert float(prints[str(row.release_date), code, month_end]) == float(str(row.holdings_bn))
