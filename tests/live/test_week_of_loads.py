"""Seven days of whole loads from the publishers on loopback, each on its own day: what a user sees, day by day."""

from __future__ import annotations

import datetime as dt
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
FOUR_MONTHS = 5
"""The place of this tenor in a line."""
MONDAY, TUESDAY = (SUNDAY + dt.timedelta(days=days) for days in (1, 2))


@dataclass(frozen=True)
class Days:
    """The publishers and one home, loaded late in the evening of each day."""

    week: Week
    installation: Installation

    def load(self, day: dt.date, start: str = "23:30:00") -> subprocess.CompletedProcess[str]:
        """Run a load on a day, for the process and the publishers alike."""
        self.week.publisher.day = day
        self.week.publisher.requests.clear()
        quick = {"http_attempts": "1", "http_requests_per_second": "1000"}
        return subprocess.run(
            [FAKETIME or "", "-f", f"@{day} {start}", *LOAD],
            cwd=PROJECT_ROOT,
            env=self.installation.environment("live", **quick, **self.week.publisher.addresses) | {"TZ": "UTC"},
            capture_output=True,
            text=True,
            timeout=HANGS,
            check=False,
        )

    def load_well(self, day: dt.date, start: str = "23:30:00") -> str:
        """Run a load that must succeed; returns what it printed."""
        result = self.load(day, start)
        assert result.returncode == 0, result.stderr[-4000:]
        return result.stderr + result.stdout

    @property
    def snapshot(self) -> Path:
        """The published file; each snapshot has another name."""
        return self.installation.published.readlink()

    def newest_month(self) -> dt.date:
        """The newest month of table 3 that readers see."""
        newest: dt.date = self.installation.one(
            "select max(month_end) from marts.fct_holdings where source_series = 'slt_table3'"
        )
        return newest


@pytest.fixture
def days(real_files: Path, tmp_path: Path) -> Iterator[Days]:
    with week(real_files / "tic") as opened:
        yield Days(opened, Installation(tmp_path / "home"))


@pytest.mark.skipif(FAKETIME is None, reason="faketime is missing: apt install faketime")
def test_a_week_of_loads(days: Days) -> None:
    publisher, installation = days.week.publisher, days.installation

    # Monday: the first load.
    days.load_well(BEFORE)
    assert days.newest_month() == dt.date(2025, 11, 30)
    first = days.snapshot

    # Thursday, the release day: two of four tables are posted. The load stops, and readers keep what they have.
    publisher.held_back = dict.fromkeys(TABLES[2:], BEFORE)
    partial = days.load(RELEASE_DAY)
    assert partial.returncode == 1
    assert "table_moves_on_with_the_release" in partial.stderr
    assert "slt_table5" in partial.stderr
    publisher.held_back.clear()

    # Friday: a maintenance page in place of table 3 and of a series. The load stops again.
    publisher.fault("slt_table3", "maintenance")
    publisher.fault("id=DGS10", "maintenance")
    stopped = days.load(FRIDAY)
    assert stopped.returncode == 1
    assert "slt_table3" in stopped.stderr
    assert days.snapshot == first

    # Saturday: the pages are healthy again. Both are fetched without a condition, and the release is loaded.
    days.load_well(SATURDAY)
    (table,) = publisher.asked("slt_table3")
    assert not {"if-none-match", "if-modified-since"} & set(table.headers)
    assert days.newest_month() == dt.date(2026, 4, 30)
    newest_yield = "select max(date) from marts.fct_observations where series_id = '{}'"
    assert installation.one(newest_yield.format("DGS10")) == installation.one(newest_yield.format("DGS5"))

    # Sunday: the newest page of bitcoin's candles is empty. The load reports it and goes on.
    publisher.fault("BTC-USD/candles", "no_candles", times=None)
    assert "BTC-USD" in days.load_well(SUNDAY)
    publisher.heal()

    # Monday: the empty page is asked for again, and last year's yields are corrected.
    printed = next(line for line in yields_of(2025).splitlines() if line.startswith(b"12/31/2025"))
    days.week.corrected = {printed: _corrected(printed)}
    days.load_well(MONDAY)
    newest_candle = "select max(opened_at) from raw.crypto_candles where venue = 'coinbase' and symbol = '{}'"
    assert installation.one(newest_candle.format("BTC")) == installation.one(newest_candle.format("ETH"))
    corrected = "select count(*) from raw.treasury_par_yields where date = '2025-12-31' and tenor = '4 Mo'"
    assert installation.one(corrected) == 2, "the first print and its correction"

    # Tuesday: after the load of the day, another one has nothing to do.
    days.load_well(TUESDAY)
    before = days.snapshot
    days.load_well(TUESDAY, "23:50:00")
    assert days.snapshot == before


def _corrected(line: bytes) -> bytes:
    """The same line with another yield of four months, which FRED does not have: it would have to be corrected, too."""
    cells = line.split(b",")
    cells[FOUR_MONTHS] = b"%.2f" % (float(cells[FOUR_MONTHS]) + 0.01)
    return b",".join(cells)
