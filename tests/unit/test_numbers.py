"""Numbers: publishers' numbers are read exactly, and no other text is read as a number, in every format."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from orchestration.sources import fed, fiscaldata, fred, ofr, tic, treasury, treasurydirect
from orchestration.sources.base import FormatError
from orchestration.sources.crypto import binance, coinbase, kraken
from orchestration.sources.numbers import read_amounts, read_figures, too_large
from tests.unit import auction_documents as auctions
from tests.unit import crypto_documents as made
from tests.unit.cslt_documents import content, packed
from tests.unit.ofr_documents import HEADER
from tests.unit.tic_documents import DOCUMENTS

FED = "https://www.federalreserve.gov/pubs/ifdp/2014/1113/ifdp1113_data.zip"
NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)

WRITTEN = [
    "0.54",
    "2.1400000001",
    "-2.537443708510041",
    "0.00000000000000000001",
    "-9.076749291912794e-05",
    "6.7E-5",
    "1.5e+2",
    "+3.25",
    ".5",
    "-.5",
    "-0",
    "007",
]
NOT_NUMBERS = ["nan", "NaN", "inf", "-Infinity", "1e", "e5", "1e1.5", "0x1F", "1_000", "4.", "--1", "1.2.3", "٤", "1 0"]


def _ofr(cell: str) -> pd.Series:
    rows = [HEADER, f"2000-01-03,{cell},0.54,-0.05,0.74,0.51,0.4,1.9,0.2,0.04", ""]
    frame = ofr.parse("fsi", "\n".join(rows).encode(), NOW)
    return frame.loc[frame["component"] == "OFR FSI", "value"]


def _treasury(cell: str) -> pd.Series:
    header = 'Date,"3 Mo","6 Mo","1 Yr","2 Yr","3 Yr","5 Yr","7 Yr","10 Yr"'
    body = f"{header}\n01/02/2026,3.5,3.5,3.5,3.5,3.5,3.5,3.5,{cell}\n"
    frame = treasury.parse("daily_treasury_yield_curve/2026", body.encode(), NOW)
    return frame.loc[frame["tenor"] == "10 Yr", "value"]


def _treasury_as_served(cell: str) -> pd.Series:
    """Without a line end after the last row."""
    header = 'Date,"3 Mo","6 Mo","1 Yr","2 Yr","3 Yr","5 Yr","7 Yr","10 Yr"'
    body = f"{header}\n01/02/2026,3.50,3.50,3.50,3.50,3.50,3.50,3.50,{cell}"
    return treasury.parse("daily_treasury_yield_curve/2026", body.encode(), NOW)["value"]


def _treasurydirect(cell: str) -> pd.Series:
    record = auctions.result("91282CRJ2") | {"highYield": cell}
    return treasurydirect.parse("Note/2026", auctions.document([record]), NOW)["high_yield"]


def _fiscaldata(cell: str) -> pd.Series:
    record = dict.fromkeys(("record_date", "security_type_desc", "debt_held_public_mil_amt"), cell)
    record |= {"record_date": "2026-01-31", "security_type_desc": "Total Marketable"}
    return fiscaldata.parse("mspd_table_1", json.dumps({"data": [record]}).encode(), NOW)["value"]


def _fed(cell: str) -> pd.Series:
    header, row, *_ = fed.PUBLISHER.examples[f"{FED}#{fed.FILES['claims']}"].decode().splitlines()
    frame = fed.parse("claims", f"{header}\n{row.replace('39', cell, 1)}\n".encode(), NOW)
    return frame.loc[frame["security_type"] == "bond", "net_flow"]


def _cslt(cell: str) -> pd.Series:
    series = content({"for_treas_pos_42609": {"2026-06-01": 1}})
    series["series"][0]["observations"][0][1] = cell
    return tic.parse("cslt", packed(json.dumps(series, ensure_ascii=False)), NOW).to_pandas()["holdings"]


def _fred_csv(cell: str) -> pd.Series:
    return fred.parse("DGS10", f"observation_date,DGS10\n2026-01-02,{cell}\n".encode(), NOW)["value"]


def _fred_json(cell: str) -> pd.Series:
    row = {"realtime_start": "2026-10-01", "realtime_end": "2026-10-01", "date": "2026-01-02", "value": cell}
    content = {"count": 1, "offset": 0, "limit": 10, "observations": [row]}
    return fred.parse("DGS10", json.dumps(content).encode(), NOW)["value"]


def _coinbase(cell: str) -> pd.Series:
    row = json.dumps([made.seconds("2026-01-02"), cell, cell, cell, cell, cell])
    return coinbase.parse("BTC-USD/1d", f"[{row}]".encode(), NOW)["close"]


def _kraken(cell: str) -> pd.Series:
    row = [made.seconds("2026-01-02"), cell, cell, cell, cell, cell, cell, 3]
    return kraken.parse("XBTUSD/1d", json.dumps({"error": [], "result": {"XXBTZUSD": [row]}}).encode(), NOW)["close"]


def _binance_rest(cell: str) -> pd.Series:
    row = made.binance_row(made.days("2026-01-02", 1)[0])
    return binance.parse("BTCUSDT/1d", json.dumps([[row[0], *[cell] * 5, *row[6:]]]).encode(), NOW)["close"]


def _binance_archive(cell: str) -> pd.Series:
    row = made.binance_row(made.days("2026-01-02", 1)[0])
    line = ",".join(map(str, [row[0], *[cell] * 5, *row[6:]]))
    return binance.parse("BTCUSDT/1d", made.zipped(f"{line}\n".encode(), "BTCUSDT-1d-2026-01.csv"), NOW)["close"]


Read = Callable[[str], pd.Series]
FIGURES: list[Read] = [_ofr, _treasury, _treasurydirect, _fiscaldata, _fed, _cslt, _fred_csv, _fred_json]
CANDLES: list[Read] = [_coinbase, _kraken, _binance_rest, _binance_archive]


@pytest.mark.parametrize("read", [*FIGURES, *CANDLES])
@pytest.mark.parametrize("cell", WRITTEN)
def test_every_source_reads_what_a_publisher_can_write(read: Read, cell: str) -> None:
    assert read(cell).tolist() == [float(cell)]


@pytest.mark.parametrize("read", [*FIGURES, _treasury_as_served])
@pytest.mark.parametrize("cell", NOT_NUMBERS)
def test_every_source_refuses_what_is_not_a_number(read: Read, cell: str) -> None:
    with pytest.raises(FormatError):
        read(cell)


@pytest.mark.parametrize("read", FIGURES)
def test_a_number_beyond_every_range_is_refused_and_not_infinite(read: Read) -> None:
    with pytest.raises(FormatError):
        read("1e999")


@pytest.mark.parametrize(
    ("read", "fits", "too_big"),
    [
        (_ofr, "-999999", "1000000"),
        (_treasury, "99999", "100000"),
        (_treasurydirect, "999", "1000"),
        (_fiscaldata, "999999999999", "1e12"),
        (_cslt, "999999999999", "1e12"),
        (_fred_csv, "10016400000000", "1e14"),
        (_fred_json, "99999999999999", "100000000000000"),
    ],
)
def test_a_size_is_refused_only_where_raw_cannot_hold_it_and_the_message_says_so(
    read: Read, fits: str, too_big: str
) -> None:
    assert read(fits).tolist() == [float(fits)]
    with pytest.raises(FormatError, match=r"below 10\^"):
        read(too_big)


@pytest.mark.parametrize("read", CANDLES)
@pytest.mark.parametrize("cell", ["1e", "0x1F", "1_000", "--1", "1.2.3", "٤", "1 0", "abc"])
def test_candles_refuse_text_that_is_not_a_number(read: Read, cell: str) -> None:
    with pytest.raises(FormatError):
        read(cell)


@pytest.mark.parametrize("cell", ["9,000", "9000", "+9,000", "-9,000.25", "123,456,789.123456789012345"])
def test_amounts_may_group_thousands(cell: str) -> None:
    text = DOCUMENTS["slt_table3"].replace("\t1000\t", f"\t{cell}\t", 1)
    frame = tic.parse("slt_table3", text.encode(), NOW)
    assert (frame.select_dtypes("float64") == float(cell.replace(",", ""))).any(axis=None)


@pytest.mark.parametrize("cell", ["9,00", "1,2345", ",123", "1,234e5", "1e5", "1,,234", "9" * 16])
def test_amounts_are_grouped_by_three_and_have_no_exponent(cell: str) -> None:
    text = DOCUMENTS["slt_table3"].replace("\t1000\t", f"\t{cell}\t", 1)
    with pytest.raises(FormatError, match=r"expected a number, n\.a\. or \*"):
        tic.parse("slt_table3", text.encode(), NOW)


def test_values_are_the_nearest_doubles_and_texts_that_are_none_are_nan() -> None:
    values, is_number = read_figures(["2.5", None, "", "\ud800", "1" * 60])
    assert is_number.tolist() == [True, False, False, False, True]
    assert values[0] == 2.5
    assert np.isnan(values[1:4]).all()
    assert values[4] == float("1" * 60)
    assert read_amounts(["1,234.5"])[0].tolist() == [1234.5]
    assert too_large(np.array([99999.4, 99999.6, -1e5, np.inf, np.nan]), 5).tolist() == [False, True, True, True, False]
