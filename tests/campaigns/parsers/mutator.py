"""The fast engine: breaks a small document at the level of bytes, lines, cells, JSON values or packed files.

Belongs here: what a hand, a disk, a report writer or an attacker does to a document. An input is a function of its seed
document and of a random generator, so that a number makes it again.
Does not belong here: what must hold for the result (`judge`).
"""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

MOST_BYTES = 200_000
"""Larger inputs are cut: size has tests of its own."""

TOKENS = (
    *(
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b'"',
        b'""',
        b",",
        b";",
        b".",
        b" ",
        b"\x00",
        b"\x0c",
        b"\x1c",
        b"\x1b[2J",
        b"\x85",
    ),
    *(b"\xff", b"\xe7", b"\xc3\xa7", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\xb2", b"\xd9\xa3", b"\xed\xa0\x80"),
    *(b"\xe2\x80\x99", b"\xe2\x88\x92", b"\xe2\x80\xae", b"\xf0\x9f\x92\xb8", b"\xc2\xa0", b"\xc2\xad"),
    *(b"n.a.", b"N/A", b"NaN", b"nan", b"inf", b"-Infinity", b"null", b"NULL", b"None", b"true", b"*", b"-", b"--"),
    *(b"0", b"-0", b"-1", b"1e9", b"1e308", b"1e999", b"-1e-999", b"9" * 15, b"9" * 40, b"9" * 5000, b"1_000", b"0x1"),
    *(b"1,5", b"1.5.5", b"(5)", b"+5", b"5-", b"$5", b"5%", b"1/", b"(1)", b"2 3", b".5", b"5.", b"1'000", b"007"),
    *(b"2024-06", b"2024-13", b"2024-00", b"0000-01", b"9999-12", b"2024-06-31", b"0000-00-00", b"9999-12-31"),
    *(b"0001-01-01", b"1776-07-04", b"2262-04-12", b"12/31/9999", b"13/45/2026", b"0/0/0", b"Jun-24", b"Jun", b"XIII"),
    *(b"18446744073709551616", b"9223372036854775807", b"-9223372036854775808", b"2147483648", b"1e18"),
    *(b"Country", b"Denmark", b"10502", b"99996", b"Grand Total", b"All Other", b"Notes:", b"Of which:", b"----------"),
    *(b"Date", b"DATE", b"VALUE", b"observation_date", b"DGS10", b"10 Yr", b"country_code", b"Series 16/", b"[7]"),
    *(b"<html>", b"<tr>", b"<!DOCTYPE html>", b"<?xml", b"&#x41;", b"{", b"}", b"[", b"]", b":", b"{}", b"[[]]"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x1f\x8b\x08", b"../../x", b"=1+1", b"'; drop table raw;--"),
    *(b"%s%n{0}", b"Department of the Treasury", b"(2012 revised Feb 30, 2013)", b"error", b"result", b"last", b"msg"),
)
_JSON_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, 2**64, 10**30, 0.5, -0.0, 1e308, float("nan"), float("inf")),
    *("", " ", ".", "1", "-1.5", "1e5", "1e400", "nan", "x", "\ud800", "\x1b[2J", "2026-01-02", "9999-99-99", "lin"),
    *(
        [],
        {},
        [[]],
        [1],
        [[1] * 6],
        [[0] * 12],
        {"msg": "x"},
        {"error": ["EQuery:Unknown asset pair"]},
        {"a": {"b": 1}},
    ),
)

Change = Callable[[random.Random, bytes, bytes], bytes]


def mutate(rng: random.Random, body: bytes, other: bytes) -> bytes:
    """Break a document.

    Args:
        rng: decides on everything.
        body: a document.
        other: another document, to take pieces from.
    """
    if rng.random() < 0.03:
        return _garbage(rng, body)
    packed = body[:2] == b"PK"
    for _ in range(min(1 + int(rng.expovariate(0.8)), 8)):
        change = rng.choice(_ZIP_CHANGES if packed and rng.random() < 0.7 else _CHANGES)
        body = change(rng, body, other)[:MOST_BYTES]
    return body


