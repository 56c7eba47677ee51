"""FRED and the Treasury on their real files, and both over HTTP from a server that serves these files."""

from __future__ import annotations

import csv
import datetime as dt
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.settings import Settings
from orchestration.sources import fred, treasury
from orchestration.sources.base import Failed, Fetched
from orchestration.sources.http import HttpClient
from orchestration.tables.seeds import read_seed
from tests.fred_vintages import joined
from tests.publisher import API_KEY, Publisher, windows

TENORS = {
    "1 Mo": "DGS1MO",
    "3 Mo": "DGS3MO",
    "6 Mo": "DGS6MO",
    "1 Yr": "DGS1",
    "2 Yr": "DGS2",
    "5 Yr": "DGS5",
    "10 Yr": "DGS10",
    "20 Yr": "DGS20",
    "30 Yr": "DGS30",
}


def documents(real_files: Path, module: Any) -> list[tuple[dict[str, str], str, bytes]]:
    """(row of the manifest, dataset, bytes) of all documents of a source."""
    with (real_files / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        rows = [row for row in csv.DictReader(manifest) if module.dataset_of(row["url"])]
    return [(row, module.dataset_of(row["url"]), (real_files / row["path"]).read_bytes()) for row in rows]


def end_of(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59, 59), tzinfo=dt.UTC)


def observations(real_files: Path, path: str) -> pd.Series[float]:
    body = (real_files / path).read_bytes()
    return fred.parse(Path(path).stem, body, end_of("2026-10-01")).set_index("date")["value"]


def test_every_file_of_fred_is_read_row_by_row(real_files: Path) -> None:
    seed = read_seed("fred_series").set_index("series_id")
    found = documents(real_files, fred)
    assert {row["path"] for row, _, _ in found} == {
        f"fred/{p.parent.name}/{p.name}" for p in real_files.glob("fred/*/*.csv")
    }
    start = time.monotonic()
    for row, dataset, body in found:
        assert dataset == Path(row["path"]).stem
        frame = fred.parse(dataset, body, end_of(row["as_of"]))
        lines = body.decode().splitlines()[1:]
        assert frame["line_number"].tolist() == list(range(2, len(lines) + 2))
        assert (frame["series_id"] == dataset).all()
        assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == [line.split(",")[0] for line in lines]
        cells = [line.split(",")[1] for line in lines]
        expected = [float(cell) if cell not in ("", ".") else float("nan") for cell in cells]
        np.testing.assert_array_equal(frame["value"].to_numpy(), expected)
        assert frame["realtime_start"].isna().all()
        values = frame["value"].dropna()
        assert values.between(float(seed.loc[dataset, "lowest"]), float(seed.loc[dataset, "highest"])).all(), dataset
    assert time.monotonic() - start < 20


def test_blank_rows_are_kept_as_missing(real_files: Path) -> None:
    assert observations(real_files, "fred/2026-08-03/DGS10.csv").isna().sum() == 719
    assert observations(real_files, "fred/2026-08-03/RRPONTSYD.csv").isna().sum() == 2831
    old = observations(real_files, "fred/2020-12-31/CBBTCUSD.csv")
    assert old.isna().sum() == 35
    assert pd.isna(old[pd.Timestamp(2020, 9, 4)])


def test_bounds_catch_a_change_of_units_by_a_thousand(real_files: Path) -> None:
    """The newest value of nearly every series, times or divided by 1,000, is outside the bounds of its series."""
    seed = read_seed("fred_series").set_index("series_id")
    newest = {dataset: (body, row["as_of"]) for row, dataset, body in documents(real_files, fred)}
    passed: dict[str, set[int]] = {}
    for dataset, (body, as_of) in newest.items():
        value = fred.parse(dataset, body, end_of(as_of))["value"].dropna().iloc[-1]
        lowest, highest = float(seed.loc[dataset, "lowest"]), float(seed.loc[dataset, "highest"])
        for power in (-1, 1):
            if lowest <= value * 1000.0**power <= highest:
                passed.setdefault(dataset, set()).add(power)
    upwards = {dataset for dataset, powers in passed.items() if 1 in powers}
    downwards = {dataset for dataset, powers in passed.items() if -1 in powers}
    # Overnight repos were near nothing and 2,500 bn within four years. A thousandth of a rate near zero is a rate.
    assert upwards == {"RRPONTSYD"}
    assert not downwards & {"WALCL", "SP500", "NASDAQCOM", "DTWEXBGS", "VIXCLS", "BAMLH0A0HYM2", "BAA10Y"}


