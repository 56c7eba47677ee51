"""The page of flows, `flows.html`: whose holdings changed and why, who withdraws, and all net purchases by month.

Belongs here: charts, sentences and tables of this page. Does not belong here: the other side of the trade
(`demand.py`), queries (`figures.py`), the wording of single sentences (`words.py`), marks (`charts.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Block, Cell, Chart, Listing, Page, Section, Sources, Table, numeric, text
from orchestration.brief.demand import absorption, auctions
from orchestration.brief.figures import Row, Rows
from orchestration.brief.front import ALL, parts_of
from orchestration.brief.stress import line_ends
from orchestration.brief.words import month, number, per_cent, signed

TITLE = "Who buys, who sells"


def flows(found: Mapping[str, Rows], sources: Sources) -> Page:
    """Put the page together."""
    pressure = [
        {"name": words.SECURITIES[row["security_type"]], **row}
        for row in found["pressure"]
        if row["security_type"] in words.SECURITIES and row["flow_12m_pct"] is not None
    ]
    return Page(
        "flows",
        TITLE,
        "Whose holdings of US Treasuries changed, and how much of it was net purchases, valuation and other changes.",
        [
            _changes(found, sources),
            _apart(found, sources),
            _all_flows(found, sources),
            absorption(found, sources),
            *([auctions(found["auctions"], sources)] if found["auctions"] else []),
            *([_pressure(found, sources)] if found["pressure"] else []),
            *([_nowcast(found, sources)] if found["nowcast"] else []),
        ],
        data={
            "holders_1m": [row for row in found["holders"] if row["window_months"] == 1],
            "holders_12m": [row for row in found["holders"] if row["window_months"] == 12],
            "divergence": found["divergence"],
            "divergence_index": found["divergence_index"],
            "flows": found["flows"],
            "absorption": found["absorption"][-36:],
            "foreign_share": found["foreign_share"],
            "auctions": [row for row in found["auctions"] if row["demand_percentile"] is not None],
            "pressure": pressure,
            "pressure_ends": line_ends(pressure, "month_end", "flow_12m_pct"),
        },
        is_drawn_in_browser=True,
    )


def _changes(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The holders whose holdings changed most, in the month and in a year."""
    title = "Whose holdings changed most"
    by_window = {window: [row for row in found["holders"] if row["window_months"] == window] for window in (1, 12)}
    if not found["holders"]:
        return Section(
            "holders", title, ["No change by holder is known on this day: two months of holdings are needed."]
        )
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    blocks: list[Block] = []
    for window, rows in by_window.items():
        if rows:
            blocks.append(_holders_chart(window, rows, newest["month_end"], source))
    lead = (
        "The fifteen holders whose holdings changed most, in the month and over twelve months. A country is where the "
        "custodian is: in custodial centers (marked * in the tables) the owners may live elsewhere."
    )
    if found["seasons"]:
        blocks.append(
            Listing(
                "Usual for the month, by the holder's own history",
                [words.season(row) for row in found["seasons"]],
                f"{source} Of the twenty largest, those with a cycle. The band is meant to hold nine in ten months.",
            )
        )
    return Section("holders", title, [lead], (), blocks)


def _holders_chart(window: int, rows: Rows, newest: dt.date, source: str) -> Chart:
    period = f"in {month(newest)}" if window == 1 else f"in the twelve months to {month(newest)}"
    top, bottom = rows[0], rows[-1]
    says = " ".join(_change_of_holder(row, period) for row in (top, bottom))
    title = f"Holdings rose most for {words.named(top['country'])} and fell most for {words.named(bottom['country'])}"
    if top["change_usd_bn"] <= 0 or bottom["change_usd_bn"] >= 0:
        title = "All of the largest changes have one sign"
    estimated = [row["country"] for row in rows if row["method"] != "reported"]
    if estimated:
        says += f" Estimated or not split: {words.listed(estimated)}."
    table = Table(
        f"Change by holder {period}, billions of dollars",
        ("Holder", "Holdings", "Change", "Net purchases", "Valuation", "Other"),
        [[text(_marked(row)), numeric(number(row["holdings_usd_bn"])), *_amounts(row)] for row in rows],
    )
    unit = f"Change of holdings {period}, billions of dollars"
    return Chart(f"holders_{window}m", title, unit, says, source, table)