def _garbage(rng: random.Random, body: bytes) -> bytes:
    """Nothing but noise, perhaps below a good beginning."""
    head = body[: rng.choice([0, 2, 4, 30, len(body) // 2])]
    if rng.random() < 0.5:
        return head + rng.randbytes(rng.choice([0, 1, 2, 10, 100, 2000]))
    return head + b"".join(rng.choices(TOKENS[:-1], k=rng.randrange(40)))


# ---------------------------------------------------------------- bytes


def _slice(rng: random.Random, body: bytes) -> tuple[int, int]:
    start = rng.randrange(len(body) + 1)
    return start, min(len(body), start + rng.choice([0, 1, 1, 2, 4, 8, 40, 300]))


def _change_byte(rng: random.Random, body: bytes, _: bytes) -> bytes:
    if not body:
        return body
    place = rng.randrange(len(body))
    new = rng.choice([body[place] ^ (1 << rng.randrange(8)), rng.randrange(256), (body[place] + 1) % 256])
    return body[:place] + bytes([new]) + body[place + 1 :]


def _cut_out(rng: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _slice(rng, body)
    return body[:start] + body[end:]


def _say_twice(rng: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _slice(rng, body)
    return body[:end] + body[start:end] * rng.choice([1, 1, 2, 50]) + body[end:]


def _put_token(rng: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _slice(rng, body)
    return body[:start] + rng.choice(TOKENS) + body[rng.choice([start, end]) :]


def _put_noise(rng: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _slice(rng, body)
    return body[:start] + rng.randbytes(rng.randrange(1, 9)) + body[rng.choice([start, end]) :]


def _break_off(rng: random.Random, body: bytes, _: bytes) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _swap(rng: random.Random, body: bytes, _: bytes) -> bytes:
    a, b = sorted((rng.randrange(len(body) + 1), rng.randrange(len(body) + 1)))
    return body[b:] + body[a:b] + body[:a]


def _splice(rng: random.Random, body: bytes, other: bytes) -> bytes:
    start, end = _slice(rng, other)
    place = rng.randrange(len(body) + 1)
    return rng.choice([body[:place] + other[start:end] + body[place:], body[:place] + other[start:]])


def _recode(rng: random.Random, body: bytes, _: bytes) -> bytes:
    text = body.decode("latin-1")
    match rng.randrange(6):
        case 0:
            return text.encode("utf-16")
        case 1:
            return b"\xef\xbb\xbf" + body
        case 2:
            return text.encode("utf-8")
        case 3:
            return gzip.compress(body, 1)
        case 4:
            return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).encode()
        case _:
            return text.swapcase().encode("latin-1", errors="replace")


# ---------------------------------------------------------------- lines and cells


def _change_lines(rng: random.Random, body: bytes, other: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    if not lines:
        return body
    place, target = rng.randrange(len(lines)), rng.randrange(len(lines))
    first, last = min(place, target), max(place, target)
    strange = rng.choice([b"\n", b"\t\t\t\r\n", b",,,\n", b" \n", b"-----\n", b"Notes:\r\n"])
    end = rng.choice([b"\n", b"\r", b"\r\n", b"", b"\r\r\n", b"\x0b", b"\x85"])
    changed = rng.choice(
        [
            lines[:place] + lines[place + 1 :],
            [*lines[:target], lines[place], *lines[target:]],
            [*lines[:first], lines[last], *lines[first + 1 : last], lines[first], *lines[last + 1 :]],
            [*lines[:place], lines[place].rstrip(b"\r\n"), *lines[place + 1 :]],
            [*lines[:place], strange, *lines[place:]],
            [*lines[:place], rng.choice(other.splitlines(keepends=True) or [b""]), *lines[place:]],
            rng.sample(lines, len(lines)),
            lines[:first] + lines[last:],
            [line.rstrip(b"\r\n") + end for line in lines],
            [lines[0], *lines[:0:-1]],
        ]
    )
    return b"".join(changed)


def _change_cells(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Change a cell of one line, or a column of all lines."""
    delimiter = b"\t" if b"\t" in body else b","
    rows = [line.split(delimiter) for line in body.split(b"\n")]
    row = rng.choice(rows)
    place, target = rng.randrange(len(row)), rng.randrange(len(row))
    chosen = rows if rng.random() < 0.3 else [row]
    kind = rng.randrange(8)
    token = rng.choice(TOKENS)
    for cells in chosen:
        if max(place, target) >= len(cells):
            continue
        match kind:
            case 0 | 1:
                cells[place] = token
            case 2:
                del cells[place]
            case 3:
                cells.insert(place, cells[target])
            case 4:
                cells[place], cells[target] = cells[target], cells[place]
            case 5:
                cells[place] = _change_figure(rng, cells[place])
            case 6:
                cells[place] = rng.choice([b" " + cells[place] + b"  ", b'"' + cells[place] + b'"', b""])
            case _:
                cells.extend([b""] * rng.choice([1, 5, 200]))
    return b"\n".join(delimiter.join(cells) for cells in rows)


def _change_figure(rng: random.Random, cell: bytes) -> bytes:
    longer = [b"-" + cell, b"0" + cell, *(cell + end for end in (b"0", b".0", b"e5", b"%")), cell * 2, cell * 20]
    other = [cell.replace(b".", b","), cell.replace(b",", b""), cell.replace(b"-", b"/"), cell[:-1], cell[::-1]]
    return rng.choice([*longer, *other])


# ---------------------------------------------------------------- JSON


def _change_json(rng: random.Random, body: bytes, other: bytes) -> bytes:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return _change_cells(rng, body, other)
    holder: list[Any] = [content]
    at: Any = holder
    key: Any = 0
    while isinstance(at[key], list | dict) and at[key] and rng.random() < 0.85:
        at = at[key]
        key = rng.randrange(len(at)) if isinstance(at, list) else rng.choice(list(at))
    match rng.randrange(5):
        case 0 if at is not holder:
            del at[key]
        case 1 if isinstance(at, list) and at is not holder:
            at.insert(key, rng.choice(_JSON_VALUES))
        case 2 if isinstance(at, dict):
            at[rng.choice(["error", "result", "msg", "count", "units", "x"])] = rng.choice(_JSON_VALUES)
        case 3:
            at[key] = [at[key]] * rng.choice([1, 2, 3])
        case _:
            at[key] = rng.choice(_JSON_VALUES)
    return json.dumps(holder[0]).encode()


# ---------------------------------------------------------------- ZIP


def _members(body: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return [(member.filename, archive.read(member)) for member in archive.infolist()]
    except Exception:
        return [("daily.csv", body)]


def _pack(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def _change_member(rng: random.Random, body: bytes, other: bytes) -> bytes:
    members = _members(body)
    if not members:
        return body
    place = rng.randrange(len(members))
    name, content = members[place]
    members[place] = (name, rng.choice(_CHANGES)(rng, content, other)[:MOST_BYTES])
    return _pack(members)


_NAMES = (
    *("../x.csv", "/etc/passwd", "C:\\x.csv", "a/b.csv", "x" * 5000 + ".csv", "ünï.csv", "daily.csv", "x.CSV", ".csv"),
    *("a\x00b.csv", "a\nb.csv", "daily.csv/", "README.txt"),
)


def _change_package(rng: random.Random, body: bytes, other: bytes) -> bytes:
    members = _members(body)
    method = zipfile.ZIP_DEFLATED
    match rng.randrange(7):
        case 0:
            method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
        case 1:
            members.append((rng.choice(_NAMES), other[:1000]))
        case 2:
            members = [(rng.choice(_NAMES), content) for _, content in members]
        case 3:
            members = [(name, body) for name, _ in members]
        case 4:
            members = members[1:]
        case 5:
            members = members * rng.choice([2, 30])
        case _:
            members.append((rng.choice(["daily.csv", "BTCUSDT-1d-2026-08.csv", "zeros.csv"]), bytes(150_000)))
    return _pack(members, method)


def _lie_in_headers(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Write over one field of a local header, of the directory, or of its end."""
    marks = {b"PK\x03\x04": (4, 30), b"PK\x01\x02": (4, 46), b"PK\x05\x06": (4, 22)}
    mark, (first, last) = rng.choice(list(marks.items()))
    at = body.find(mark)
    if at < 0:
        return body
    place = at + rng.randrange(first, last - 1, 2)
    fixed = [b"\x00\x00", b"\xff\xff", b"\x01\x00", b"\x0e\x00", b"\x63\x00"]
    field = rng.choice([*fixed, struct.pack("<H", rng.randrange(65536))])
    return body[:place] + field * rng.choice([1, 2]) + body[place + len(field) :]


def _claim_zip64(rng: random.Random, body: bytes, _: bytes) -> bytes:
    """Insert a false 64-bit end before the end of the directory."""
    end = body.rfind(b"PK\x05\x06")
    if end < 0:
        return body
    numbers = [rng.choice([0, 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, len(body)]) for _ in range(4)]
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, *numbers)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, rng.choice([end, 0, 2**40]), 1)
    return body[:end] + record + locator + body[end:]


def _break_checksum(rng: random.Random, body: bytes, _: bytes) -> bytes:
    members = _members(body)
    if not members or not members[0][1]:
        return body
    packed = _pack(members, rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    crc = struct.pack("<L", zlib.crc32(members[0][1]))
    return packed.replace(crc, rng.randbytes(4))


_CHANGES: tuple[Change, ...] = (
    _change_byte,
    _cut_out,
    _say_twice,
    _put_token,
    _put_noise,
    _break_off,
    _swap,
    _splice,
    _recode,
    *[_change_lines] * 4,
    *[_change_cells] * 8,
    *[_change_json] * 4,
)
_ZIP_CHANGES: tuple[Change, ...] = (
    *[_change_member] * 6,
    *[_change_package] * 2,
    *[_lie_in_headers] * 3,
    _claim_zip64,
    _break_checksum,
)
