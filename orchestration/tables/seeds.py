"""Reads the lists that are data, not code: countries, series, coins, claims, the release calendar.

They are the seeds of the dbt project, so the loader and the marts read the same lists. A user may extend four of them
without changing the project: a file of the same name in the folder `TIDEMARK_EXTRA` adds its lines.

Belongs here: reading a seed and the user's lines, and passing both to dbt. Does not belong here: valid cells
(`open_lists`), and the meaning of a list, which is in the publisher's module that uses it.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from orchestration.settings import PROJECT_ROOT, SettingsError, extra_folder
from orchestration.tables.open_lists import OPEN_LISTS, OpenList

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"

_SHOWN = 20
ALERTS = "alerts.yml"
"""A user's alerts, which `runs/conditions.py` reads from the same folder."""


class ListError(SettingsError):
    """A list has invalid lines; the message has a line for each: file, line, cell, expected value."""


def read_seed(name: str) -> pd.DataFrame:
    """Read one list: the project's lines, and if a user may extend it, those of `TIDEMARK_EXTRA`.

    Args:
        name: file name without `.csv`.

    Returns:
        All columns as strings, an empty cell as a missing value. The frame is shared: do not change it.

    Raises:
        ListError: a line cannot be used.
    """
    return _read_open(name, extra_folder()) if name in OPEN_LISTS else _read(name)


def check_lists() -> None:
    """Read all lists that a user may extend, and check that the user's folder has no unknown table.

    Raises:
        ListError: a line is invalid, or a file name matches no list.
    """
    folder = extra_folder()
    known = {ALERTS, *(f"{name}.csv" for name in OPEN_LISTS)}
    tables = [path for path in _files(folder) if path.suffix.lower() in (".csv", ".yml", ".yaml")]
    strangers = [path for path in tables if path.name not in known]
    if strangers:
        near = difflib.get_close_matches(strangers[0].name, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise ListError(f"{strangers[0]}: no such list.{meant} TIDEMARK_EXTRA takes {', '.join(sorted(known))}.")
    for name in OPEN_LISTS:
        read_seed(name)


def seed_files() -> list[Path]:
    """All files that the lists are read from; if one changes, earlier decisions are checked again."""
    return [*sorted(SEEDS.glob("*.csv")), *extra_files()]


def extra_files() -> list[Path]:
    """The files of `TIDEMARK_EXTRA` that are read."""
    folder = extra_folder()
    return [path for name in sorted(OPEN_LISTS) if (path := _extra_file(name, folder)) is not None]


def extra_digest() -> str:
    """A digest of the user's own lines; constant if there are none."""
    digest = hashlib.sha256()
    for path in extra_files():
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def write_seeds(folder: Path) -> Path | None:
    """Write all seeds for dbt, with the user's lines and with blank cells filled in.

    Args:
        folder: replaced as a whole.

    Returns:
        The folder; None if it would equal the project's own files, so that dbt can read those.

    Raises:
        ListError: a line cannot be used.
    """
    frames = {name: read_seed(name) for name in OPEN_LISTS}
    if all(frame.equals(_read(name)) for name, frame in frames.items()):
        return None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in SEEDS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@cache
def _read(name: str) -> pd.DataFrame:
    # Only an empty cell is missing: NA is Namibia.
    return pd.read_csv(SEEDS / f"{name}.csv", dtype="str", encoding="utf-8", keep_default_na=False, na_values=[""])


@cache
def _read_open(name: str, folder: Path | None) -> pd.DataFrame:
    one = OPEN_LISTS[name]
    countries = _countries() if "country_code" in one.columns else {}
    lines: list[dict[str, str]] = []
    wrong: list[str] = []
    for path in filter(None, (SEEDS / f"{name}.csv", _extra_file(name, folder))):
        for number, line in _lines(one, path):
            try:
                lines.append(one.read(line, lines, countries))
            except ValueError as error:
                wrong.append(f"{_shown(path)}, line {number}: {error}.")
    if wrong:
        more = [f"... and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
        raise ListError("\n".join([*wrong[:_SHOWN], *more]))
    frame = pd.DataFrame(lines, columns=list(one.columns), dtype="str")
    return frame.mask(frame == "")


def _countries() -> dict[str, str]:
    return dict(_read("countries")[["country_code", "country"]].itertuples(index=False, name=None))


def _lines(one: OpenList, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a file that are not blank, with the number of their last line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = [str(name).strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            _check_columns(one, path, columns)
            for line in reader:
                number = reader.line_num
                if None in line or None in line.values():
                    raise ListError(f"{_shown(path)}, line {number}: expected {len(columns)} cells, as in the header.")
                if any(text.strip() for text in line.values()):
                    yield number, line
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ListError(f"{_shown(path)}: cannot be read as CSV in UTF-8 ({error}).") from None


def _check_columns(one: OpenList, path: Path, columns: list[str]) -> None:
    takes = f"{one.what} takes {', '.join(one.columns)}; required: {', '.join(one.required)}"
    strange = [name for name in columns if name not in one.columns]
    if strange:
        raise ListError(f"{_shown(path)}, line 1: unknown column {strange[0]!r}: {takes}.")
    missing = [name for name in one.required if name not in columns]
    if missing:
        raise ListError(f"{_shown(path)}, line 1: the column {missing[0]} is missing: {takes}.")
    if len(set(columns)) < len(columns):
        raise ListError(f"{_shown(path)}, line 1: duplicate column: {takes}.")


def _extra_file(name: str, folder: Path | None) -> Path | None:
    path = folder / f"{name}.csv" if folder else None
    return path if path is not None and path.is_file() else None


def _files(folder: Path | None) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder and folder.is_dir() else []


def _shown(path: Path) -> str:
    return str(path.relative_to(PROJECT_ROOT)) if path.is_relative_to(PROJECT_ROOT) else str(path)
