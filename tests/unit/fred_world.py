"""Two years of invented yields and levels in which every identity of FRED's series holds, and loads of it.

Belongs here: series that move as such series do, their documents, and the run of the suites over them. Does not belong
here: what is wrong with a world; each test breaks one thing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED
from orchestration.loading.rules.relations import Relations
from orchestration.loading.rules.rule_files import ROW, read_suite
from orchestration.loading.rules.verdict import Verdict, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.tables.raw.fred_observations import TABLE as FRED_OBSERVATIONS
from orchestration.tables.raw.fred_series import TABLE as FRED_SERIES
from orchestration.tables.raw.treasury_par_yields import TABLE as TREASURY_PAR_YIELDS
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import LEDGER_DEFINITION

FIRST_DAY, NEWEST_DAY = dt.date(2024, 1, 2), dt.date(2025, 12, 30)
RETRIEVED = dt.date(2025, 12, 31)
CURVES = "daily_treasury_yield_curve"
CURVE = f"{CURVES}/2025"
TENORS = {"3 Mo": "DGS3MO", "2 Yr": "DGS2", "5 Yr": "DGS5", "7 Yr": "DGS7", "10 Yr": "DGS10", "30 Yr": "DGS30"}
HOLIDAYS = {(1, 1), (7, 4), (12, 25)}

World = dict[str, pd.Series]
"""Values by day: FRED's series by id, the Treasury's by tenor."""


def good_world() -> World:
    """Series that pass every rule."""
    days = [day for day in pd.bdate_range(FIRST_DAY, NEWEST_DAY) if not is_closed(day)]
    weeks = pd.date_range("2024-01-03", NEWEST_DAY, freq="W-WED")
    fridays = pd.date_range("2024-01-05", "2025-12-19", freq="W-FRI")
    chance = np.random.default_rng(3)
    level = np.cumsum(chance.normal(0, 0.04, len(days)))
    own = {name: chance.normal(0, 0.008, len(days)) for name in TENORS.values()}
    start = {"DGS3MO": 4.4, "DGS2": 4.0, "DGS5": 4.1, "DGS7": 4.2, "DGS10": 4.3, "DGS30": 4.6}
    world = {name: pd.Series((start[name] + 0.6 * _kept_small(level) + own[name]).round(2), days) for name in start}
    real = pd.Series((2.0 + 0.3 * _kept_small(level) + chance.normal(0, 0.01, len(days))).round(2), days)
    risk = chance.normal(0, 0.008, len(days))
    index = chance.normal(0, 0.04, len(fridays)).cumsum() * 0.2 - 0.4
    world |= {
        "DFII10": real,
        "T10YIE": (world["DGS10"] - real).round(2),
        "T10Y2Y": (world["DGS10"] - world["DGS2"]).round(2),
        "T10Y3M": (world["DGS10"] - world["DGS3MO"]).round(2),
        "SP500": pd.Series((5200 * np.exp(_kept_small(risk.cumsum()))).round(2), days),
        "NASDAQCOM": pd.Series((16500 * np.exp(_kept_small(1.2 * risk.cumsum()))).round(2), days),
        "RRPONTSYD": pd.Series(np.abs(chance.normal(40, 15, len(days))).round(3), days),
        "WALCL": pd.Series((7_000_000 + chance.normal(0, 9000, len(weeks)).cumsum()).round(), weeks),
        "NFCI": pd.Series(index.round(5), fridays),
    }
    return world | {tenor: world[name][world[name].index >= pd.Timestamp(2025, 1, 1)] for tenor, name in TENORS.items()}


def is_closed(day: pd.Timestamp) -> bool:
    """The holidays that the rules know, and one that they learn of the yields."""
    moved = day.weekday() == 0 and ((day.month == 5 and day.day > 24) or (day.month == 9 and day.day < 8))
    thanksgiving = day.weekday() == 3 and day.month == 11 and 22 <= day.day <= 28
    return (day.month, day.day) in {*HOLIDAYS, (6, 19)} or moved or thanksgiving


def _is_tenor(name: str) -> bool:
    return " " in name


def _kept_small(values: Any) -> Any:
    return np.tanh(values) / 2


def revised(world: World, by: float = 0.003) -> World:
    """The same world a week later, with NFCI estimated again."""
    return world | {"NFCI": (world["NFCI"] + by).round(5)}


def until(world: World, day: str) -> World:
    """The world as an earlier edition shows it."""
    return {name: values[values.index <= day] for name, values in world.items()}


@dataclass
class Guard:
    """A small warehouse, and loads into it."""

    connection: duckdb.DuckDBPyConnection
    work: Workspace
    addresses: dict[str, str] = field(default_factory=dict)
    """Addresses of series that are not asked for as a whole."""

    @classmethod
    def in_folder(cls, work: Path, file: Path | None = None) -> Guard:
        """An empty warehouse, in memory or in a file."""
        connection = duckdb.connect(file or ":memory:")
        connection.execute("create schema raw")
        connection.execute("create schema quarantine")
        for table in (FRED_OBSERVATIONS, FRED_SERIES, TREASURY_PAR_YIELDS):
            connection.execute(table.definition())
            connection.execute(table.quarantine_definition())
        connection.execute(LEDGER_DEFINITION)
        return cls(connection, Workspace(work))

    def load(self, world: World, day: dt.date = RETRIEVED, *, keep: bool = False) -> dict[str, set[str]]:
        """Judge one document a series, and one of the Treasury's, all retrieved on one day.

        Returns:
            Broken rules by `<series>` (or `curve`); those that only report have a `?` before the name.
        """
        self._offer_all(world, day)
        reported: dict[str, set[str]] = {}
        for table in (FRED_OBSERVATIONS, TREASURY_PAR_YIELDS):
            verdict = judge(self.connection, self.work, table)
            for document, rule in _rules(verdict):
                reported.setdefault(document, set()).add(rule)
            if keep:
                merge(
                    self.connection,
                    table,
                    self.work.rows_path(table.name),
                    (),
                    self.work.held_path(table.name),
                )
        return reported

    def know(self, world: World, day: dt.date) -> None:
        """Load documents without judging them."""
        self._offer_all(world, day)
        for table in (FRED_OBSERVATIONS, TREASURY_PAR_YIELDS):
            held = self.work.held_path(table.name)
            nothing = "select 0::bigint as row_number, ['']::varchar[] as broken_rules limit 0"
            self.connection.sql(nothing).write_parquet(str(held))
            merge(self.connection, table, self.work.rows_path(table.name), (), held)

    def breaks(self, world: World, *rules: str, day: dt.date = RETRIEVED) -> set[tuple[str, ...]]:
        """What breaks some rules, by themselves and without their consequence.

        Returns:
            (rule, series or tenor, day) of a rule about rows; (rule, dataset) of a rule about documents.
        """
        self._offer_all(world, day)
        found: set[tuple[str, ...]] = set()
        for table in (FRED_OBSERVATIONS, TREASURY_PAR_YIELDS):
            suite = read_suite(table.name)
            relations = Relations(self.connection, self.work, table, suite.facts)
            for rule in suite.rules:
                if rule.name in rules:
                    relations.need([*rule.uses, "incoming"])
                    named = (
                        f"select {', '.join(table.series_columns)}, cast(date as varchar) from incoming "
                        f"semi join ({rule.query}) as breaking using (row_number)"
                        if rule.scope == ROW
                        else f"select distinct split_part(document_id, ' of ', 1) from ({rule.query}) as breaking"
                    )
                    found |= {(rule.name, *row) for row in self.connection.sql(named).fetchall()}
            relations.drop()
        return found

    def held(self, table: str = "fred_observations") -> set[tuple[str, str]]:
        """(series or tenor, day) of the rows that the last load quarantined."""
        series = "tenor" if table == "treasury_par_yields" else "series_id"
        rows = self.connection.execute(
            f"""
            select incoming.{series}, cast(incoming.date as varchar)
            from read_parquet('{self.work.rows_path(table)}', file_row_number = true) as incoming
            inner join read_parquet('{self.work.held_path(table)}') as held
                on incoming.file_row_number = held.row_number
            """
        ).fetchall()
        return {(str(name), str(day)) for name, day in rows}

    def describe(self, series: str, units: str, frequency: str, updated: str = "2025-12-30 08:00") -> set[str]:
        """Judge a description of a series."""
        row = {"series_id": series, "last_updated": pd.Timestamp(updated), "units": units, "frequency": frequency}
        frame = pd.DataFrame([row | {"title": series, "seasonal_adjustment": "Not Seasonally Adjusted"}])
        _write(self.work, FRED_SERIES, [(f"{series}/series", frame)], "fred", RETRIEVED, {})
        return {rule for _, rule in _rules(judge(self.connection, self.work, FRED_SERIES))}

    def _offer_all(self, world: World, day: dt.date) -> None:
        """A document a series of FRED's, and one of the Treasury's a year."""
        fred = {name: {name: values} for name, values in world.items() if not _is_tenor(name)}
        self._offer(FRED_OBSERVATIONS, "fred", fred, day)
        curves: dict[str, World] = {}
        for name, values in world.items():
            if _is_tenor(name):
                for year, part in values.groupby(pd.DatetimeIndex(values.index).year):
                    curves.setdefault(f"{CURVES}/{year}", {})[name] = part
        self._offer(TREASURY_PAR_YIELDS, "treasury", curves, day)

    def _offer(self, table: RawTable, source: str, documents: dict[str, World], day: dt.date) -> None:
        name = next(iter(table.series_columns))
        frames = [
            (
                dataset,
                pd.concat(
                    [
                        pd.DataFrame({name: key, "date": part.index, "value": part.to_numpy()})
                        for key, part in parts.items()
                    ]
                ),
            )
            for dataset, parts in documents.items()
        ]
        _write(self.work, table, frames, source, day, self.addresses)


def _rules(verdict: Verdict) -> Iterable[tuple[str, str]]:
    for finding in verdict.findings:
        document = finding.document_id.split(" ")[0]
        mark = "" if finding.rule.is_critical else "?"
        yield "curve" if document == CURVE else document, mark + finding.rule.name


def _write(
    work: Workspace,
    table: RawTable,
    frames: list[tuple[str, pd.DataFrame]],
    source: str,
    day: dt.date,
    addresses: dict[str, str],
) -> None:
    path = work.rows_path(table.name)
    at = dt.datetime.combine(day, dt.time(23, 0))
    period = table.period_column[0]
    parts = [
        frame.assign(
            line_number=range(2, len(frame) + 2),
            document_id=f"{dataset} of {day}",
            retrieved_at=at,
            released_on=None,
            document_rank=0,
            is_dated=False,
        )
        for dataset, frame in frames
    ]
    columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in table.parsed_columns.items())
    nothing = pd.DataFrame(columns=[*table.parsed_columns, "document_rank", "is_dated"])
    everything = pd.concat(parts, ignore_index=True) if parts else nothing
    duckdb.from_df(everything).query(
        "incoming",
        f"select {columns}, cast(document_rank as integer) as document_rank, cast(is_dated as boolean) as is_dated "
        "from incoming",
    ).write_parquet(str(path))
    entries = tuple(
        Entry(
            document_id=f"{dataset} of {day}",
            source=source,
            dataset=dataset,
            address=addresses.get(dataset, f"https://publisher.example/graph/fredgraph.csv?id={dataset}"),
            retrieved_at=at.isoformat(),
            released_on=None,
            newest_period=str(pd.Timestamp(frame[period].max()).date()),
            sha256="",
            size=0,
            form="simulated",
            status=LOADED,
            reason=None,
            note=None,
            rows_parsed=len(frame),
            is_indispensable=False,
        )
        for dataset, frame in frames
    )
    work.save_parsed(Parsed(table.name, entries, (), len(everything)))
