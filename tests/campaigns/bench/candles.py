"""B4: candles by the minute, from Binance's archives to days in the marts; and what another month of them costs.

Belongs here: the simulated archives, the homes that they are loaded into, and DuckDB's own reader for comparison.
Does not belong here: how commands are measured.

The list of symbols ends long before 200 coins, so loads run in a copy of the project whose list goes on: SIM001, ...
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from orchestration.sample.documents import Document, write_folder
from orchestration.sample.scaled import LAST_ARCHIVED_DAY, minute_archives
from orchestration.sample.simulate_crypto import Coin
from orchestration.settings import PROJECT_ROOT
from tests.campaigns.bench.homes import LOAD, environment, fresh_copy
from tests.campaigns.bench.loads import Say
from tests.campaigns.bench.measure import Command, Runs, in_turns, measured

DAYS = 347
_PARTS = (8, 4, 2)
"""Of the coins, to see how cost grows with them."""
_SEED = 1
_CORES = 2
_COPIED = ("orchestration", "dbt_project", "expectations")
_LEFT_OUT = ("__pycache__", "logs", "target", "*.duckdb")
_README = b"Simulated candles for a benchmark: no publisher's figures.\n"
_READ = """
import sys, duckdb
with duckdb.connect(sys.argv[1], config={"memory_limit": "2GB", "threads": "2"}) as connection:
    names = "open_time open high low close volume close_time quote_volume trades taker_base taker_quote unused".split()
    connection.execute(f"create table candles as from read_csv('{sys.argv[2]}/*.csv', header = false, names = {names})")
"""


@dataclass(frozen=True)
class Throughput:
    """Ours and DuckDB's reader on the same candles, and a load of none of them: the fixed cost.

    Attributes:
        candles: how many they are.
        ours: our loads.
        reader: DuckDB's reading of the same files, unpacked.
        fixed: our load of one coin's month.
        fewer: our loads of the first of these coins, by their number.
    """

    candles: int
    ours: Runs
    reader: Runs
    fixed: Runs
    fewer: dict[int, Runs]


def throughput(work: Path, symbols: int, times: int, say: Say) -> Throughput:
    """Load the archives of so many coins, 347 days each; read the same files, unpacked, into a table."""
    project = _project(work / "project", symbols, DAYS)
    files = work / f"minutes-{symbols}"
    _archives(files, symbols, DAYS, say)
    base = _base(project, work / "no-minutes")
    unpacked = work / f"unpacked-{symbols}"
    candles = _unpack(files, unpacked)
    home, table = work / "with-minutes", work / "read.duckdb"
    commands = [
        _load(f"load of {candles / 1e6:.1f} M candles in archives", project, home, files, base),
        Command(
            "DuckDB's read_csv of the same files, unpacked",
            (sys.executable, "-c", _READ, str(table), str(unpacked)),
            PROJECT_ROOT,
            {},
            lambda: table.unlink(missing_ok=True),
        ),
        _load("load of one coin's month", project, work / "one-month", _one_month(work), base),
    ]
    fewer = sorted({symbols // part for part in _PARTS} - {0, symbols})
    commands += [
        _load(f"load of {few} coins", project, home, _of_first(few, files, work / f"first-{few}"), base)
        for few in fewer
    ]
    ours, reader, fixed, *others = in_turns(commands, times, say)
    for leftover in (unpacked, home, *(work / f"first-{few}" for few in fewer)):
        shutil.rmtree(leftover)
    table.unlink()
    return Throughput(candles, ours, reader, fixed, dict(zip(fewer, others, strict=True)))


def another_month(work: Path, symbols: int, histories: Sequence[int], times: int, say: Say) -> list[Runs]:
    """Load one more month of so many coins onto histories of so many months."""
    project = _project(work / "project", symbols, _days_of(max(histories) + 1))
    base = _base(project, work / "no-minutes")
    found = []
    for months in histories:
        files = work / f"history-{months}"
        newest = work / f"newest-{months}"
        _archives(files, symbols, _days_of(months + 1), say, newest)
        home = work / f"after-{months}"
        command = _load(f"{months} months of {symbols} coins", project, home, files, base)
        command.before()
        measured(command)
        added = _load(f"another month after {months}, {symbols} coins", project, work / "added", newest, home)
        found += in_turns([added], times, say)
        shutil.rmtree(home)
    return found


def _days_of(months: int) -> int:
    """How many days the last whole months have together."""
    month = LAST_ARCHIVED_DAY.year * 12 + LAST_ARCHIVED_DAY.month - months
    return (LAST_ARCHIVED_DAY - dt.date(month // 12, month % 12 + 1, 1)).days + 1


def _project(folder: Path, symbols: int, days: int) -> Path:
    """A copy of the project that knows the simulated coins."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in _COPIED:
        source = PROJECT_ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        else:
            shutil.copyfile(source, folder / name)
    since = LAST_ARCHIVED_DAY - dt.timedelta(days=days - 1)
    with (folder / "dbt_project" / "seeds" / "crypto_symbols.csv").open("a", encoding="utf-8") as seed:
        for symbol in _symbols(symbols):
            seed.write(f"{symbol},Simulated,binance,{symbol}USDT,USDT,2018-01-01,,,false,{since},500,100,\n")
    return folder


