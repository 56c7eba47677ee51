"""Which documents a load looks at: new ones, and those of which something is held back if there is a reason to look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.archive import Archive
from orchestration.loading.parse import DEAD, LOADED, REFUSED, Entry, Offer, Settled, Window, offer
from orchestration.sources.base import Response
from orchestration.tables.raw_tables import FRED_OBSERVATIONS, TIC_HOLDINGS

FRED = "https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10"
TIC = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/"
HTML = b"<!DOCTYPE html><html><body>Page not found</body></html>"
RULES = "abc"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def _keep(archive: Archive, day: int, values: str, address: str = FRED, dataset: str = "DGS10") -> str:
    body = HTML if values == "HTML" else f"observation_date,DGS10\n2026-01-02,{values}\n".encode()
    source = "fred" if address == FRED else "tic"
    document = archive.add(source, dataset, Response(address, body, dt.datetime(2026, 2, day, tzinfo=dt.UTC)))
    assert document is not None
    return document.document_id


def _offer(
    archive: Archive,
    tmp_path: Path,
    settled: dict[str, Settled],
    window: Window | None = None,
    judged_with: Sequence[str] = (),
) -> Offer:
    path = tmp_path / "offered.parquet"
    return offer(archive, settled, RULES, FRED_OBSERVATIONS, window or Window(), path, judged_with)


def _looked_at(offered: Offer) -> list[str]:
    return [entry.document_id for entry in offered.entries]


def test_what_the_ledger_does_not_know_is_looked_at(archive: Archive, tmp_path: Path) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    assert _looked_at(_offer(archive, tmp_path, {})) == [first, second]
    assert _looked_at(_offer(archive, tmp_path, {first: Settled(LOADED, False, RULES)})) == [second]


def test_rows_of_many_documents_lie_together_in_their_order(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.loading.parse.ROWS_OF_A_GROUP", 2)
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3, 4, 5)]
    offered = _offer(archive, tmp_path, {})
    found = pq.ParquetFile(offered.path)
    assert [found.metadata.row_group(group).num_rows for group in range(found.num_row_groups)] == [2, 2, 1]
    assert found.read(["document_id"])["document_id"].to_pylist() == documents
    assert offered.rows == 5


def test_nothing_is_looked_at_twice_without_a_reason(archive: Archive, tmp_path: Path) -> None:
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3)]
    for status in (LOADED, DEAD):
        settled = {document: Settled(status, False, "other rules") for document in documents}
        assert _looked_at(_offer(archive, tmp_path, settled)) == []


@pytest.mark.parametrize("held", [Settled(REFUSED, False, RULES), Settled(LOADED, True, RULES)])
def test_the_newest_document_is_looked_at_again_when_something_new_has_come(
    archive: Archive, tmp_path: Path, held: Settled
) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    settled = {first: Settled(LOADED, False, RULES), second: held}
    assert _looked_at(_offer(archive, tmp_path, settled)) == [], "nothing has changed since it was held back"
    sister = _keep(archive, 3, "HTML", TIC + "slt_table3.txt", "slt_table3")
    assert _looked_at(_offer(archive, tmp_path, settled)) == [], "its rules do not look at that table"
    offered = _offer(archive, tmp_path, settled, judged_with=[TIC_HOLDINGS.name])
    assert _looked_at(offered) == [second]
    assert offered.replaced == ((second,) if held.status == LOADED else ())
    settled[sister] = Settled(REFUSED, False, RULES)
    assert _looked_at(_offer(archive, tmp_path, settled, judged_with=[TIC_HOLDINGS.name])) == []


@pytest.mark.parametrize("held", [Settled(REFUSED, False, RULES), Settled(LOADED, True, RULES)])
def test_an_older_document_is_looked_at_anew_only_by_other_rules(
    archive: Archive, tmp_path: Path, held: Settled
) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    good = Settled(LOADED, False, RULES)
    assert _looked_at(_offer(archive, tmp_path, {first: held, second: good})) == []
    by_others = Settled(held.status, held.is_partly_held, "other rules")
    offered = _offer(archive, tmp_path, {first: by_others, second: good})
    assert _looked_at(offered) == [first, second], "what came after it is merged again, in order"
    assert second in offered.replaced


def test_a_document_that_cannot_be_read_is_listed_with_the_reason(archive: Archive, tmp_path: Path) -> None:
    _keep(archive, 1, "4.1")
    _keep(archive, 2, "HTML")
    entries = _offer(archive, tmp_path, {}).entries
    assert [entry.status for entry in entries] == [LOADED, REFUSED]
    assert "web page" in str(entries[1].reason)
    assert (entries[0].rows_offered, entries[1].rows_offered) == (1, 0)
    assert not any(entry.is_indispensable for entry in entries), "a series can be missed"


def test_only_the_newest_document_of_a_tic_table_is_indispensable(archive: Archive, tmp_path: Path) -> None:
    address = f"{TIC}slt_table3.txt"
    for day in (1, 2):
        body = HTML + str(day).encode()
        archive.add("tic", "slt_table3", Response(address, body, dt.datetime(2026, 2, day, tzinfo=dt.UTC)))
    path = tmp_path / "tic.parquet"
    entries: tuple[Entry, ...] = offer(archive, {}, RULES, TIC_HOLDINGS, Window(), path).entries
    assert [(entry.status, entry.is_indispensable) for entry in entries] == [(REFUSED, False), (REFUSED, True)]


def test_a_window_leaves_out_what_was_learned_outside(archive: Archive, tmp_path: Path) -> None:
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3)]
    window = Window(dt.date(2026, 2, 2), dt.date(2026, 2, 2))
    assert _looked_at(_offer(archive, tmp_path, {}, window)) == documents[1:2]


def test_an_offer_is_read_back_as_it_was_saved(archive: Archive, tmp_path: Path) -> None:
    _keep(archive, 1, "4.1")
    offered = _offer(archive, tmp_path, {})
    offered.save()
    assert Offer.load(offered.path) == offered
