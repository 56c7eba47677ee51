"""Seven days of whole loads from the publishers on loopback, each on its own day: what a user sees, day by day."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, LOAD, Installation
from tests.week import BEFORE, FRIDAY, RELEASE_DAY, SATURDAY, SUNDAY, TABLES, Week, week, yields_of

FAKETIME = shutil.which("faketime")
MONDAY, TUESDAY = (SUNDAY + dt.timedelta(days=days) for days in (1, 2))


@dataclass(frozen=True)
class Days:
    """The publishers and one home, loaded late in the evening of each day."""

    week: Week
    installation: Installation

    def load(self, day: dt.date) -> subprocess.CompletedProcess[str]:
        self.week.publisher.day = day
        self.week.publisher.requests.clear()
        quick = {"http_attempts": "1", "http_requests_per_second": "1000"}
        return subprocess.run(
            [FAKETIME or "", "-f", f"@{day} 23:30:00", *LOAD],
            cwd=PROJECT_ROOT,
            env=self.installation.environment("live", **quick, **self.week.publisher.addresses) | {"TZ": "UTC"},
            capture_output=True,
            text=True,
            timeout=HANGS,
            check=False,
        )

    def load_well(self, day: dt.date) -> str:
        result = self.load(day)
        assert result.returncode == 0, result.stderr[-4000:]
        return result.stderr + result.stdout

    @property
    def snapshot(self) -> str:
        """The published file: another name for each snapshot."""
        return os.readlink(self.installation.published)

    def newest_month(self) -> dt.date:
        return self.installation.one("select max(month_end) from marts.fct_holdings where source_series = 'slt_table3'")


@pytest.fixture
def days(real_files: Path, tmp_path: Path) -> Iterator[Days]:
    with week(real_files / "tic") as opened:
        yield Days(opened, Installation(tmp_path / "home"))


@pytest.mark.skipif(FAKETIME is None, reason="faketime is missing: apt install faketime")
def test_a_week_of_loads(days: Days) -> None:
    publisher, installation = days.week.publisher, days.installation

    # Monday: the first load.
    days.load_well(BEFORE)
    january = days.newest_month()

    # Thursday, the release day: two of four tables are posted.
    publisher.held_back = dict.fromkeys(TABLES[2:], BEFORE)
    partial = days.load(RELEASE_DAY)
    print(partial.returncode, partial.stderr[-3000:], partial.stdout[-2500:], days.newest_month(), january)
    publisher.held_back.clear()

    # Friday: a maintenance page in place of table 3 and of a series. The load stops, and readers keep what they have.
    before = days.snapshot
    publisher.fault("slt_table3", "maintenance")
    publisher.fault("id=DGS10", "maintenance")
    stopped = days.load(FRIDAY)
    print(stopped.returncode, stopped.stderr[-3000:])
    assert stopped.returncode == 1
    assert "slt_table3" in stopped.stderr
    assert days.snapshot == before

    # Saturday: the pages are healthy again, and both are fetched without a condition.
    days.load_well(SATURDAY)
    assert days.newest_month() > january
    (table,) = publisher.asked("slt_table3")
    assert not {"if-none-match", "if-modified-since"} & set(table.headers)
    yields = "select count(*) from marts.fct_observations where series_id = 'DGS10' and date >= '2026-06-16'"
    assert installation.one(yields) >= 3

    # Sunday: the newest page of bitcoin's candles is empty.
    publisher.fault("BTC-USD/candles", "no_candles", times=None)
    sunday = days.load(SUNDAY)
    print(sunday.returncode, sunday.stderr[-3000:], sunday.stdout[-2500:])
    publisher.heal()

    # Monday: the empty page is asked for again, and last year's yields are corrected.
    printed = next(line for line in yields_of(2025).splitlines() if line.startswith(b"12/31/2025"))
    days.week.corrected = {printed: _corrected(printed)}
    days.load_well(MONDAY)
    vintages = installation.query(
        "select count(*) from raw.treasury_par_yields where date = '2025-12-31' and tenor = '30 Yr'"
    )
    print(vintages)
    bitcoin = "select max(opened_at)::date from raw.crypto_candles where symbol = 'BTC' and venue = 'coinbase'"
    assert installation.one(bitcoin) == SUNDAY

    # Tuesday: nothing is new but a day of rates and candles; a second load has nothing to do.
    days.load_well(TUESDAY)
    before = days.snapshot
    quiet = days.load_well(TUESDAY)
    print(quiet[-1500:])
    assert days.snapshot == before


def _corrected(line: bytes) -> bytes:
    """The same line with another yield of 30 years."""
    *cells, last = line.split(b",")
    return b",".join([*cells, b"%.2f" % (float(last) + 0.01)])