def _change_of_holder(row: Row, period: str) -> str:
    moved = words.change_of_holdings(f"Holdings of {words.named(row['country'])}", row["change_usd_bn"], period, None)
    made = words.what_made_it(parts_of(row), words.begin(words.named(row["country"])))
    return f"{moved} {made}"


def _apart(found: Mapping[str, Rows], sources: Sources) -> Section:
    """Who withdraws and who strengthens, and how far holders move apart."""
    title = "Who withdraws, who strengthens"
    if not found["total"]:
        return Section("apart", title, ["No holdings are known on this day."])
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    lead, blocks = [], list[Block]()
    if found["divergence_index"]:
        now = found["divergence_index"][-1]
        lead.append(
            words.divergence(
                now["holders"],
                now["holders_withdrawing"] or 0,
                now["holders_strengthening"] or 0,
                now["net_sellers_12m_usd_bn"],
                now["net_buyers_12m_usd_bn"],
                now["divergence_index_pct"],
            )
        )
    else:
        lead.append("Net purchases over twelve months are not known on this day: TIC's table 3 has them from 2023 on.")
    if found["custody"]:
        lead.append(words.custody(found["custody"]))
    if found["divergence"]:
        blocks.append(_divergence_chart(found["divergence"], source))
    if len(found["divergence_index"]) > 1:
        first, now = found["divergence_index"][0], found["divergence_index"][-1]
        blocks.append(
            Chart(
                "divergence_index",
                words.moved_apart(first["divergence_index_pct"], now["divergence_index_pct"], first["month_end"]),
                "Half of all net buying and net selling of holders over twelve months, % of all foreign holdings",
                f"{per_cent(now['divergence_index_pct'])} in {month(now['month_end'])}, "
                f"{per_cent(first['divergence_index_pct'])} in {month(first['month_end'])}. It counts "
                f"{now['holders']} holders with {per_cent(now['covered_pct'], 0)} of all holdings now, and "
                f"{first['holders']} with {per_cent(first['covered_pct'], 0)} at the beginning, so levels far apart "
                "cannot be compared.",
                source,
            )
        )
    return Section("apart", title, lead, (), blocks)


def _divergence_chart(rows: Rows, source: str) -> Chart:
    by_class = {
        name: [words.named(row["country"]) for row in rows if row["divergence_class"] == name]
        for name in ("withdrawing", "strengthening")
    }
    says = [
        (
            f"Withdrawing (net purchases of {words.MINUS}5 % or less of the holdings a year before): "
            f"{words.listed(by_class['withdrawing']) or 'none'}."
        ),
        f"Strengthening (5 % or more): {words.listed(by_class['strengthening'][::-1]) or 'none'}.",
        "Shown: holders of $10 bn and more.",
    ]
    table = Table(
        "Over twelve months, billions of dollars",
        ("Holder", "Class", "Net purchases, %", "Net purchases", "Valuation", "Other", "Holdings"),
        [
            [
                text(_marked(row)),
                text(row["divergence_class"]),
                numeric(signed(row["net_sales_12m_pct"])),
                numeric(signed(row["net_sales_12m_usd_bn"])),
                numeric(signed(row["valuation_change_12m_usd_bn"])),
                numeric(signed(row["other_change_12m_usd_bn"])),
                numeric(number(row["holdings_usd_bn"])),
            ]
            for row in rows
        ],
    )
    counts = {name: len(names) for name, names in by_class.items()}
    return Chart(
        "divergence",
        f"{words.counted(counts['withdrawing'], 'large holder')} withdraw, {counts['strengthening']} strengthen",
        f"Net purchases over the twelve months to {month(rows[0]['month_end'])}, % of the holdings a year before",
        " ".join(says),
        source,
        table,
    )


def _marked(row: Row) -> str:
    return f"{row['country']} *" if row["is_custodial_centre"] else str(row["country"])


def _amounts(row: Row) -> list[Cell]:
    columns = ("change_usd_bn", "net_sales_usd_bn", "valuation_change_usd_bn", "other_change_usd_bn")
    return [numeric(signed(row[column])) for column in columns]


