"""Writes candles shorter than an hour to Parquet files next to the warehouse, and aggregates them to days for the load.

A year of minute candles of one coin is half a million rows, and marts use days. So the candles of a document cost time
only once, when it is read; later loads do not copy its minutes. The files are in `TIDEMARK_HOME/candles`, one per
document, and can be rebuilt from the archive.

Belongs here: which documents are treated this way, the days, and the files. Does not belong here: reading a venue's
document.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.sources.base import Aside, FormatError
from orchestration.sources.crypto.candles import FIGURES, INTRADAY, Floats

_CONSTANT = ["venue", "symbol", "quote", "candle_interval", "document_id", "retrieved_at"]
_DAY = np.timedelta64(1, "D")


def is_intraday(dataset: str) -> bool:
    """Whether the documents of a dataset of candles are treated this way."""
    return INTRADAY in dataset


def days_of(candles: pd.DataFrame, retrieved_at: pd.Timestamp) -> pd.DataFrame:
    """Aggregate a document's candles to days, without candles that had not closed.

    Args:
        candles: rows of `crypto_candles` of one market and interval, in order of time.
        retrieved_at: when the document was retrieved (UTC, without a zone).

    Returns:
        One row per day: `candle_interval` names the source ("1d of 1m"), `parts` is the number of candles, and
        `line_number` is that of the first candle.

    Raises:
        FormatError: the figures of a candle are impossible; a day would hide that.
    """
    if candles.empty:
        return candles
    figures = {name: candles[name].to_numpy() for name in FIGURES}
    _check(candles, figures)
    day = candles["opened_at"].to_numpy().astype("datetime64[D]")
    first = np.concatenate(([0], np.flatnonzero(day[1:] != day[:-1]) + 1))
    last = np.concatenate((first[1:], [len(day)])) - 1
    made = candles.iloc[first].assign(
        opened_at=day[first].astype("datetime64[us]"),
        candle_interval="1d of " + candles["candle_interval"].iloc[0],
        high=np.maximum.reduceat(figures["high"], first),
        low=np.minimum.reduceat(figures["low"], first),
        close=figures["close"][last],
        volume=np.add.reduceat(figures["volume"], first),
        parts=last - first + 1,
    )
    return made.iloc[np.flatnonzero(day[first] + _DAY <= np.datetime64(retrieved_at))]


def _check(candles: pd.DataFrame, figures: dict[str, Floats]) -> None:
    opened, high, low, close, volume = (figures[name] for name in FIGURES)
    lower, higher = np.minimum(opened, close), np.maximum(opened, close)
    is_candle = (low > 0) & (low <= lower) & (higher <= high) & (volume >= 0) & np.isfinite(high) & np.isfinite(volume)
    if not is_candle.all():
        wrong = candles.iloc[int((~is_candle).argmax())]
        found = ", ".join(f"{name} {wrong[name]:g}" for name in FIGURES)
        raise FormatError(
            f"Line {wrong['line_number']} is not a candle: {found}. Expected positive prices, low and high around "
            "open and close, and a volume that is not negative. The document is damaged: fetch it again."
        )


def keep_candles(candles: pd.DataFrame, document_id: str, retrieved_at: dt.datetime, folder: Path) -> pd.DataFrame:
    """Write a document's candles as one Parquet file, and return their days.

    Args:
        candles: rows of `crypto_candles` of one market and interval.
        document_id: of the document; a column of the file.
        retrieved_at: of the document, with a time zone.
        folder: `<venue>/<symbol>/<interval>/<first month>.<document>.parquet` is written in it.

    Raises:
        FormatError: see `days_of`.
    """
    known_since = pd.Timestamp(retrieved_at.replace(tzinfo=None))
    days = days_of(candles, known_since)
    if candles.empty:
        return days
    row = candles.iloc[0]
    place = (row["venue"], row["symbol"], row["candle_interval"], f"{row['opened_at']:%Y-%m}.{document_id}.parquet")
    path = folder.joinpath(*place)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(
        candles.drop(columns="parts")
        .assign(document_id=document_id, retrieved_at=known_since)
        .astype({"line_number": "int32"}),
        preserve_index=False,
    )
    pq.write_table(table, path, compression="zstd", use_dictionary=_CONSTANT)
    return days


ASIDE = Aside(is_intraday, keep_candles)
"""For the descriptions of publishers."""
