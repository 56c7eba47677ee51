"""What became of a mutant, from evidence: exit code, published bytes, ledger, quarantine, figures in raw and marts.

Belongs here: the comparison of a mutant's warehouse with the clean ones, and the word for it. Does not belong here:
how the load is run, and what should have become of it (`operators`).

A wrong figure is a row of raw that neither the clean load nor the warehouse before it holds, with or without a
value. A mutant whose wrong figure is in the published file was missed, regardless of other results.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.loading.rules import report
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from tests.campaigns.guard.harness import LoadResult
from tests.campaigns.guard.operators import BLOCKED, HARMLESS, QUARANTINED, REFUSED, REPORTED, STRICTNESS, Operator

CAUGHT = "caught"
OTHERWISE = "caught otherwise"
MISSED = "missed"
FALSE_ALARM = "false alarm"

_FACTS = {
    "fct_holdings": [
        "country_code",
        "month_end",
        "instrument",
        "holdings_usd_bn",
        "net_sales_usd_bn",
        "valuation_change_usd_bn",
    ],
    "fct_observations": ["series_id", "date", "value"],
    "fct_crypto_daily": ["symbol", "date", "open_usd", "high_usd", "low_usd", "close_usd", "volume"],
}
_SHOWN = 3
_COUNTERS = {"warehouse_info": ("documents_loaded",)}
"""The changes that one more document may cause."""
READING = "document_is_what_its_publisher_serves"
"""What the guard calls a document that its parser could not read."""


@dataclass
class Observation:
    """What a load made of a mutant.

    Attributes:
        became: blocked, refused, quarantined, reported, harmless; `broken` if it failed, and changed what readers see.
        rules: the rules that were broken.
        wrong: how many rows of raw neither the clean load nor the warehouse before holds, by table.
        lost: how many figures of the clean load are not there, by table.
        marts: marts with wrong figures, and how many.
        examples: some wrong rows.
        unequal: marts that differ from the clean load's; looked at where nothing was kept out.
        quarantined: rows in quarantine.
        statuses: what the ledger says of the documents that were touched, each word once.
        seconds: how long the load took.
        said: the end of its output, if it failed.
    """

    became: str
    rules: list[str] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    marts: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    unequal: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    statuses: list[str] = field(default_factory=list)
    seconds: float = 0.0
    said: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Reference:
    """The reference for a mutant.

    Attributes:
        clean: the warehouse of the same load without a mutant.
        base: the one before it; None in a first load.
        checks: what the checks of the clean load found: asset, rule, rows.
    """

    clean: Path
    base: Path | None
    checks: tuple[tuple[str, str, int], ...]


def found_by_checks(home: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The checks of the last load that did not pass, by asset and rule."""
    reports = home / "reports"
    checks = report.read(reports, report.of_last_load(reports))
    return {(check["asset"], check["check"]): check for check in checks if not check["passed"]}


def observe(
    result: LoadResult, sha256_before: str | None, reference: Reference, touched: Iterable[str], adds: str | None
) -> Observation:
    """Gather the evidence of one load.

    Args:
        result: how it ended.
        sha256_before: of the published file before it; None where there was none.
        reference: what to compare with.
        touched: the documents that the operator changed.
        adds: as in `Operator`.
    """
    seen = Observation(became=HARMLESS, seconds=round(result.seconds, 1))
    found = {
        key: check
        for key, check in found_by_checks(result.home).items()
        if (*key, check["rows"]) not in reference.checks
    }
    seen.rules = _rules(found)
    if result.exit_code != 0:
        untouched = result.published_sha256() == sha256_before
        seen.became = BLOCKED if untouched else "broken"
        seen.said = _last_words(result.output)
        if not seen.rules:
            seen.rules = _rules_told(result.output)
        return seen
    with duckdb.connect() as connection:
        _attach(connection, result, reference)
        _compare_raw(connection, reference, seen, adds)
        seen.statuses = sorted(_statuses(connection, touched))
        seen.quarantined = _quarantined(connection)
        if REFUSED in seen.statuses:
            seen.became = REFUSED
            if not seen.rules:
                seen.rules = ["reading"]
        elif seen.quarantined:
            seen.became = QUARANTINED
        elif found:
            seen.became = REPORTED
        if result.is_whole and seen.wrong:
            _compare_facts(connection, reference, seen)
        if result.is_whole and seen.became in (HARMLESS, REPORTED):
            _compare_marts(connection, seen, adds)
    return seen


def judge(operator: Operator, situation: str, seen: Observation) -> str:
    """Hold what became of a mutant against its label."""
    must = operator.must(situation)
    if seen.became == "broken" or seen.wrong:
        return MISSED
    if must == HARMLESS:
        if seen.became not in (HARMLESS, REPORTED):
            return FALSE_ALARM
        if seen.unequal or seen.lost:
            return MISSED
        # Added rows may be reported.
        return CAUGHT if seen.became == HARMLESS or operator.adds else FALSE_ALARM
    if seen.became == must:
        return CAUGHT
    if must is not None and STRICTNESS.index(seen.became) > STRICTNESS.index(REPORTED):
        return OTHERWISE
    # A change that only had to be reported also counts if the load stopped or refused it.
    return MISSED


