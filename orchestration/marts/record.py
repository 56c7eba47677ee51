"""The record of the nowcast: what a published snapshot says about the next releases goes into the archive.

Belongs here: whether a load makes a statement, and its documents. Does not belong here: their format
(`sources.nowcast`), and the scores, which are a model.

A day has one statement about a month: later ones are not recorded. The next load that has a new document of a
publisher reads it into `raw.nowcast_record`, like any document.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from orchestration.archive import Archive
from orchestration.loading.ledger import SIMULATED
from orchestration.published import open_published
from orchestration.sources import nowcast
from orchestration.sources.base import Response

FORM = "own-statement"


def append(archive: Archive, published: Path, *, is_live: bool, now: dt.datetime) -> list[str]:
    """Append what the published nowcast says to the archive, if nothing was said on its day before.

    Args:
        archive: of the home.
        published: the snapshot that was just published.
        is_live: its documents were fetched from publishers today, not read from a folder.
        now: UTC.

    Returns:
        The addresses of the new documents.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    rows, is_simulated = _read(published)
    basis = "simulated" if is_simulated else "live" if is_live else "replayed"
    added = []
    for (target_month, made_on), said in groupby(rows, itemgetter("target_month", "made_on")):
        address = nowcast.address_of(target_month, made_on)
        body = nowcast.render(list(said), basis)
        before = [
            one for one in archive.documents_of(nowcast.PUBLISHER.name, nowcast.DATASET) if one.address == address
        ]
        if before and before[-1].sha256 != hashlib.sha256(body).hexdigest():
            continue
        # Documents of a folder count as retrieved at the end of their day, and so do statements made from them.
        moment = now if is_live else dt.datetime.combine(made_on, dt.time(23, 59, 59), tzinfo=dt.UTC)
        form = SIMULATED if is_simulated else FORM
        # The same bytes again are no new document, but replace damaged ones.
        if archive.add(nowcast.PUBLISHER.name, nowcast.DATASET, Response(address, body, moment), form) is not None:
            added.append(address)
    return added


def _read(published: Path) -> tuple[list[dict[str, Any]], bool]:
    """The rows of the published nowcast, and whether the warehouse is a simulation."""
    with open_published(published) as connection:
        relation = connection.execute("from marts.tic_nowcast order by target_month, made_on, country_code")
        names = [name for name, *_ in relation.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in relation.fetchall()]
        info = connection.execute("select is_simulated from marts.warehouse_info").fetchone()
    return rows, bool(info and info[0])
