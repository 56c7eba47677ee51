"""The sections about holdings: the newest month, who changed, who withdraws, and the history of a holder.

Belongs here: which figures, tables and sentences stand where, and what is said where nothing is known. Does not belong
here: queries (`figures.py`), the wording of sentences (`words.py`), marks (`charts.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Block, Cell, Chart, Listing, Picker, Section, Sources, Table, Tile, numeric, text
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import Parts, dollars, month, number, per_cent, signed

SHOWN_MONTHS = 24


def headline(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The newest month of all foreign holdings: its change, what made it, first print and now."""
    title = "The newest month"
    if not found["total"]:
        return Section(
            "headline", title, ["No holdings are known on this day: no TIC release was out, or none is loaded."]
        )
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    when = f"in {month(newest['month_end'])}"
    parts = _parts(newest)
    lead = [
        *([found["info"][0]["warnings"]] if found["info"][0]["warnings"] else []),
        words.change_of_holdings("Foreign holdings of US Treasuries", parts.change, when, newest["holdings_usd_bn"]),
        words.what_made_it(parts),
    ]
    recent = [row for row in found["total"][-SHOWN_MONTHS:] if row["net_sales_usd_bn"] is not None]
    blocks: list[Block] = []
    if recent:
        blocks.append(
            Chart(
                "total_change",
                "What made the change, month by month",
                f"Bars: net sales, valuation and other of each month from {month(recent[0]['month_end'])} to "
                f"{month(recent[-1]['month_end'])}; dot: the change of all foreign holdings. In {_count_fell(recent)}",
                source,
                _months_table(recent),
            )
        )
    blocks.append(_level_of_all(found["total"], source))
    blocks.append(_prints(found["prints_of_total"], source))
    return Section("headline", title, lead, _headline_tiles(newest, found["prints_of_total"]), blocks, source)


def _count_fell(recent: Rows) -> str:
    fell = [row for row in recent if (row["change_usd_bn"] or 0) < 0]
    sold = [row for row in fell if row["net_sales_usd_bn"] < 0]
    return (
        f"{len(fell)} of these {len(recent)} months holdings fell; in {len(sold)} of those {len(fell)} months "
        "foreigners sold on balance."
    )


def _months_table(recent: Rows) -> Table:
    rows = [
        [text(month(row["month_end"])), numeric(number(row["holdings_usd_bn"])), *_amounts(row)]
        for row in reversed(recent)
    ]
    head = ("Month", "Holdings", "Change", "Net sales", "Valuation", "Other")
    return Table("All foreign holdings by month, billions of dollars", head, rows)


def _headline_tiles(newest: Row, prints: Rows) -> list[Tile]:
    first = prints[0] if prints and prints[0]["month_end"] == newest["month_end"] else None

    def note(what: str, first_column: str) -> str:
        if first is None or first[first_column] is None:
            return what
        if first["prints"] == 1:
            return f"{what}; first print"
        return f"{what}; first print {signed(first[first_column])}"

    return [
        Tile("Change", _bn(newest["change_usd_bn"]), f"of holdings in {month(newest['month_end'])}"),
        Tile(
            "Net sales",
            _bn(newest["net_sales_usd_bn"]),
            note("above zero: foreigners bought", "first_net_sales_usd_bn"),
            "sales",
        ),
        Tile("Valuation", _bn(newest["valuation_change_usd_bn"]), "what prices did to the value", "valuation"),
        Tile("Other", _bn(newest["other_change_usd_bn"]), "custody moves, reclassification, new reporters", "other"),
    ]


def _bn(value: float | None) -> str:
    if value is None:
        return words.NOT_KNOWN
    return f"{'+' if signed(value).startswith('+') else ''}{dollars(value)}"


def _level_of_all(total: Rows, source: str) -> Chart:
    oldest, newest = total[0], total[-1]
    return Chart(
        "total_level",
        "All foreign holdings",
        f"From {dollars(oldest['holdings_usd_bn'])} in {month(oldest['month_end'])} to "
        f"{dollars(newest['holdings_usd_bn'])} in {month(newest['month_end'])}. Where the line breaks the series was "
        "re-based, and no change may be read across.",
        source,
    )


