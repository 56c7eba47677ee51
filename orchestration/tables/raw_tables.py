"""Finds the raw tables, which the modules in `raw/` describe, and adds the two tables that every load maintains.

Belongs here: finding the descriptions, and the DDL of the ledger. Does not belong here: anything about one table.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from orchestration.tables import raw
from orchestration.tables.raw_table import RawTable


def _described() -> dict[str, RawTable]:
    """The tables by name; the module of a table has the same name."""
    names = sorted(module.name for module in pkgutil.iter_modules(raw.__path__))
    tables: dict[str, RawTable] = {name: import_module(f"{raw.__name__}.{name}").TABLE for name in names}
    for name, table in tables.items():
        if table.name != name:
            raise ValueError(f"{raw.__name__}.{name} describes a table called {table.name!r}: give both the same name.")
    return tables


RAW_TABLES: dict[str, RawTable] = _described()


def public_tables() -> list[str]:
    """The tables whose figures may all be redistributed."""
    return [table.name for table in RAW_TABLES.values() if table.may_be_redistributed is True]


LEDGER_DEFINITION = """
create table if not exists raw.documents (
    document_id varchar primary key,
    source varchar not null,
    dataset varchar not null,
    address varchar not null,
    retrieved_at timestamp not null,
    released_on date,
    newest_period date,
    sha256 varchar not null,
    size bigint not null,
    form varchar not null,
    is_simulated boolean not null,
    status varchar not null,
    reason varchar,
    rows_parsed bigint not null,
    rows_loaded bigint not null,
    rows_unchanged bigint not null,
    rows_quarantined bigint not null,
    rows_retracted bigint not null,
    rules varchar not null,
    note varchar
)
"""

KNOWLEDGE_CUTOFF_DEFINITION = """
create or replace table raw.knowledge_cutoff (
    as_of date,
    known_before timestamp not null
)
"""
