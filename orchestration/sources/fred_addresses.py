"""Separates addresses of FRED's plain series from those of transformed figures.

Belongs here: the meaning of each parameter of an address. Does not belong here: the format of the bytes (`fred`).

FRED serves the plain series and its weekly means, percentage changes and formulas at one path; only the parameters
differ. So this module lists the harmless parameters. An address with any other parameter is not the plain series.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit

from orchestration.tables.seeds import read_seed

_SERIES_ID = re.compile(r"[A-Z0-9_.]{1,60}")
_GRAPH = "/graph/fredgraph.csv"
_OBSERVATIONS = "/fred/series/observations"
_SERIES = "/fred/series"

_LOOKS = frozenset(
    {
        *("bgcolor", "chart_type", "drp", "fo", "graph_bgcolor", "height", "line_color", "line_index", "line_style"),
        *("link_values", "lw", "mark_type", "mode", "mw", "nt", "recession_bars", "scale", "show_axis_titles"),
        *("show_legend", "show_tooltip", "thu", "trc", "ts", "tts", "txtcolor", "width"),
    }
)
"""Parameters of the site's download button that change the chart and not the figures."""

_NEUTRAL: Mapping[str, str] = {
    "transformation": "lin",
    "units": "lin",
    "fgst": "lin",
    "fml": "a",
    "mma": "0",
    "ost": "-99999",
    "oet": "99999",
    "output_type": "1",
}
"""Parameters that transform the figures, and the value that changes nothing."""

_WINDOW = frozenset({"cosd", "coed", "nd", "observation_start", "observation_end", "limit", "offset", "sort_order"})
"""Parameters that choose rows of the series."""

_NATIVE = {
    "D": ("Daily", "Daily, Close"),
    "D7": ("Daily", "Daily, 7-Day"),
    "M": ("Monthly",),
    "Q": ("Quarterly", "Quarterly, End of Period"),
    "weekly_wednesday": ("Weekly, Ending Wednesday", "Weekly, As of Wednesday"),
    "weekly_friday": ("Weekly, Ending Friday", "Weekly, As of Friday"),
}
"""The frequency in the catalogue, or the calendar of a weekly series -> FRED's names of it."""


@dataclass(frozen=True)
class Meaning:
    """The meaning of an address of FRED.

    Attributes:
        series: the series; several in one document have commas between them.
        is_description: it requests metadata of the series, not figures.
        vintage: the requested vintage day; None for today's, or for a span of days.
        parameter: the first parameter that transforms the series, or None.
    """

    series: str
    is_description: bool = False
    vintage: dt.date | None = None
    parameter: str | None = None

    @property
    def dataset(self) -> str:
        """The name of the dataset that the address serves."""
        return f"{self.series}/series" if self.is_description else self.series

    @property
    def plain_address(self) -> str:
        """The address of the plain series."""
        return f"https://fred.stlouisfed.org{_GRAPH}?id={self.series}"


def meaning_of(address: str) -> Meaning | None:
    """Read an address, at any host; None if it does not request a series of FRED."""
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    if path.endswith(_GRAPH):
        return _meaning(query, "id", _keeps_graph)
    if path.endswith(_OBSERVATIONS):
        return _meaning(query, "series_id", _keeps_api)
    if path.endswith(_SERIES):
        series = _series_ids(query.get("series_id"))
        return Meaning(series, is_description=True) if series else None
    return None


def _meaning(query: Mapping[str, list[str]], id_name: str, keeps: Callable[[str, str, str], bool]) -> Meaning | None:
    series = _series_ids(query.get(id_name))
    if series is None:
        return None
    wrong = next(
        (f"{name}={value}" for name, values in query.items() for value in values if not keeps(series, name, value)),
        None,
    )
    vintage, is_right = _vintage(query)
    return Meaning(series, vintage=vintage, parameter=wrong if is_right else wrong or "vintage_date")


def _keeps_graph(series: str, name: str, value: str) -> bool:
    """Whether a parameter of the site's CSV does not change the figures."""
    if name in _NEUTRAL:
        return set(value.split(",")) <= {_NEUTRAL[name]}
    if name == "fq":
        return all(_is_native(one, value) for one in series.split(","))
    # The method of aggregation and the base of an index have no effect if neither is applied.
    return name in {"id", "fam", "fgsnd", "vintage_date", "revision_date"} | _WINDOW | _LOOKS


def _keeps_api(series: str, name: str, value: str) -> bool:  # noqa: ARG001 - the same signature as `_keeps_graph`
    """Whether a parameter of the API does not change the figures."""
    if name in _NEUTRAL:
        return value == _NEUTRAL[name]
    return name in _WINDOW | {
        *("series_id", "api_key", "file_type", "aggregation_method"),
        *("realtime_start", "realtime_end", "vintage_dates"),
    }


def _is_native(series: str, words: str) -> bool:
    """Whether a frequency in FRED's terms is that of the series itself; daily is the finest."""
    frequency = _frequencies().get(series)
    parts = {part.strip() for part in words.split(",")}
    if frequency is None:
        return parts <= {"Daily", "7-Day", "Close"} and "Daily" in parts
    return words in _NATIVE.get(frequency, ()) or (frequency in ("D", "D7") and parts == {"Daily"})


@cache
def _frequencies() -> dict[str, str]:
    catalogue = read_seed("fred_series")
    columns = (catalogue["series_id"], catalogue["frequency"], catalogue["calendar"])
    return {
        series: calendar if frequency == "W" else frequency
        for series, frequency, calendar in zip(*columns, strict=True)
    }


def _vintage(query: Mapping[str, list[str]]) -> tuple[dt.date | None, bool]:
    """The requested vintage day, and whether its parameters are consistent."""
    dates = {
        day for name in ("vintage_date", "revision_date") for text in query.get(name, []) for day in text.split(",")
    }
    if dates:
        day = _day(dates.pop())
        return day, day is not None and not dates
    listed = query.get("vintage_dates", [""])[-1].split(",")
    if listed != [""]:
        return (_day(listed[0]), _day(listed[0]) is not None) if len(listed) == 1 else (None, True)
    start, end = (query.get(name, [""])[-1] for name in ("realtime_start", "realtime_end"))
    if start and start == end:
        return _day(start), _day(start) is not None
    return None, True


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def _series_ids(values: list[str] | None) -> str | None:
    if values is None or len(values) != 1:
        return None
    names = [name.strip().upper() for name in values[0].split(",")]
    return ",".join(names) if all(_SERIES_ID.fullmatch(name) for name in names) else None
