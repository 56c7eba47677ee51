"""The parts of `docs/use/data_sources.md` that follow from the descriptions of publishers, tables and series.

Belongs here: their layout. Does not belong here: any fact; those are in the publishers' modules, the tables and the
lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_table import BY_SERIES
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.tables.seeds import read_seed

_REDISTRIBUTION = {
    "public_domain": "allowed",
    "citation_required": "allowed if you name the source",
    "permission_required": "not allowed",
    "reproduction_prohibited": "not allowed",
    "internal_use": "no: internal use only",
    BY_SERIES: "see below",
}


def with_lists(page: str) -> str:
    """The page with its generated parts written again; each is between two comments."""
    for name, text in (("publishers", _publishers()), ("coins", _coins()), ("series", _series())):
        page, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\g<1>{text}\n\g<2>", page, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"The page has {count} parts between <!-- {name} --> and <!-- end -->; expected one.")
    return page


def _publishers() -> str:
    rows = [
        (
            f"`{name}`",
            f"`{endpoint.url}`",
            f"`TIDEMARK_{endpoint.name.upper()}_URL`",
            endpoint.gives,
            endpoint.rhythm,
            _terms(name),
        )
        for name, source in SOURCES.items()
        for endpoint in source.PUBLISHER.endpoints
    ]
    return _table(("source", "address", "setting", "what is taken", "rhythm", "redistribution"), rows)


def _terms(source: str) -> str:
    licences = {table.licence for table in RAW_TABLES.values() if source in table.sources}
    words = sorted(_REDISTRIBUTION[licence] for licence in licences)
    return "; ".join(words) + (": public domain" if licences == {"public_domain"} else "")


def _coins() -> str:
    symbols = read_seed("crypto_symbols")
    fetched = sorted(set(symbols.loc[symbols["fetch"] == "true", "symbol"]))
    return f"Coins: {', '.join(f'`{symbol}`' for symbol in fetched)}."


def _series() -> str:
    listed = [
        *read_seed("fred_series")[["series_id", "licence"]].itertuples(index=False, name=None),
        *read_seed("observation_series")[["series_id", "licence"]].itertuples(index=False, name=None),
    ]
    rows = [
        (f"`{licence}`", words, " ".join(f"`{series}`" for series, of in listed if of == licence))
        for licence, words in _REDISTRIBUTION.items()
        if any(of == licence for _, of in listed)
    ]
    return _table(("license", "redistribution", "series"), rows)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines).replace("| --- ", "|---").replace("|--- |", "|---|")
