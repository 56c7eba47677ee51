"""The Federal Reserve's estimates of Bertaut and Judson (IFDP 1113): positions and flows of securities by country.

Belongs here: the three files that are read, and the ZIP that they are in. Does not belong here: which figures the marts
prefer where the Treasury publishes its own.

Datasets: `liabilities` (foreign holdings of US securities, 2011-06 to 2020-12), `claims` (US holdings of foreign
securities, 2011-12 to 2020-12), `official` (foreign official holders, 1984-12 to 2011-06), and `ifdp1113`, the ZIP with
all of them. The authors ended the work in July 2021.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.settings import Settings
from orchestration.sources import zipped
from orchestration.sources.base import ArchiveView, Endpoint, Failed, Fetched, FetchError, FormatError, Publisher
from orchestration.sources.http import HttpClient, full_address
from orchestration.sources.numbers import read_figures, too_large
from orchestration.sources.tic.countries import known_codes
from orchestration.tables.raw import fed_securities

NAME = "fed"
ARCHIVE = "ifdp1113"
FILES = {
    "liabilities": "bertaut_judson_positions_liabs_2021.csv",
    "claims": "bertaut_judson_positions_claims_2021.csv",
    "official": "ticdata.liabilities.foiadj.txt",
}
_MAIN_FILE = FILES["liabilities"]
_PATH = "/pubs/ifdp/2014/1113/ifdp1113_data.zip"
_EXAMPLE_COLUMNS = ("survey_pos", "adj_net_flow", "adj_val_chg", "monthly_gap", "est_pos")
_KINDS = {
    "liabilities": {
        "ftot_agcy": "agency",
        "ftot_corp": "corporate_bond",
        "ftot_stk": "corporate_stock",
        "ftot_treas": "treasury",
    },
    "claims": {"us_bond": "bond", "us_stk": "corporate_stock"},
    "official": {
        "foi_agcy": "agency",
        "foi_corp": "corporate_bond",
        "foi_stk": "corporate_stock",
        "foi_treas": "treasury",
    },
}
_MEASURES = dict(zip(_EXAMPLE_COLUMNS, fed_securities.TABLE.value_columns, strict=True))
_IDENTITY = ("date", "country_code", "country_name")
_MISSING = ("ND", ".", "")
_WHOLE_DIGITS = 12
_LARGEST_DOCUMENT = 64 * 2**20
_LIMITS = zipped.Limits(
    "the files of IFDP 1113", re.compile(r"[A-Za-z0-9_./-]{1,120}", re.ASCII), (1, 60), _LARGEST_DOCUMENT, ratio=200
)
_AGAIN = "Nothing of it is used. Fetch it again; the authors ended this work in 2021, so the files do not change."


def _example(dataset: str) -> bytes:
    kinds = _KINDS[dataset]
    names = [*_IDENTITY, *(f"{kind}_{measure}" for kind in kinds for measure in _EXAMPLE_COLUMNS)]
    rows = [f"{day},10189,Austria," + ",".join(["ND,39,-6,0,2114"] * len(kinds)) for day in ("6/30/2011", "7/31/2011")]
    return "\n".join([",".join(names), *rows, ""]).encode()


PUBLISHER = Publisher(
    name=NAME,
    title="Board of Governors of the Federal Reserve System, IFDP 1113 (Bertaut and Judson)",
    website="https://www.federalreserve.gov",
    about="Estimates of cross-border holdings and flows of securities by country, 1984 to 2020.",
    endpoints=(
        Endpoint(
            name=NAME,
            url="https://www.federalreserve.gov",
            gives="positions, net flows and valuation changes of securities up to 2020: `ifdp1113_data.zip`",
            rhythm="once: the work ended in 2021",
        ),
    ),
    examples={
        f"https://www.federalreserve.gov{_PATH}#{FILES[dataset]}": _example(dataset)
        for dataset in ("liabilities", "claims")
    },
)


def dataset_of(address: str) -> str | None:
    """Which dataset an address serves, whatever its host; a file of the ZIP is named behind a `#`."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if not parts.path.endswith("/ifdp1113_data.zip"):
        return None
    return next(
        (dataset for dataset, file in FILES.items() if file == parts.fragment), None if parts.fragment else ARCHIVE
    )


def explain(address: str) -> str | None:
    """Why a file of the paper is not read, and which ones would be; None if it is read, or not the paper's."""
    if "ifdp1113" not in address or dataset_of(address) is not None:
        return None
    return f"Tidemark reads {', '.join(FILES.values())} of {PUBLISHER.website}{_PATH}"


def raw_table(dataset: str) -> str:  # noqa: ARG001 - all sources' signature
    """The raw table that the dataset's rows go to."""
    return fed_securities.TABLE.name


