"""Stores the archive's bytes on disk: one file per content, named by the SHA-256 of the original bytes.

Belongs here: storing, compressing and reading bytes, and the check of their hash. Does not belong here: which document
they belong to, and when they arrived (`store.py`).

A file has one of three forms; the SHA-256 in its name is always that of the original bytes:

    raw       the bytes
    whole     a Zstandard frame of the bytes
    delta     a skippable frame with the SHA-256 of a base, then a Zstandard frame compressed against that base's bytes

`zstd -dc FILE` gives the bytes of the second form, `zstd -dc --patch-from=BASE FILE` those of the third, where BASE
has the bytes of the base. A base is never a delta itself, so reading takes two files at most.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import struct
import sys
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 12
"""Compression level: 1 MB takes about 0.1 s, and a FRED answer with a key takes half the space of level 3."""
LARGEST_SHARE = 0.9
"""A compressed form is kept only if it is smaller than this share of the bytes."""
DELTA_SHARE = 0.5
"""A delta is kept only if it is smaller than this share of the whole frame."""
SMALLEST_DELTA = 1_000
"""Bytes. A delta saves nothing for a shorter body, because disks allocate whole blocks."""
LARGEST_BODY = 2**30
"""Bytes. Far above any document of the archive: a file that claims more is damaged."""

_FRAME = b"\x28\xb5\x2f\xfd"
_BASE = b"\x50\x2a\x4d\x18" + struct.pack("<I", 32)
"""A skippable frame of 32 bytes; other readers of Zstandard ignore it."""

_numbers = itertools.count()


class DamagedError(Exception):
    """The bytes of a file do not match the hash in its name."""


def object_path(folder: Path, sha256: str) -> Path:
    """The path of the bytes with this SHA-256 in an archive."""
    return folder / "objects" / sha256[:2] / sha256


def read_bytes(folder: Path, sha256: str) -> bytes:
    """The bytes with this SHA-256.

    Raises:
        OSError: a file is missing or cannot be read.
        DamagedError: they no longer match their hash; the message names the damaged file.
    """
    path = object_path(folder, sha256)
    stored = path.read_bytes()
    if _hash(stored) == sha256:
        return stored
    base = base_of(stored)
    try:
        if base is not None:
            frame = stored[len(_BASE) + 32 :]
            body = _unpack(frame, zstd.ZstdDict(_read_base(folder, base), is_raw=True))
        else:
            body = _unpack(stored, None)
    except zstd.ZstdError:
        body = b""
    if _hash(body) != sha256:
        raise DamagedError(str(path))
    return body


def write_bytes(folder: Path, sha256: str, body: bytes, base: str | None = None) -> None:
    """Store bytes in the smallest form.

    Args:
        folder: the archive's.
        sha256: of the bytes.
        body: the bytes.
        base: the SHA-256 of similar bytes that are stored raw or whole; None if there are none.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    path = object_path(folder, sha256)
    if base == sha256 or len(body) < SMALLEST_DELTA:
        base = None
    write_file(folder, path, _smallest(folder, body, base))


def write_file(folder: Path, path: Path, content: bytes) -> None:
    """Write a file of the archive under a temporary name, then move it into place.

    Raises:
        OSError: the disk is full or cannot be written; the file is unchanged.
    """
    incoming = folder / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not mkstemp: only the owner can read its files, regardless of the umask.
    temporary = incoming / f"{os.getpid()}-{next(_numbers)}"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def can_be_base(folder: Path, sha256: str) -> bool:
    """Whether the bytes with this SHA-256 are there, and not stored as a delta."""
    try:
        with object_path(folder, sha256).open("rb") as file:
            start = file.read(len(_BASE))
    except OSError:
        return False
    return start != _BASE


def base_of(stored: bytes) -> str | None:
    """The SHA-256 of the base of a stored delta; None if the file is not a delta."""
    return stored[len(_BASE) : len(_BASE) + 32].hex() if stored.startswith(_BASE) else None


def _smallest(folder: Path, body: bytes, base: str | None) -> bytes:
    whole = zstd.compress(body, level=LEVEL)
    if base is not None:
        try:
            content = _read_base(folder, base)
        except (OSError, DamagedError):
            content = b""
        if len(content) >= SMALLEST_DELTA:
            words = zstd.ZstdDict(content, is_raw=True)
            delta = _BASE + bytes.fromhex(base) + zstd.compress(body, level=LEVEL, zstd_dict=words.as_prefix)
            if len(delta) < min(DELTA_SHARE * len(whole), LARGEST_SHARE * len(body)):
                return delta
    return whole if len(whole) < LARGEST_SHARE * len(body) else body


def _read_base(folder: Path, sha256: str) -> bytes:
    """The bytes of a base. A base must not be a delta itself: a damaged file could start an endless chain."""
    path = object_path(folder, sha256)
    stored = path.read_bytes()
    try:
        body = stored if _hash(stored) == sha256 else _unpack(stored, None)
    except zstd.ZstdError:
        body = b""
    if _hash(body) != sha256:
        raise DamagedError(str(path))
    return body


def _unpack(frame: bytes, words: zstd.ZstdDict | None) -> bytes:
    if not frame.startswith(_FRAME):
        return b""
    unpacker = zstd.ZstdDecompressor(zstd_dict=words.as_prefix if words else None)
    body = unpacker.decompress(frame, max_length=LARGEST_BODY)
    return body if unpacker.eof and not unpacker.unused_data else b""


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
