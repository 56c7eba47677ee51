"""cslt.zip: what it says comes out, and anything else is refused by name."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from orchestration.sources.base import FormatError
from orchestration.sources.tic.cslt import parse_cslt
from tests.unit.cslt_documents import content, cslt, good_figures, packed, series

PUBLISHED: dict[str, dict[str, float | None]] = {
    # Published by the Treasury and FRED, million dollars.
    "for_treas_pos_99996": {"2026-04-01": 9352646, "2026-05-01": 9371073, "2026-06-01": 9298959},
    "for_lt_treas_pos_99996": {"2026-04-01": 7854033, "2026-05-01": 7915937, "2026-06-01": 7872852},
    "for_lt_treas_net_99996": {"2026-04-01": 50515, "2026-05-01": 56581, "2026-06-01": 6778},
    "for_lt_treas_net_99990": {"2026-04-01": 16123, "2026-05-01": 3029, "2026-06-01": -9822},
    "for_treas_pos_42609": {"2026-04-01": 1209889, "2026-05-01": 1143139, "2026-06-01": 1116683},
    "for_treas_pos_41408": {"2026-04-01": 651072, "2026-05-01": 659282, "2026-06-01": 633381},
    "us_lt_total_net_99996": {"2026-04-01": 102093, "2026-05-01": 31646, "2026-06-01": 34350},
}


def rows_of(body: bytes) -> dict[tuple[str, str, dt.date], dict[str, Any]]:
    return {(row["series"], row["country_code"], row["month_end"]): row for row in parse_cslt(body).to_pylist()}


@pytest.mark.parametrize("indent", [None, 1])
def test_published_figures_come_out_of_the_file(indent: int | None) -> None:
    rows = rows_of(cslt(PUBLISHED, indent))
    assert len(rows) == 18
    world = rows["for_lt_treas", "99996", dt.date(2026, 5, 31)]
    assert (world["holdings"], world["net_sales"], world["valuation_change"]) == (7915937, 56581, None)
    assert rows["for_lt_treas", "99990", dt.date(2026, 6, 30)]["net_sales"] == -9822
    assert rows["for_treas", "41408", dt.date(2026, 4, 30)]["holdings"] == 651072
    assert rows["us_lt_total", "99996", dt.date(2026, 6, 30)]["net_sales"] == 34350
    assert rows["for_treas", "41408", dt.date(2026, 4, 30)]["published_name"] == "China, Mainland"


def test_measures_of_different_length_stay_in_their_months() -> None:
    rows = rows_of(cslt())
    first, last = (rows["for_lt_treas", "42609", day] for day in (dt.date(1984, 12, 31), dt.date(1990, 12, 31)))
    assert first["net_sales"] is None
    assert first["holdings"] is not None
    before = rows["for_lt_treas", "42609", dt.date(1990, 11, 30)]
    assert last["holdings"] == before["holdings"] + last["net_sales"] + last["valuation_change"]


def test_every_way_of_writing_nothing_is_missing() -> None:
    one = series("for_lt_treas_pos_42609", {f"2026-0{month}-01": month for month in range(1, 7)})
    for pair, value in zip(one["observations"], [None, "", ".", "NA", "5.0", "-6.0"], strict=True):
        pair[1] = value
    body = packed(json.dumps(content({}) | {"series": [one]}))
    assert [row["holdings"] for row in parse_cslt(body).to_pylist()] == [-6.0, 5.0, None, None, None, None]


def test_the_order_of_keys_is_of_no_importance() -> None:
    turned = content(PUBLISHED)
    turned = {"series": [dict(reversed(one.items())) for one in turned.pop("series")], **turned}
    assert rows_of(packed(json.dumps(turned))) == rows_of(cslt(PUBLISHED))


def test_a_discontinued_series_keeps_its_title() -> None:
    document = content(PUBLISHED)
    document["series"][0]["metadata"]["title"] += " (DISCONTINUED)"
    assert len(rows_of(packed(json.dumps(document)))) == 18


def _first(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda document: change(document["series"][0])


FLAWS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another release": (lambda d: d.update(releaseID="18"), "expected releaseID 3"),
    "another version": (lambda d: d.update(version="3.0"), "expected version 2.0"),
    "no series": (lambda d: d.update(series=[]), "expected series with figures"),
    "an id of another kind": (_first(lambda s: s.update(source_id="DGS10")), "expected an id like"),
    "a title of another country": (
        _first(lambda s: s["metadata"].update(title="holdings: Japan")),
        "expected a title that ends with its geography",
    ),
    "a title of another kind": (
        _first(lambda s: s["metadata"].update(title=s["metadata"]["title"].replace("holdings of", "sales of"))),
        "like others",
    ),
    "a name of another country": (
        _first(
            lambda s: s["metadata"].update(title="x: Japan", additional={"geography": {"name": "Japan"}, "status": "A"})
        ),
        "as elsewhere",
    ),
    "another unit": (_first(lambda s: s["metadata"].update(units="Billions of Dollars")), "expected the units"),
    "another frequency": (_first(lambda s: s["metadata"].update(frequency="Q")), "expected the frequency"),
    "a series twice": (lambda d: d["series"].append(d["series"][0]), "is there twice"),
    "a month left out": (_first(lambda s: s["observations"].pop(1)), "expected the month before"),
    "the oldest month first": (_first(lambda s: s["observations"].reverse()), "expected the month before"),
    "a day that begins no month": (
        _first(lambda s: s["observations"][0].__setitem__(0, "2026-06-30")),
        "expected the first day of a month",
    ),
    "a word in place of a figure": (_first(lambda s: s["observations"][0].__setitem__(1, "many")), "expected a number"),
    "an endless figure": (_first(lambda s: s["observations"][0].__setitem__(1, "1e300")), "below 10"),
    "a figure without quotes": (_first(lambda s: s["observations"][0].__setitem__(1, 5.0)), "pairs of date and value"),
    "three cells": (_first(lambda s: s["observations"][0].append("x")), "pairs of date and value"),
    "no metadata": (_first(lambda s: s.pop("metadata")), "expected an id, metadata"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_refused_by_name(flaw: str) -> None:
    change, words = FLAWS[flaw]
    figures = PUBLISHED | {"for_treas_pos_99990": PUBLISHED["for_treas_pos_42609"]}
    figures |= {"for_lt_treas_pos_42609": PUBLISHED["for_treas_pos_42609"]}
    document = content(figures)
    change(document)
    with pytest.raises(FormatError, match=words):
        parse_cslt(packed(json.dumps(document)))


def test_an_unknown_geography_is_named_and_not_guessed() -> None:
    with pytest.raises(FormatError, match=r"unknown geography 12345 \(Atlantis\)"):
        parse_cslt(cslt(PUBLISHED | {"for_treas_pos_12345": {"2026-06-01": 1}}))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_json_that_was_cut_off_is_refused(share: float) -> None:
    text = json.dumps(content(good_figures()))
    with pytest.raises(FormatError, match=r"cslt\.zip"):
        parse_cslt(packed(text[: int(len(text) * share)]))


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"<html>", cslt()[:-40], packed("{}"), packed("x", "other.json")])
def test_what_is_no_such_zip_is_refused(body: bytes) -> None:
    with pytest.raises(FormatError, match=r"cslt\.zip"):
        parse_cslt(body)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(FormatError, match="bytes packed into"):
        parse_cslt(packed(bytes(64 * 2**20)))