def parse(dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:  # noqa: ARG001 - all sources' signature
    """Turn a file of the paper, or the ZIP of all, into rows.

    Returns:
        The columns of `fed_securities`: a row per country, month and kind of security, in millions of US dollars.

    Raises:
        FormatError: it is not the file.
    """
    if dataset != ARCHIVE:
        return _read(dataset, body)
    files = {name.rpartition("/")[2]: text for name, text in zipped.members("IFDP 1113", body, _LIMITS)}
    found = [_read(dataset, files[file]) for dataset, file in FILES.items() if file in files]
    if not found:
        raise FormatError(f"IFDP 1113: expected {', '.join(FILES.values())} in the ZIP, found none of them. {_AGAIN}")
    return pd.concat(found, ignore_index=True)


def _read(dataset: str, body: bytes) -> pd.DataFrame:
    where = f"IFDP 1113, {FILES[dataset]}"
    if len(body) > _LARGEST_DOCUMENT:
        raise FormatError(f"{where}: expected {_LARGEST_DOCUMENT:,} bytes at most, found {len(body):,}. {_AGAIN}")
    if not body.endswith(b"\n"):
        raise FormatError(f"{where}: expected a line end after the last row. The document looks cut short. {_AGAIN}")
    try:
        wide = pd.read_csv(io.BytesIO(body), dtype="str", keep_default_na=False, skipinitialspace=True)
    except (ValueError, pd.errors.ParserError) as error:
        reason = " ".join(ascii(str(error))[1:-1].replace("\\n", " ").split())[:200]
        raise FormatError(f"{where}: cannot be read as CSV ({reason}). {_AGAIN}") from None
    # pandas takes the first column for an index where a row has more cells than the header
    if not isinstance(wide.index, pd.RangeIndex):
        raise FormatError(f"{where}: a row has more cells than the header. {_AGAIN}")
    wide.columns = [str(name).strip().replace("country ", "country_") for name in wide.columns]
    kinds = _KINDS[dataset]
    needed = [*_IDENTITY, *(f"{kind}_{measure}" for kind in kinds for measure in _MEASURES)]
    if sorted(wide.columns) != sorted(needed) or wide.empty:
        raise FormatError(f"{where}: expected rows with the columns {', '.join(needed)}. {_AGAIN}")
    wide = wide.apply(lambda column: column.str.strip())
    days = _month_ends(where, wide["date"])
    unknown = sorted(set(wide["country_code"]) - known_codes())
    if unknown:
        shown = ", ".join(code[:20] if code.isprintable() else ascii(code[:20]) for code in unknown[:10])
        raise FormatError(f"{where}: unknown country code {shown}. {_AGAIN}")
    frames = [
        pd.DataFrame(
            {
                "series": dataset,
                "country_code": wide["country_code"],
                "month_end": days,
                "security_type": security_type,
                **{column: _values(where, wide[f"{kind}_{measure}"]) for measure, column in _MEASURES.items()},
                "published_name": wide["country_name"],
                "line_number": np.arange(2, len(wide) + 2),
            }
        )
        for kind, security_type in kinds.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _month_ends(where: str, texts: pd.Series) -> pd.Series:
    days = pd.to_datetime(texts, format="%m/%d/%Y", errors="coerce")
    wrong = texts[days.isna() | (days + pd.Timedelta(days=1)).dt.day.ne(1)]
    if not wrong.empty:
        line = int(wrong.index[0]) + 2
        raise FormatError(
            f"{where}, line {line}: expected the last day of a month, found {wrong.iloc[0][:40]!r}. {_AGAIN}"
        )
    return days.astype("datetime64[s]")


def _values(where: str, texts: pd.Series) -> np.ndarray:
    cells = pa.array(texts, pa.string())
    values, is_number = read_figures(cells)
    is_missing = pc.is_in(cells, pa.array(_MISSING)).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero(~(is_missing | (is_number & ~too_large(values, _WHOLE_DIGITS))))
    if len(wrong):
        line, text = int(wrong[0]) + 2, str(texts.iloc[int(wrong[0])])[:40]
        raise FormatError(f"{where}, line {line}: expected a number or ND, found {text!r}. {_AGAIN}")
    return values


def fetch(client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
    """Fetch the ZIP until a load has accepted it, or its file of liabilities from a folder. Never required."""
    address = f"{PUBLISHER.base_url(settings)}{_PATH}"
    asked = full_address(address)
    kept = archive.kept(asked)
    if any(one and not one.is_refused for one in (kept, archive.kept(f"{PUBLISHER.website}{_PATH}#{_MAIN_FILE}"))):
        return
    if kept is not None and not archive.is_due(asked):
        return
    try:
        yield Fetched(ARCHIVE, client.get(address, known=None))
    except FetchError as error:
        yield Failed(ARCHIVE, asked, str(error), required=False)
