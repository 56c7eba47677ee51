"""The summary at the end of a load: what is in the published warehouse, for a person at a shell.

Belongs here: queries on the published file and their layout as text. Does not belong here: anything that changes it.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.loading.rules import report
from orchestration.published import PublishedError, open_published
from orchestration.runs.runner import Outcome
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.tables.sql import literal

SHOWN_NOTICES = 6
ROW_OUTCOMES = ("parsed", "loaded", "unchanged", "quarantined", "retracted")
NOTHING_NEW = "Nothing is new: no document, no rule, no model. The published warehouse is unchanged."
SAMPLE_QUERY = (
    "select month_end, holdings_usd_bn, known_at from marts.fct_holdings_vintages "
    "where country = 'China, Mainland' and instrument = 'total' order by month_end desc, known_at limit 12"
)

_LARGEST_HOLDERS = """
select
    countries.country_plain_name,
    trend.month_end,
    trend.holdings_usd_bn,
    trend.change_12m_usd_bn,
    parts.net_purchases_usd_bn,
    case when parts.method = 'reported' then parts.valuation_change_usd_bn end,
    parts.other_change_usd_bn
from marts.holdings_trend as trend
inner join marts.dim_country as countries on trend.country_code = countries.country_code
inner join marts.warehouse_info as info on trend.month_end = info.newest_complete_month_end
left join marts.holdings_decomposition as parts
    on
        trend.country_code = parts.country_code
        and trend.month_end = parts.month_end
        and parts.window_months = 12
