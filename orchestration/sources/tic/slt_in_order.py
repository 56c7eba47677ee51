"""Tables 1 and 3 of the form SLT, when the whole file is in the order and form that the publisher usually serves.

`slt` checks every cell, which takes eight times as long. Here, Arrow splits the file, and a few checks on whole columns
show that every cell is valid. If anything differs, the caller uses `slt`: it accepts more forms and reports errors.

Belongs here: the checks and the rows of a file in order. Does not belong here: any other form, and messages.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from orchestration.sources.base import FormatError
from orchestration.sources.tic.countries import check_codes
from orchestration.sources.tic.document import Document, clean, expect_title, expect_unit, is_html, is_notes
from orchestration.sources.tic.holdings import NOT_AVAILABLE, SMALL, USD_MN, month_ends, month_of
from orchestration.sources.tic.slt import CLOSING, IDENTITY, LONG_TABLES, LongTable
from orchestration.sources.tic.statements import MEASURES

_HEAD_BYTES = 10_000
_LONGEST_HEAD = 20
"""Lines before the first row, at most."""
_CODE = re.compile(r"[0-9]{5}")
_BLANK_LINE = re.compile(rb"\n[\t ]*\r?\n")
_HEXADECIMAL = re.compile(rb"\t[ -]*0[xX]")
"""Arrow reads it as a number."""
_ROW = re.compile(rb'^[^\t\n]*\t[" ]*[0-9]{5}[" ]*\t', re.MULTILINE)
_TOO_LARGE = 10**15


def read_in_order(dataset: str, body: bytes) -> pd.DataFrame | None:
    """Read a file if all of it is in order.

    Args:
        dataset: any dataset of TIC.
        body: the publisher's bytes.

    Returns:
        The rows that `statements` makes of what `slt` reads; None if the dataset is another one or the file needs
        `slt`, for whatever reason.
    """
    table = LONG_TABLES.get(dataset)
    if table is None or b"\x00" in body or body.count(b"\r") != body.count(b"\r\n"):
        return None
    if is_html(body[:_HEAD_BYTES].decode("latin-1")):
        return None
    try:
        return _read(table, body)
    except (FormatError, pa.ArrowInvalid, UnicodeDecodeError):
        return None


def _read(table: LongTable, body: bytes) -> pd.DataFrame | None:
    lines = body.removeprefix(b"\xef\xbb\xbf").split(b"\n", _LONGEST_HEAD)
    head = [line.decode().removesuffix("\r") for line in lines[:-1]]
    names = [*IDENTITY, *table.figures]
    header = next((number for number, line in enumerate(head, start=1) if line.split("\t") == names), None)
    if header is None:
        return None
    document = Document(table.dataset, head)
    expect_title(document, table.title)
    expect_unit(document, table.unit, header)
    block = _block(b"\n".join(lines[header:]))
    if block is None:
        return None
    rows = _split(block, names)
    codes = rows["country_code"].combine_chunks().dictionary_encode()
    months = _months(rows["date"].combine_chunks().dictionary_encode())
    if months is None or not _is_whole(codes, months):
        return None
    check_codes(document, _holders(rows))
    return _statements(table, rows, months, header + 1)


def _block(below: bytes) -> bytes | None:
    """The lines of rows, which end with a blank line above the notes; None if they do not."""
    end = _BLANK_LINE.search(below)
    if end is None or _HEXADECIMAL.search(below, 0, end.start() + 1):
        return None
    notes = below[end.end() :]
    first = next((line for line in notes.split(b"\n") if line.strip()), b"")
    if not is_notes(first.decode("latin-1").removesuffix("\r")) or _ROW.search(notes):
        return None
    return below[: end.start() + 1]


def _split(block: bytes, names: list[str]) -> pa.Table:
    """The cells: texts and whole numbers; `n.a.` and `*` become null.

    Raises:
        ArrowInvalid: a cell is something else, or a row has another number of cells.
    """
    kinds = dict.fromkeys(names, pa.int64()) | dict.fromkeys(IDENTITY, pa.string())
    return pyarrow.csv.read_csv(
        io.BytesIO(block),
        pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
        pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
        pyarrow.csv.ConvertOptions(column_types=kinds, null_values=[NOT_AVAILABLE, SMALL], strings_can_be_null=False),
    )


def _holders(rows: pa.Table) -> Iterator[tuple[int, str, str]]:
    """Each pair of code and name. The line number is 0 and not used, because `slt` reports the error.

    Raises:
        ArrowInvalid: a name is padded or quoted, or a code has another form.
    """
    pairs = rows.select(["country_code", "country"]).group_by(["country_code", "country"]).aggregate([])
    for code, name in zip(pairs["country_code"].to_pylist(), pairs["country"].to_pylist(), strict=True):
        if _CODE.fullmatch(code) is None or not name or name != clean(name):
            raise pa.ArrowInvalid(f"{code} {name}")
        yield 0, code, name


def _months(written: pa.DictionaryArray) -> npt.NDArray[np.datetime64] | None:
    found = [month_of(text) for text in written.dictionary.to_pylist()]
    if any(month is None for month in found):
        return None
    months: npt.NDArray[np.datetime64] = np.array(found, dtype="datetime64[M]")[written.indices.to_numpy()]
    return months


def _is_whole(codes: pa.DictionaryArray, months: npt.NDArray[np.datetime64]) -> bool:
    """Whether each code has one block of rows, from the newest month backwards without a gap, and no row is cut off."""
    numbers = codes.indices.to_numpy()
    begins = np.concatenate(([True], numbers[1:] != numbers[:-1]))
    follows = np.concatenate(([False], months[1:] == months[:-1] - np.timedelta64(1, "M")))
    return bool(
        begins.sum() == len(codes.dictionary)
        and (follows | begins).all()
        and (months[begins] == months.max()).all()
        and months[-1] == months.min()
        and set(CLOSING) <= set(codes.dictionary.to_pylist())
    )


def _statements(
    table: LongTable, rows: pa.Table, months: npt.NDArray[np.datetime64], first_line: int
) -> pd.DataFrame | None:
    """A row per country, month, type of security and instrument, in the order of `statements`."""
    kinds = sorted({(security_type, instrument) for security_type, instrument, _ in table.figures.values()})
    labels = {meaning: label for label, meaning in table.figures.items()}
    height, width = len(months), len(kinds)
    at_row, at_kind = np.repeat(np.arange(height), width), np.tile(np.arange(width), height)
    values: dict[str, npt.NDArray[np.float64]] = {}
    for measure in MEASURES:
        columns = [_amounts(rows, labels.get((*kind, measure))) for kind in kinds]
        values[measure] = np.column_stack(columns).ravel()
        if (np.abs(values[measure]) >= _TOO_LARGE).any():
            return None
    texts: Mapping[str, pa.Array] = {
        "series": pa.repeat(pa.scalar(table.dataset), height * width),
        "country_code": rows["country_code"].combine_chunks().take(pa.array(at_row)),
        "security_type": pa.array([kind[0] for kind in kinds]).take(pa.array(at_kind)),
        "instrument": pa.array([kind[1] for kind in kinds]).take(pa.array(at_kind)),
        "unit": pa.repeat(pa.scalar(USD_MN), height * width),
        "basis": pa.nulls(height * width, pa.string()),
        "published_name": rows["country"].combine_chunks().take(pa.array(at_row)),
    }
    frame = {name: pd.Series(pd.array(text, dtype="str")) for name, text in texts.items()}
    return pd.DataFrame(
        {
            **{name: frame[name] for name in ("series", "country_code")},
            "month_end": month_ends(months)[at_row],  # type: ignore[arg-type]
            **{name: frame[name] for name in ("security_type", "instrument")},
            **values,
            **{name: frame[name] for name in ("unit", "basis", "published_name")},
            "revised_on": np.full(height * width, np.datetime64("NaT", "s")),
            "line_number": (first_line + np.arange(height))[at_row],
        }
    )


def _amounts(rows: pa.Table, label: str | None) -> npt.NDArray[np.float64]:
    """A column of figures, with NaN for missing ones."""
    if label is None:
        return np.full(len(rows), np.nan)
    amounts: npt.NDArray[np.float64] = rows[label].combine_chunks().cast(pa.float64()).to_numpy(zero_copy_only=False)
    return amounts
