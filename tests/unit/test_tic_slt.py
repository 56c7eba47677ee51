"""Tables 1, 3, 5 and 3D: what is read, what is tolerated, what is refused, and in which words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from orchestration.sources import tic
from orchestration.sources.base import DeadFileError, FormatError
from orchestration.sources.tic.holdings import COLUMNS
from tests.unit.tic_documents import (
    DOCUMENTS,
    HOLDERS,
    NOW,
    REPORT_3D_MONTHS,
    TABLE_3_NAMES,
    figure,
    parse,
    report_3d,
    table_1,
    table_3,
    table_5,
)

HOLDINGS = [dataset for dataset in DOCUMENTS if dataset != "release_calendar"]


def refused(dataset: str, text: str | bytes) -> str:
    with pytest.raises(FormatError) as caught:
        parse(dataset, text)
    return str(caught.value)


def with_line(text: str, number: int, change: Callable[[str], str]) -> str:
    lines = text.split("\r\n")
    lines[number - 1] = change(lines[number - 1])
    return "\r\n".join(lines)


def turned(text: str) -> str:
    """The columns of the table from right to left; the lines of prose as they are."""
    lines = [line.split("\t") for line in text.split("\r\n")]
    return "\r\n".join("\t".join(cells[::-1] if sum(map(bool, cells)) > 3 else cells) for cells in lines)


# --- what is read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", HOLDINGS)
def test_every_file_gives_the_columns_of_the_raw_table(dataset: str) -> None:
    frame = parse(dataset, DOCUMENTS[dataset])
    assert tuple(frame.columns) == COLUMNS
    assert frame["month_end"].dt.is_month_end.all()
    assert (frame["month_end"] == frame["month_end"].dt.normalize()).all()
    assert frame["value"].dtype == "float64"
    text = ["series", "country_code", "published_name", "security_type", "instrument", "measure", "value_note"]
    assert {str(frame[column].dtype) for column in [*text, "unit", "basis"]} == {"str"}
    assert frame["line_number"].is_monotonic_increasing
    assert tic.raw_table(dataset) == "tic_holdings"


def test_table_3_has_seven_figures_a_row() -> None:
    frame = parse("slt_table3", table_3())
    denmark = {"country_code": "10502", "month": "2024-05"}
    assert figure(frame, **denmark, measure="holdings", instrument="total") == 1100
    assert figure(frame, **denmark, measure="net_sales", instrument="total") == 1101
    assert figure(frame, **denmark, measure="holdings", instrument="long_term") == 1102
    assert figure(frame, **denmark, measure="net_sales", instrument="long_term") == 1103
    assert figure(frame, **denmark, measure="valuation_change", instrument="long_term") == 1104
    assert figure(frame, **denmark, measure="holdings", instrument="bills") == 1105
    assert figure(frame, **denmark, measure="net_sales", instrument="bills") == 1106
    assert len(frame) == 5 * 3 * 7
    assert set(frame["unit"]) == {"usd_mn"}
    assert set(frame["security_type"]) == {"treasury"}


def test_table_1_is_long_term_in_five_groups() -> None:
    frame = parse("slt_table1", table_1())
    assert set(frame["instrument"]) == {"long_term"}
    assert frame["security_type"].unique().tolist() == [
        "all_us_securities",
        "treasury",
        "agency",
        "corporate_bond",
        "corporate_stock",
    ]
    key = {"country_code": "41408", "month": "2024-06"}
    assert figure(frame, **key, security_type="treasury", measure="holdings") == 2003
    assert figure(frame, **key, security_type="corporate_stock", measure="valuation_change") == 2014


def test_table_5_knows_the_rows_of_official_holders_and_of_all_others() -> None:
    frame = parse("slt_table5", table_5())
    assert set(frame["unit"]) == {"usd_bn"}
    assert figure(frame, country_code="99990", instrument="total", month="2024-06") == 50
    assert figure(frame, country_code="99990", instrument="bills", month="2024-06") == 60
    assert figure(frame, country_code="99990", instrument="long_term", month="2024-04") == 72
    assert figure(frame, country_code="OTHER", month="2024-06") == 30
    assert figure(frame, country_code="42609", month="2024-05") == 11


def test_report_3d_is_read_through_its_broken_quotes() -> None:
    frame = parse("slt3d_globl", report_3d())
    assert figure(frame, country_code="10502", month="2012-01", instrument="total") == 9100
    assert figure(frame, country_code="10502", month="2012-01", instrument="bills") == 1000
    assert frame.loc[frame["country_code"] == "13006", "value_note"].value_counts().to_dict() == {"n.a.": 8}
    assert figure(frame, country_code="99996", month="2011-09", instrument="total") == 1_234_567


def test_line_numbers_are_those_of_the_document() -> None:
    text = table_3()
    frame = parse("slt_table3", text)
    line = frame.loc[frame["published_name"] == "China, Mainland", "line_number"].iloc[0]
    assert text.split("\r\n")[line - 1].startswith("China, Mainland\t41408\t2024-06")


def test_n_a_stays_missing_and_is_never_zero() -> None:
    frame = parse("slt_table3", table_3().replace("\t1000\t1001\t", "\tn.a.\t1,001\t"))
    row = frame[(frame["country_code"] == "10502") & (frame["month_end"] == "2024-06-30")]
    holdings = row[(row["measure"] == "holdings") & (row["instrument"] == "total")].iloc[0]
    assert pd.isna(holdings["value"])
    assert holdings["value_note"] == "n.a."
    assert row[(row["measure"] == "net_sales") & (row["instrument"] == "total")]["value"].item() == 1001


# --- what is tolerated --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", HOLDINGS)
@pytest.mark.parametrize(
    "served",
    [
        lambda text: text.replace("\r\n", "\n"),
        lambda text: text.replace("\r\n", "\r"),
        lambda text: "\n".join(line.rstrip() for line in text.split("\r\n")),
        lambda text: "\ufeff" + text,
        lambda text: "\r\n".join(line + "  " for line in text.split("\r\n")),
    ],
    ids=["lf", "cr", "no padding", "byte order mark", "trailing blanks"],
)
def test_line_ends_and_padding_change_nothing(dataset: str, served: Callable[[str], str]) -> None:
    text = DOCUMENTS[dataset]
    pd.testing.assert_frame_equal(parse(dataset, served(text)), parse(dataset, text))


@pytest.mark.parametrize("dataset", HOLDINGS)
def test_a_last_line_without_its_end_is_fine_below_the_table_and_an_error_in_it(dataset: str) -> None:
    text = DOCUMENTS[dataset]
    if dataset == "s1_globl":  # has no line below its rows
        with pytest.raises(FormatError, match=r"expected a line end after the row.*looks cut short"):
            parse(dataset, text.rstrip())
    else:
        pd.testing.assert_frame_equal(parse(dataset, text.rstrip()), parse(dataset, text))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_names_with_accents_are_known_in_either_encoding(encoding: str) -> None:
    text = table_3(holders=[("Curaçao", "36188"), *HOLDERS])
    frame = parse("slt_table3", text.encode(encoding))
    assert figure(frame, country_code="36188", month="2024-06", measure="holdings", instrument="total") == 1000


@pytest.mark.parametrize("printed", ['"China, Mainland"', "China, mainland", "China,  Mainland (20) ", "China"])
def test_names_may_carry_quotes_case_padding_and_footnotes(printed: str) -> None:
    frame = parse("slt_table3", table_3().replace("China, Mainland", printed))
    assert set(frame["country_code"]) == {code for _, code in HOLDERS}


def test_columns_are_found_by_name() -> None:
    assert "country_code\tcountry\r\n" in turned(table_3())
    pd.testing.assert_frame_equal(parse("slt_table3", turned(table_3())), parse("slt_table3", table_3()))


def test_a_new_column_is_left_out() -> None:
    lines = table_3().split("\r\n")
    wider = [line + ("\tfor_new_pos" if line.startswith("country\t") else "\t7") for line in lines[:24]]
    pd.testing.assert_frame_equal(
        parse("slt_table3", "\r\n".join([*wider, *lines[24:]])), parse("slt_table3", table_3())
    )


def test_the_order_of_rows_does_not_matter() -> None:
    lines = table_3().split("\r\n")
    turned = "\r\n".join([*lines[:9], *lines[11:8:-1], *lines[12:]])
    key = {"country_code": "10502", "month": "2024-06", "measure": "holdings", "instrument": "total"}
    assert lines[9:12] != turned.split("\r\n")[9:12]
    assert figure(parse("slt_table3", turned), **key) == 1000


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", HOLDINGS)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"PK\x03\x04\x00\x00\x00", "binary"),
        (b"\n<!DOCTYPE html>\n<html><head><title>Page not found</title>", "HTML page called 'Page not found'"),
        (b"<HTML>", "HTML"),
        (b"\xff\xfenot a table", "expected the title"),
        (b"Table 2: U.S. Portfolio Holdings of Foreign Securities\r\n", "expected the title"),
    ],
)
def test_a_document_that_is_not_a_table_is_named(dataset: str, body: bytes, said: str) -> None:
    assert said in refused(dataset, body)


@pytest.mark.parametrize(
    ("dataset", "was", "now"),
    [
        ("slt_table3", "Millions of dollars", "Billions of dollars"),
        ("slt_table1", "Millions of dollars", "Thousands of dollars"),
        ("slt_table5", "Billions of dollars", "Millions of dollars"),
        ("mfhhis01", "(in billions of dollars)", "(in millions of dollars)"),
        ("slt3d_globl", '"Millio","ns of dollars"', '"Billio","ns of dollars"'),
        ("s1_globl", "in millions of dollars", "in billions of dollars"),
        ("shlhistdat", "Millions of dollars.", "Billions of dollars."),
    ],
)
def test_another_unit_is_refused(dataset: str, was: str, now: str) -> None:
    message = refused(dataset, DOCUMENTS[dataset].replace(was, now))
    assert "expected the unit" in message
    assert now.split()[0].strip('("').casefold()[:6] in message.casefold()
    gone = refused(dataset, DOCUMENTS[dataset].replace(was, ""))
    assert "expected a line with the unit" in gone


@pytest.mark.parametrize("column", TABLE_3_NAMES)
def test_a_missing_column_is_named(column: str) -> None:
    text = with_line(table_3(), 9, lambda line: re.sub(rf"\b{column}\b", "renamed", line, count=1))
    message = refused("slt_table3", text)
    assert f"expected the columns {column}, which are missing" in message
    assert "line 9" in message


def test_a_repeated_column_is_refused() -> None:
    text = with_line(table_3(), 9, lambda line: line.replace("for_treas_net", "for_treas_pos"))
    assert "for_treas_net" in refused("slt_table3", text)
    text = with_line(table_1(), 9, lambda line: line + "\tfor_lt_treas_pos")
    assert "for_lt_treas_pos twice" in refused("slt_table1", text)


@pytest.mark.parametrize("name", ["Danmark", "D\xe4nemark", "Kingdom of Denmark", "Atlantis"])
def test_a_new_spelling_with_a_known_code_is_accepted(name: str) -> None:
    frame = tic.parse("slt_table3", table_3(holders=[(name, "10502"), *HOLDERS[1:]]).encode(), NOW)
    assert set(frame.loc[frame["country_code"] == "10502", "published_name"]) == {name}


@pytest.mark.parametrize("dataset", ["slt_table1", "slt3d_globl", "s1_globl", "shlhistdat"])
def test_all_tables_with_codes_accept_a_new_spelling(dataset: str) -> None:
    assert "Denmark" in DOCUMENTS[dataset]
    frame = tic.parse(dataset, DOCUMENTS[dataset].replace("Denmark", "Danmark").encode(), NOW)
    assert set(frame.loc[frame["country_code"] == "10502", "published_name"]) == {"Danmark"}


@pytest.mark.parametrize(
    ("dataset", "was", "now", "said"),
    [
        ("s1_globl", "Grand Total", "Great Total", "unknown country name 'Great Total' (code 99996)"),
        ("s1_globl", "Denmark\t", "China, Mainland\t", "known by the code 41408"),
        ("shlhistdat", "99996\tTotal", "99996\tSum", "unknown country name 'Sum' (code 99996)"),
    ],
)
def test_other_tables_refuse_another_total_and_the_name_of_another(dataset: str, was: str, now: str, said: str) -> None:
    assert was in DOCUMENTS[dataset]
    assert said in refused(dataset, DOCUMENTS[dataset].replace(was, now))


@pytest.mark.parametrize("name", ["Grand Totals", "Great Total", "Treasury Bills"])
def test_a_total_with_another_name_is_refused_although_its_code_is_known(name: str) -> None:
    text = table_3().replace("Grand Total", name)
    assert f"unknown country name '{name}' (code 99996)" in refused("slt_table3", text)


def test_all_problems_with_names_are_listed_with_their_lines() -> None:
    holders = [("", "10502"), ("Denmark", "41408"), *HOLDERS[2:]]
    message = refused("slt_table3", table_3(holders=holders))
    assert "line 10: unknown country name '' (code 10502)" in message
    assert "line 13: 'Denmark' has the code 41408, but is known by the code 10502" in message
    assert "countries.csv" in message


def test_an_unknown_code_and_a_code_of_another_are_listed() -> None:
    holders = [("Denmark", "77777"), ("China, Mainland", "42609"), *HOLDERS[2:]]
    message = refused("slt_table3", table_3(holders=holders))
    assert "line 10: unknown country code '77777'" in message
    assert "'China, Mainland' has the code 42609, but is known by the code 41408" in message


@pytest.mark.parametrize("dataset", ["slt_table5", "mfhhis01"])
def test_an_unknown_name_without_a_code_is_listed(dataset: str) -> None:
    message = refused(dataset, re.sub('"?China, Mainland"?', "Atlantis", DOCUMENTS[dataset]))
    assert "unknown country name 'Atlantis'" in message


def test_treasury_bills_is_not_a_country() -> None:
    text = table_3(holders=[("Treasury Bills", "99990"), *HOLDERS])
    assert "unknown country name 'Treasury Bills'" in refused("slt_table3", text)


@pytest.mark.parametrize("dataset", ["slt_table3", "slt_table1", "slt3d_globl", "s1_globl"])
def test_a_repeated_row_is_refused(dataset: str) -> None:
    lines = DOCUMENTS[dataset].split("\r\n")
    row = next(index for index, line in enumerate(lines) if "Denmark" in line)
    text = "\r\n".join([*lines[: row + 1], lines[row], *lines[row + 1 :]])
    message = refused(dataset, text)
    assert f"line {row + 2}: a second figure for 10502" in message


def test_a_repeated_name_is_refused() -> None:
    assert "a second figure for 41408" in refused("slt_table5", table_5().replace("Japan", "China, Mainland"))


@pytest.mark.parametrize("dataset", ["slt_table3", "slt_table1"])
@pytest.mark.parametrize(
    ("month", "said"),
    [("2024-05", "lacks 2024-05"), ("2024-04", "to go back to 2024-04 like the others")],
)
def test_a_dropped_month_is_named(dataset: str, month: str, said: str) -> None:
    text = re.sub(f"Of Which: Foreign Non-Official\t99991\t{month}[^\r]*\r\n", "", DOCUMENTS[dataset])
    message = refused(dataset, text)
    assert "'Of Which: Foreign Non-Official'" in message
    assert said in message


def test_a_country_without_the_newest_month_is_refused() -> None:
    text = re.sub("Denmark\t10502\t2024-06[^\r]*\r\n", "", table_3())
    assert "'Denmark' (10502) lacks 2024-06" in refused("slt_table3", text)


def test_a_country_that_joins_later_is_accepted() -> None:
    text = re.sub("Denmark\t10502\t2024-04[^\r]*\r\n", "", table_3())
    assert (parse("slt_table3", text)["country_code"] == "10502").sum() == 2 * 7


def test_report_3d_has_no_october_and_november_of_2011_and_no_other_gap() -> None:
    assert REPORT_3D_MONTHS[-2:] == ("2011-12", "2011-09")
    parse("slt3d_globl", report_3d())
    text = re.sub('"Denmark",10502,"2012-01"[^\r]*\r\n', "", report_3d())
    assert "'Denmark' (10502) lacks 2012-01" in refused("slt3d_globl", text)


def test_a_month_missing_from_the_header_of_table_5_is_refused() -> None:
    assert "2024-05" in refused("slt_table5", table_5(months=("2024-06", "2024-04")))
    assert "twice" in refused("slt_table5", table_5(months=("2024-06", "2024-06")))
    assert "expected a month YYYY-MM in the header, found 'Jun 2024'" in refused(
        "slt_table5", table_5().replace("2024-06", "Jun 2024")
    )


@pytest.mark.parametrize(
    "cell", ["", "abc", "12x", "1,23", "--", "1e5", "NaN", "inf", "9" * 16, "ND", "1 000", "1.2.3"]
)
@pytest.mark.parametrize("dataset", ["slt_table3", "slt_table5", "slt3d_globl"])
def test_a_cell_that_is_not_a_number_is_refused_with_its_line(dataset: str, cell: str) -> None:
    first = {"slt_table3": "\t1000\t", "slt_table5": "\t10.0\t", "slt3d_globl": '"9,000"'}[dataset]
    edge = first[0]
    text = DOCUMENTS[dataset].replace(first, f"{edge}{cell}{edge}", 1)
    message = refused(dataset, text)
    assert "expected a number, n.a. or *" in message
    assert re.search(r"line \d+", message)


@pytest.mark.parametrize("month", ["2024-13", "2024-6", "Jun-24", "2024", "20240-6", "", "9999-12"])
def test_an_invalid_month_is_refused(month: str) -> None:
    message = refused("slt_table3", table_3().replace("Denmark\t10502\t2024-06", f"Denmark\t10502\t{month}"))
    assert f"line 10: expected a month YYYY-MM, found {month!r}" in message


@pytest.mark.parametrize("dataset", ["slt_table3", "slt_table1", "slt_table5", "slt3d_globl", "s1_globl"])
def test_a_document_that_is_cut_is_refused_wherever_it_is_cut(dataset: str) -> None:
    text = DOCUMENTS[dataset]
    end = text.find("Notes:") if "Notes:" in text else len(text)
    last_row = text[:end].rstrip()
    # A cut inside the very last number cannot be seen: a shorter number is a number.
    last_cell = max(last_row.rfind("\t"), last_row.rfind('",'))
    for cut in [*range(0, last_cell, 5), last_cell]:
        with pytest.raises(FormatError):
            parse(dataset, text[:cut])


def test_figures_behind_the_last_column_or_below_the_notes_are_refused() -> None:
    text = with_line(table_3(), 12, lambda line: line + "\t5")
    assert "line 12: expected 10 cells, found more" in refused("slt_table3", text)
    row = "Denmark\t10502\t2024-03\t1\t1\t1\t1\t1\t1\t1\r\n"
    assert "expected only notes" in refused("slt_table3", table_3() + row)
    assert "expected only notes" in refused("slt_table5", table_5() + "Japan\t1\t1\t1\r\n")
    assert "expected only notes" in refused("slt3d_globl", report_3d() + '"Denmark",10502,"2011-08","1","1","1"\r\n')


def test_prose_between_the_rows_is_refused() -> None:
    text = table_3().replace("China, Mainland\t41408\t2024-06", "see note 3\r\nChina, Mainland\t41408\t2024-06")
    assert "line 13: expected 10 cells, found 1" in refused("slt_table3", text)


def test_a_quote_that_is_not_closed_swallows_no_row() -> None:
    text = report_3d().replace('"Denmark",10502,"2012-01"', '"Denmark",10502,"2012-01')
    assert re.search(r"line \d+: expected (a row of six|6) cells", refused("slt3d_globl", text))


def test_many_problems_make_one_message_of_bounded_length() -> None:
    message = refused("slt_table3", table_3(months=[f"20{y:02d}-01" for y in range(10, 99)]))
    assert len(message) < 10_000
    lines = table_3(months=[f"{y}-{m:02d}" for y in range(2020, 2024) for m in range(1, 13)])
    message = refused("slt_table3", re.sub(r"\t\d+\r\n", "\tx\r\n", lines))
    assert "and 220 more" in message


def test_the_dead_file_names_its_successors() -> None:
    with pytest.raises(DeadFileError, match=r"slt_table5\.txt .* slt_table3\.txt"):
        tic.parse("mfh", b"whatever", NOW)


def test_a_line_of_control_characters_is_refused() -> None:
    text = report_3d().replace('"Denmark",10502,"2012-01"', '\x1c\r\n"Denmark",10502,"2012-01"')
    assert "expected 6 cells, found 1" in refused("slt3d_globl", text)
