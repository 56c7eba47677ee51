"""Writes the ledger `raw.documents`: what happened to every document.

Belongs here: writing it from the parsed documents and the merge's counts. Does not belong here: decisions about
documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pandas as pd

from orchestration.loading.merge import MergeCount
from orchestration.loading.parse import REFUSED
from orchestration.loading.workspace import Entry

SIMULATED = "simulated"


def record(
    connection: duckdb.DuckDBPyConnection,
    entries: Iterable[Entry],
    counts: Mapping[str, MergeCount],
    refused: Mapping[str, str],
    rules: str,
) -> None:
    """Write or rewrite the lines of these documents.

    Args:
        connection: of the working file, for writing.
        entries: the documents that a load examined.
        counts: the merge's row counts, by document_id.
        refused: the documents that the checks refused: reason by document_id.
        rules: the version of the rules that was used.
    """
    nothing = MergeCount(0, 0, 0, 0)
    lines = []
    for entry in entries:
        count = counts.get(entry.document_id, nothing)
        line = vars(entry) | {
            "is_simulated": entry.form == SIMULATED,
            "rows_loaded": count.loaded,
            "rows_unchanged": count.unchanged,
            "rows_quarantined": count.quarantined,
            "rows_retracted": count.retracted,
            "rules": rules,
        }
        if entry.document_id in refused:
            line |= {"status": REFUSED, "reason": refused[entry.document_id]}
        lines.append(line)
    if not lines:
        return
    frame = pd.DataFrame(lines)
    connection.register("ledger_lines", frame)
    connection.execute("delete from raw.documents where document_id in (select document_id from ledger_lines)")
    columns = [row[0] for row in connection.execute("describe raw.documents").fetchall()]
    names = ", ".join(columns)
    connection.execute(f"insert into raw.documents ({names}) select {names} from ledger_lines")
    connection.unregister("ledger_lines")
