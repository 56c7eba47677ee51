"""The archives of past TIC releases: a page that lists them, and ZIP files that hold each release as it was.

Belongs here: the page, the day on which an archive's figures became public, and what a ZIP may hold.
Does not belong here: which archives are fetched and stored (`orchestration.archive.backfill`), the layout of a table.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from orchestration.sources import zipped
from orchestration.sources.base import FormatError
from orchestration.sources.tic.document import decode
from orchestration.sources.tic.holdings import month_number

INDEX_PATH = "/archives-of-tic-monthly-data-releases"
NAME = re.compile(r"ticrel_([0-9]{8})[A-Za-z0-9_-]{0,20}\.zip", re.IGNORECASE)

# A file may be named a few days after its release; a release may be weeks after the day it was announced for.
_NEAR, _LATE = dt.timedelta(days=7), dt.timedelta(days=45)

# No absolute paths, no `..`, no control characters. The names of a ZIP are never used as paths.
_MEMBER = re.compile(r"(?![/\\])(?!.*(?:^|[/\\])\.\.(?:[/\\]|$))[^\x00-\x1f\x7f]{1,200}")
_LIMITS = zipped.Limits("the files of a release", _MEMBER, (1, 500), 512 * 2**20, ratio=200)

_BLOCK = re.compile(r"</?(?:tr|li|p|div|ul|ol|table|h[1-6])\b[^<>]*>|<br\b[^<>]*>", re.IGNORECASE)
_LINK = re.compile(
    r"<a\b[^<>]{0,500}?\bhref\s*=\s*[\"']?([^\"'\s<>]{1,500})[^<>]{0,500}>(.{0,500}?)</a>", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_DAY = (
    r"(?:([0-9]{1,2})[/-]([0-9]{1,2})[/-]((?:19|20)[0-9]{2})|([A-Z][a-z]{2,8})\.? ([0-9]{1,2}), ?((?:19|20)[0-9]{2}))"
)
_PRINTED_DAY = re.compile(_DAY)
_RELEASED = re.compile(rf"released:? (?:on )?{_DAY}", re.IGNORECASE)
_SIZE = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?) ?([KM])B\b", re.IGNORECASE)


@dataclass(frozen=True)
class ReleaseArchive:
    """One archive of the page.

    Attributes:
        name: of the file, `ticrel_20230417.zip`.
        address: where it is served.
        public_on: the day on which its figures became public.
        size: bytes, if the page says so.
        superseded_by: the name of a later archive whose figures became public on the same day, or None.
    """

    name: str
    address: str
    public_on: dt.date
    size: int | None = None
    superseded_by: str | None = None


def parse_index(body: bytes, base_url: str, release_days: Sequence[dt.date]) -> list[ReleaseArchive]:
    """Read the page that lists the archives.

    Names are read, never made: some files are named after another day than their release. The day on which an archive
    became public is the one that the page says (`released 11-18-2025`), else the day it is listed under, else the day
    in its name. If that is no day of our list of releases, it is the nearest within a week, or else the next one.

    Args:
        body: the page.
        base_url: the base address of the archives; a link gives the path.
        release_days: the known days of past releases, oldest first.

    Returns:
        The archives, in the order in which they became public.

    Raises:
        FormatError: the page lists no archive.
    """
    text = decode("the page of TIC's release archives", body)
    found: dict[str, ReleaseArchive] = {}
    for href, words in _links(text):
        parts = urlsplit(html.unescape(href))
        name = parts.path.rpartition("/")[2]
        matched = NAME.fullmatch(name)
        is_theirs = not parts.netloc or re.search(r"(^|\.)treasury\.gov$", parts.hostname or "") is not None
        if matched is None or not is_theirs or not parts.path.startswith("/") or name in found:
            continue
        day = _public_on(words, matched[1], release_days)
        if day is not None:
            found[name] = ReleaseArchive(name, f"{base_url}{parts.path}", day, _size(words))
    if not found:
        title = _TITLE.search(text[:20_000])
        called = f" called {' '.join(title[1].split())!r}" if title and title[1].strip() else ""
        raise FormatError(
            f"The page of TIC's release archives{called} has no link to a file ticrel_YYYYMMDD.zip. Open it in a "
            "browser: it shows whether it has moved or is being updated. Try again later."
        )
    ordered = sorted(found.values(), key=lambda archive: (archive.public_on, archive.name))
    last_of_day = {archive.public_on: archive.name for archive in ordered}
    return [
        archive
        if last_of_day[archive.public_on] == archive.name
        else replace(archive, superseded_by=last_of_day[archive.public_on])
        for archive in ordered
    ]


def members(archive: ReleaseArchive, body: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, by name without folders; folders themselves are left out.

    Raises:
        FormatError: the bytes are no such ZIP: damaged, cut off, encrypted, too large, or with unsafe names.
    """
    for name, content in zipped.members(archive.name, body, _LIMITS):
        plain = re.split(r"[/\\]", name)[-1]
        if plain:
            yield plain, content


def _links(text: str) -> Iterator[tuple[str, str]]:
    """Each link, with the words it is listed under: those of its row, if the row has only this link."""
    for block in _BLOCK.split(text):
        links = _LINK.findall(block)
        for href, label in links:
            words = block if len(links) == 1 else label
            yield href, " ".join(html.unescape(_TAG.sub(" ", words)).split())


def _public_on(words: str, digits: str, release_days: Sequence[dt.date]) -> dt.date | None:
    said = _RELEASED.search(words)
    printed = _day(said) if said else None
    if printed is not None:
        return printed
    listed = _PRINTED_DAY.search(words)
    day = (_day(listed) if listed else None) or _of_digits(digits)
    if day is None or day in release_days or not release_days or day > release_days[-1]:
        return day
    near = min(release_days, key=lambda other: abs(other - day))
    if abs(near - day) <= _NEAR:
        return near
    return next((later for later in release_days if dt.timedelta() < later - day <= _LATE), day)


def _day(found: re.Match[str]) -> dt.date | None:
    us_month, us_day, us_year, name, name_day, name_year = found.groups()
    try:
        if us_year:
            return dt.date(int(us_year), int(us_month), int(us_day))
        return dt.date(int(name_year), month_number(name) or 0, int(name_day))
    except ValueError:
        return None


def _of_digits(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _size(words: str) -> int | None:
    found = _SIZE.search(words)
    return round(float(found[1]) * {"K": 2**10, "M": 2**20}[found[2].upper()]) if found else None
