"""The ledger `raw.documents`: what became of every document.

Belongs here: writing it from the offers and the merge's counts. Does not belong here: what becomes of a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pandas as pd

from orchestration.warehouse.merge import MergeCount
from orchestration.warehouse.offer import Entry

SIMULATED = "simulated"


def record(connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry], counts: Mapping[str, MergeCount]) -> None:
    """Write or rewrite the lines of these documents.

    Args:
        connection: of the working file, for writing.
        entries: the documents that a load looked at.
        counts: what the merge made of those it merged, by document_id.
    """
    nothing = MergeCount(0, 0, 0, 0)
    lines = [
        {
            **vars(entry),
            "is_simulated": entry.form == SIMULATED,
            "rows_offered": counts.get(entry.document_id, nothing).offered,
            "rows_loaded": counts.get(entry.document_id, nothing).loaded,
            "rows_unchanged": counts.get(entry.document_id, nothing).unchanged,
            "rows_retracted": counts.get(entry.document_id, nothing).retracted,
        }
        for entry in entries
    ]
    if not lines:
        return
    frame = pd.DataFrame(lines)
    connection.register("ledger_lines", frame)
    connection.execute("delete from raw.documents where document_id in (select document_id from ledger_lines)")
    columns = [row[0] for row in connection.execute("describe raw.documents").fetchall()]
    names = ", ".join(columns)
    connection.execute(f"insert into raw.documents ({names}) select {names} from ledger_lines")
    connection.unregister("ledger_lines")