where trend.instrument = 'total' and trend.holder_rank <= 5
order by trend.holder_rank
"""
"""Of the newest complete month: without a large holder the others would move up."""


def summarize_load(home: Home, outcome: Outcome) -> str:
    """The summary of a successful load; a warning instead, if another program has locked the published file."""
    try:
        return summarize(
            home.published,
            outcome.documents,
            outcome.rows,
            outcome.checks,
            outcome.notices,
            is_new=outcome.is_published,
        )
    except PublishedError as error:
        what = "The load has published a new warehouse." if outcome.is_published else NOTHING_NEW
        return f"{what}\nwarning: There is no summary: {error}"


def summarize(
    published: Path,
    documents: Mapping[str, int],
    rows: Mapping[str, int],
    checks: Mapping[str, int],
    notices: Sequence[str],
    *,
    is_new: bool,
) -> str:
    """Describe what a load did, and the published warehouse.

    Args:
        published: the file that readers open.
        documents: documents of the load by outcome (new, changed, unchanged, failed).
        rows: rows of the load by outcome (parsed, loaded, unchanged, quarantined, retracted).
        checks: how many checks of the load passed, by kind.
        notices: findings of checks that did not stop the load.
        is_new: the load has published.

    Raises:
        PublishedError: the published file cannot be read.
    """
    with open_published(published) as connection:
        return "\n".join(
            [
                *_notice(connection),
                *([] if is_new else ["", NOTHING_NEW]),
                "",
                "Raw data (vintage: a value of a figure as published at one time)",
                *_loaded(connection),
                "",
                "All documents:  " + _documents(connection),
                *_not_used(connection),
                "This load:      " + _counted(documents, ("new", "changed", "unchanged", "failed"), "documents"),
                "                " + _counted(rows, ROW_OUTCOMES, "rows"),
                "Checks passed:  " + ", ".join(f"{count} {kind}" for kind, count in checks.items()),
                *_noticed(notices, f"reports/{report.PUBLISHED if is_new else report.UNPUBLISHED}.html"),
                "",
                *_largest_holders(connection),
                "",
                f"Warehouse:  {published}",
                f"Brief:      {Home(published.parent).reports / 'site' / 'index.html'}",
                *_exported(published),
                "Try this: China's holdings, and when each figure became known",
                "  " + _command(published),
            ]
        )


def _noticed(notices: Sequence[str], page: str) -> list[str]:
    if not notices:
        return []
    # Findings that quarantine or refuse something come first; their text has several lines.
    worst_first = sorted(notices, key=lambda notice: "\n" not in notice)
    shown = [f"  {line}" for notice in worst_first[:SHOWN_NOTICES] for line in notice.splitlines()]
    rest = [f"  and {len(notices) - SHOWN_NOTICES} more"] if len(notices) > SHOWN_NOTICES else []
    return [
        "",
        f"{len(notices)} warning{'s' if len(notices) > 1 else ''} (see {page}):",
        *shown,
        *rest,
    ]


def _exported(published: Path) -> list[str]:
    folder = Home(published.parent).exports
    return [f"Exports:    {folder}"] if folder.exists() else []


def _command(published: Path) -> str:
    """A shell command that runs `SAMPLE_QUERY` with the installed Python, for any path of the home."""
    code = f"import duckdb; duckdb.connect({str(published)!r}, read_only=True).sql({SAMPLE_QUERY!r}).show()"
    quoted = re.sub(r'(["$`\\])', r"\\\1", code)
    return f'{shlex.quote(sys.executable)} -c "{quoted}"'


def _notice(connection: duckdb.DuckDBPyConnection) -> list[str]:
    row = connection.execute("select notice, as_of, is_simulated from marts.warehouse_info").fetchone()
    assert row is not None
    notice, as_of, is_simulated = row
    known = f"As known on {as_of}." if as_of else "Everything known."
    rule = ["", "*" * 100] if is_simulated else [""]
    return [*rule, f"{notice} {known}", *rule[1:]]


def _figures(table: RawTable) -> str:
    """One row per row of a raw table: its line in the summary, its document, its day and its figure."""
    return (
        f"select {literal(str(table.summary_label))} as source, document_id, cast({table.period.name} as date) as day, "
        f"hash({', '.join(table.key)}) as figure from raw.{table.name}"
    )


def _loaded_query() -> str:
    tables = [table for table in RAW_TABLES.values() if table.summary_label]
    return f"""
        with rows as ({" union all ".join(map(_figures, tables))})

        select
            source, count(*), count(distinct figure), count(distinct date_trunc('month', day)),
            count(distinct document_id), min(day), max(day)
        from rows
        group by source
        order by 2 desc
    """


def _loaded(connection: duckdb.DuckDBPyConnection) -> list[str]:
    lines = [f"  {'source':<10}{'vintages':>10}{'figures':>10}{'months':>8}{'documents':>11}   period"]
    for source, vintages, figures, months, documents, first, last in connection.execute(_loaded_query()).fetchall():
        lines.append(f"  {source:<10}{vintages:>10,}{figures:>10,}{months:>8,}{documents:>11,}   {first} to {last}")
    return lines


def _counted(counts: Mapping[str, int], outcomes: tuple[str, ...], things: str) -> str:
    return f"{things}: " + ", ".join(f"{counts.get(outcome, 0):,} {outcome}" for outcome in outcomes)


def _documents(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "select status, count(*), string_agg(distinct dataset, ', ' order by dataset) "
        "from raw.documents group by 1 order by 1"
    ).fetchall()
    parts = []
    for status, count, datasets in rows:
        named = f" ({datasets})" if status != "loaded" else ""
        parts.append(f"{count} {status.replace('_', ' ')}{named}")
    return "; ".join(parts)


def _not_used(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The documents that no source reads, with the reason and what would be read instead."""
    rows = connection.execute(
        "select reason, count(*), min(dataset) from raw.documents where status = 'not_used' group by 1 order by 3"
    ).fetchall()
    return [
        f"  not used: {name}{f' and {count - 1} more' if count > 1 else ''}: {reason}" for reason, count, name in rows
    ]


def _largest_holders(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(_LARGEST_HOLDERS).fetchall()
    if not rows:
        return ["There are no holdings yet."]
    lines = [
        f"The five largest holders at the end of {rows[0][1]:%B %Y}, and their change over 12 months (USD billions)",
        f"  {'country':<20}{'holdings':>12}{'change':>11}  = {'net purch.':>10}{'valuation':>12}{'other':>10}",
    ]
    for country, _, holdings, change, net_purchases, valuation, other in rows:
        lines.append(
            f"  {country:<20}{holdings:>12,.1f}{_signed(change):>11}  = "
            f"{_signed(net_purchases):>10}{_signed(valuation):>12}{_signed(other):>10}"
        )
    lines.append(
        "  Net purchases: positive means that foreigners bought. Valuation: prices. Other: custody moves, "
        "reclassification."
    )
    return lines


def _signed(value: object) -> str:
    return "-" if value is None else f"{value:+,.1f}"
