"""Fiscal Data's statement of the debt: parsing its JSON, refusing wrong ones, the request, and the rules."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.archive import Archive
from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED
from orchestration.loading.rules.verdict import Consequence, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.settings import Settings
from orchestration.sources import fiscaldata
from orchestration.sources.base import Failed, Fetched, FormatError
from orchestration.sources.http import HttpClient
from orchestration.tables.raw.treasury_debt import TABLE
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from tests.publisher import Answer, Publisher, Request

NOW = dt.datetime(2026, 6, 5, 12, tzinfo=dt.UTC)
REAL = (
    "https://api.fiscaldata.treasury.gov/services/api/fiscal_service/v1/debt/mspd/mspd_table_1"
    "?sort=record_date&page%5Bsize%5D=10000"
    "&fields=record_date,security_type_desc,security_class_desc,debt_held_public_mil_amt,total_mil_amt"
)
MONTHS = pd.date_range("2024-01-31", "2026-05-31", freq="ME")
GOOD = {f"{day:%Y-%m-%d}": f"{26_000_000 + 150_000.25 * number}" for number, day in enumerate(MONTHS)}


def document(figures: Mapping[str, str], **meta: Any) -> bytes:
    """The statement as Fiscal Data serves it: a line of bills and the total for each month."""
    lines = [
        {
            "record_date": day,
            "security_type_desc": kind,
            "security_class_desc": line,
            "debt_held_public_mil_amt": amount,
            "total_mil_amt": amount,
        }
        for day, value in figures.items()
        for kind, line, amount in (("Marketable", "Bills", "6000000.5"), ("Total Marketable", "_", value))
    ]
    content = {"data": lines, "meta": {"total-pages": 1, "count": len(lines), **meta}, "links": {"next": None}}
    return json.dumps(content).encode()


def read(body: bytes) -> pd.DataFrame:
    return fiscaldata.parse("mspd_table_1", body, NOW)


@pytest.mark.parametrize(
    ("address", "dataset"),
    [
        (REAL, "mspd_table_1"),
        (REAL.replace("https://api.fiscaldata.treasury.gov", "http://127.0.0.1:1"), "mspd_table_1"),
        (f"{REAL}&filter=security_type_desc:eq:Marketable", None),
        (f"{REAL}&page[number]=2", None),
        (f"{REAL}&page[number]=1", "mspd_table_1"),
        (f"{REAL}&filter=", None),
        (f"{REAL}&record_date=2026-01-31", None),
        (f"{REAL}&format=csv", None),
        (REAL.replace("debt_held_public_mil_amt", "x"), None),
        (REAL.replace("mspd_table_1", "mspd_table_3"), None),
        ("http://[", None),
        ("", None),
    ],
)
def test_dataset_of_an_address(address: str, dataset: str | None) -> None:
    assert fiscaldata.dataset_of(address) == dataset


def test_the_requested_address_is_the_real_one() -> None:
    assert fiscaldata.address_of(Settings()) == REAL
    assert "mspd_table_1" in str(fiscaldata.explain(REAL.replace("table_1", "table_3")))


def test_the_line_of_all_marketable_debt_is_read() -> None:
    frame = read(document(GOOD))
    assert [str(kind) for kind in frame.dtypes] == ["str", "datetime64[us]", "float64", "int64"]
    assert len(frame) == len(MONTHS)
    assert frame.iloc[1].tolist() == ["Total Marketable", pd.Timestamp(2024, 2, 29), 26_150_000.25, 4]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"Total Marketable"', b'"Total"', "expected a line 'Total Marketable' per month, found none"),
        (b"2024-02-29", b"2024-02-28", "expected the last day of a month as record_date of line 4"),
        (b"2024-02-29", b"29.02.2024", "found '29.02.2024'"),
        (b"2024-02-29", b"2024-01-31", "expected the months in order, each once"),
        (b"2026-05-31", b"2026-06-30", "up to the retrieval as record_date of line 58, found '2026-06-30'"),
        (b"26150000.25", b"null", "expected a number below 10^12 as debt_held_public_mil_amt of line 4, found 'null'"),
        (b'"26150000.25"', b"26150000.25", "expected a text in ASCII as debt_held_public_mil_amt of line 4"),
        (b"record_date", b"date", "expected a text in ASCII as record_date of line 1, it is missing"),
        (b'"total-pages": 1', b'"total-pages": 2', "expected the whole statement on one page"),
        (b'{"data": [', b"[", "not JSON, or cut off"),
        (b'"data": [', b'"data": ["x", ', "expected an object as line 1"),
        (b"26150000.25", b"\xff", "expected UTF-8"),
    ],
)
def test_a_document_that_is_not_the_statement_is_refused(old: bytes, new: bytes, words: str) -> None:
    body = document(GOOD)
    every = old in (b'"Total Marketable"', b"record_date", b"2024-02-29", b"2026-05-31")
    changed = body.replace(old, new) if every else body.replace(old, new, 1)
    assert changed != body
    with pytest.raises(FormatError) as caught:
        read(changed)
    assert words in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": 1}', b"x" * (16 * 2**20 + 1)])
def test_what_is_no_statement_is_refused(body: bytes) -> None:
    with pytest.raises(FormatError, match="Fiscal Data mspd_table_1"):
        read(body)


def test_it_is_requested_conditionally_and_not_required(tmp_path: Path) -> None:
    body = document(GOOD)

    def handler(request: Request) -> Answer:
        return Answer(b"", 304) if request.headers.get("if-none-match") == '"1"' else Answer(body, 200, {"ETag": '"1"'})

    archive = Archive(tmp_path)
    with Publisher() as publisher:
        publisher.route("/services/api/", handler)
        settings = Settings(**publisher.addresses, http_attempts=2, http_max_wait_seconds=0.01)
        with HttpClient(settings) as client:
            (first,) = fiscaldata.fetch(client, settings, archive)
            assert isinstance(first, Fetched)
            assert fiscaldata.dataset_of(first.response.address) == first.dataset == "mspd_table_1"
            archive.add(fiscaldata.PUBLISHER.name, first.dataset, first.response)
            (second,) = fiscaldata.fetch(client, settings, archive)
            assert isinstance(second, Fetched)
            assert second.response.not_modified
            publisher.fault("mspd_table_1", "html", times=None)
            (third,) = fiscaldata.fetch(client, settings, archive)
    assert isinstance(third, Failed)
    assert not third.required


# ---------------------------------------------------------------- the rules


class Guard:
    """A warehouse in memory, and editions of the statement for it."""

    def __init__(self, work: Path) -> None:
        self._work = Workspace(work)
        self._connection = duckdb.connect()
        for statement in ("create schema raw", "create schema quarantine", LEDGER_DEFINITION):
            self._connection.execute(statement)
        self._connection.execute(TABLE.definition())
        self._connection.execute(TABLE.quarantine_definition())

    def load(self, figures: Mapping[str, str], day: int = 5, *, keep: bool = False) -> set[str]:
        """The rules that an edition of June 2026 breaks: `!` refuses it, `?` only reports."""
        at = dt.datetime(2026, 6, day, 12, tzinfo=dt.UTC)
        return self.offer(fiscaldata.parse("mspd_table_1", document(figures), at), at, keep=keep)

    def offer(self, rows: pd.DataFrame, at: dt.datetime = NOW, *, keep: bool = False) -> set[str]:
        """The same for parsed rows."""
        path = self._work.rows_path(TABLE.name)
        lineage = {"document_id": f"d{at:%Y%m%d}", "retrieved_at": at.replace(tzinfo=None), "released_on": None}
        incoming = rows.assign(**lineage, document_rank=0, is_dated=False)
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TABLE.parsed_columns.items())
        duckdb.from_df(incoming).query(
            "o", f"select {columns}, cast(document_rank as integer) as document_rank, is_dated from o"
        ).write_parquet(str(path))
        entry = Entry(
            **dict.fromkeys(Entry.__dataclass_fields__)
            | {"document_id": f"d{at:%Y%m%d}", "source": "fiscaldata", "dataset": "mspd_table_1", "address": "a"}
            | {"status": LOADED, "retrieved_at": at.replace(tzinfo=None).isoformat(), "is_indispensable": False}
            | {"size": 0, "rows_parsed": len(rows)}
        )
        self._work.save_parsed(Parsed(TABLE.name, (entry,), (), len(rows)))
        found = judge(self._connection, self._work, TABLE)
        if keep:
            merge(self._connection, TABLE, path, (), self._work.held_path(TABLE.name))
        marks = {Consequence.REFUSES: "!", Consequence.REPORTS: "?"}
        return {marks.get(finding.consequence, "") + finding.rule.name for finding in found.findings}


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return Guard(tmp_path)


def test_a_good_statement_passes_also_on_top_of_itself(guard: Guard) -> None:
    earlier = {day: value for day, value in GOOD.items() if day < "2026-05-01"}
    assert guard.load(earlier, 4, keep=True) == set()
    assert guard.load(GOOD, 5) == set()


@pytest.mark.parametrize(
    ("figures", "rules"),
    [
        (GOOD | {"2025-06-30": "33000000"}, {"value_is_near_a_neighbour"}),
        (GOOD | {"2025-06-30": "28.55"}, {"value_is_near_a_neighbour", "value_is_possible"}),
        (GOOD | {"2026-05-31": "40000000"}, {"value_is_near_a_neighbour"}),
        ({day: value for day, value in GOOD.items() if day != "2025-06-30"}, {"?no_month_is_missing"}),
    ],
)
def test_a_fault_is_found_in_a_first_load(guard: Guard, figures: dict[str, str], rules: set[str]) -> None:
    assert guard.load(figures) == rules


@pytest.mark.parametrize(
    ("figures", "rules"),
    [
        (
            {day: value for day, value in GOOD.items() if day != "2025-06-30"},
            {"!nothing_is_gone_from_the_middle"},
        ),
        ({day: value for day, value in GOOD.items() if day > "2025-06-30"}, {"!history_begins_where_it_did"}),
        ({day: value for day, value in GOOD.items() if day < "2026-05-01"}, {"!newest_month_does_not_go_back"}),
        (GOOD | {"2025-06-30": "28600000.5"}, {"?no_value_is_restated"}),
    ],
)
def test_a_fault_is_found_on_top_of_a_good_edition(guard: Guard, figures: dict[str, str], rules: set[str]) -> None:
    assert guard.load(GOOD, 4, keep=True) == set()
    assert guard.load(figures, 5) == rules


def test_rows_that_no_parser_gives_are_found(guard: Guard) -> None:
    rows = read(document(GOOD))
    wrong = rows.copy()
    wrong.loc[3, "date"] = pd.Timestamp(2024, 4, 29)
    assert guard.offer(wrong) == {"date_is_the_last_day_of_a_month"}
    wrong.loc[3, "date"] = pd.Timestamp(2027, 4, 30)
    assert {"date_is_not_of_the_future", "?no_month_is_missing"} <= guard.offer(wrong)
    assert guard.offer(pd.concat([rows, rows.tail(1)])) >= {"key_is_unique"}
    wrong = rows.assign(security_type="Bills")
    assert "line_is_known" in guard.offer(wrong)