def _rules(found: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    """Names of rules, the gravest first."""
    gravity = {"stops the load": 0, "refuses the document": 1, "quarantines the rows": 2}
    ordered = sorted(found.items(), key=lambda item: (gravity.get(item[1].get("consequence") or "", 3), item[0]))
    return list(dict.fromkeys("reading" if rule == READING else rule for (_, rule), _ in ordered))


def _rules_told(output: str) -> list[str]:
    told = re.findall(r"CHECK FAILED\s+\S+: (\S+)", output)[:_SHOWN]
    return told or (["reading"] if "was refused" in output else ["an error that no rule names"])


def _last_words(output: str) -> str:
    lines = [line for line in output.splitlines() if not re.match(r"\s*[0-9.]+ s  ", line)]
    return "\n".join(lines)[-1500:]


def _attach(connection: duckdb.DuckDBPyConnection, result: LoadResult, reference: Reference) -> None:
    connection.execute("set threads = 2")
    for name, path in (("mutant", result.loaded), ("clean", reference.clean), ("base", reference.base)):
        if path is not None:
            connection.execute(f"attach '{path.resolve()}' as {name} (read_only)")


def _figure_columns(table: RawTable) -> str:
    units = [column.name for column in table.others if column.name == "unit"]
    return ", ".join([*table.key, *table.value_columns, *units])


def _compare_raw(
    connection: duckdb.DuckDBPyConnection, reference: Reference, seen: Observation, adds: str | None
) -> None:
    for table in RAW_TABLES.values():
        columns = _figure_columns(table)
        before = f"union all select {columns} from base.raw.{table.name}" if reference.base else ""
        connection.execute(
            f"""
            create or replace temp table wrong as
            select {columns} from mutant.raw.{table.name}
            except
            (select {columns} from clean.raw.{table.name} {before})
            """
        )
        if adds and _columns_in(adds) <= set(columns.split(", ")):
            connection.execute(f"delete from wrong where {adds}")
        count = _one(connection, "select count(*) from wrong")
        if count:
            seen.wrong[table.name] = count
            rows = connection.execute(f"select * from wrong order by all limit {_SHOWN}").fetchall()
            seen.examples += [", ".join(str(value) for value in row if value is not None) for row in rows]
        key = ", ".join(table.key)
        lost = _one(
            connection,
            f"select count(*) from (select distinct {key} from clean.raw.{table.name}) "
            f"anti join mutant.raw.{table.name} using ({key})",
        )
        if lost:
            seen.lost[table.name] = lost


def _compare_facts(connection: duckdb.DuckDBPyConnection, reference: Reference, seen: Observation) -> None:
    for mart, names in _FACTS.items():
        columns = ", ".join(names)
        before = f"union all select {columns} from base.marts.{mart}" if reference.base else ""
        count = _one(
            connection,
            f"select count(*) from (select {columns} from mutant.marts.{mart} "
            f"except (select {columns} from clean.marts.{mart} {before}))",
        )
        if count:
            seen.marts[mart] = count


def _compare_marts(connection: duckdb.DuckDBPyConnection, seen: Observation, adds: str | None) -> None:
    """Both ways, over every mart; over the facts alone where some are added: ranks and shares move by right."""
    marts = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'clean' and table_schema = 'marts' order by 1"
    ).fetchall()
    for (mart,) in marts:
        # Whether a correction is in force follows from what was added.
        if adds and (mart == "dim_correction" or not mart.startswith(("fct_", "dim_"))):
            continue
        columns = {row[0] for row in connection.execute(f"describe clean.marts.{mart}").fetchall()}
        left_out = f"where not ({adds})" if adds and _columns_in(adds) <= columns else ""
        chosen = ", ".join(sorted(columns - set(_COUNTERS.get(mart, ()))))
        of_mutant, of_clean = (f"select {chosen} from {which}.marts.{mart} {left_out}" for which in ("mutant", "clean"))
        count = _one(
            connection,
            f"select (select count(*) from ({of_mutant} except all {of_clean})) "
            f"+ (select count(*) from ({of_clean} except all {of_mutant}))",
        )
        if count:
            seen.unequal[mart] = count


def _columns_in(adds: str) -> set[str]:
    """The columns that `Operator.adds` compares, also inside a function: `year(date) in`."""
    return set(re.findall(r"(\w+)\)? (?:=|in)", adds))


def _statuses(connection: duckdb.DuckDBPyConnection, touched: Iterable[str]) -> set[str]:
    """What the ledger says of the newest document of each dataset that was touched."""
    rows = connection.execute(
        "select source || '/' || dataset, status from mutant.raw.documents "
        "qualify row_number() over (partition by source, dataset order by retrieved_at desc) = 1"
    ).fetchall()
    return {status for key, status in rows if key in set(touched)}


def _quarantined(connection: duckdb.DuckDBPyConnection) -> int:
    """Rows in quarantine that the clean load has not there."""
    tables = connection.execute(
        "select table_catalog, table_name from information_schema.tables "
        "where table_schema = 'quarantine' and table_catalog in ('mutant', 'clean')"
    ).fetchall()
    total = {"mutant": 0, "clean": 0}
    for catalog, name in tables:
        total[catalog] += _one(connection, f'select count(*) from {catalog}.quarantine."{name}"')
    return max(total["mutant"] - total["clean"], 0)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
