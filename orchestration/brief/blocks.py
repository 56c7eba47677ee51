"""What the site is made of: pages, sections, and in them tiles, charts, tables, lists and one picker.

Belongs here: their shapes. Does not belong here: what is in them (a module per page, as `front.py`), and how they look
(`macros.html.jinja`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from orchestration.brief import words
from orchestration.brief.figures import Rows


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: what it says.
        is_number: it is aligned to the right.
        tone: of a verdict: `good`, `mixed`, `bad`, `open` or none.
        link: where it leads to; empty for nowhere.
    """

    text: str
    is_number: bool = False
    tone: str = ""
    link: str = ""


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
        name: of `charts.charts`; the id of the chart in its page.
        title: its message.
        unit: what is shown, in which unit.
        says: what it shows, in a sentence or two; read out in place of the picture.
        source: whose figures, to when, as known when.
        table: the same figures, or those of them that a reader would look up.
    """

    name: str
    title: str
    unit: str
    says: str
    source: str
    table: Table | None = None
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Listing:
    """A list of sentences."""

    title: str
    items: Sequence[str]
    source: str
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True)
class Picker:
    """Charts of one holder, chosen from a list.

    Attributes:
        options: (id, name, what the page says of it).
        charts: their titles are for holders without one of their own.
        titles: id -> name of a chart -> its message.
    """

    options: Sequence[tuple[str, str, str]]
    charts: Sequence[Chart]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kind: Literal["picker"] = "picker"


Block = Chart | Table | Listing | Picker


@dataclass(frozen=True)
class Tile:
    """One number: `label`, `value` with its unit, `note`, and its tone or light, if it has one."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        name: its id.
        title: its heading.
        lead: its first sentences.
        tiles: numbers below them.
        blocks: charts, tables and lists, in order.
        source: of the tiles.
    """

    name: str
    title: str
    lead: Sequence[str] = ()
    tiles: Sequence[Tile] = ()
    blocks: Sequence[Block] = ()
    source: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the site.

    Attributes:
        name: of its file, without `.html`.
        title: its heading.
        description: a sentence for search engines and previews.
        sections: in order.
        data: rows of the charts, by the name that a chart gives its data.
        holders: rows of the picker's charts, by name; each row has a `holder`.
        is_drawn_in_browser: its charts need the script; otherwise they are in the page as pictures.
        widths: of pictures that are not as wide as the page, in CSS pixels.
    """

    name: str
    title: str
    description: str
    sections: Sequence[Section]
    data: Mapping[str, Rows] = field(default_factory=dict)
    holders: Mapping[str, Rows] = field(default_factory=dict)
    is_drawn_in_browser: bool = False
    widths: Mapping[str, int] = field(default_factory=dict)

    @property
    def charts(self) -> list[Chart]:
        """Its charts, in order."""
        found: list[Chart] = []
        for section in self.sections:
            for block in section.blocks:
                found += block.charts if isinstance(block, Picker) else [block] if isinstance(block, Chart) else []
        return found

    @property
    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """The messages of the charts of each holder: see `Picker`."""
        pickers = [block for section in self.sections for block in section.blocks if isinstance(block, Picker)]
        return pickers[0].titles if pickers else {}


@dataclass(frozen=True)
class Sources:
    """What every source line ends with: as known when, and whether the figures are simulated."""

    knowledge: str
    is_simulated: bool

    def line(self, source: str, newest: str) -> str:
        """The line below a figure: see `words.source_line`."""
        return words.source_line(source, newest, self.knowledge, is_simulated=self.is_simulated)


def text(value: str, tone: str = "", link: str = "") -> Cell:
    """A cell of words."""
    return Cell(value, tone=tone, link=link)


def numeric(value: str, tone: str = "") -> Cell:
    """A cell of a number, aligned to the right."""
    return Cell(value, is_number=True, tone=tone)
