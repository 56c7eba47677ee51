"""The page of holders, `holders.html`: the history of one holder to choose, and ranks and records of all.

Belongs here: charts, sentences and lists of this page. Does not belong here: queries (`figures.py`), the wording of
single sentences (`words.py`), marks (`charts`).
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Chart, Listing, Page, Picker, Section, Sources
from orchestration.brief.figures import Row, Rows
from orchestration.brief.front import parts_of
from orchestration.brief.words import dollars, month, per_cent

TITLE = "The history of a holder"


def holders(found: Mapping[str, Rows], sources: Sources) -> Page:
    """Put the page together. Its permalinks are `#holder=JP&view=decomposition`."""
    return Page(
        "holders",
        TITLE,
        "Holdings of US Treasuries by country: level, net purchases and valuation, share, every release.",
        [_history(found, sources), _ranks(found, sources)],
        holders={
            "holder": found["history"],
            "holder_parts": [row for row in found["history"] if row["net_sales_usd_bn"] is not None],
            "holder_long_parts": found["long_parts"],
            "holder_portfolio": found["portfolio"],
            "holder_prints": [{**row, "which": _which(row)} for row in found["history_of_prints"]],
        },
        is_drawn_in_browser=True,
    )


def _which(row: Row) -> str:
    if row["print_number"] == row["prints"]:
        return "now"
    return "oldest known" if row["print_number"] == 1 else "in between"


def _source(found: Mapping[str, Rows], sources: Sources) -> str:
    newest = found["total"][-1] if found["total"] else None
    return sources.line("tic", f"to {month(newest['month_end'])}" if newest else "as far as they go")


def _history(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The charts of one holder."""
    if not found["picked"]:
        return Section("history", "Choose a holder", ["No holdings are known on this day."])
    source = _source(found, sources)
    charts = [
        Chart(
            "holder_level",
            "Holdings",
            "End of month, market value, billions of dollars",
            "The line breaks where the publisher changed the basis of the series.",
            source,
        ),
        Chart(
            "holder_parts",
            "Net purchases, valuation and other changes",
            "Sum of twelve months, billions of dollars",
            "Months without bars: the Treasury has not published transactions, so purchases are not known.",
            source,
        ),
        Chart("holder_share", "Share of all foreign holdings", "Per cent", "The holder's part of the total.", source),
        Chart(
            "holder_prints",
            "What each release said",
            "Holdings, billions of dollars",
            "Line: the newest value. Where releases differ, every published value is a dot. A month without dots has "
            "one known value.",
            source,
        ),
    ]
    if found["long_parts"]:
        charts.append(
            Chart(
                "holder_long_parts",
                "Net purchases, valuation and other changes since 1985",
                "Long-term Treasuries, sum of twelve months, billions of dollars; one bar a quarter",
                "Notes and bonds only: bills have no reported transactions.",
                source,
            )
        )
    if found["portfolio"]:
        charts.append(
            Chart(
                "holder_portfolio",
                "Long-term US securities held",
                "By kind, market value, billions of dollars; one month a quarter",
                "A holder may leave Treasuries for other US securities.",
                source,
            )
        )
    latest = {row["holder"]: row for row in found["history"]}
    options = [(row["holder"], _name(row), _holder(row, latest[row["holder"]])) for row in found["picked"]]
    records = {row["country"]: row for row in found["records"]}
    titles = {
        row["holder"]: _titles(row, latest[row["holder"]], records.get(row["country"]), found["history_of_prints"])
        | _titles_of_securities(row, found)
        for row in found["picked"]
    }
    lead = ["All foreigners, the forty largest holders, and those that a claim names."]
    return Section("history", "Choose a holder", lead, (), [Picker(options, charts, titles)])


