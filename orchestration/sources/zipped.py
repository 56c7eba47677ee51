"""ZIP files of publishers, unpacked in memory within limits; nothing is written to disk.

Belongs here: what a ZIP may hold before any of it is unpacked. Does not belong here: what a publisher's file says.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from orchestration.sources.base import FormatError

_BLOCK = 2**20
_LONGEST_QUOTE = 80

# zipfile raises errors of many kinds for damaged bytes, and RuntimeError for an unknown way of packing.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
)


@dataclass(frozen=True)
class Limits:
    """What a publisher's ZIP may hold.

    Attributes:
        expected: in words, for messages: `the one file cslt.json`.
        names: a name that a member may have, as a whole.
        members: how many there may be at least and at most.
        size: how many bytes all members together may have.
        ratio: how many times larger than the ZIP they may be; None for no such limit.
    """

    expected: str
    names: re.Pattern[str]
    members: tuple[int, int]
    size: int
    ratio: int | None = None


def members(what: str, body: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Give the name and the bytes of each member.

    Args:
        what: the document, for messages.
        body: the ZIP.
        limits: what it may hold.

    Raises:
        FormatError: it is damaged, encrypted, or holds something else than the limits allow.
    """
    for (_, name), parts in groupby(_unpack(what, body, limits), key=lambda part: part[:2]):
        yield name, b"".join(block for _, _, block in parts)


def blocks(what: str, body: bytes, limits: Limits) -> Iterator[bytes]:
    """Give the bytes of the only member in blocks of a mebibyte.

    Raises:
        FormatError: as `members`; for damage, when the block is reached.
    """
    for _, _, block in _unpack(what, body, limits):
        yield block


def _unpack(what: str, body: bytes, limits: Limits) -> Iterator[tuple[int, str, bytes]]:
    """Number and name of a member and a block of its bytes; at least one block a member."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            _check(what, body, entries, limits)
            for number, entry in enumerate(entries):
                # A member ends at the size in its header: one that lies about it fails the checksum.
                size = min(_BLOCK, entry.file_size + 1)
                with archive.open(entry) as file:
                    yield number, entry.filename, file.read(size)
                    while block := file.read(size):
                        yield number, entry.filename, block
    except _DAMAGED as error:
        # Python quotes what it took for a name: kilobytes of the ZIP.
        raise FormatError(
            f"{what}: the ZIP cannot be unpacked ({str(error)[:200]}): it is damaged or was cut off. Fetch it again."
        ) from None


def _check(what: str, body: bytes, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    least, most = limits.members
    if not least <= len(entries) <= most:
        raise _unexpected(what, limits, f"{len(entries):,} files")
    for entry in entries:
        if not limits.names.fullmatch(entry.filename):
            raise _unexpected(what, limits, f"the name {entry.filename[:_LONGEST_QUOTE]!r}")
        if entry.flag_bits & 1:
            raise _unexpected(what, limits, f"that {entry.filename} is encrypted")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _unexpected(what, limits, f"{entry.filename} packed in another way than `deflate`")
    size = sum(entry.file_size for entry in entries)
    largest = min(limits.size, limits.ratio * len(body)) if limits.ratio else limits.size
    if size > largest:
        raise _unexpected(what, limits, f"{size:,} bytes packed into {len(body):,} (at most {largest:,})")


def _unexpected(what: str, limits: Limits, found: str) -> FormatError:
    return FormatError(
        f"{what}: expected a ZIP with {limits.expected}, found {found}. It was not unpacked: check the address, and "
        "fetch it again."
    )
