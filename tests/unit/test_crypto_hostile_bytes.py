"""Claims about bytes that mean harm or are broken: only FormatError, within known bounds of memory, and no file."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestration.sources.base import FormatError
from orchestration.sources.crypto import binance, candles, coinbase, kraken
from tests.unit import crypto_documents as made

LATER = made.at("2026-11-01")
WEEK = made.days("2026-08-01", 7)
CSV = made.binance_csv(WEEK)
NAME = "BTCUSDT-1d-2026-08.csv"

DOCUMENTS: list[tuple[ModuleType, str, bytes]] = [
    (coinbase, "BTC-USD/1d", made.coinbase(WEEK)),
    (kraken, "XBTUSD/1d", made.kraken(WEEK)),
    (binance, "BTCUSDT/1d", made.binance(WEEK)),
    (binance, "BTCUSDT/1d", made.zipped(CSV)),
    (binance, "BTCUSDT/1d", made.zipped(CSV, method=zipfile.ZIP_STORED)),
]
any_document = st.sampled_from(DOCUMENTS)


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak:,} bytes were needed"


def read_or_refuse(publisher: ModuleType, dataset: str, body: bytes) -> None:
    """Either rows of the contract or a FormatError with a sentence; anything else fails the test."""
    try:
        frame = publisher.parse(dataset, body, LATER)
    except FormatError as refused:
        message = str(refused)
    else:
        assert tuple(frame.columns) == candles.COLUMNS
        assert frame["opened_at"].is_monotonic_increasing
        assert frame["opened_at"].is_unique
        return
    assert 20 < len(message) < 1000


@given(st.sampled_from([(p, d) for p, d, _ in DOCUMENTS[:3]]), st.binary(max_size=300))
@example((binance, "BTCUSDT/1d"), b"PK")
@example((binance, "BTCUSDT/1d"), b"PK\x03\x04")
@example((binance, "BTCUSDT/1d"), b"PK\x05\x06" + bytes(18))
def test_arbitrary_bytes(source: tuple[ModuleType, str], body: bytes):
    read_or_refuse(*source, body)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_that_begin_as_a_zip(body: bytes):
    read_or_refuse(binance, "BTCUSDT/1d", b"PK\x03\x04" + body)


@given(any_document, st.data())
def test_documents_with_bytes_changed_cut_out_or_put_in(document: tuple[ModuleType, str, bytes], data: st.DataObject):
    publisher, dataset, body = document
    damaged = bytearray(body)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        match data.draw(st.sampled_from(["change", "cut", "put", "end"])):
            case "change" if damaged:
                damaged[place] = data.draw(st.integers(0, 255))
            case "cut":
                del damaged[place : place + data.draw(st.integers(1, 20))]
            case "put":
                damaged[place:place] = data.draw(st.binary(min_size=1, max_size=8))
            case _:
                del damaged[place:]
    read_or_refuse(publisher, dataset, bytes(damaged))


@given(st.data())
def test_archives_whose_csv_is_damaged(data: st.DataObject):
    damaged = bytearray(CSV)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 5))] = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b",", b"\n", b'"', b"-", b"e9", b"\r\n\r\n", b"nan"]))
        )
    read_or_refuse(binance, "BTCUSDT/1d", made.zipped(bytes(damaged)))


cells = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([WEEK[0].opened, WEEK[0].opened * 1000, "1.0", [], {}])
)
json_values = st.recursive(
    cells,
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(
            st.sampled_from(["error", "result", "last", "msg", "message", "code", "X"]), inner, max_size=4
        )
    ),
    max_leaves=30,
)


@given(st.sampled_from([(p, d) for p, d, _ in DOCUMENTS[:3]]), json_values)
def test_json_of_any_shape(source: tuple[ModuleType, str], value: object):
    read_or_refuse(*source, json.dumps(value).encode())


@given(
    st.sampled_from([(coinbase, "BTC-USD/1d", 6), (kraken, "XBTUSD/1d", 8), (binance, "BTCUSDT/1d", 12)]),
    st.lists(st.tuples(*[cells] * 12), max_size=2),
    st.booleans(),
)
def test_rows_of_the_right_width_with_cells_of_any_kind(source: tuple[ModuleType, str, int], rows, timed: bool):
    publisher, dataset, width = source
    cut = [[WEEK[0].opened if timed else row[0], *row[1:width]] for row in rows]
    value = {"error": [], "result": {"XXBTZUSD": cut, "last": 0}} if publisher is kraken else cut
    read_or_refuse(publisher, dataset, json.dumps(value).encode())


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.floats(width=32, allow_nan=False, allow_infinity=False)),
        max_size=40,
        unique_by=lambda pair: pair[0],
    ),
    st.integers(0, 41 * 24 * 3600),
    st.randoms(use_true_random=False),
)
def test_what_was_written_comes_back(pairs, elapsed, random):
    """All that has closed, in order, to the last bit, whatever the layout."""
    start = made.seconds("2026-06-01")
    written = [made.Candle(start + day * made.DAY, close=close) for day, close in sorted(pairs)]
    shuffled = random.sample(written, len(written))
    retrieved = made.at("2026-06-01") + made.dt.timedelta(seconds=elapsed)
    expected = [c for c in written if c.opened + made.DAY <= start + elapsed]
    for publisher, dataset, body in (
        (coinbase, "BTC-USD/1d", made.coinbase(shuffled)),
        (kraken, "XBTUSD/1d", made.kraken(shuffled) if shuffled else b'{"error":[],"result":{"X":[],"last":0}}'),
    ):
        if any(c.opened > start + elapsed + made.DAY for c in written):
            with pytest.raises(FormatError, match="after the document was retrieved"):
                publisher.parse(dataset, body, retrieved)
            continue
        frame = publisher.parse(dataset, body, retrieved)
        assert frame["close"].tolist() == [c.close for c in expected]
        assert (frame["opened_at"].astype("int64") // 10**6).tolist() == [c.opened for c in expected]


# --- ZIP files that are not to be unpacked -------------------------------------------------------------------------


def several(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, CSV)
    return packed.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        f"../{NAME}",
        f"/tmp/{NAME}",
        f"C:\\{NAME}",
        f"..\\{NAME}",
        f"sub/{NAME}",
        f"{NAME}/",
        f"{NAME}\n",
        "BTCUSDT-1d-2026-08.exe",
        "BTCUSDT-1h-2026-08.csv",
        "ETHUSDT-1d-2026-08.csv",
        "BTCUSDT-1d-latest.csv",
        "x" * 5000,
    ],
)
def test_a_file_of_another_name_or_with_a_path_is_not_unpacked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    with pytest.raises(
        FormatError, match=r"expected a ZIP with the one file BTCUSDT-1d-.*It was not unpacked"
    ) as caught:
        binance.parse("BTCUSDT/1d", several(name), LATER)
    assert len(str(caught.value)) < 400
    assert list(tmp_path.rglob("*")) == [inside]


@pytest.mark.parametrize("names", [(), (NAME, "BTCUSDT-1d-2026-09.csv"), (NAME, "README.txt")])
def test_an_archive_has_one_file(names: tuple[str, ...]):
    with pytest.raises(FormatError, match=rf"found {len(names)} files"):
        binance.parse("BTCUSDT/1d", several(*names), LATER)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_the_publishers_way_of_packing_is_unpacked(method: int):
    with pytest.raises(FormatError, match="packed in another way"):
        binance.parse("BTCUSDT/1d", made.zipped(CSV, method=method), LATER)


def test_an_encrypted_file_is_named_as_such():
    body = bytearray(made.zipped(CSV))
    body[6] |= 1
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FormatError, match="encrypted"):
        binance.parse("BTCUSDT/1d", bytes(body), LATER)


def test_a_file_beyond_the_size_limit_is_not_unpacked():
    bomb = made.zipped(bytes(binance.LARGEST_MEMBER + 1), method=zipfile.ZIP_STORED)
    with memory_below(4 * 2**20), pytest.raises(FormatError, match=r"67,108,865 bytes packed into"):
        binance.parse("BTCUSDT/1d", bomb, LATER)


def test_a_small_file_that_unpacks_out_of_proportion_is_not_unpacked():
    bomb = made.zipped(bytes(8 * 2**20))
    with memory_below(2 * 2**20), pytest.raises(FormatError, match="bytes packed into"):
        binance.parse("BTCUSDT/1d", bomb, LATER)


def test_a_false_size_in_a_header_does_not_get_more_memory():
    size = 48 * 2**20
    body = made.zipped(b"1" * size)
    assert body.count(size.to_bytes(4, "little")) == 2
    with memory_below(2 * 2**20), pytest.raises(FormatError, match="cannot be unpacked"):
        binance.parse("BTCUSDT/1d", body.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")), LATER)


def test_a_month_without_a_trade_is_not_treated_as_a_zip_bomb():
    start = made.seconds("2026-08-01")
    still = [made.Candle(start + i * 60, 0.01, 0.01, 0.01, 0.01, 0.0) for i in range(31 * 1440)]
    body = made.zipped(made.binance_csv(still, width=60), "BTCUSDT-1m-2026-08.csv")
    assert len(binance.parse("BTCUSDT/1m", body, LATER)) == 31 * 1440


def test_a_damaged_file_is_found_by_its_checksum():
    body = bytearray(made.zipped(CSV, method=zipfile.ZIP_STORED))
    body[body.index(b"100.0")] = ord("9")
    with pytest.raises(FormatError, match=r"cannot be unpacked .*CRC"):
        binance.parse("BTCUSDT/1d", bytes(body), LATER)


def test_a_damaged_name_is_not_quoted_at_length():
    body = bytearray(made.zipped(CSV, method=zipfile.ZIP_STORED))
    body[27] = 3  # the higher byte of the length of the name
    with pytest.raises(FormatError, match="cannot be unpacked") as caught:
        binance.parse("BTCUSDT/1d", bytes(body), LATER)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_zip_that_was_cut_off_is_refused(share: float):
    body = made.zipped(CSV)
    with pytest.raises(FormatError, match="cannot be unpacked"):
        binance.parse("BTCUSDT/1d", body[: int(len(body) * share)], LATER)


# --- CSV in archives -----------------------------------------------------------------------------------------------

LINES = CSV.splitlines()


def with_line(number: int, line: bytes) -> bytes:
    return b"\n".join([*LINES[: number - 1], line, *LINES[number:]]) + b"\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"time,open,high\n" + CSV, "expected a candle or the header open_time,open,high,low,close,volume"),
        (b"open_time,open,low,high,close,volume,x\n" + CSV, "on line 1, found"),
        (b"<html><body>no</body></html>", "on line 1, found"),
        (b"\n" + CSV, "on line 1, found"),
        (made.HEADER.encode() + b"\n" + made.HEADER.encode() + b"\n" + CSV, "open_time on line 2"),
        (with_line(3, LINES[2].rpartition(b",")[0]), "expected 12 cells on line 3, found 11"),
        (with_line(3, LINES[2] + b",1"), "expected 12 cells on line 3, found 13"),
        (with_line(3, b""), "expected 12 cells on line 3, found 1"),
        (with_line(5, LINES[4].replace(b"104.00000000", b"abc")), "expected a number as open on line 5, found 'abc'"),
        (with_line(5, LINES[4].replace(b"104.00000000", b"")), "expected a number as open on line 5, found ''"),
        (with_line(5, LINES[4].replace(b"104.00000000", b'"104"')), "open on line 5"),
        (with_line(5, LINES[4].replace(b"104.00000000", b"NULL")), "open on line 5"),
        (with_line(5, LINES[4].replace(b"000,", b"000.5,", 1)), "open_time on line 5"),
        (CSV[:-40], "cells on line 7"),
    ],
)
def test_a_damaged_csv_is_refused_by_line(content: bytes, words: str):
    with pytest.raises(FormatError) as caught:
        binance.parse("BTCUSDT/1d", made.zipped(content), LATER)
    assert words in str(caught.value)
