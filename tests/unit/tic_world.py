"""A small world of holders in which every identity of TIC's files holds, and loads of it through the guard.

Belongs here: invented figures that add up, as statements of raw.tic_holdings, and the run of the suites over them.
Does not belong here: what is wrong with a world; each test breaks one thing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.loading.merge import merge
from orchestration.loading.parse import LOADED
from orchestration.loading.rules.verdict import Consequence, Verdict, judge
from orchestration.loading.workspace import Entry, Parsed, Workspace
from orchestration.tables.raw.tic_holdings import TABLE as TIC_HOLDINGS
from orchestration.tables.raw_tables import LEDGER_DEFINITION

MONTHS = [dt.date(2025, 12, 31), dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2026, 4, 30)]
RELEASE_DAY = dt.date(2026, 6, 18)

COUNTRIES = {
    "13005": ("19992", 800_000),
    "10804": ("19992", 400_000),
    "11401": ("19992", 300_000),
    "42609": ("49999", 1_200_000),
    "41408": ("49999", 650_000),
    "29998": ("29998", 390_000),
    "30309": ("39942", 170_000),
    "36137": ("34401", 450_000),
    "53805": ("59994", 15_000),
    "60089": ("69906", 60_000),
    "72907": ("79995", 40_000),
}
"""Code -> (code of its region, long-term holdings of the first month); the last is an organization."""

MAJOR = ("42609", "13005", "41408", "36137", "10804", "29998", "11401", "30309")

Statement = dict[str, Any]


@dataclass
class World:
    """What the files of one release say, by dataset; figures as each file prints them."""

    rows: dict[str, list[Statement]] = field(default_factory=dict)

    def of(self, dataset: str, country: str, month: dt.date, instrument: str, kind: str = "treasury") -> Statement:
        """The one statement of a key, to be changed."""
        found = [
            row
            for row in self.rows[dataset]
            if (row["country_code"], row["month_end"], row["instrument"], row["security_type"])
            == (country, month, instrument, kind)
        ]
        assert len(found) == 1
        return found[0]


def positions(country: str, step: int) -> tuple[int, int]:
    """Long-term holdings and bills of a country, `step` months after the first."""
    start = COUNTRIES[country][1]
    return start + step * (start // 100 + int(country) % 97), start // 10 + step * (int(country) % 89 + 5)


def good_world(months: list[dt.date] = MONTHS) -> World:
    """Tables 1, 3 and 5 and mfhhis01 of one release, in which everything adds up."""
    world = World({"slt_table1": [], "slt_table3": [], "slt_table5": [], "mfhhis01": []})
    for month in months:
        step = MONTHS.index(month)
        for code, parts in _books().items():
            now = _sum(positions(part, step) for part in parts)
            before = _sum(positions(part, step - 1) for part in parts)
            valuation = sum(-(positions(part, step)[0] // 500) for part in parts)
            sales = now[0] - before[0] - valuation
            _say_table_3(world, code, month, now, sales, valuation, now[1] - before[1])
            _say_table_1(world, code, month, now[0], sales, valuation)
            if code in (*MAJOR, "99996"):
                _say_billions(world, code, month, "total", sum(now))
            if code == "99990":
                _say_billions(world, code, month, "bills", now[1])
                _say_billions(world, code, month, "long_term", now[0])
                _say_billions(world, code, month, "total", sum(now))
        named = _sum(positions(part, step) for part in MAJOR)
        everybody = _sum(positions(part, step) for part in COUNTRIES)
        _say_billions(world, "OTHER", month, "total", sum(everybody) - sum(named))
    return world


def _books() -> dict[str, list[str]]:
    """Code -> the countries that it is the sum of."""
    books = {code: [code] for code in COUNTRIES}
    for code, (region, _) in COUNTRIES.items():
        if region != code:
            books.setdefault(region, []).append(code)
    books["69995"] = [code for code in COUNTRIES if code != "72907"]
    books["99996"] = list(COUNTRIES)
    books["99990"] = list(COUNTRIES)[::2]
    books["99991"] = list(COUNTRIES)[1::2]
    return books


def _sum(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    listed = list(pairs)
    return sum(pair[0] for pair in listed), sum(pair[1] for pair in listed)


def _statement(series: str, code: str, month: dt.date, kind: str, instrument: str, unit: str) -> Statement:
    return {
        "series": series,
        "country_code": code,
        "month_end": month,
        "security_type": kind,
        "instrument": instrument,
        "holdings": None,
        "net_sales": None,
        "valuation_change": None,
        "gross_purchases": None,
        "gross_sales": None,
        "unit": unit,
    }


def _say_table_3(
    world: World, code: str, month: dt.date, now: tuple[int, int], sales: int, valuation: int, bills_sales: int
) -> None:
    for instrument, holdings, net_sales, change in (
        ("total", sum(now), sales + bills_sales, None),
        ("long_term", now[0], sales, valuation),
        ("bills", now[1], bills_sales, None),
    ):
        said = _statement("slt_table3", code, month, "treasury", instrument, "usd_mn")
        world.rows["slt_table3"].append(
            said | {"holdings": holdings, "net_sales": net_sales, "valuation_change": change}
        )


def _say_table_1(world: World, code: str, month: dt.date, holdings: int, sales: int, valuation: int) -> None:
    shares = {"treasury": 1, "agency": 2, "corporate_bond": 3, "corporate_stock": 4}
    for kind, share in (shares | {"all_us_securities": 10}).items():
        said = _statement("slt_table1", code, month, kind, "long_term", "usd_mn")
        figures = {"holdings": holdings, "net_sales": sales, "valuation_change": valuation}
        world.rows["slt_table1"].append(said | {name: figure * share for name, figure in figures.items()})


def _say_billions(world: World, code: str, month: dt.date, instrument: str, holdings: int) -> None:
    for dataset in ("slt_table5", "mfhhis01"):
        said = _statement(dataset, code, month, "treasury", instrument, "usd_bn")
        world.rows[dataset].append(said | {"holdings": round(holdings / 1000, 1)})


@dataclass
class Guard:
    """A warehouse in memory, and loads into it."""

    connection: duckdb.DuckDBPyConnection
    work: Workspace
    verdict: Verdict | None = None

    @classmethod
    def in_folder(cls, work: Path) -> Guard:
        """An empty warehouse."""
        connection = duckdb.connect()
        for schema in ("raw", "quarantine"):
            connection.execute(f"create schema {schema}")
        connection.execute(TIC_HOLDINGS.definition())
        quarantined = ", ".join(f"{name} {kind}" for name, kind in TIC_HOLDINGS.parsed_columns.items())
        connection.execute(f"create table quarantine.tic_holdings ({quarantined}, broken_rules varchar[])")
        connection.execute(LEDGER_DEFINITION)
        return cls(connection, Workspace(work))

    def know(self, world: World, day: dt.date = RELEASE_DAY, only: Iterable[str] | None = None) -> None:
        """Take the files of a world in unchecked, as what an earlier load knew."""
        self.load(world, day, only, rule="", keep=True)

    def load(
        self,
        world: World,
        day: dt.date = RELEASE_DAY,
        only: Iterable[str] | None = None,
        *,
        rule: str | None = None,
        keep: bool = False,
    ) -> dict[str, set[str]]:
        """Judge the files of a world, all retrieved at the end of one day.

        Args:
            world: what they say.
            day: of retrieval and of the release.
            only: datasets; default: all.
            rule: the one rule to ask; default: all.
            keep: whether to merge what passed.

        Returns:
            Broken rules by consequence.
        """
        self._offer({dataset: rows for dataset, rows in world.rows.items() if only is None or dataset in only}, day)
        self.verdict = judge(self.connection, self.work, TIC_HOLDINGS, rule)
        if keep:
            held = self.work.held_path(TIC_HOLDINGS.name)
            merge(self.connection, TIC_HOLDINGS, self.work.rows_path(TIC_HOLDINGS.name), (), held)
        reported: dict[str, set[str]] = {}
        for finding in self.verdict.findings:
            reported.setdefault(finding.consequence.name.lower(), set()).add(finding.rule.name)
        return reported

    def held(self) -> set[tuple[str, str, str]]:
        """(series, country, instrument) of the rows that the last load quarantined."""
        rows = self._held("series, country_code, instrument")
        return {(str(series), str(code), str(instrument)) for series, code, instrument in rows}

    def held_months(self, country: str) -> set[dt.date]:
        """The months of a country of which the last load held rows back."""
        return {month for code, month in self._held("country_code, month_end") if code == country}

    def _held(self, columns: str) -> list[tuple[Any, ...]]:
        incoming, held = self.work.rows_path("tic_holdings"), self.work.held_path("tic_holdings")
        return self.connection.execute(
            f"""
            select distinct {columns}
            from read_parquet('{incoming}', file_row_number = true) as incoming
            inner join '{held}' as held on incoming.file_row_number = held.row_number
            """
        ).fetchall()

    def _offer(self, files: dict[str, list[Statement]], day: dt.date) -> None:
        path = self.work.rows_path(TIC_HOLDINGS.name)
        at = dt.datetime.combine(day, dt.time(23, 59, 59))
        entries: list[Entry] = []
        frames: list[pd.DataFrame] = []
        for dataset, rows in files.items():
            frame = pd.DataFrame([{"published_name": None} | row for row in rows]).assign(
                basis=None,
                line_number=range(1, len(rows) + 1),
                document_id=f"{dataset} of {day}",
                retrieved_at=at,
                released_on=day,
                document_rank=0,
                is_dated=False,
            )
            frames.append(frame)
            newest = max(row["month_end"] for row in rows)
            entries.append(_entry(dataset, day, at, newest, len(rows)))
        everything = pd.concat(frames, ignore_index=True)
        columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TIC_HOLDINGS.parsed_columns.items())
        duckdb.from_df(everything).query(
            "incoming",
            f"select {columns}, cast(document_rank as integer) as document_rank, is_dated from incoming",
        ).write_parquet(str(path))
        self.work.save_parsed(Parsed(TIC_HOLDINGS.name, tuple(entries), (), len(everything)))


def _entry(dataset: str, day: dt.date, at: dt.datetime, newest: dt.date, rows: int) -> Entry:
    return Entry(
        document_id=f"{dataset} of {day}",
        source="tic",
        dataset=dataset,
        address=f"https://publisher.example/{dataset}.txt",
        retrieved_at=at.isoformat(),
        released_on=day.isoformat(),
        newest_period=newest.isoformat(),
        sha256="",
        size=0,
        form="publisher-bytes",
        status=LOADED,
        reason=None,
        note=None,
        rows_parsed=rows,
        is_indispensable=dataset.startswith("slt_table"),
    )


STOPPED = Consequence.STOPS.name.lower()
REFUSED = Consequence.REFUSES.name.lower()
HELD = Consequence.HOLDS_BACK.name.lower()
REPORTED = Consequence.REPORTS.name.lower()
