"""Shared code for the exchanges' documents: JSON answers, refusals, and fetching one document.

Belongs here: reading an array of candles from JSON, reporting a venue's refusal, fetching one document so that a
failure affects only its symbol. Does not belong here: addresses, and the layout of one venue's candle.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from orchestration.sources.base import ArchiveView, Failed, Fetched, FormatError, Kept, Known, SourceError
from orchestration.sources.crypto.candles import Floats, Ints
from orchestration.sources.crypto.symbols import SEED, Listing

if TYPE_CHECKING:  # parsing needs no HTTP, and its import takes time
    from orchestration.sources.http import HttpClient

Parse = Callable[[str, bytes, dt.datetime], pd.DataFrame]

LARGEST_ANSWER = 64 * 2**20
"""Bytes. A thousand candles have 0.2 MB, so anything near this size is not an answer to our requests."""

_MOST_ADDED = 8
"""Maximum number of cells after those that we read; a row with more has another layout."""

_GEO_BLOCK = re.compile(r"restricted location|\b451\b", re.IGNORECASE)
_NO_SUCH_MARKET = re.compile(r"invalid symbol|unknown asset pair|not ?found", re.IGNORECASE)
_OTHERS_STAND_IN = (
    "The other venues replace it. To stop these requests, set its rows to `fetch` = false in "
    f"dbt_project/seeds/{SEED}.csv."
)
_GEO_BLOCK_STATUS = {403, 451}
_NO_SUCH_MARKET_STATUS = {400, 404, 410}


def read_json(body: bytes, publisher: str) -> Any:
    """Decode a JSON answer.

    Raises:
        FormatError: it is empty, HTML, not JSON, or too large to be an answer of this publisher.
    """
    if not body.strip():
        raise FormatError(f"{publisher}: the document is empty. Expected JSON: fetch it again.")
    if len(body) > LARGEST_ANSWER:
        raise FormatError(
            f"{publisher}: expected JSON of at most {LARGEST_ANSWER:,} bytes, found {len(body):,}. Fetch it again."
        )
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FormatError(
            f"{publisher}: expected JSON, found a web page (HTML) that begins {excerpt(body)}. The "
            "publisher, or something on the way to it, refused the request: fetch it again later."
        )
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        begins = excerpt(body)
        raise FormatError(
            f"{publisher}: expected JSON, found a document that begins {begins} ({_reason(error)}). {advice(begins)}"
        ) from None


def read_rows(answer: Any, width: int, publisher: str, listing: Listing) -> list[list[Any]]:
    """Check that a decoded answer is an array of candles, each with the same number of cells, at least `width`.

    Venues add cells at the end, after those that we read.

    Raises:
        FormatError: it is the publisher's refusal (the message quotes it), or has another layout.
    """
    if isinstance(answer, dict):
        raise refusal(publisher, answer.get("msg") or answer.get("message") or answer, listing)
    if not isinstance(answer, list):
        raise FormatError(f"{publisher}: expected an array of candles, found {_shown(answer)}. {advice('')}")
    if answer and isinstance(answer[0], list):
        width = min(max(width, len(answer[0])), width + _MOST_ADDED)
    for number, row in enumerate(answer, start=1):
        if not isinstance(row, list) or len(row) != width:
            found = f"{len(row)} cells" if isinstance(row, list) else _shown(row)
            raise FormatError(
                f"{publisher}: expected a candle of {width} cells in row {number}, found {found}. The layout "
                "has changed, or these are not candles: compare the document with the publisher's description."
            )
    return answer


def read_integers(rows: Sequence[list[Any]], position: int, name: str, publisher: str) -> Ints:
    """One column as whole numbers; raises FormatError for the first cell that is not a whole number."""
    return np.asarray(_read_column(rows, position, name, publisher, pa.int64()), dtype=np.int64)


def read_figures(rows: Sequence[list[Any]], position: int, name: str, publisher: str) -> Floats:
    """One column as numbers, quoted or not; raises FormatError for the first cell that is not a number."""
    return np.asarray(_read_column(rows, position, name, publisher, pa.float64()), dtype=np.float64)


def row_numbers(rows: Sequence[Any]) -> Ints:
    """Row numbers in the document, from 1."""
    return np.arange(1, len(rows) + 1, dtype=np.int64)


def refusal(publisher: str, words: object, listing: Listing) -> FormatError:
    """The error for an answer with the venue's reason to refuse."""
    quoted = _shown(words)
    return FormatError(f"{publisher} refused {listing.market}: {quoted}. {advice(quoted, listing)}")


def advice(words: str, listing: Listing | None = None) -> str:
    """What to do about a refusal with this text."""
    if _GEO_BLOCK.search(words):
        return f"The venue does not serve the country of this machine. {_OTHERS_STAND_IN}"
    if listing is not None and _NO_SUCH_MARKET.search(words):
        return f"The venue does not know the market. {_see_the_list(listing)}"
    return "Fetch it again later. If the problem persists, the publisher has changed its format."


