"""Form S: purchases and sales, blanks, and a header whose order is checked."""

from __future__ import annotations

import pytest

from orchestration.sources.base import FormatError
from tests.unit.tic_documents import figure, parse, transactions

TYPES = ("treasury", "agency", "corporate_bond", "corporate_stock", "foreign_bond", "foreign_stock")


def test_six_types_bought_and_six_sold() -> None:
    frame = parse("s1_globl", transactions())
    for column, security_type in enumerate(TYPES, start=1):
        key = {"country_code": "10502", "month": "2024-05", "security_type": security_type}
        assert figure(frame, **key, measure="gross_purchases") == 10_100 + column
        assert figure(frame, **key, measure="gross_sales") == 10_106 + column
    assert set(frame["instrument"]) == {"long_term"}
    assert len(frame) == 2 * 3 * 12


@pytest.mark.parametrize("cell", ["", "n.a.", " "])
def test_a_blank_is_a_missing_figure(cell: str) -> None:
    frame = parse("s1_globl", transactions().replace('"10,001"', cell))
    first = frame.iloc[0]
    assert first["value"] != first["value"]
    assert (first["value_note"] == "n.a.") == (cell == "n.a.")


def test_countries_may_start_late_and_have_gaps() -> None:
    lines = transactions().split("\r\n")
    kept = [line for line in lines if not line.startswith("Denmark\t10502\t2024-05")]
    assert len(parse("s1_globl", "\r\n".join(kept))) == 5 * 12


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("\tnotes\tagencies", "\tagencies\tnotes", "expected the word 'notes' above the column [1]"),
        ("\tstocks\tBonds\tStocks\r\n", "\tstocks\tStocks\tBonds\r\n", "above the column [11]"),
        ("Gross sales by", "Net sales by", "expected gross purchases in the columns [1] to [6]"),
        ("[12]", "[13]", "numbers the columns"),
        ('"10,001"', '"10,0001"', "expected a number"),
        ('"10,001"', '10,001"', "expected a number"),
        ('"10,001"', "*x", "expected a number"),
        ("Denmark\t10502", "Denmark\t10503", "unknown country code '10503'"),
    ],
)
def test_an_unexpected_layout_is_refused(was: str, now: str, said: str) -> None:
    text = transactions()
    assert was in text
    with pytest.raises(FormatError) as caught:
        parse("s1_globl", text.replace(was, now, 1))
    assert said in str(caught.value)


def test_purchases_and_sales_that_change_places_are_refused() -> None:
    text = transactions().replace("purchases by", "PURCHASES by").replace("sales by", "purchases by")
    with pytest.raises(FormatError, match="gross purchases in the columns"):
        parse("s1_globl", text.replace("PURCHASES by", "sales by"))
