"""A document of the TIC system as numbered lines and cells, whatever its line ends, padding and encoding.

Belongs here: from bytes to lines, what every file shares (title, unit, notes), and how an error is worded.
Does not belong here: the layout of one file, and what its figures mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orchestration.sources.base import FormatError

ADVICE = (
    "Nothing of this document is used. Fetch it again. If the problem persists, the publisher has changed the file, "
    "and the parser must be adapted."
)
TRUNCATED = "The document looks cut short. Fetch it again."

_LISTED = 20
_NOTES = frozenset({"note", "notes", "definitions", "column definitions"})
_HTML = re.compile(r"<!doctype\s{1,10}html|<html[\s>]|<head[\s>]", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,200})", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """A text of the publisher: its file name, and its lines without their ends. Line 1 is `lines[0]`."""

    name: str
    lines: list[str]

    def numbered(self, start: int = 1) -> Iterator[tuple[int, str]]:
        """Give (line number, line) from line `start` on."""
        return enumerate(self.lines[start - 1 :], start=start)

    def check_line_end(self, number: int) -> None:
        """Check that a row's line has an end: without one, its last figure may have lost digits.

        Raises:
            FormatError: the line is the last, and the document ends in the middle of it.
        """
        if number == len(self.lines):
            raise self.error("expected a line end after the row, found the end of the document", number, TRUNCATED)

    def error(self, what: str, line: int | None = None, advice: str = ADVICE) -> FormatError:
        """An error on this document: where, what was expected and found, what to do."""
        where = self.name if line is None else f"{self.name}, line {line}"
        return FormatError(f"{where}: {what}. {advice}")


class Problems:
    """Collects everything that is wrong with a document, so that one message names all of it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, what: str) -> None:
        """Note one problem on one line."""
        self._found.append((line, what))

    def raise_if_any(self, advice: str = ADVICE) -> None:
        """Raise them all as one FormatError, in the order of their lines."""
        if not self._found:
            return
        found = sorted(self._found)
        listed = "; ".join(f"line {line}: {what}" for line, what in found[:_LISTED])
        more = len(found) - _LISTED
        listed += f"; and {more} more" if more > 0 else ""
        raise FormatError(f"{self._document.name}: {listed}. {advice}")


def decode(name: str, body: bytes) -> str:
    """Turn bytes into text: UTF-8 with or without a mark at its start, else Latin-1.

    Raises:
        FormatError: the body is empty or is not text.
    """
    empty = Document(name, [])
    if not body.strip():
        raise empty.error("the document is empty", advice="Fetch it again.")
    if b"\x00" in body:
        raise empty.error(
            f"expected text, found binary data that starts with {body[:8]!r}",
            advice="Fetch it again; a compressed or re-saved copy cannot be read.",
        )
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def split_lines(text: str) -> list[str]:
    r"""Split at \r\n, \n or \r, and at nothing else (a form feed inside a note ends no line)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_document(name: str, body: bytes) -> Document:
    """Read a text file of the publisher.

    Raises:
        FormatError: the body is empty, not text, or a web page.
    """
    text = decode(name, body)
    if is_html(text):
        title = _HTML_TITLE.search(text[:20_000])
        called = f" called {' '.join(title[1].split())!r}" if title and title[1].strip() else ""
        raise Document(name, []).error(
            f"expected the text file, found an HTML page{called}",
            advice="The publisher does this when a file has moved or is being replaced: check the address, and try "
            "again later.",
        )
    return Document(name, split_lines(text))


def is_html(text: str) -> bool:
    """Whether a text is a web page."""
    return _HTML.search(text[:2000]) is not None


def clean(cell: str) -> str:
    """A cell without the blanks and the quotes around it."""
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == '"' and cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"').strip()
    return cell


def tab_cells(line: str) -> list[str]:
    """The cleaned cells of a tab-delimited line."""
    return [clean(cell) for cell in line.split("\t")]


def is_blank(line: str) -> bool:
    """Whether a line holds nothing but padding."""
    return not line.strip(' \t",')


def is_notes(line: str) -> bool:
    """Whether a line is the heading of the notes below a table."""
    return line.strip(' \t",').rstrip(":").casefold() in _NOTES


def is_rule(line: str) -> bool:
    """Whether a line is a rule of dashes under a header."""
    return "----" in line and not line.strip(' \t",-')


def squeeze(text: str) -> str:
    """A text without blanks, quotes and commas, in lower case: for headers that a report writer cut into cells."""
    return re.sub(r'[\s",]', "", text).casefold()


def expect_title(document: Document, title: str) -> None:
    """Check how the first line that is not blank starts, in any case and spacing.

    Raises:
        FormatError: it is another table.
    """
    number, line = next(((n, line) for n, line in document.numbered() if not is_blank(line)), (1, ""))
    if not squeeze(line).startswith(squeeze(title)):
        raise document.error(f"expected the title {title!r}, found {excerpt(line)}", number)


def expect_unit(document: Document, unit: str, until: int) -> None:
    """Check the unit of money in the lines above line `until`.

    Args:
        document: the document.
        unit: the words of the unit line, for instance `Millions of dollars`.
        until: number of the first line that is no longer preamble.

    Raises:
        FormatError: the unit has changed or is missing.
    """
    preamble = [(number, line) for number, line in document.numbered() if number < until]
    if any(squeeze(unit) in squeeze(line) for _, line in preamble):
        return
    number, line = next(((n, line) for n, line in preamble if "dollars" in squeeze(line)), (None, ""))
    if number is None:
        raise document.error(f"expected a line with the unit {unit!r} above the table, found none")
    raise document.error(f"expected the unit {unit!r}, found {excerpt(line)}", number)


def table_lines(document: Document, start: int, is_row: Callable[[str], object]) -> Iterator[tuple[int, str]]:
    """Give the lines of a table, from line `start` to its notes; blank lines are skipped.

    Args:
        document: the document.
        start: number of the first line after the header.
        is_row: whether a line below the notes is a row of the table after all.

    Raises:
        FormatError: rows go on below the notes, or the last row has no end.
    """
    notes = False
    for number, line in document.numbered(start):
        if is_blank(line):
            continue
        if notes:
            if is_row(line):
                raise document.error(f"expected only notes, found a row of the table: {excerpt(line)}", number)
        elif is_notes(line):
            notes = True
        else:
            document.check_line_end(number)
            yield number, line


def excerpt(text: str) -> str:
    """A text short enough for a message."""
    text = " ".join(text[:400].split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
