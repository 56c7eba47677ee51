"""Moves the Parquet files of candles shorter than an hour into the home when a load is published.

Belongs here: the move. Does not belong here: how the files are made (`sources/crypto/intraday.py`).
"""

from __future__ import annotations

from orchestration.home import Home
from orchestration.loading.workspace import Workspace
from orchestration.warehouse.working import connect


def publish_candles(home: Home) -> int:
    """Move the files of this load's accepted documents to their place; the others go with the load's work.

    This runs before the warehouse is published: a file that is in no published ledger does no harm.

    Args:
        home: the installation, held by the caller.

    Returns:
        The number of files moved.
    """
    aside = Workspace(home.work).candles
    found = {path: path.name.removesuffix(".parquet").partition(".")[2] for path in aside.glob("*/*/*/*.parquet")}
    if not found:
        return 0
    with connect(home) as connection:
        accepted = {
            document
            for (document,) in connection.execute(
                "select document_id from raw.documents where status = 'loaded' and list_contains($ids, document_id)",
                {"ids": list(found.values())},
            ).fetchall()
        }
    kept = [path for path, document in found.items() if document in accepted]
    for path in kept:
        target = home.candles / path.relative_to(aside)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    return len(kept)
