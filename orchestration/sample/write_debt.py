"""Writes table I of the Monthly Statement of the Public Debt as Fiscal Data serves it.

Belongs here: the lines of the statement and the layout of the JSON. Does not belong here: the amounts
(`simulate_markets.py`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from orchestration.sample.documents import Document

_ADDRESS = (
    "https://api.fiscaldata.treasury.gov/services/api/fiscal_service/v1/debt/mspd/mspd_table_1"
    "?sort=record_date&page%5Bsize%5D=10000"
    "&fields=record_date,security_type_desc,security_class_desc,debt_held_public_mil_amt,total_mil_amt"
)
_INTRAGOVERNMENTAL = 21_000
"""Marketable debt that the government holds itself, millions of dollars."""


def statement(face_value: Mapping[dt.date, int], as_of: dt.date) -> Document:
    """Write the statement; of the lines only the total of marketable debt.

    Args:
        face_value: millions of dollars by month-end.
        as_of: the day on which it is served.
    """
    lines = [
        {
            "record_date": str(day),
            "security_type_desc": "Total Marketable",
            "security_class_desc": "_",
            "debt_held_public_mil_amt": f"{amount}.0",
            "total_mil_amt": f"{amount + _INTRAGOVERNMENTAL}.0",
        }
        for day, amount in sorted(face_value.items())
    ]
    meta = {"count": len(lines), "total-count": len(lines), "total-pages": 1}
    content = {"data": lines, "meta": meta, "links": {"next": None}}
    body = json.dumps(content, separators=(",", ":")).encode("ascii")
    return Document(f"fiscaldata/{as_of}/mspd_table_1.json", "fiscaldata", _ADDRESS, as_of, body)