def _symbols(count: int) -> list[str]:
    return [f"SIM{number:03d}" for number in range(1, count + 1)]


def _archives(folder: Path, symbols: int, days: int, say: Say, newest: Path | None = None) -> None:
    """Write a folder of archives; the last month's into a folder of their own, if one is named."""
    if (folder / "manifest.csv").exists():
        return
    say(f"making the archives of {symbols} coins, {days} days each ...")
    last = dt.date(2026, 6, 1)
    kept: list[Document] = []

    def documents() -> Iterator[Document]:
        with ProcessPoolExecutor(_CORES) as pool:
            for made in pool.map(partial(_of_symbol, days), _symbols(symbols)):
                for document in made:
                    if newest is not None and document.as_of == last:
                        kept.append(document)
                    else:
                        yield document

    write_folder(folder, documents(), _README)
    if newest is not None:
        write_folder(newest, kept, _README)


def _of_symbol(days: int, symbol: str) -> list[Document]:
    coin = Coin("BTC", dt.date(2018, 1, 1), None, 4, 0.02, 20e6, 1 / int(symbol[3:]), LAST_ARCHIVED_DAY)
    return list(minute_archives(_SEED, symbol, coin, days))


def _of_first(symbols: int, files: Path, folder: Path) -> Path:
    """A folder with the archives of the first coins of another folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(files / "README.md", folder / "README.md")
    head, *rows = (files / "manifest.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    names = tuple(f"{symbol}USDT-" for symbol in _symbols(symbols))
    chosen = [row for row in rows if Path(row.partition(",")[0]).name.startswith(names)]
    (folder / "manifest.csv").write_text("".join([head, *chosen]), encoding="utf-8")
    for row in chosen:
        path = row.partition(",")[0]
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).hardlink_to(files / path)
    return folder


def _one_month(work: Path) -> Path:
    folder = work / "one-archive"
    if not folder.exists():
        write_folder(folder, _of_symbol(31, "SIM001"), _README)
    return folder


def _base(project: Path, home: Path) -> Path:
    """A home of the embedded sample, loaded by the copy."""
    shutil.rmtree(home, ignore_errors=True)
    measured(Command("load of the sample", LOAD, project, environment(home, "sample"), lambda: None))
    return home


def _load(name: str, project: Path, home: Path, files: Path, base: Path) -> Command:
    return Command(name, LOAD, project, environment(home, files), lambda: fresh_copy(base, home))


def _unpack(files: Path, folder: Path) -> int:
    """Unpack all archives into one folder; returns how many candles there are."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    candles = 0
    for path in sorted(files.rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.infolist()
            body = archive.read(member)
        (folder / member.filename).write_bytes(body)
        candles += body.count(b"\n")
    return candles
