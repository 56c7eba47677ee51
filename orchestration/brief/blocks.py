"""What a page is made of: sections, and in them tiles, charts, tables, lists and one picker.

Belongs here: their shapes. Does not belong here: what is in them (`holdings.py`, `markets.py`, `sections.py`), and how
they look (`brief.html.jinja`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from orchestration.brief import words
from orchestration.brief.figures import Rows


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, whether it is a number, and its tone: `good`, `mixed`, `bad` or none."""

    text: str
    is_number: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """Rows below headings.

    Attributes:
        caption: what the rows are.
        head: the headings.
        rows: their cells; the first of a row names it.
        source: whose figures, to when, as known when.
        is_folded: opened by who wants to look something up.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    source: str = ""
    is_folded: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Chart:
    """A chart with what it shows in words.

    Attributes:
        name: of `charts.charts`.
        title: above it.
        says: what it shows, in a sentence or two: read out in place of the picture.
        source: whose figures, to when, as known when.
        table: the same figures, or those of them that a reader would look up.
    """

    name: str
    title: str
    says: str
    source: str
    table: Table | None = None
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Listing:
    """Sentences that stand side by side."""

    title: str
    items: Sequence[str]
    source: str
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True)
class Picker:
    """Charts of one holder, chosen from a list of (code, name, what is said of it)."""

    options: Sequence[tuple[str, str, str]]
    charts: Sequence[Chart]
    kind: Literal["picker"] = "picker"


Block = Chart | Table | Listing | Picker


@dataclass(frozen=True)
class Tile:
    """One number that leads: `label`, `value` with its unit, `note`, and a light where it has one."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    name: str
    title: str
    lead: Sequence[str] = ()
    tiles: Sequence[Tile] = ()
    blocks: Sequence[Block] = ()
    source: str = ""


@dataclass(frozen=True)
class Page:
    """All that the template needs.

    Attributes:
        knowledge: as known when.
        newest_month: of holdings; None where there are none.
        is_simulated: a banner says so.
        notice: the warehouse's own sentence.
        sections: in order.
        data: rows of the charts, by name.
        holders: rows of the picker's charts, by name; each row has a `country_code`.
        own_use: licensed series whose figures are behind a chart.
    """

    knowledge: str
    newest_month: dt.date | None
    is_simulated: bool
    notice: str
    sections: Sequence[Section]
    data: Mapping[str, Rows] = field(default_factory=dict)
    holders: Mapping[str, Rows] = field(default_factory=dict)
    own_use: Sequence[str] = ()


@dataclass(frozen=True)
class Sources:
    """What every source line ends with: as known when, and whether the figures are made up."""

    knowledge: str
    is_simulated: bool

    def line(self, source: str, newest: str) -> str:
        """The line below a figure: see `words.source_line`."""
        return words.source_line(source, newest, self.knowledge, is_simulated=self.is_simulated)


def text(value: str, tone: str = "") -> Cell:
    """A cell of words."""
    return Cell(value, tone=tone)


def numeric(value: str, tone: str = "") -> Cell:
    """A cell of a number, set to the right."""
    return Cell(value, is_number=True, tone=tone)
