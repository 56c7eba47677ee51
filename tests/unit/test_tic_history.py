"""mfhhis01: blocks, the two columns of a survey month, labels, dates of revision, and what is refused."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest

from orchestration.sources.base import FormatError
from tests.unit.tic_documents import figure, history, parse


def refused(text: str) -> str:
    with pytest.raises(FormatError) as caught:
        parse("mfhhis01", text)
    return str(caught.value)


def test_the_left_column_of_a_survey_month_is_the_new_basis() -> None:
    frame = parse("mfhhis01", history())
    june = {"country_code": "41408", "month": "2011-06"}
    assert figure(frame, **june, series="mfhhis01") == 106
    assert figure(frame, **june, series="mfhhis01_old_basis") == 107
    assert figure(frame, country_code="41408", month="2011-05") == 108
    assert frame[frame["series"] == "mfhhis01_old_basis"]["month_end"].dt.strftime("%Y-%m").unique() == ["2011-06"]


def test_labels_cover_the_columns_of_their_group_and_the_years_without_labels() -> None:
    frame = parse("mfhhis01", history())
    basis = frame.groupby(["series", frame["month_end"].dt.strftime("%Y-%m")])["basis"].unique()
    assert basis["mfhhis01"].str.join(",").to_dict() == {
        **{f"2011-{month:02d}": "XI" for month in range(1, 6)},
        **{f"2011-{month:02d}": "XII" for month in range(6, 12)},
        "2011-12": "XIII",
        **{f"2012-{month:02d}": "XIII" for month in range(1, 4)},
    }
    assert basis["mfhhis01_old_basis"].str.join(",").to_dict() == {"2011-06": "XI"}


def test_columns_left_of_the_first_label_belong_to_it() -> None:
    text = history().replace("\t XIII\t XII\t", "\t\t\t").replace("\tSeries 17/\tSeries\t", "\t\t\t")
    frame = parse("mfhhis01", text)
    first = frame[frame["month_end"] == "2011-12-31"]
    assert set(first["basis"]) == {"XII"}
    assert set(frame[frame["month_end"] == "2012-01-31"]["basis"]) == {"XII"}


def test_years_after_2011_alone_are_the_last_series() -> None:
    text = history()
    start, end = text.index("\tSeries 17/"), text.index("Department of")
    assert set(parse("mfhhis01", text[:start] + text[end:])["basis"]) == {"XIII"}


def test_each_year_has_its_own_date_of_revision() -> None:
    frame = parse("mfhhis01", history())
    years = frame["month_end"].dt.year
    assert (frame.loc[years == 2012, "revised_on"] == pd.Timestamp("2013-05-18")).all()
    assert frame.loc[years == 2011, "revised_on"].isna().all()


def test_historical_names_have_codes() -> None:
    frame = parse("mfhhis01", history())
    year = frame[frame["month_end"] == "2011-12-31"].set_index("published_name")["country_code"]
    assert year.loc[["Oil Exporters 3/", "Carib Bnkng Ctrs 4/", "All Other", "Grand Total"]].tolist() == [
        "OILEX",
        "CARIB",
        "OTHER",
        "99996",
    ]
    assert year.loc[["United Kingdom 2/", "Belgium  5/", "Korea, South"]].tolist() == ["13005", "10251", "43001"]


def test_official_rows_are_parts_and_not_countries() -> None:
    frame = parse("mfhhis01", history())
    for month, total, bills, coupons in (("2012-01", 100.2, 40.2, 60.0), ("2011-12", 700, 250, 450)):
        official = {"country_code": "99990", "month": month}
        assert figure(frame, **official, instrument="total") == total
        assert figure(frame, **official, instrument="bills") == bills
        assert figure(frame, **official, instrument="long_term") == coupons
    others = frame[frame["country_code"] != "99990"]
    assert set(others["instrument"]) == {"total"}
    assert set(frame["unit"]) == {"usd_bn"}


def test_a_star_is_a_small_amount_without_a_figure() -> None:
    frame = parse("mfhhis01", history())
    small = frame[frame["value_note"] == "*"]
    assert small[["country_code", "line_number"]].to_numpy().tolist() == [["13005", 10]]
    assert small["value"].isna().all()


def test_zeros_that_a_spreadsheet_dropped_change_nothing() -> None:
    pd.testing.assert_frame_equal(
        parse("mfhhis01", history().replace(".0\t", "\t").replace(".0\r", "\r")), parse("mfhhis01", history())
    )


def test_the_csv_of_the_same_table_reads_the_same() -> None:
    out = io.StringIO()
    rows = [[cell.strip('"').replace('""', '"') for cell in line.split("\t")] for line in history().split("\r\n")]
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    assert '"China, Mainland",100.0' in out.getvalue()
    pd.testing.assert_frame_equal(parse("mfhhis01", out.getvalue()), parse("mfhhis01", history()))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("\tDec\tNov\t", "\tDec\tOct\t", "newest first"),
        ("\tDec\tNov\t", "\tDec\tDec\t", "without a gap"),
        ("\tJun\tJun\tMay\t", "\tJun\tJun\tJun\t", "at most two columns for one"),
        ("Country\t2012\t2012\t2012", "Country\t2012\t2012", "in other columns"),
        ("Country\t2012", "Land\t2012", "expected a line of years"),
        ("Country\t2012", "Country\t212", "expected a line of years"),
        ("Country\t2012\t2012\t2012", "Country\t2013\t2013\t2013", "found 2011-12 and then 2013-01"),
        ("Country\t2012\t2012\t2012", "Country\t2011\t2011\t2011", "expected the years to follow each other"),
        ("Grand Total\t149", "Gr. Total\t149", "unknown country name 'Gr. Total'"),
        ("Treasury Bills\t40\t", "Treasury Bills 2\t40\t", "unknown country name 'Treasury Bills 2'"),
        ("United Kingdom\t50\t", "United Kingdom\t50x\t", "expected a number"),
        ("United Kingdom\t50\t", "United Kingdom\t\t", "expected a number"),
        ("Mar\tFeb\tJan\t", "Mär\tFeb\tJan\t", "line 5: expected a title or a line of month names"),
        ("\tDec\tNov\t", "\tDez\tNov\t", "found one elsewhere"),
        ("(2012 revised May 18, 2013)", "(2012 revised May 38, 2013)", "expected a date of revision"),
        ("(2012 revised May 18, 2013)", "(2012 revised Mai 18, 2013)", "expected a date of revision"),
        ("Department of the Treasury", "Ministry", "expected"),
        ("MAJOR FOREIGN HOLDERS", "MINOR FOREIGN HOLDERS", "expected the title"),
    ],
)
def test_an_unexpected_layout_is_refused(was: str, now: str, said: str) -> None:
    text = history()
    assert was in text
    assert said in refused(text.replace(was, now, 1))


def test_a_label_next_to_the_months_is_refused() -> None:
    text = re.sub(r"\t XIII\t XII[^\r]*", "\t" * 14 + "XIII", history())
    assert "series labels above months" in refused(text)


@pytest.mark.parametrize("row", ["Grand Total", "  For. Official", "    Treasury Bills", "    T-Bonds & Notes"])
def test_a_block_without_its_closing_rows_is_refused(row: str) -> None:
    text = history()
    at = text.rindex(f"\r\n{row}\t")
    assert "expected rows for" in refused(text[:at] + text[text.index("\r\n", at + 2) :])


def test_a_row_below_the_footer_or_next_to_the_months_is_refused() -> None:
    text = history()
    assert "expected only notes" in refused(text + "Japan\t" + "\t".join(["1"] * 13) + "\r\n")
    assert "found one elsewhere" in refused(
        re.sub("United Kingdom\t50\t\\*\t52\t", "United Kingdom\t50\t*\t52\t7", text)
    )


def test_a_document_that_is_cut_is_refused_wherever_it_is_cut() -> None:
    text = history()
    for cut in range(0, text.index("Department of") + 5, 11):
        refused(text[:cut])
