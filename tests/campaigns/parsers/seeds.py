"""Small complete documents of every form that the parsers read: the seeds of the campaign.

Belongs here: making them, by hand or by cutting a file down to a few rows. Does not belong here: how they are broken.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.registry import OTHER, SOURCES, identify
from tests.unit import crypto_documents, tic_documents

REAL_FILES = PROJECT_ROOT.parent / "shared" / "data"
FEW = 4
"""Rows that are kept of each run of rows."""

_KEPT_CODES = {"10502", "41408", "63908", "99990", "99991", "99996"}
_TWO_SURVEYS = 22
"""Columns of code, name, and two surveys of ten figures."""
_MONTH = re.compile(r"\b(?:19|20)[0-9]{2}-[01][0-9]\b")
_ROW = re.compile(r'^"?[^\t,"]*(?:, ?[^\t"]*)?"?[\t,][" ]*([0-9]{5})[" ]*[\t,]')
_SURVEY_ROW = re.compile(r"^([0-9]{5})\t")


@dataclass(frozen=True)
class Seed:
    """A document that its parser reads.

    Attributes:
        source, dataset, body, retrieved_at: what its parser is given.
        form: which layout of which publisher it has; each form gets an equal share of a campaign.
        origin: where it is from, for a person.
    """

    source: str
    dataset: str
    form: str
    body: bytes = field(repr=False)
    retrieved_at: dt.datetime
    origin: str


def all_seeds() -> tuple[Seed, ...]:
    """Handmade documents, those of the embedded sample, and real files if they are next to the project."""
    folders = [folder for folder in (SAMPLE_FOLDER, REAL_FILES) if (folder / "manifest.csv").is_file()]
    return (*_made(), *(seed for folder in folders for seed in _of_folder(folder)))


def by_form(seeds: tuple[Seed, ...]) -> dict[str, list[Seed]]:
    """The seeds of each form, forms in order of their names."""
    forms: dict[str, list[Seed]] = {}
    for seed in sorted(seeds, key=lambda seed: (seed.form, seed.origin)):
        forms.setdefault(seed.form, []).append(seed)
    return forms


# ---------------------------------------------------------------- made by hand


def _made() -> Iterator[Seed]:
    for dataset, text in tic_documents.DOCUMENTS.items():
        yield _seed("tic", dataset, text.encode(), tic_documents.NOW, "made")
    page = (
        "<html><body><table><tr><th>Data</th><th>Day</th></tr>\n"
        "<tr><td>May data</td><td>July 18, 2024</td></tr>\n<tr><td>June</td><td>08/15/2024</td></tr>\n</table></html>\n"
    )
    yield _seed("tic", "release_calendar", page.encode(), tic_documents.NOW, "made, page")
    now = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    for dataset, body in _made_fred().items():
        yield _seed("fred", dataset, body, now, "made")
    for source in SOURCES.values():
        for address, body in source.PUBLISHER.examples.items():
            dataset = source.dataset_of(address)
            assert dataset is not None, address
            yield _seed(source.PUBLISHER.name, dataset, body, now, "made")
    yield from _made_candles()


def _made_fred() -> dict[str, bytes]:
    daily = b"observation_date,DGS10\n2026-01-02,4.19\n2026-01-05,\n2026-01-06,-0.04\n"
    weekly = b"DATE,WALCL\n2026-01-07,6535000.0\n2026-01-14,.\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", b"Of two frequencies.\n")
        archive.writestr("daily.csv", daily)
        archive.writestr("weekly, ending wednesday.csv".replace(",", ""), weekly)
    rows = [
        {"realtime_start": "2026-03-25", "realtime_end": "2026-03-31", "date": "2026-03-20", "value": "-0.42"},
        {"realtime_start": "2026-04-01", "realtime_end": "9999-12-31", "date": "2026-03-20", "value": "-0.43"},
        {"realtime_start": "2026-04-01", "realtime_end": "9999-12-31", "date": "2026-03-27", "value": "."},
    ]
    page = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31", "units": "lin", "output_type": 1}
    page |= {"count": len(rows), "offset": 0, "limit": 100000, "observations": rows}
    described = {"id": "WALCL", "title": "Total Assets", "units": "Millions of U.S. Dollars", "frequency": "Weekly"}
    described |= {"seasonal_adjustment": "Not Seasonally Adjusted", "last_updated": "2026-09-10 15:36:01-05"}
    return {
        "DGS10": daily,
        "DGS10,WALCL": packed.getvalue(),
        "NFCI": json.dumps(page).encode(),
        "WALCL/series": json.dumps({"seriess": [described]}).encode(),
    }


def _made_candles() -> Iterator[Seed]:
    later = crypto_documents.at("2026-11-01")
    week = crypto_documents.days("2026-08-01", FEW)
    csv_text = crypto_documents.binance_csv(week)
    four_hours = [crypto_documents.Candle(week[0].opened + 14_400 * place) for place in range(FEW)]
    futures = crypto_documents.binance_csv(four_hours, width=14_400, header=True)
    for source, dataset, body in (
        ("coinbase", "BTC-USD/1d", crypto_documents.coinbase(week)),
        ("kraken", "XBTUSD/1d", crypto_documents.kraken(week)),
        ("binance", "BTCUSDT/1d", crypto_documents.binance(week)),
        ("binance", "BTCUSDT/1d", crypto_documents.zipped(csv_text)),
        ("binance", "BTCUSDT/1d", crypto_documents.zipped(csv_text, method=zipfile.ZIP_STORED)),
        ("binance", "um/BTCUSDT/4h", crypto_documents.zipped(futures, "BTCUSDT-4h-2026-08.csv")),
    ):
        yield _seed(source, dataset, body, later, f"made, {len(body)} bytes")


def _seed(source: str, dataset: str, body: bytes, retrieved_at: dt.datetime, origin: str) -> Seed:
    return Seed(source, dataset, _form(source, dataset, body), body, retrieved_at, origin)


def _form(source: str, dataset: str, body: bytes) -> str:
    kind = "zip" if body[:2] == b"PK" else "json" if body.lstrip()[:1] in (b"{", b"[") else "text"
    match source:
        case "tic":
            return f"tic {dataset}"
        case "fred":
            return f"fred {'series' if dataset.endswith('/series') else kind}"
        case "binance":
            return f"binance {kind}"
        case _:
            return source


# ---------------------------------------------------------------- cut from files


def _of_folder(folder: Path) -> Iterator[Seed]:
    """The files of a manifest that a parser reads, cut down in memory; nothing is written."""
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as manifest:
        rows = list(csv.DictReader(manifest))
    for row in rows:
        source, dataset = identify(row["url"]) or (OTHER, "")
        # What lies in the dead file is never looked at.
        if source == OTHER or dataset == "mfh":
            continue
        day = dt.datetime.combine(dt.date.fromisoformat(row["as_of"]), dt.time(23, 59, 59), tzinfo=dt.UTC)
        body = cut(source, dataset, (folder / row["path"]).read_bytes())
        yield _seed(source, dataset, body, day, row["path"])


def cut(source: str, dataset: str, body: bytes) -> bytes:
    """A document of the same layout with a few of its rows."""
    if body[:2] == b"PK":
        return _cut_zip(body)
    if body.lstrip()[:1] in (b"{", b"["):
        return _cut_json(body)
    if source == "tic":
        return _cut_tic(dataset, body)
    lines = body.splitlines(keepends=True)
    # Treasury's newest day comes first, and its first day of the year must stay.
    return b"".join([lines[0], *(lines[-FEW:] if source == "treasury" else lines[1 : 1 + FEW])])


def _cut_zip(body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as whole, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as small:
        for member in whole.infolist():
            lines = whole.read(member).splitlines(keepends=True)
            small.writestr(member.filename, b"".join(lines[: 1 + FEW]))
    return packed.getvalue()


def _cut_json(body: bytes) -> bytes:
    content = json.loads(body)
    if isinstance(content, list):
        return json.dumps(content[:FEW]).encode()
    for name, value in content.get("result", {}).items():
        if isinstance(value, list):
            content["result"][name] = value[:FEW]
    return json.dumps(content).encode()


def _cut_tic(dataset: str, body: bytes) -> bytes:
    lines = body.decode("latin-1").splitlines(keepends=True)
    if dataset == "mfhhis01":
        return "".join(_two_years(lines)).encode("latin-1")
    if dataset == "shlhistdat":
        kept = [line for line in lines if not (found := _SURVEY_ROW.match(line)) or found[1] in _KEPT_CODES]
        return "".join("\t".join(line.split("\t")[:_TWO_SURVEYS]) + "\n" for line in kept).encode("latin-1")
    if dataset == "release_calendar":
        return "".join(lines[: 1 + 2 * FEW]).encode("latin-1")
    rows = [line for line in lines if _ROW.match(line)]
    newest = sorted({month[0] for line in rows if (month := _MONTH.search(line))})[-FEW:]
    return "".join(line for line in lines if _stays(line, newest)).encode("latin-1")


def _stays(line: str, months: list[str]) -> bool:
    found = _ROW.match(line)
    if found is None:
        return True
    month = _MONTH.search(line)
    return found[1] in _KEPT_CODES and month is not None and month[0] in months


def _two_years(lines: list[str]) -> list[str]:
    """The two newest years of the history, and its footer."""
    heads = [number for number, line in enumerate(lines) if re.match(r'["\t, ]*Country["\t, ]+(?:19|20)[0-9]{2}', line)]
    footer = next(number for number, line in enumerate(lines) if "department of the treasury" in line.casefold())
    # Above its line of years a block has a line of months, and may have two of labels.
    end = heads[2] - 3 if len(heads) > 2 else footer
    return [*lines[:end], *lines[footer:]]