def _prints(prints: Rows, source: str) -> Listing:
    revised = [row for row in prints[1:] if not words.is_small(row["holdings_usd_bn"] - row["first_print_usd_bn"])]
    items = []
    for row in [*prints[:1], *revised]:
        later = row["first_print_basis"] == "reconstructed" and row["prints"] == 1
        said = words.prints(
            f"Holdings of {month(row['month_end'])}",
            row["first_print_usd_bn"],
            row["holdings_usd_bn"],
            row["first_released_on"],
            row["prints"],
        )
        items.append(f"{said} Taken from a later file than its release." if later else said)
    quiet = len(prints) - 1 - len(revised)
    if quiet:
        items.append(
            f"For {words.counted(quiet, 'other month')} of the last twelve the warehouse holds one print, or prints "
            "that agree to a tenth: that is not known to be unrevised."
        )
    return Listing("First print, and now", items, source)


def holders(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The holders whose holdings changed most, in the month and in a year."""
    title = "Who changed: sales, valuation, other"
    by_window = {window: [row for row in found["holders"] if row["window_months"] == window] for window in (1, 12)}
    if not found["holders"]:
        return Section(
            "holders", title, ["No change by holder can be read on this day: two months of holdings are needed."]
        )
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    blocks: list[Block] = []
    for window, rows in by_window.items():
        if rows:
            blocks.append(_holders_chart(window, rows, newest["month_end"], source))
    lead = (
        "The fifteen holders whose holdings changed most, in the month and over twelve months. A country is where the "
        "custodian is: in custodial centres (marked * in the tables) the owners may live elsewhere."
    )
    return Section("holders", title, [lead], (), blocks)


def _holders_chart(window: int, rows: Rows, newest: dt.date, source: str) -> Chart:
    period = f"in {month(newest)}" if window == 1 else f"in the twelve months to {month(newest)}"
    top, bottom = rows[0], rows[-1]
    says = " ".join(_change_of_holder(row, period) for row in (top, bottom))
    estimated = [row["country"] for row in rows if row["method"] != "reported"]
    if estimated:
        says += f" Estimated or not split: {words.listed(estimated)}."
    table = Table(
        f"Change by holder {period}, billions of dollars",
        ("Holder", "Holdings", "Change", "Net sales", "Valuation", "Other"),
        [[text(_marked(row)), numeric(number(row["holdings_usd_bn"])), *_amounts(row)] for row in rows],
    )
    return Chart(f"holders_{window}m", f"Change of holdings {period}", says, source, table)


def _change_of_holder(row: Row, period: str) -> str:
    moved = words.change_of_holdings(f"Holdings of {words.named(row['country'])}", row["change_usd_bn"], period, None)
    made = words.what_made_it(_parts(row), words.begin(words.named(row["country"])))
    return f"{moved} {made}"


def apart(found: Mapping[str, Rows], sources: Sources) -> Section:
    """Who withdraws and who strengthens; records, overtakes, revisions."""
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
        lead.append("Net sales over twelve months are not known on this day: TIC's table 3 tells of them from 2023 on.")
    if found["divergence"]:
        blocks.append(_divergence_chart(found["divergence"], source))
    if len(found["divergence_index"]) > 1:
        first, now = found["divergence_index"][0], found["divergence_index"][-1]
        blocks.append(
            Chart(
                "divergence_index",
                "How far holders went apart",
                "Half of all net buying and net selling of holders over twelve months, per cent of all foreign "
                f"holdings: {per_cent(now['divergence_index_pct'])} in {month(now['month_end'])}, "
                f"{per_cent(first['divergence_index_pct'])} in "
                f"{month(first['month_end'])}. It counts "
                f"{now['holders']} holders with {per_cent(now['covered_pct'], 0)} of all holdings now, and "
                f"{first['holders']} with {per_cent(first['covered_pct'], 0)} at the beginning: levels far apart do "
                "not compare.",
                source,
            )
        )
    blocks.append(_records(found["records"], source))
    blocks.append(_overtakes(found["overtakes"], source))
    blocks.append(_revisions(found["revisions"], source))
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
        ("Holder", "Class", "Net sales, %", "Net sales", "Valuation", "Other", "Holdings"),
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
    return Chart(
        "divergence",
        f"Net sales over the twelve months to {month(rows[0]['month_end'])}",
        " ".join(says),
        source,
        table,
    )


def _records(rows: Rows, source: str) -> Listing:
    items = [
        words.record(
            f"{row['country']} \N{DAGGER}" if _reads_across(row) else row["country"],
            row["holdings_usd_bn"],
            is_high=row["is_record_high"],
            is_low=row["is_record_low"],
            lowest_since=row["lowest_since"],
            highest_since=row["highest_since"],
        )
        for row in rows
    ]
    none = ["None of the forty largest stands at a record, or at a level that was last seen more than a year ago."]
    return Listing(
        "Records, and lowest since",
        items or none,
        f"{source} Levels, which prices move, too. \N{DAGGER} Read across a re-basing of the series.",
    )


def _reads_across(row: Row) -> bool:
    """Whether what is said of a level compares it with months of an earlier basis."""
    what = "record flags" if row["is_record_high"] or row["is_record_low"] else "lowest_since|highest_since"
    return any(one in (row["basis_note"] or "") for one in what.split("|"))


def _overtakes(rows: Rows, source: str) -> Listing:
    items = [
        words.overtake(
            row["overtaking_country"],
            row["overtaken_country"],
            row["status"],
            row["month_end"],
            row["gap_usd_bn"],
            row["months_to_overtake"],
            is_through_custodial_centre=row["is_through_custodial_centre"],
        )
        for row in rows
    ]
    none = ["No change of rank among the twenty largest in three months, and none within six months at their pace."]
    return Listing(
        "Overtakes, done and near", items or none, f"{source} What is near is a reckoning at one pace, not a forecast."
    )


def _revisions(rows: Rows, source: str) -> Table | Listing:
    title = "Revisions of the last twelve months: the largest of each holder from $0.5 bn on, and what flipped"
    if not rows:
        return Listing(
            title,
            ["No revision is known: of no month of the last twelve does the warehouse hold prints that differ."],
            source,
        )
    cells = [
        [
            text(row["country"]),
            text(month(row["month_end"])),
            numeric(number(row["first_print_usd_bn"])),
            numeric(number(row["holdings_usd_bn"])),
            numeric(signed(row["revision_from_first_usd_bn"])),
            text("observed" if row["first_print_basis"] == "observed" else "from a later file"),
            text(words.typeset(row["flip_note"]), "mixed") if row["is_flip"] else text("\N{EN DASH}"),
        ]
        for row in rows
    ]
    head = ("Holder", "Month", "First print", "Now", "Revision", "First print is", "What flipped")
    return Table(f"{title}, billions of dollars", head, cells, source)


def history(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The charts of one holder, to be picked."""
    title = "The history of a holder"
    if not found["picked"]:
        return Section("history", title, ["No holdings are known on this day."])
    newest = found["total"][-1] if found["total"] else None
    source = sources.line("tic", f"to {month(newest['month_end'])}" if newest else "as far as they go")
    charts = [
        Chart(
            "holder_level",
            "Holdings",
            "Holdings at the end of each month at market value, billions of dollars. The line breaks where the series "
            "was re-based.",
            source,
        ),
        Chart("holder_share", "Share", "Share of all foreign holdings, per cent.", source),
        Chart(
            "holder_parts",
            "What made the change over twelve months",
            "Net sales, valuation and other over the twelve months to each month, billions of dollars. Where "
            "the valuation is only estimated, no bar shows purchases: they cannot be separated from other changes.",
            source,
        ),
        Chart(
            "holder_prints",
            "What each release said",
            "The line is what stands now; where a month was printed more than once, every print is a dot, first print "
            "to now. A month without dots is held in one print.",
            source,
        ),
    ]
    latest = {row["country_code"]: row for row in found["history"]}
    options = [
        (row["country_code"], row["country"], _holder(row, latest[row["country_code"]])) for row in found["picked"]
    ]
    lead = ["Choose a holder: the forty largest, and those whom a claim of January 2026 names."]
    return Section("history", title, lead, (), [Picker(options, charts)])


def _holder(picked: Row, latest: Row) -> str:
    said = words.holder(
        picked["country"], picked["holder_rank"], picked["holdings_usd_bn"], latest["share_pct"], latest["month_end"]
    )
    change = latest["change_12m_usd_bn"]
    if change is None:
        return said
    parts = Parts(change, latest["net_sales_usd_bn"], latest["valuation_change_usd_bn"], latest["other_change_usd_bn"])
    who = words.begin(words.named(picked["country"]))
    moved = words.change_of_holdings("Its holdings", change, "in twelve months", None)
    return f"{said} {moved} {words.what_made_it(parts, who)}"


def _marked(row: Row) -> str:
    return f"{row['country']} *" if row["is_custodial_centre"] else str(row["country"])


def _parts(row: Row) -> Parts:
    return Parts(
        row["change_usd_bn"], row["net_sales_usd_bn"], row["valuation_change_usd_bn"], row["other_change_usd_bn"]
    )


def _amounts(row: Row) -> list[Cell]:
    columns = ("change_usd_bn", "net_sales_usd_bn", "valuation_change_usd_bn", "other_change_usd_bn")
    return [numeric(signed(row[column])) for column in columns]