def test_the_treasurys_curve_is_freds(real_files: Path) -> None:
    [(row, dataset, body)] = documents(real_files, treasury)
    frame = treasury.parse(dataset, body, end_of(row["as_of"]))
    curve = frame.pivot_table(index="date", columns="tenor", values="value", dropna=False)
    assert curve.shape == (242, 14)
    assert frame["tenor"].nunique() == 14
    for tenor, series in TENORS.items():
        dgs = observations(real_files, f"fred/2026-02-23/{series}.csv")
        pd.testing.assert_series_equal(curve[tenor], dgs.reindex(curve.index), check_names=False)
        assert curve[tenor].notna().all()
    seven = observations(real_files, "fred/2026-07-23/DGS7.csv")
    pd.testing.assert_series_equal(curve["7 Yr"], seven.reindex(curve.index), check_names=False)
    assert curve["1.5 Month"].first_valid_index() == pd.Timestamp(2025, 2, 18)


def settings(publisher: Publisher, key: str | None = None) -> Settings:
    quick: dict[str, Any] = {"http_attempts": 2, "http_max_wait_seconds": 0.01, "http_requests_per_second": 100_000}
    return Settings(**publisher.addresses, FRED_API_KEY=key, **quick)


def load(publisher: Publisher, archive: Archive, module: Any, key: str | None = None) -> list[Fetched | Failed]:
    chosen = settings(publisher, key)
    items: list[Fetched | Failed] = []
    with HttpClient(chosen) as client:
        for item in module.fetch(client, chosen, archive):
            items.append(item)
            if isinstance(item, Fetched):
                archive.add(module.PUBLISHER.name, item.dataset, item.response)
    return items


def test_the_real_files_are_unchanged_over_http(real_files: Path, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with Publisher(real_files) as publisher:
        items = load(publisher, archive, fred)
        served = {Path(row["path"]).stem for row, _, _ in documents(real_files, fred)}
        assert {item.dataset for item in items if isinstance(item, Fetched)} == served
        for document in archive.documents():
            newest = max((real_files / "fred").glob(f"*/{document.dataset}.csv"))
            assert archive.read(document) == newest.read_bytes()
        publisher.day = dt.date(2026, 3, 30)
        again = [item for item in load(publisher, archive, fred) if isinstance(item, Fetched)]
        old = next(item for item in again if item.dataset == "BAMLH0A0HYM2")
        assert old.response.body == (real_files / "fred/2026-03-27/BAMLH0A0HYM2.csv").read_bytes()


@pytest.mark.parametrize("per_request", [1, 100])
def test_the_api_returns_every_vintage_on_file(
    real_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, per_request: int
) -> None:
    monkeypatch.setattr(fred, "VINTAGES_PER_REQUEST", per_request)
    monkeypatch.setattr(fred, "OBSERVATIONS_PER_PAGE", 5000)
    archive = Archive(tmp_path)
    with Publisher(real_files) as publisher:
        publisher.vintage_limit = per_request
        items = load(publisher, archive, fred, API_KEY)
        assert API_KEY not in repr(items)
        for series in ("NFCI", "STLFSI4", "DTWEXBGS"):
            found = archive.documents_of("fred", series)
            assert len(found) > per_request % 100
            frames = [fred.parse(series, archive.read(one), one.retrieved_at) for one in found]
            merged = joined(pd.concat(frames, ignore_index=True))
            truth = windows(publisher.vintages(series))
            assert merged["date"].dt.strftime("%Y-%m-%d").tolist() == [row[0] for row in truth]
            assert merged["realtime_start"].dt.date.tolist() == [row[1] for row in truth]
            assert merged["realtime_end"].dt.strftime("%Y-%m-%d").tolist() == [row[2].isoformat() for row in truth]
            expected = [float(row[3]) if row[3] else float("nan") for row in truth]
            np.testing.assert_array_equal(merged["value"].to_numpy(), expected)
        nfci = joined(
            pd.concat(
                [fred.parse("NFCI", archive.read(d), d.retrieved_at) for d in archive.documents_of("fred", "NFCI")]
            )
        )
        assert len(nfci[nfci["date"] == pd.Timestamp(2026, 3, 20)]) == 2