def _all_flows(found: Mapping[str, Rows], sources: Sources) -> Section:
    """Net purchases of all foreigners by month, and how unusual the newest one is."""
    title = "Net purchases of coupons by all foreigners"
    rows = found["flows"]
    if not rows:
        return Section("all", title, ["Net purchases of coupons are not known on this day."])
    newest, oldest = rows[-1], rows[0]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    said = words.begin(words.bought_or_sold(newest["net_purchases_usd_bn"]))
    place = (
        f": in proportion to holdings more than in {per_cent(newest['percentile'], 0)} of the months since "
        f"{month(oldest['month_end'])}"
        if newest["percentile"] is not None
        else ""
    )
    chart = Chart(
        "flows",
        f"Foreigners {words.bought_or_sold(newest['net_purchases_usd_bn'])} in {month(newest['month_end'])}",
        "Net purchases of Treasury notes and bonds, billions of dollars a month",
        f"{said} in {month(newest['month_end'])}{place}.",
        source,
        Table(
            "The last twelve months",
            ("Month", "Net purchases, billions of dollars", "% of holdings before", "Percentile so far"),
            [
                [
                    text(month(row["month_end"])),
                    numeric(signed(row["net_purchases_usd_bn"])),
                    numeric(signed(row["flow_pct"], 2)),
                    numeric(number(row["percentile"], 0)),
                ]
                for row in reversed(rows[-12:])
            ],
        ),
    )
    return Section("all", title, (), (), [chart])


def _pressure(found: Mapping[str, Rows], sources: Sources) -> Section:
    """Net purchases of all US securities, and how unusual those of the newest twelve months are."""
    title = "All US securities, since 1985"
    newest = {row["security_type"]: row for row in found["pressure"]}
    shown = [(name, newest[kind]) for kind, name in words.SECURITIES.items() if kind in newest]
    when = month(max(row["month_end"] for _, row in shown))
    placed = [(name, row) for name, row in shown if row["percentile"] is not None]
    lowest = min(placed, key=lambda one: one[1]["percentile"], default=None)
    message = (
        f"{lowest[0]}: in proportion to holdings, purchases were higher in "
        f"{per_cent(100 - lowest[1]['percentile'], 0)} of earlier months"
        if lowest
        else "Net purchases of all US securities"
    )
    table = Table(
        f"The twelve months to {when}",
        ("Securities", "Net purchases, billions of dollars", "% of holdings before", "Percentile so far"),
        [
            [
                text(name),
                numeric(signed(row["net_purchases_12m_usd_bn"])),
                numeric(signed(row["flow_12m_pct"])),
                numeric(number(row["percentile"], 0)),
            ]
            for name, row in shown
        ],
    )
    chart = Chart(
        "pressure",
        message,
        "Net purchases of twelve months by foreigners, % of holdings before them",
        f"Each percentile compares the twelve months to {when} with all earlier ones.",
        sources.line("tic", f"to {when}"),
        table,
    )
    return Section("securities", title, (), (), [chart])


def _nowcast(found: Mapping[str, Rows], sources: Sources) -> Section:
    """What the next release will say, and how good such statements were, good or bad."""
    rows = found["nowcast"]
    first = rows[0]["target_month"]
    made_on = rows[0]["made_on"]
    lead = [words.nowcast(row) for row in rows if row["country_code"] == ALL]
    source = sources.line("tic", f"to {month(rows[0]['last_month_end'])}, nowcast of {words.day(made_on)}")
    table = Table(
        f"Expected for {month(first)}, billions of dollars",
        ("Holder", "Newest published", "Expected", "80 % band", "Net purchases", "Prices"),
        [
            [
                text(row["country"]),
                numeric(number(row["last_holdings_usd_bn"])),
                numeric(number(row["holdings_q50_usd_bn"])),
                numeric(f"{number(row['holdings_q10_usd_bn'], 0)}\N{EN DASH}{number(row['holdings_q90_usd_bn'], 0)}"),
                numeric(signed(row["net_purchases_usd_bn"])),
                numeric(signed(row["valuation_change_usd_bn"])),
            ]
            for row in rows
            if row["target_month"] == first
        ],
        source,
    )
    scores = [words.nowcast_score(row) for row in found["nowcast_scores"]]
    if not scores:
        scores.append("No recorded nowcast has been published yet, so the record has no score.")
    tested = [words.nowcast_accuracy(row) for row in found["nowcast_accuracy"]]
    record = Listing("How good it is, one month ahead", [*scores, *tested], "marts.nowcast_scores")
    return Section("nowcast", "What the next release will say", lead, (), [table, record])
