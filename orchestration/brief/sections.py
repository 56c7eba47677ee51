"""The page as a whole: its sections in order, the scorecard and the health of the data, and the rows of its charts.

Belongs here: the order, and what goes into the page beside sentences. Does not belong here: the sections about holdings
(`holdings.py`) and markets (`markets.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.brief import holdings, markets, words
from orchestration.brief.blocks import Block, Listing, Page, Section, Sources, Table, numeric, text
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import month, number

WITHIN_A_RUN = dt.timedelta(days=15)
"""A longer pause between two values of the stress index is a gap, and no line is drawn across."""

STALE_AFTER_DAYS = 60
TONE_OF_VERDICT = {
    "holds": "good",
    "holds for an earlier month": "mixed",
    "holds as first printed": "mixed",
    "holds since 2022 only": "mixed",
    "overstated": "mixed",
    "suggestive": "mixed",
    "does not hold": "bad",
}
NO_VERDICT = "without a verdict"


def compose(found: Mapping[str, Rows], checks: Mapping[str, int]) -> Page:
    """Put the page together.

    Args:
        found: of `figures.collect`.
        checks: how many checks the load ran (`ran`), and of these `failed` with a consequence and only `reported`;
            empty where that is not known.
    """
    found = {name: [_as_called(row) for row in rows] for name, rows in found.items()}
    info = found["info"][0]
    sources = Sources(words.known_as_of(info["as_of"], info["newest_retrieval_on"]), bool(info["is_simulated"]))
    return Page(
        knowledge=sources.knowledge,
        newest_month=found["total"][-1]["month_end"] if found["total"] else None,
        is_simulated=sources.is_simulated,
        notice=info["notice"],
        sections=[
            holdings.headline(found, sources),
            holdings.holders(found, sources),
            holdings.apart(found, sources),
            holdings.history(found, sources),
            markets.stress(found, sources),
            markets.cascade(found, sources),
            _scorecard(found, sources),
            _health(found, sources, checks),
        ],
        data=_data(found),
        holders={
            "holder": found["history"],
            "holder_parts": [row for row in found["history"] if row["net_sales_usd_bn"] is not None],
            "holder_prints": [{**row, "which": _which(row)} for row in found["history_of_prints"]],
        },
        own_use=_own_use(found),
    )


def _as_called(row: Row) -> Row:
    """The row with its countries as people call them."""
    names = {column: words.country(name) for column, name in row.items() if column.endswith("country") and name}
    return {**row, **names} if names else row


def _scorecard(found: Mapping[str, Rows], sources: Sources) -> Section:
    title = "The claims of January 2026"
    rows = found["scorecard"]
    if not rows:
        return Section("scorecard", title, ["The scorecard is empty on this day."])
    source = sources.line("press", f"to {words.day(max(row['as_of'] for row in rows))}")
    table = Table(
        "Each claim, its number as first printed and now, and the verdict",
        ("Claim", "Claimed", "As first printed", "Now", "Verdict", "Why"),
        [
            [
                text(row["claim"]),
                numeric(words.measured(row["claimed_number"], row["unit"])),
                numeric(words.measured(row["measured_as_first_printed"], row["unit"])),
                numeric(words.measured(row["measured_now"], row["unit"])),
                text(row["verdict"] or NO_VERDICT, TONE_OF_VERDICT.get(row["verdict"], "")),
                text(words.typeset(row["why"])),
            ]
            for row in rows
        ],
        source,
    )
    lead = [
        words.verdicts([row["verdict"] or NO_VERDICT for row in rows]),
        f"Claimed on {words.day(rows[0]['claimed_on'])}; as first printed is what the world could know on that day.",
    ]
    return Section("scorecard", title, lead, (), [table])


def _health(found: Mapping[str, Rows], sources: Sources, checks: Mapping[str, int]) -> Section:
    info = found["info"][0]
    lead = [f"{info['notice']} {info['documents_loaded']} documents are loaded; {sources.knowledge}."]
    if checks:
        lead.append(
            f"The load ran {checks['ran']} checks: {checks['ran'] - checks['failed'] - checks['reported']} passed, "
            f"{checks['failed']} failed with a consequence (rows or documents held in quarantine), "
            f"{checks['reported']} reported something."
        )
    if found["series"]:
        until = info["as_of"] or info["newest_retrieval_on"]
        stale = [row["series_id"] for row in found["series"] if (until - row["newest"]).days > STALE_AFTER_DAYS]
        lead.append(words.freshness(len(found["series"]), stale, until, STALE_AFTER_DAYS))
    blocks: list[Block] = [
        _holdings_loaded(found["holdings_loaded"]),
        _freshness(found["series"], found["prices"]),
        _slips(found["corrections"]),
    ]
    return Section("health", "The data: what was loaded, how fresh, what was mended", lead, (), blocks)


def _holdings_loaded(rows: Rows) -> Table:
    names = {"total": "All Treasuries", "long_term": "Coupons", "bills": "Bills"}
    return Table(
        "Holdings (TIC)",
        ("Instrument", "Countries and groups", "Figures", "From", "To"),
        [
            [
                text(names[row["instrument"]]),
                numeric(number(row["lines"], 0)),
                numeric(number(row["figures"], 0)),
                text(month(row["oldest"])),
                text(month(row["newest"])),
            ]
            for row in rows
        ],
    )


def _freshness(series: Rows, prices: Rows) -> Table:
    cells = [
        [
            text(f"{row['series_id']}: {row['title']}"),
            text(words.day(row["newest"])),
            numeric(number(row["observations"], 0)),
            text("may be passed on" if row["may_be_redistributed"] else "for own use"),
        ]
        for row in series
    ] + [
        [
            text(f"{row['symbol']}: daily price, {row['venue'].replace('_', ' ')}"),
            text(words.day(row["newest"])),
            numeric(number(row["days"], 0)),
            text("for own use"),
        ]
        for row in prices
    ]
    return Table(
        "Markets (FRED, exchanges): newest figure of each series",
        ("Series", "Newest", "Figures", "Terms"),
        cells,
        is_folded=True,
    )


def _slips(rows: Rows) -> Table | Listing:
    if not rows:
        return Listing("Known slips of the publishers", ["No correction is in force."], "marts.dim_correction")
    return Table(
        f"Known slips of the publishers: {sum(row['action'] == 'replace' for row in rows)} figures replaced, "
        f"{sum(row['action'] == 'accept' for row in rows)} accepted as published",
        ("What", "Done", "Known since"),
        [
            [
                text(row["what"]),
                text("replaced" if row["action"] == "replace" else "accepted"),
                text(words.day(row["known_since"])),
            ]
            for row in rows
        ],
        is_folded=True,
    )


def _data(found: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows of the charts, by the name that a chart gives its data."""
    stress = _runs(found["stress"])
    return {
        "total": found["total"],
        "total_recent": [
            row for row in found["total"][-holdings.SHOWN_MONTHS :] if row["net_sales_usd_bn"] is not None
        ],
        "holders_1m": [row for row in found["holders"] if row["window_months"] == 1],
        "holders_12m": [row for row in found["holders"] if row["window_months"] == 12],
        "divergence": found["divergence"],
        "divergence_index": found["divergence_index"],
        "stress": stress,
        "stress_recent": markets.recent(stress) if stress else [],
        "episodes": [row for row in found["episodes"] if stress and row["ends_on"] >= stress[0]["date"]],
        "lights": [{"month_start": row["month_end"].replace(day=1), **_of_stage(row)} for row in found["lights"]],
        "stage_spans": [
            {**_of_stage(row), "last": row["date"], "first": row["first_date"]} for row in found["stages_now"]
        ],
        "episode_stages": markets.episode_stages(found["episodes"]),
        "stages_now": [_of_stage(row) for row in found["stages_now"]],
        "benchmark_months": found["benchmark_months"],
        "cascade_day_5": [_of_market(row) for row in found["cascade_day_5"]],
        "cascade_bitcoin": [{"kind": words.EVENTS[row["event_type"]], **row} for row in found["cascade_bitcoin"]],
    }


def _which(row: Row) -> str:
    if row["print_number"] == row["prints"]:
        return "now"
    return "first print" if row["print_number"] == 1 else "in between"


def _runs(rows: Rows) -> Rows:
    """The rows, each with the number of its run: a gap begins a new one."""
    numbered: Rows = []
    run, before = 0, None
    for row in rows:
        if before is not None and row["date"] - before > WITHIN_A_RUN:
            run += 1
        before = row["date"]
        numbered.append({**row, "run": run})
    return numbered


def _of_stage(row: Row) -> Row:
    return {"name": words.STAGES[row["stage"]], **row}


def _of_market(row: Row) -> Row:
    return {"name": words.ASSETS[row["asset"]], "kind": words.EVENTS[row["event_type"]], **row}


def _own_use(found: Mapping[str, Rows]) -> list[str]:
    """Licensed series behind the charts of stress and cascade."""
    if not (found["stress_now"] or found["cascade"]):
        return []
    licensed = [row["series_id"] for row in found["series"] if not row["may_be_redistributed"]]
    return [*licensed, *(f"{row['symbol']} prices" for row in found["prices"])]