@dataclass(frozen=True)
class Span:
    """The candles that an address must serve.

    Attributes:
        first: when the first opens, UTC.
        stop: the last opens before this moment.
        seconds: from one candle to the next.
    """

    first: dt.datetime
    stop: dt.datetime
    seconds: int

    @property
    def count(self) -> int:
        """The number of candles."""
        return max(0, -((self.first - self.stop) // dt.timedelta(seconds=self.seconds)))

    def since(self, day: dt.date | None) -> Span:
        """The part of the span from the start of a day."""
        return self if day is None else replace(self, first=max(self.first, midnight(day)))


@dataclass(frozen=True)
class Question:
    """One document to fetch.

    Attributes:
        dataset: of the document.
        address: may contain a user and a password.
        listing: the market.
        span: the candles that it must have; None if any number is valid.
        parse: the parser.
    """

    dataset: str
    address: str
    listing: Listing
    span: Span | None
    parse: Parse


def ask(client: HttpClient, archive: ArchiveView, question: Question) -> Fetched | Failed:
    """Fetch one document, and check that it has candles: some venues send a refusal with status 200.

    A failure affects one symbol and is never required: the load continues, and the next load tries again. A document
    that lacks candles is stored with a warning.
    """
    from orchestration.sources.http import full_address

    dataset, address, listing = question.dataset, question.address, question.listing
    warning = None
    try:
        response = client.get(address, known=_known(archive, question))
        if not response.not_modified:
            warning = _lacking(question, question.parse(dataset, response.body, response.retrieved_at))
    except FormatError as error:
        return Failed(dataset, full_address(address), str(error), required=False)
    except SourceError as error:
        reason = " ".join([str(error), *_what_the_list_says(error, listing)])
        return Failed(dataset, full_address(address), reason, required=False)
    return Fetched(dataset, response, warning)


def must_ask(archive: ArchiveView, question: Question) -> bool:
    """Whether to fetch a document of the past: it is missing, or it is bad and due again."""
    from orchestration.sources.http import full_address

    kept = archive.kept(full_address(question.address))
    return kept is None or (_is_bad(kept, question) and archive.is_due(full_address(question.address)))


def retrieved_at(archive: ArchiveView, question: Question) -> dt.datetime | None:
    """When the document of an address was retrieved, or None."""
    from orchestration.sources.http import full_address

    kept = archive.kept(full_address(question.address))
    return kept.retrieved_at if kept else None


def midnight(day: dt.date) -> dt.datetime:
    """The start of a day, UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _is_bad(kept: Kept, question: Question) -> bool:
    """Whether a document was refused, cannot be read, or lacks candles."""
    rows = kept.rows
    if rows is None:
        try:
            rows = len(question.parse(question.dataset, kept.body(), kept.retrieved_at))
        except FormatError:
            return True
    return kept.is_refused or (question.span is not None and rows < question.span.count)


def _known(archive: ArchiveView, question: Question) -> Known | None:
    """The validators of the document of an address, unless it is bad."""
    from orchestration.sources.http import full_address

    address = full_address(question.address)
    kept = archive.kept(address)
    return None if kept is None or _is_bad(kept, question) else archive.latest_of_address(address)


def _lacking(question: Question, frame: pd.DataFrame) -> str | None:
    """A warning about missing candles, in words; None if none are missing."""
    if question.span is None:
        return None
    span = question.span.since(question.listing.unbroken_since or question.listing.listed_on)
    opened = pd.to_datetime(frame["opened_at"]).dt.tz_localize("UTC")
    held = ((opened >= span.first) & (opened < span.stop)).sum()
    if held >= span.count:
        return None
    last = span.stop - dt.timedelta(seconds=1)
    return (
        f"{held:,} of {span.count:,} candles from {span.first:%Y-%m-%d} to {last:%Y-%m-%d}: the document was empty or "
        "incomplete. The next loads fetch it again."
    )


def _what_the_list_says(error: SourceError, listing: Listing) -> list[str]:
    from orchestration.sources.http import StatusError

    status = error.status if isinstance(error, StatusError) else None
    if status in _GEO_BLOCK_STATUS:
        return [_OTHERS_STAND_IN]
    return [_see_the_list(listing)] if status in _NO_SUCH_MARKET_STATUS else []


def _see_the_list(listing: Listing) -> str:
    return f"{listing.story} Correct its row in dbt_project/seeds/{SEED}.csv, or set its `fetch` to false."


def excerpt(body: bytes) -> str:
    """The first bytes of a document, safe to print."""
    return repr(body[:80].decode("utf-8", errors="replace"))


def is_number(text: str, kind: pa.DataType) -> bool:
    """Whether Arrow reads a text as a number of this kind; Python is less strict and accepts surrounding blanks."""
    try:
        pa.array([text], pa.string()).cast(kind)
    except ValueError:
        return False
    return True


def _read_column(
    rows: Sequence[list[Any]], position: int, name: str, publisher: str, kind: pa.DataType
) -> npt.NDArray[Any]:
    cells = [row[position] for row in rows]
    texts = [_as_text(cell) for cell in cells]
    try:
        return np.asarray(pa.array(texts, pa.string()).cast(kind))
    except ValueError:  # also Arrow's own errors, and invalid characters
        number = next(number for number, text in enumerate(texts) if not is_number(text, kind))
        wanted = "a whole number" if pa.types.is_integer(kind) else "a number"
        raise FormatError(
            f"{publisher}: expected {wanted} as {name} in row {number + 1}, found {_shown(cells[number])}. "
            "Fetch the document again. If the problem persists, the publisher has changed its format."
        ) from None


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    # A cell that is not a number becomes an empty text; for Python, `true` is a number.
    return repr(cell) if isinstance(cell, int | float) else ""


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} on line {error.lineno}"
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else "nested too deeply, or a number too long"


def _shown(value: object) -> str:
    """A quotation from a document: one line, without control characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(sign if sign.isprintable() else "?" for sign in " ".join(text[:1000].split()))
    return text if len(text) <= 200 else f"{text[:200]}..."
