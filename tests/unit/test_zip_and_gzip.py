"""Malicious packed documents: bombs, paths outside, false checksums and sizes, encryption, a ZIP in a ZIP.

For both publishers that send ZIP files. `http` unpacks gzip and has its own tests; a parser refuses gzip.
"""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from tests.campaigns.parsers.campaign import forms
from tests.campaigns.parsers.seeds import Seed

BINANCE = next(seed for seed in forms()["binance zip"] if seed.origin.startswith("made"))
FRED = forms()["fred zip"][0]
ALL = [seeds[0] for seeds in forms().values()]


def members(seed: Seed) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(seed.body)) as archive:
        return [(member.filename, archive.read(member)) for member in archive.infolist()]


def packed(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def with_content(seed: Seed, content: bytes) -> bytes:
    """The ZIP of a seed with another content in its last member."""
    return packed([*members(seed)[:-1], (members(seed)[-1][0], content)])


def with_name(seed: Seed, name: str) -> bytes:
    return packed([*members(seed)[:-1], (name, members(seed)[-1][1])])


def with_wrong_checksum(seed: Seed) -> bytes:
    crc = struct.pack("<L", zlib.crc32(members(seed)[-1][1]))
    assert seed.body.count(crc) == 2
    return seed.body.replace(crc, b"\x00\x01\x02\x03")


def encrypted(seed: Seed) -> bytes:
    body = bytearray(seed.body)
    body[body.rindex(b"PK\x03\x04") + 6] |= 1
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def with_smaller_size(seed: Seed) -> bytes:
    """The headers have a size that is one byte too small."""
    size = len(members(seed)[-1][1])
    body = seed.body
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = body.rindex(mark) + offset
        assert body[at : at + 4] == struct.pack("<L", size)
        body = body[:at] + struct.pack("<L", size - 1) + body[at + 4 :]
    return body


def with_zip64(seed: Seed, *numbers: int) -> bytes:
    """A 64-bit end of the directory: entries on this disk, entries, size and offset of the directory."""
    end = seed.body.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, *numbers)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return seed.body[:end] + record + locator + seed.body[end:]


def many_entries(seed: Seed) -> bytes:
    return packed([(f"{number}.csv", members(seed)[-1][1]) for number in range(2_000)])


LIES: dict[str, Callable[[Seed], bytes]] = {
    "bomb": lambda seed: with_content(seed, bytes(70 * 2**20)),
    "bomb of lines": lambda seed: with_content(seed, b"2026-01-01,1\n" * (6 * 2**20)),
    "path above": lambda seed: with_name(seed, "../evil.csv"),
    "path from the root": lambda seed: with_name(seed, "/tmp/evil.csv"),
    "path of Windows": lambda seed: with_name(seed, "C:\\evil.csv"),
    "path in a folder": lambda seed: with_name(seed, "folder/evil.csv"),
    "name with an order to the terminal": lambda seed: with_name(seed, "\x1b[2Jevil.csv"),
    "zip in a zip": lambda seed: with_content(seed, seed.body),
    "zip in a zip, by its name": lambda seed: packed([("inner.zip", seed.body)]),
    "wrong checksum": with_wrong_checksum,
    "encrypted": encrypted,
    "smaller size": with_smaller_size,
    "64 bits, an offset beyond all": lambda seed: with_zip64(seed, 1, 1, 100, 2**63),
    "64 bits, entries without end": lambda seed: with_zip64(seed, 2**62, 2**62, 2**62, 0),
    "64 bits, a negative directory": lambda seed: with_zip64(seed, 1, 1, 2**64 - 1, 2**64 - 1),
    "BZIP2": lambda seed: packed([("x.csv", members(seed)[-1][1])], zipfile.ZIP_BZIP2),
    "LZMA": lambda seed: packed([("x.csv", members(seed)[-1][1])], zipfile.ZIP_LZMA),
    "nothing in it": lambda _: packed([]),
    "two thousand files": many_entries,
    "cut off": lambda seed: seed.body[: len(seed.body) // 2],
    "first bytes alone": lambda _: b"PK\x03\x04",
}


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak:,} bytes were needed"


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("seed", [BINANCE, FRED], ids=["binance", "fred"])
def test_a_zip_with_false_headers_is_refused_and_nothing_is_written(
    seed: Seed, lie: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    body = LIES[lie](seed)
    with memory_below(160 * 2**20), pytest.raises(FormatError) as caught:
        SOURCES[seed.source].parse(seed.dataset, body, seed.retrieved_at)
    assert str(caught.value).isprintable()
    assert 40 < len(str(caught.value)) < 600
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Path("/tmp/evil.csv").exists()


@pytest.mark.parametrize("seed", [BINANCE, FRED], ids=["binance", "fred"])
def test_a_valid_zip_is_read(seed: Seed) -> None:
    """The archives above are invalid because of their false headers, not because of how these tests pack."""
    body = packed(members(seed))
    assert len(SOURCES[seed.source].parse(seed.dataset, body, seed.retrieved_at)) > 0


def test_a_small_bomb_is_detected_by_its_ratio() -> None:
    body = with_content(BINANCE, b"0" * 2**20)
    with memory_below(2**20), pytest.raises(FormatError, match="bytes packed into"):
        SOURCES["binance"].parse(BINANCE.dataset, body, BINANCE.retrieved_at)


@pytest.mark.parametrize("seed", ALL, ids=lambda seed: seed.form)
def test_gzip_is_refused(seed: Seed) -> None:
    """A copy saved as it came over the wire, or an archive that someone packed."""
    for body in (gzip.compress(seed.body), gzip.compress(bytes(10**6)), gzip.compress(seed.body)[:-9], b"\x1f\x8b"):
        with pytest.raises(FormatError) as caught:
            SOURCES[seed.source].parse(seed.dataset, body, seed.retrieved_at)
        assert str(caught.value).isprintable()
