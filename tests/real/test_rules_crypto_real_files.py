"""The rules of candles on the real files: no false alarm in any order, and harmful changes are caught."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from orchestration.loading.rules.rule_files import DOCUMENT, ROW
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.registry import SOURCES, identify
from tests.unit.candle_relations import SUITE, Document, Load

SAMPLE = PROJECT_ROOT / "orchestration" / "sample" / "files"
PRICES = ["open", "high", "low", "close"]


@cache
def read(folder: Path) -> tuple[list[Document], pd.DataFrame]:
    """The documents of candles in the order of their day, and Coinbase's closes at FRED."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["as_of"], row["path"]))
    documents, observations = [], []
    for row in rows:
        found = identify(row["url"])
        is_close = found is not None and found[1] in ("CBBTCUSD", "CBETHUSD")
        if found is None or (found[0] not in ("binance", "coinbase", "kraken") and not is_close):
            continue
        retrieved_at = dt.datetime.combine(dt.date.fromisoformat(row["as_of"]), dt.time(23, 59, 59), tzinfo=dt.UTC)
        frame = SOURCES[found[0]].parse(found[1], (folder / row["path"]).read_bytes(), retrieved_at)
        if is_close:
            observations.append(frame[["series_id", "date", "value"]])
        elif not frame.empty:
            documents.append(Document(*found, row["url"], retrieved_at, frame))
    closes = pd.concat(observations).dropna().drop_duplicates(["series_id", "date"], keep="last")
    return documents, closes


def found_by(load: Load) -> dict[str, set[str]]:
    """The rules that each dataset breaks; the rows are judged without the documents that are refused, as in a load."""
    found: dict[str, set[str]] = {}
    refused: set[str] = set()
    critical = {rule.name for rule in SUITE.rules if rule.is_critical}
    for scope in (DOCUMENT, ROW):
        kept = [document for document in load.incoming if document.document_id not in refused]
        if not kept:
            break
        for name, rows in replace(load, incoming=kept).broken(scope).items():
            for document in kept:
                if document.document_id in set(rows["document_id"]):
                    found.setdefault(document.dataset, set()).add(name)
                    refused |= {document.document_id} if name in critical else set()
    return found


def newest(documents: list[Document], dataset: str) -> Document:
    return [document for document in documents if document.dataset == dataset][-1]


def without_history(documents: list[Document], changed: Document) -> Load:
    """A first load: the changed document, and the other datasets."""
    return Load([changed, *(document for document in documents if document.dataset != changed.dataset)])


@pytest.mark.parametrize("sample", [False, True], ids=["real", "sample"])
def test_no_false_alarm_in_one_load(real_files: Path, sample: bool) -> None:
    documents, closes = read(SAMPLE if sample else real_files)
    assert found_by(Load(documents, fred=closes)) == {}


def test_no_false_alarm_in_the_order_of_their_days(real_files: Path) -> None:
    documents, closes = read(real_files)
    for number, document in enumerate(documents):
        assert found_by(Load([document], documents[:number], closes)) == {}, document.document_id


@pytest.mark.parametrize("dataset", ["BTCUSDT/1d", "ETHUSDT/1d", "SOLUSDT/1d"])
@pytest.mark.parametrize("days", [-1, 1])
def test_shifted_days_are_caught_without_history_and_without_a_second_venue(
    real_files: Path, dataset: str, days: int
) -> None:
    documents, _ = read(real_files)
    good = newest(documents, dataset)
    shifted = replace(good, rows=good.rows.assign(opened_at=good.rows["opened_at"] + pd.Timedelta(days=days)))
    found = found_by(without_history(documents, shifted))
    assert "days_are_those_of_other_coins" in found.pop(dataset)
    assert found == {}


def test_another_coins_candles_are_caught_in_a_first_load_and_only_they(real_files: Path) -> None:
    documents, _ = read(real_files)
    solana = newest(documents, "SOLUSDT/1d")
    ether = newest(documents, "ETHUSDT/1d")
    found = found_by(without_history(documents, replace(solana, rows=ether.rows.assign(symbol="SOL"))))
    assert found == {"SOLUSDT/1d": {"candles_are_not_another_coins"}}


def test_futures_under_the_coins_name_are_caught_by_the_coins_own_days(real_files: Path) -> None:
    documents, _ = read(real_files)
    future = newest(documents, "um/BTCUSDT/4h")
    as_coin = replace(
        future,
        dataset="BTCUSDT/4h",
        address=future.address.replace("futures/um", "spot"),
        rows=future.rows.assign(venue="binance"),
    )
    found = found_by(Load([newest(documents, "BTCUSDT/1d"), as_coin]))
    assert found == {"BTCUSDT/4h": {"parts_make_the_day", "every_day_is_the_sum_of_its_parts"}}


@pytest.mark.parametrize("factor", [0.86, 1_000.0])
def test_another_currency_or_unit_is_caught_by_a_second_venue(real_files: Path, factor: float) -> None:
    documents, closes = read(real_files)
    good = newest(documents, "BTCUSDT/1d")
    wrong = replace(good, rows=good.rows.assign(**{name: good.rows[name] * factor for name in PRICES}))
    found = found_by(replace(without_history(documents, wrong), fred=closes))
    assert "price_is_that_of_a_second_venue" in found.pop("BTCUSDT/1d")
    assert found == {}


def test_last_months_answer_is_not_accepted_as_todays(real_files: Path) -> None:
    documents, _ = read(real_files)
    good = newest(documents, "ETHUSDT/1d")
    old = replace(good, retrieved_at=good.retrieved_at + dt.timedelta(days=21))
    assert "document_is_not_an_old_one" in found_by(Load([old], documents))["ETHUSDT/1d"]
