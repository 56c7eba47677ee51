"""The rules about TIC's figures on the publisher's real files: only the known mistakes are reported."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import duckdb
import pytest

from orchestration.archive import Archive
from orchestration.loading.merge import merge
from orchestration.loading.parse import Decision, Window, parse_due
from orchestration.loading.rules.rule_files import rules_version
from orchestration.loading.rules.verdict import Consequence, Finding, Verdict, judge
from orchestration.loading.workspace import Workspace
from orchestration.sources import tic
from orchestration.sources.base import Response
from orchestration.tables.raw.tic_holdings import TABLE as TIC_HOLDINGS
from orchestration.tables.raw.tic_release_calendar import TABLE as TIC_RELEASE_CALENDAR
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import LEDGER_DEFINITION
from orchestration.tables.seeds import read_seed
from tests.campaigns.guard.campaign import REGISTRY, Arrival

SLIP = "history_equals_table_3"
OLD_BASIS_SLIP = "major_holders_add_up"
ANALYSTS_WARNING = "other_change_is_small"


class Loads:
    """Loads of real files, one after the other, into a warehouse in memory."""

    def __init__(self, folder: Path) -> None:
        self.connection = duckdb.connect()
        self._folder = folder
        for schema in ("raw", "quarantine"):
            self.connection.execute(f"create schema {schema}")
        for table in (TIC_HOLDINGS, TIC_RELEASE_CALENDAR):
            self.connection.execute(table.definition())
            columns = ", ".join(f"{name} {kind}" for name, kind in table.parsed_columns.items())
            self.connection.execute(f"create table quarantine.{table.name} ({columns}, broken_rules varchar[])")
        self.connection.execute(LEDGER_DEFINITION)
        self._decisions: dict[str, Decision] = {}

    def load(self, documents: list[dict[str, str]], real_files: Path, table: RawTable) -> Verdict:
        """Judge and merge the documents of one table."""
        archive = Archive(self._folder / "archive")
        for row in documents:
            at = dt.datetime.combine(dt.date.fromisoformat(row["as_of"]), dt.time(23, 59, 59), dt.UTC)
            dataset = tic.dataset_of(row["url"])
            assert dataset is not None
            archive.add("tic", dataset, Response(row["url"], (real_files / row["path"]).read_bytes(), at))
        work = Workspace(self._folder / "work")
        parsed = parse_due(archive, self._decisions, rules_version(), table, Window(), work)
        verdict = judge(self.connection, work, table)
        merge(self.connection, table, work.rows_path(table.name), parsed.replaced, work.held_path(table.name))
        for entry in parsed.entries:
            self._decisions[entry.document_id] = Decision(entry.status, False, rules_version())
        return verdict


def tic_rows(real_files: Path, table: RawTable) -> list[dict[str, str]]:
    """The lines of the manifest that serve one raw table, in the order of their days; not the dead file."""
    with (real_files / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "tic" and row["url"]]
    served = [row for row in rows if (dataset := tic.dataset_of(row["url"])) and dataset != "mfh"]
    return sorted(
        (row for row in served if tic.raw_table(str(tic.dataset_of(row["url"]))) == table.name),
        key=lambda row: row["as_of"],
    )


def alarms(verdict: Verdict) -> list[Finding]:
    """Findings that keep something out, or that need a look and are no analyst's note."""
    return [
        finding
        for finding in verdict.findings
        if finding.consequence is not Consequence.ACCEPTED and finding.rule.name != ANALYSTS_WARNING
    ]


def test_no_false_alarm_on_the_files_in_the_order_of_their_days(real_files: Path, tmp_path: Path) -> None:
    loads = Loads(tmp_path)
    rows = tic_rows(real_files, TIC_HOLDINGS)
    accepted: set[tuple[str, str]] = set()
    for day in sorted({row["as_of"] for row in rows}):
        verdict = loads.load([row for row in rows if row["as_of"] == day], real_files, TIC_HOLDINGS)
        assert alarms(verdict) == [], day
        accepted |= {
            (finding.rule.name, correction) for finding in verdict.findings for correction in finding.corrections
        }
    assert {rule for rule, _ in accepted} == {SLIP, OLD_BASIS_SLIP}
    # The mistake of December 2024 is found in three rows of countries and totals.
    assert {correction for rule, correction in accepted if rule == SLIP} == {
        f"tic_2024_12_{code}_differs_in_slt_table3" for code in ("29998", "99990", "99996")
    }


