"""The annual survey: columns, both styles of its dates, early surveys without bills, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.sources.base import FormatError
from tests.unit.tic_documents import figure, parse, survey


def refused(text: str) -> str:
    with pytest.raises(FormatError) as caught:
        parse("shlhistdat", text)
    return str(caught.value)


def test_a_survey_has_ten_columns() -> None:
    frame = parse("shlhistdat", survey())
    denmark = {"country_code": "10502", "month": "2024-06"}
    assert figure(frame, **denmark, security_type="all_us_securities", instrument="total") == 100
    assert figure(frame, **denmark, security_type="corporate_stock", instrument="long_term") == 101
    assert figure(frame, **denmark, security_type="all_us_debt", instrument="long_term") == 102
    assert figure(frame, **denmark, security_type="treasury", instrument="long_term") == 103
    assert figure(frame, **denmark, security_type="agency", instrument="long_term") == 104
    assert figure(frame, **denmark, security_type="corporate_bond", instrument="long_term") == 105
    assert figure(frame, **denmark, security_type="all_us_debt", instrument="bills") == 106
    assert figure(frame, **denmark, security_type="treasury", instrument="bills") == 107
    assert figure(frame, **denmark, security_type="agency", instrument="bills") == 108
    assert figure(frame, **denmark, security_type="corporate_bond", instrument="bills") == 109
    assert len(frame) == 4 * 19
    assert set(frame["unit"]) == {"usd_mn"}
    assert set(frame["measure"]) == {"holdings"}


def test_the_total_of_a_survey_without_bills_is_long_term() -> None:
    frame = parse("shlhistdat", survey())
    for month, value in (("2000-03", 110), ("1974-12", 116)):
        key = {"country_code": "10502", "month": month, "security_type": "all_us_securities"}
        assert figure(frame, **key) == value
        assert figure(frame, **key, instrument="long_term") == value
    assert figure(frame, country_code="10502", month="1974-12", security_type="all_us_debt") == 118


@pytest.mark.parametrize(
    "dates",
    [
        ("Jun 2024", "Mar 2000", "Dec 1974"),
        ("June 2024", "March 2000", "December 1974"),
        ("Jun-24", "Mar-00", "Dec 74"),
    ],
)
def test_both_styles_of_dates_read_the_same(dates: tuple[str, str, str]) -> None:
    pd.testing.assert_frame_equal(parse("shlhistdat", survey(dates)), parse("shlhistdat", survey()))


def test_the_unit_may_stand_elsewhere_above_the_table_and_titles_in_another_case() -> None:
    text = survey().replace("Millions of dollars.", "").replace("\r\n \t", "\r\nMillions of Dollars.\t", 1)
    text = text.replace("Total long-term Debt", "Total Long-Term Debt").replace("Foreign Holdings", "FOREIGN HOLDINGS")
    pd.testing.assert_frame_equal(parse("shlhistdat", text), parse("shlhistdat", survey()))


def test_the_rest_of_oceania_has_the_name_of_the_rest_of_the_world() -> None:
    frame = parse("shlhistdat", survey())
    assert set(frame.loc[frame["published_name"] == "All Other", "country_code"]) == {"63908"}


def test_stars_and_n_a_are_missing() -> None:
    frame = parse("shlhistdat", survey().replace("\t103\t104\t", "\t*\tn.a.\t"))
    row = frame[(frame["country_code"] == "10502") & (frame["month_end"] == "2024-06-30")]
    assert row.dropna(subset="value_note")[["security_type", "value_note"]].to_numpy().tolist() == [
        ["treasury", "*"],
        ["agency", "n.a."],
    ]
    assert row["value"].isna().sum() == 2


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("Foreign Holdings of U.S. Securities", "U.S. Holdings of Foreign Securities", "expected the title"),
        ("Country code", "Code", "expected a header"),
        ("Treasury Debt", "Bitcoin", "expected a known security type, found 'Long-term Bitcoin'"),
        ("\tEquity\t", "\tTreasury Debt\t", "treasury debt twice"),
        ("Jun-24\tJun-24\tJun-24", "Jun-24\tJuneteenth\tJun-24", "expected a survey date, found 'Juneteenth'"),
        ("\t107\t", "\t107m\t", "in the column 2024-06 treasury debt, found '107m'"),
        ("\t107\t", "\t\t", "found ''"),
        ("\t107\t", "\t", "expected 21 cells"),
        ("10502\tDenmark", "10503\tDenmark", "unknown country code '10503'"),
        ("10502\tDenmark", "42609\tDenmark", "known by the code 10502"),
        ("10502\tDenmark", "10502\tAll Other", "known by the code OTHER"),
        ("41408\t", "10502\t", "known by the code 41408"),
        ("99996\tTotal", "10189\tAustria", "expected a row for the total"),
        ("41408\t", "\t", "expected a country code or a note"),
    ],
)
def test_an_unexpected_layout_is_refused(was: str, now: str, said: str) -> None:
    text = survey()
    assert was in text
    assert said in refused(text.replace(was, now, 1))


def test_a_repeated_country_is_refused() -> None:
    text = survey()
    row = next(line for line in text.split("\r\n") if line.startswith("10502"))
    assert "a second figure for 10502" in refused(text.replace(row, f"{row}\r\n{row}"))


def test_a_document_that_is_cut_is_refused_wherever_it_is_cut() -> None:
    text = survey()
    last_cell = text[: text.index("Department")].rstrip().rfind("\t")
    for cut in range(0, last_cell, 9):
        refused(text[:cut])