def _titles(picked: Row, latest: Row, record: Row | None, prints: Rows) -> dict[str, str]:
    """The messages of one holder's charts."""
    level = f"{dollars(latest['holdings_usd_bn'])} in {month(latest['month_end'])}"
    titles = {"holder_level": f"{level}{words.since(record) if record else ''}"}
    bought, reported = latest["net_sales_usd_bn"], latest["valuation_change_usd_bn"]
    if bought is not None and reported is not None:
        who = words.begin(words.named(_name(picked)))
        said = words.valuation(reported, latest["implied_usd_bn"])
        titles["holder_parts"] = f"{who} {words.bought_or_sold(bought)} in twelve months; {said}"
    if latest["share_pct"] is not None:
        titles["holder_share"] = f"{per_cent(latest['share_pct'])} of all foreign holdings"
    own = [row for row in prints if row["holder"] == picked["holder"]]
    revised = len({row["month_end"] for row in own if row["prints"] > 1})
    months = len({row["month_end"] for row in own})
    if months:
        titles["holder_prints"] = f"{revised} of the last {months} months were published with different values"
    return titles


def _titles_of_securities(picked: Row, found: Mapping[str, Rows]) -> dict[str, str]:
    """The messages of one holder's charts of long-term securities."""
    who = words.begin(words.named(_name(picked)))
    parts = [row for row in found["long_parts"] if row["holder"] == picked["holder"]]
    mixes = [row for row in found["portfolio"] if row["holder"] == picked["holder"]]
    titles = {}
    if parts:
        bought = words.bought_or_sold(parts[-1]["net_sales_usd_bn"])
        titles["holder_long_parts"] = f"{who} {bought} of notes and bonds in the newest twelve months"
    if mixes:
        kinds = [mixes[-1][f"{kind}_usd_bn"] or 0 for kind in ("treasuries", "agencies", "corporate_bonds", "stocks")]
        if sum(kinds):
            share = per_cent(100 * kinds[0] / sum(kinds), 0)
            titles["holder_portfolio"] = f"Treasuries are {share} of the long-term US securities held"
    return titles


def _name(row: Row) -> str:
    return str(
        {"ALL": "All foreign holders", "OFFICIAL": "Foreign official holders"}.get(row["holder"], row["country"])
    )


def _ranks(found: Mapping[str, Rows], sources: Sources) -> Section:
    if not found["picked"]:
        return Section("ranks", "Ranks and records", ["No holdings are known on this day."])
    source = _source(found, sources)
    blocks = [_records(found["records"], source), _overtakes(found["overtakes"], source)]
    return Section("ranks", "Ranks and records", (), (), blocks)


def _holder(picked: Row, latest: Row) -> str:
    newest = latest["month_end"]
    name = _name(picked)
    if picked["holder_rank"] is None:
        said = f"{name} had {dollars(picked['holdings_usd_bn'])} at the end of {month(newest)}."
    else:
        said = words.holder(
            picked["country"], picked["holder_rank"], picked["holdings_usd_bn"], latest["share_pct"], newest
        )
    if latest["change_usd_bn"] is None:
        return said
    who = words.begin(words.named(name))
    moved = words.change_of_holdings("Holdings", latest["change_usd_bn"], "in twelve months", None)
    return f"{said} {moved} {words.what_made_it(parts_of(latest), who)}"


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
    none = ["None of the forty largest holders is at a record, or at a level last seen more than a year ago."]
    return Listing(
        "Records, and lowest since",
        items or none,
        f"{source} Prices move levels, too. \N{DAGGER} Compared across a change of basis.",
    )


def _reads_across(row: Row) -> bool:
    """Whether a level is compared with months of an earlier basis."""
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
            seasonal=[row[f"{one}_country"] for one in ("overtaking", "overtaken") if row[f"is_{one}_seasonal"]],
        )
        for row in rows
    ]
    none = ["No change of rank among the twenty largest in three months, and none within six months at their pace."]
    return Listing(
        "Overtakes, done and near",
        items or none,
        f"{source} What is near assumes an unchanged pace; it is not a forecast.",
    )