def test_no_false_alarm_on_the_files_at_once(real_files: Path, tmp_path: Path) -> None:
    verdict = Loads(tmp_path).load(tic_rows(real_files, TIC_HOLDINGS), real_files, TIC_HOLDINGS)
    assert alarms(verdict) == []


def test_a_break_month_with_swapped_columns_is_reported(real_files: Path, tmp_path: Path) -> None:
    turned = tmp_path / "mfhhis01.txt"
    body = (real_files / "tic/2026-06-18/mfhhis01.txt").read_bytes()
    arrival = Arrival({"tic/mfhhis01": body}, {})
    turned.write_bytes(REGISTRY["history_break_month_turned"].apply(arrival)["tic/mfhhis01"])
    row = next(row for row in tic_rows(real_files, TIC_HOLDINGS) if row["path"] == "tic/2026-06-18/mfhhis01.txt")
    verdict = Loads(tmp_path).load([row | {"path": str(turned)}], real_files, TIC_HOLDINGS)
    assert "bases_stand_on_their_side_of_a_break" in {finding.rule.name for finding in verdict.findings}


def test_no_false_alarm_on_the_calendar(real_files: Path, tmp_path: Path) -> None:
    table = TIC_RELEASE_CALENDAR
    verdict = Loads(tmp_path).load(tic_rows(real_files, table), real_files, table)
    told = {(finding.rule.name, finding.rows) for finding in verdict.findings}
    assert told == {("day_is_a_working_day", 1)}


@pytest.fixture(scope="module")
def december(real_files: Path) -> dict[tuple[str, str, str, str], int]:
    """What tables 1 of July and 3 of June say of December 2024: (dataset, country, instrument, measure) -> millions."""
    said: dict[tuple[str, str, str, str], int] = {}
    for dataset, path in (
        ("slt_table1", "tic/2026-07-14/slt_table1.txt"),
        ("slt_table3", "tic/2026-06-18/slt_table3.txt"),
    ):
        frame = tic.figures(dataset, (real_files / path).read_bytes())
        wanted = frame[
            (frame["month_end"] == "2024-12-31") & (frame["security_type"] == "treasury") & frame["value"].notna()
        ]
        for row in wanted.itertuples():
            said[dataset, str(row.country_code), str(row.instrument), str(row.measure)] = int(float(str(row.value)))
    return said


def test_each_correction_of_december_2024_replaces_what_was_printed_by_what_table_1_prints(
    december: dict[tuple[str, str, str, str], int],
) -> None:
    corrections = read_seed("corrections")
    lines = corrections[(corrections["action"] == "replace") & (corrections["source_table"] == "tic_holdings")]
    assert len(lines) == 73
    right = dict(december)
    for line in lines.itertuples():
        key = (str(line.series), str(line.subject), str(line.instrument), str(line.measure))
        assert december[key] == int(str(line.published_value)), line.correction_id
        right[key] = int(str(line.corrected_value))
        if line.instrument == "long_term":
            assert right[key] == december["slt_table1", key[1], "long_term", key[3]], line.correction_id
    # Afterwards table 3 is table 1 in long-term figures, and its totals add up.
    for (dataset, country, instrument, measure), figure in right.items():
        if dataset == "slt_table3" and instrument == "long_term":
            assert figure == right["slt_table1", country, "long_term", measure]
        if dataset == "slt_table3" and instrument == "total":
            parts = right[dataset, country, "long_term", measure] + right[dataset, country, "bills", measure]
            assert abs(figure - parts) <= 1
    total = right["slt_table3", "99996", "total", "holdings"]
    assert total == sum(right["slt_table3", code, "total", "holdings"] for code in ("99990", "99991"))
    assert total == 8_619_302
