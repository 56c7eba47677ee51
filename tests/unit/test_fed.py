"""The files of Bertaut and Judson: what they say comes out, and anything else is refused."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import duckdb
import pytest

from orchestration.sources import fed
from orchestration.sources.base import FormatError
from orchestration.tables.raw.fed_securities import TABLE

AT = dt.datetime(2021, 7, 1, tzinfo=dt.UTC)
ADDRESS = "https://www.federalreserve.gov/pubs/ifdp/2014/1113/ifdp1113_data.zip"
(LIABILITIES, CLAIMS) = fed.PUBLISHER.examples.values()
OFFICIAL = (
    "date, country code, country name,"
    + ",".join(
        f"{kind}_{measure}"
        for kind in ("foi_agcy", "foi_corp", "foi_stk", "foi_treas")
        for measure in ("survey_pos", "adj_net_flow", "adj_val_chg", "monthly_gap", "est_pos")
    )
    + "\n12/31/1984, 99996, All Countries and IROs,"
    + ",".join(["      7311,        ND,           ND,           ND,      7311"] * 4)
    + "\n"
).encode()


def test_a_row_per_country_month_and_kind_comes_out() -> None:
    rows = fed.parse("liabilities", LIABILITIES, AT)
    assert len(rows) == 8
    first = rows[(rows["security_type"] == "treasury")].iloc[0]
    assert (first["country_code"], str(first["month_end"].date())) == ("10189", "2011-06-30")
    assert (first["net_flow"], first["valuation_change"], first["estimated_position"]) == (39, -6, 2114)
    assert rows["survey_position"].isna().all()


def test_the_older_layout_of_official_holders_is_read() -> None:
    rows = fed.parse("official", OFFICIAL, AT)
    assert set(rows["country_code"]) == {"99996"}
    assert rows["survey_position"].tolist() == [7311.0] * 4
    assert rows["net_flow"].isna().all()


def test_the_zip_of_all_files_gives_the_same_rows() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        file.writestr(f"data/{fed.FILES['liabilities']}", LIABILITIES)
        file.writestr("data/readme.txt", "Hello")
    rows = fed.parse("ifdp1113", body.getvalue(), AT)
    assert rows.equals(fed.parse("liabilities", LIABILITIES, AT))


def test_addresses_name_a_file_of_the_zip() -> None:
    assert fed.dataset_of(ADDRESS) == "ifdp1113"
    assert fed.dataset_of(f"{ADDRESS}#{fed.FILES['claims']}") == "claims"
    assert fed.dataset_of(f"{ADDRESS}#readme.txt") is None
    assert "bertaut_judson" in (fed.explain(f"{ADDRESS}#readme.txt") or "")
    assert fed.explain("https://www.federalreserve.gov/releases/h15") is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"6/30/2011", b"6/29/2011", "line 2: expected the last day of a month"),
        (b"10189", b"12345", "unknown country code 12345"),
        (b",39,", b",many,", "line 2: expected a number or ND, found 'many'"),
        (b"ftot_treas_est_pos", b"ftot_gold_est_pos", "expected rows with the columns"),
        (LIABILITIES[-5:], b"", "cut short"),
    ],
)
def test_another_document_is_refused(old: bytes, new: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        fed.parse("liabilities", LIABILITIES.replace(old, new, 1) if new else LIABILITIES.removesuffix(old), AT)


def test_no_column_has_a_name_that_the_guard_cannot_pack() -> None:
    """The guard packs values into structs; `position` is a word of SQL, and cannot be a name there."""
    packed = ", ".join(f"{name} := 1" for name in TABLE.value_columns)
    assert duckdb.sql(f"select struct_pack({packed})").fetchone() is not None
