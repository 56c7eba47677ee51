"""Which documents a load looks at: new ones, and those of which something is held back if there is a reason to look."""

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
    parse_due,
    unclaimed,
)
from orchestration.loading.workspace import Parsed, Workspace
from orchestration.sources.base import Response
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw.tic_holdings import TABLE as TIC_HOLDINGS

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


def test_what_the_ledger_does_not_know_is_looked_at(archive: Archive, tmp_path: Path) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    assert _looked_at(_parse(archive, tmp_path, {})) == [first, second]
    assert _looked_at(_parse(archive, tmp_path, {first: Decision(LOADED, False, RULES)})) == [second]


def test_rows_of_many_documents_lie_together_in_their_order(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.loading.parse.ROWS_OF_A_GROUP", 2)
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3, 4, 5)]
    parsed = _parse(archive, tmp_path, {})
    found = pq.ParquetFile(Workspace(tmp_path / "work").rows_path(FRED_OBSERVATIONS.name))
    assert [found.metadata.row_group(group).num_rows for group in range(found.num_row_groups)] == [2, 2, 1]
    assert found.read(["document_id"])["document_id"].to_pylist() == documents
    assert parsed.rows == 5


def test_nothing_is_looked_at_twice_without_a_reason(archive: Archive, tmp_path: Path) -> None:
    documents = [_keep(archive, day, str(day)) for day in (1, 2, 3)]
    for status in (LOADED, DEAD):
        decisions = {document: Decision(status, False, "other rules") for document in documents}
        assert _looked_at(_parse(archive, tmp_path, decisions)) == []


@pytest.mark.parametrize("held", [Decision(REFUSED, False, RULES), Decision(LOADED, True, RULES)])
def test_the_newest_document_is_looked_at_again_when_something_new_has_come(
    archive: Archive, tmp_path: Path, held: Decision
) -> None:
    first, second = _keep(archive, 1, "4.1"), _keep(archive, 2, "4.2")
    decisions = {first: Decision(LOADED, False, RULES), second: held}
    with_tic = [TIC_HOLDINGS.name]
    assert _looked_at(_parse(archive, tmp_path, decisions)) == [], "nothing has changed since it was held back"
    sister = _keep(archive, 3, "HTML", TIC + "slt_table3.txt", "slt_table3")
    assert _looked_at(_parse(archive, tmp_path, decisions)) == [], "its rules do not look at that table"
    parsed = _parse(archive, tmp_path, decisions, judged_with=with_tic)
    assert _looked_at(parsed) == [second]
    assert parsed.replaced == ((second,) if held.status == LOADED else ())
    decisions[sister] = Decision(REFUSED, False, RULES)
    assert _looked_at(_parse(archive, tmp_path, decisions, judged_with=with_tic)) == []


@pytest.mark.parametrize("held", [Decision(REFUSED, False, RULES), Decision(LOADED, True, RULES)])
def test_an_older_document_is_looked_at_anew_only_by_other_rules(
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
    assert (entries[0].rows_offered, entries[1].rows_offered) == (1, 0)
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


def test_a_document_whose_publisher_has_no_module_any_more_is_not_used(archive: Archive, tmp_path: Path) -> None:
    gone = _keep(archive, 1, "1", "https://publisher.example/figures.csv", "figures", source="former")
    assert _looked_at(_parse(archive, tmp_path, {})) == []
    assert [(entry.document_id, entry.status) for entry in unclaimed(archive, {}, Window())] == [(gone, NOT_USED)]


def test_a_table_must_name_the_publishers_that_feed_it(archive: Archive, tmp_path: Path) -> None:
    _keep(archive, 1, "4.1")
    table = replace(FRED_OBSERVATIONS, sources=("tic",))
    with pytest.raises(ValueError, match=r"fred feeds raw\.fred_observations"):
        parse_due(archive, {}, RULES, table, Window(), Workspace(tmp_path / "work"))
