"""Which documents a load parses: new ones, and those with held rows if there is a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.archive import Archive
from orchestration.loading.parse import (
    DEAD,
    LOADED,
    NOT_USED,
    REFUSED,
    Decision,
    Window,
    no_longer_read,
    parse_due,
    unclaimed,
)
from orchestration.loading.workspace import Parsed, Workspace
from orchestration.sources.base import Response
from orchestration.sources.registry import identify
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw.tic_holdings import TABLE as TIC_HOLDINGS
from tests.unit.tic_documents import table_3

FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10"
TIC = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/"
HTML = b"<!DOCTYPE html><html><body>Page not found</body></html>"
RULES = "abc"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def _keep(
    archive: Archive, day: int, values: str, address: str = FRED, dataset: str = "DGS10", source: str | None = None
) -> str:
    body = HTML if values == "HTML" else f"observation_date,DGS10\n2026-01-02,{values}\n".encode()
    owner = source or ("fred" if address == FRED else "other")
    document = archive.add(owner, dataset, Response(address, body, dt.datetime(2026, 2, day, tzinfo=dt.UTC)))
    assert document is not None
    return document.document_id


def _parse(
    archive: Archive,
    tmp_path: Path,
    decisions: dict[str, Decision],
    window: Window | None = None,
    judged_with: Sequence[str] = (),
) -> Parsed:
    work = Workspace(tmp_path / "work")
    return parse_due(archive, decisions, RULES, FRED_OBSERVATIONS, window or Window(), work, judged_with)


def _looked_at(parsed: Parsed) -> list[str]:
    return [entry.document_id for entry in parsed.entries]


def test_documents_missing_in_the_ledger_are_parsed(archive: Archive, tmp_path: Path) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    assert _looked_at(_parse(archive, tmp_path, {})) == [first, second]
    assert _looked_at(_parse(archive, tmp_path, {first: Decision(LOADED, False, RULES)})) == [second]


def test_rows_of_many_documents_are_written_in_order(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.loading.parse.ROWS_OF_A_GROUP", 2)
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3, 4, 5)]
    parsed = _parse(archive, tmp_path, {})
    found = pq.ParquetFile(Workspace(tmp_path / "work").rows_path(FRED_OBSERVATIONS.name))
    assert [found.metadata.row_group(group).num_rows for group in range(found.num_row_groups)] == [2, 2, 1]
    assert found.read(["document_id"])["document_id"].to_pylist() == documents
    assert parsed.rows == 5


def test_no_document_is_parsed_twice_without_a_reason(archive: Archive, tmp_path: Path) -> None:
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3)]
    for status in (LOADED, DEAD):
        decisions = {document: Decision(status, False, "other rules") for document in documents}
        assert _looked_at(_parse(archive, tmp_path, decisions)) == []


@pytest.mark.parametrize("held", [Decision(REFUSED, False, RULES), Decision(LOADED, True, RULES)])
def test_the_newest_document_is_checked_again_when_something_is_new(
    archive: Archive, tmp_path: Path, held: Decision
) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    decisions = {first: Decision(LOADED, False, RULES), second: held}
    with_tic = [TIC_HOLDINGS.name]
    assert _looked_at(_parse(archive, tmp_path, decisions)) == [], "nothing has changed since it was quarantined"
    sister = _keep(archive, 3, "HTML", TIC + "slt_table3.txt", "slt_table3")
    assert _looked_at(_parse(archive, tmp_path, decisions)) == [], "its rules do not look at that table"
    parsed = _parse(archive, tmp_path, decisions, judged_with=with_tic)
    assert _looked_at(parsed) == [second]
    assert parsed.replaced == ((second,) if held.status == LOADED else ())
    decisions[sister] = Decision(REFUSED, False, RULES)
    assert _looked_at(_parse(archive, tmp_path, decisions, judged_with=with_tic)) == []


@pytest.mark.parametrize("held", [Decision(REFUSED, False, RULES), Decision(LOADED, True, RULES)])
def test_an_older_document_is_checked_again_only_after_a_rule_change(
    archive: Archive, tmp_path: Path, held: Decision
) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    good = Decision(LOADED, False, RULES)
    assert _looked_at(_parse(archive, tmp_path, {first: held, second: good})) == []
    by_others = Decision(held.status, held.is_partly_held, "other rules")
    parsed = _parse(archive, tmp_path, {first: by_others, second: good})
    assert _looked_at(parsed) == [first, second], "what came after it is merged again, in order"
    assert second in parsed.replaced


def test_a_document_that_cannot_be_read_is_listed_with_the_reason(archive: Archive, tmp_path: Path) -> None:
    _keep(archive, 1, "4.1")
    _keep(archive, 2, "HTML")
    entries = _parse(archive, tmp_path, {}).entries
    assert [entry.status for entry in entries] == [LOADED, REFUSED]
    assert "web page" in str(entries[1].reason)
    assert (entries[0].rows_parsed, entries[1].rows_parsed) == (1, 0)
    assert not any(entry.is_indispensable for entry in entries), "a series can be missed"


def test_only_the_newest_document_of_a_tic_table_is_indispensable(archive: Archive, tmp_path: Path) -> None:
    address = f"{TIC}slt_table3.txt"
    for day in (1, 2):
        body = HTML + str(day).encode()
        archive.add("tic", "slt_table3", Response(address, body, dt.datetime(2026, 2, day, tzinfo=dt.UTC)))
    entries = parse_due(archive, {}, RULES, TIC_HOLDINGS, Window(), Workspace(tmp_path / "work")).entries
    assert [(entry.status, entry.is_indispensable) for entry in entries] == [(REFUSED, False), (REFUSED, True)]


def test_a_window_leaves_out_what_was_learned_outside(archive: Archive, tmp_path: Path) -> None:
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3)]
    window = Window(dt.date(2026, 2, 2), dt.date(2026, 2, 2))
    assert _looked_at(_parse(archive, tmp_path, {}, window)) == documents[1:2]


def test_a_later_step_reads_what_was_parsed(archive: Archive, tmp_path: Path) -> None:
    _keep(archive, 1, "4.1")
    parsed = _parse(archive, tmp_path, {})
    assert Workspace(tmp_path / "work").parsed(FRED_OBSERVATIONS.name) == parsed


def test_a_document_is_used_as_soon_as_a_source_reads_it(archive: Archive, tmp_path: Path) -> None:
    """It came when none did: its coin was not in the list yet, or its publisher had no module."""
    strange = _keep(archive, 1, "1", "https://publisher.example/figures.csv", "figures.csv")
    early, late = _keep(archive, 2, "4.1", dataset="fredgraph.csv", source="other"), _keep(archive, 3, "4.2")
    decisions = {early: Decision(NOT_USED, False, RULES), late: Decision(LOADED, False, RULES)}
    parsed = _parse(archive, tmp_path, decisions)
    assert [(entry.source, entry.dataset, entry.status) for entry in parsed.entries] == [("fred", "DGS10", LOADED)] * 2
    assert (_looked_at(parsed), parsed.replaced) == ([early, late], (late,)), "raw gets them in the order of knowledge"
    assert [entry.document_id for entry in unclaimed(archive, decisions, Window())] == [strange]


def test_a_document_of_a_removed_module_is_not_used(archive: Archive, tmp_path: Path) -> None:
    gone = _keep(archive, 1, "1", "https://publisher.example/figures.csv", "figures", source="former")
    assert _looked_at(_parse(archive, tmp_path, {})) == []
    assert [(entry.document_id, entry.status) for entry in unclaimed(archive, {}, Window())] == [(gone, NOT_USED)]


def test_a_document_that_was_read_as_another_series_is_not_used(archive: Archive, tmp_path: Path) -> None:
    weekly = _keep(archive, 1, "4.1", f"{FRED}&fq=Weekly%2C+Ending+Friday&fam=avg", source="fred")
    daily = _keep(archive, 2, "4.2")
    assert _looked_at(_parse(archive, tmp_path, {})) == [daily]
    (entry,) = unclaimed(archive, {}, Window())
    assert (entry.document_id, entry.source, entry.status) == (weekly, "other", NOT_USED)
    assert "fq=Weekly, Ending Friday" in str(entry.reason)
    loaded = {document: Decision(LOADED, False, RULES) for document in (weekly, daily)}
    assert no_longer_read(archive, loaded) == [weekly]
    assert no_longer_read(archive, loaded | {weekly: Decision(NOT_USED, False, RULES)}) == []


def test_a_table_must_name_its_publishers(archive: Archive, tmp_path: Path) -> None:
    _keep(archive, 1, "4.1")
    table = replace(FRED_OBSERVATIONS, sources=("tic",))
    with pytest.raises(ValueError, match=r"fred has rows for raw\.fred_observations"):
        parse_due(archive, {}, RULES, table, Window(), Workspace(tmp_path / "work"))


@pytest.mark.parametrize(
    ("query", "known_since"),
    [("", None), ("&vintage_date=2026-02-01", dt.date(2026, 2, 1)), ("&vintage_date=2026-02-04", None)],
)
def test_an_answer_about_a_day_of_the_past_is_released_on_that_day(
    archive: Archive, tmp_path: Path, query: str, known_since: dt.date | None
) -> None:
    retrieved_at = dt.datetime(2026, 2, 4, 12, tzinfo=dt.UTC)
    body = b"observation_date,DGS10\n2026-01-02,4.1\n"
    archive.add("fred", "DGS10", Response(FRED + query, body, retrieved_at))
    parsed = _parse(archive, tmp_path, {})
    path = Workspace(tmp_path / "work").rows_path(FRED_OBSERVATIONS.name)
    (row,) = pq.read_table(path, columns=["released_on", "is_dated"]).to_pylist()
    assert row == {"released_on": known_since, "is_dated": known_since is not None}
    assert parsed.entries[0].released_on == (known_since.isoformat() if known_since else None)


def test_a_table_of_tic_is_released_on_the_day_that_the_publishers_calendar_names(
    archive: Archive, tmp_path: Path
) -> None:
    page = "<table><tr><td>2027</td></tr><tr><td>May</td><td>20</td></tr></table>"
    before = dt.datetime(2027, 4, 25, tzinfo=dt.UTC)
    archive.add("tic", "release_calendar", Response("https://home.treasury.gov/x", page.encode(), before))
    text = table_3().replace("2024-06", "2027-03").replace("2024-05", "2027-02").replace("2024-04", "2027-01")
    for at, body in ((before, text + "\n"), (dt.datetime(2027, 5, 21, tzinfo=dt.UTC), text)):
        archive.add("tic", "slt_table3", Response(f"{TIC}slt_table3.txt", body.encode(), at))
    parsed = parse_due(archive, {}, RULES, TIC_HOLDINGS, Window(), Workspace(tmp_path / "work"))
    assert [(entry.status, entry.released_on) for entry in parsed.entries][-1] == (LOADED, "2027-05-20")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{FRED}&fq=Monthly&fam=avg", f"Tidemark reads {FRED}"),
        (f"{TIC}slt_table2.txt", "It reads slt_table3.txt, "),
        ("https://api.binance.com/api/v3/klines?symbol=NOPEUSDT&interval=1d", "add a row to"),
        ("https://api.exchange.coinbase.com/products/NOPE-USD/candles?granularity=86400", "add a row to"),
        ("https://api.kraken.com/0/public/OHLC?pair=NOPEUSD&interval=1440", "add a row to"),
        ("https://www.financialresearch.gov/financial-stress-index/data/other.csv", "data/fsi.csv"),
        ("folder:notes.csv", "has no `url`"),
        ("https://elsewhere.test/table.csv", "docs/use/data_sources.md"),
    ],
)
def test_an_unused_document_has_a_reason_and_an_alternative(archive: Archive, address: str, words: str) -> None:
    assert identify(address) is None
    archive.add("other", "name", Response(address, b"x", dt.datetime(2026, 2, 1, tzinfo=dt.UTC)))
    (entry,) = unclaimed(archive, {}, Window())
    assert words in str(entry.reason)
