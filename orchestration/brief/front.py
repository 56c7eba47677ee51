"""The first page, `index.html`: the newest figures, who bought and who sold, stress, and the claims, on two screens.

Belongs here: what is on the page and in which words. Does not belong here: queries (`figures.py`), the wording of
single sentences (`words.py`), marks (`charts`), details: those are on the other pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestration.brief import words
from orchestration.brief.blocks import Chart, Page, Section, Sources, Table, Tile, numeric, text
from orchestration.brief.claims import TONE_OF_VERDICT, claim_link, claim_rows
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import Parts, dollars, month, number, signed, signed_dollars

SHOWN_MONTHS = 24
SHOWN_CLAIMS = 24
ALL, OFFICIAL, PRIVATE = "99996", "99990", "99991"


@dataclass(frozen=True)
class Front(Page):
    """The first page.

    Attributes:
        headline: the sentence at the top.
        late: what is late or missing, a sentence each.
        verdicts: (verdict in words, number of claims, tone), most frequent first.
        light: of the stress index: green, amber, red, or empty.
        light_text: the newest day in words.
        stages: (name, light, percentile), in order.
        beyond_phone: links of the claims for which a phone has no room: it shows one of each subject.
    """

    headline: str = ""
    late: list[str] = field(default_factory=list)
    verdicts: list[tuple[str, int, str]] = field(default_factory=list)
    light: str = ""
    light_text: str = ""
    stages: list[tuple[str, str, str]] = field(default_factory=list)
    beyond_phone: frozenset[str] = frozenset()


def front(found: Mapping[str, Rows], sources: Sources, late: list[str]) -> Front:
    """Put the page together.

    Args:
        found: of `figures.collect`.
        sources: of the warehouse.
        late: what is late or missing, a sentence each.
    """
    sections = [_newest(found, sources), _both_sides(found, sources), _claims(found)]
    headline = _headline(found)
    verdicts = [row["verdict"] or words.NO_VERDICT for row in found["scorecard"]]
    counts = {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)}
    now = found["stress_now"][0] if found["stress_now"] else None
    return Front(
        name="index",
        title=headline,
        description=f"{headline} Holdings, net purchases, valuation, stress and claims, each with its source.",
        sections=sections,
        data={"total_recent": recent_months(found["total"]), "bought_and_sold": found["bought_and_sold"]},
        widths={"bought_and_sold": 640},
        headline=headline,
        late=late,
        verdicts=[
            (words.verdict_of_many(verdict, count), count, TONE_OF_VERDICT.get(verdict, "open"))
            for verdict, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        light=(now["light"] or "") if now else "",
        light_text=words.stress_in_short(now["date"], now["cascade_percentile"]) if now else "",
        stages=[
            (words.STAGES[row["stage"]], row["light"] or "no light", number(row["percentile"], 0))
            for row in found["stages_now"]
        ],
        beyond_phone=_beyond_phone(_shown_claims(found["scorecard"])),
    )


def recent_months(total: Rows) -> Rows:
    """The newest months whose transactions are known."""
    return [row for row in total[-SHOWN_MONTHS:] if row["net_sales_usd_bn"] is not None]


def parts_of(row: Row) -> Parts:
    """The parts of the change in a row."""
    return Parts(
        row["change_usd_bn"],
        row["net_sales_usd_bn"],
        row["valuation_change_usd_bn"],
        row["other_change_usd_bn"],
        row.get("implied_usd_bn"),
    )


def _owner(found: Mapping[str, Rows], code: str) -> Row | None:
    return next((row for row in found["owners_12m"] if row["country_code"] == code), None)


def _headline(found: Mapping[str, Rows]) -> str:
    whole = _owner(found, ALL)
    if whole is None:
        if not found["total"]:
            return "No holdings are known on this day."
        newest = found["total"][-1]
        level, when = dollars(newest["holdings_usd_bn"]), month(newest["month_end"])
        return f"Foreign holdings of US Treasuries were {level} in {when}."
    return words.headline(
        parts_of(whole), whole["month_end"], whole["holdings_usd_bn"], _extreme(found["bought_and_sold"], -1)
    )


def _extreme(rows: Rows, side: int) -> tuple[str, float] | None:
    """The largest buyer (1) or seller (-1)."""
    on_this_side = [row for row in rows if row["net_sales_usd_bn"] * side > 0]
    if not on_this_side:
        return None
    row = max(on_this_side, key=lambda row: abs(row["net_sales_usd_bn"]))
    return row["country"], row["net_sales_usd_bn"]


def _newest(found: Mapping[str, Rows], sources: Sources) -> Section:
    title = "What made the change"
    if not found["total"]:
        return Section("newest", title, ["No TIC release was out on this day, or none is loaded."])
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    recent = recent_months(found["total"])
    chart = (
        Chart(
            "total_change",
            words.months_title(*_count_fell(recent), len(recent)),
            "What made the change of all foreign holdings, billions of dollars a month",
            f"Bars: net purchases, valuation and other changes of each month from {month(recent[0]['month_end'])} to "
            f"{month(recent[-1]['month_end'])}; dot: the change of holdings. "
            + words.change_of_holdings("Holdings", newest["change_usd_bn"], f"in {month(newest['month_end'])}", None)
            + " "
            + words.what_made_it(parts_of(newest)),
            source,
            _months_table(recent),
        )
        if recent
        else None
    )
    return Section("newest", title, (), _tiles(found), [chart] if chart else [], source)


def _count_fell(recent: Rows) -> tuple[int, int]:
    fell = [row for row in recent if (row["change_usd_bn"] or 0) < 0]
    return len(fell), sum(row["net_sales_usd_bn"] < 0 for row in fell)


def _months_table(recent: Rows) -> Table:
    columns = ("change_usd_bn", "net_sales_usd_bn", "valuation_change_usd_bn", "other_change_usd_bn")
    rows = [
        [
            text(month(row["month_end"])),
            numeric(number(row["holdings_usd_bn"])),
            *(numeric(signed(row[column])) for column in columns),
        ]
        for row in reversed(recent)
    ]
    head = ("Month", "Holdings", "Change", "Net purchases", "Valuation", "Other")
    return Table("All foreign holdings by month, billions of dollars", head, rows)


def _tiles(found: Mapping[str, Rows]) -> list[Tile]:
    newest = found["total"][-1]
    whole, official, private = (_owner(found, code) for code in (ALL, OFFICIAL, PRIVATE))
    levels = ", ".join(
        f"{name} {dollars(row['holdings_usd_bn'])}"
        for name, row in (("official", official), ("private", private))
        if row is not None
    )
    tiles = [Tile(f"Held by foreigners, {month(newest['month_end'])}", dollars(newest["holdings_usd_bn"]), levels)]
    if whole is not None:
        bought = ", ".join(
            f"{name} {signed_dollars(row['net_sales_usd_bn'])}"
            for name, row in (("official", official), ("private", private))
            if row is not None and row["net_sales_usd_bn"] is not None
        )
        tiles += [
            Tile("Net purchases, 12 months", signed_dollars(whole["net_sales_usd_bn"]), bought, "bought"),
            Tile(
                "Valuation, 12 months",
                signed_dollars(whole["valuation_change_usd_bn"]),
                "as reported; neither purchases nor sales",
                "valuation",
            ),
        ]
    return tiles


def _both_sides(found: Mapping[str, Rows], sources: Sources) -> Section:
    title = "Who bought, who sold"
    rows = found["bought_and_sold"]
    if not rows:
        return Section("who", title, ["Net purchases over twelve months are not known on this day."])
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    buyer, seller = _extreme(rows, 1), _extreme(rows, -1)
    table = Table(
        f"Net purchases in the twelve months to {month(newest['month_end'])}, billions of dollars",
        ("Holder", "Net purchases", "Change of holdings", "Holdings"),
        [
            [
                text(row["country"], link=f"holders.html#holder={row['holder']}&view=decomposition"),
                numeric(signed(row["net_sales_usd_bn"])),
                numeric(signed(row["change_usd_bn"])),
                numeric(number(row["holdings_usd_bn"])),
            ]
            for row in rows
        ],
    )
    says = (
        f"The largest buyers and sellers. {words.both_sides(buyer, seller)}. "
        "A country is where the custodian is; the owner may be elsewhere."
    )
    return Section(
        "who",
        title,
        (),
        (),
        [
            Chart(
                "bought_and_sold",
                words.both_sides(buyer, seller),
                f"Net purchases in the twelve months to {month(newest['month_end'])}, $ bn; dot: change of holdings",
                says,
                source,
                table,
            )
        ],
    )


def _shown_claims(scorecard: Rows) -> Rows:
    """The claims of the first page: what all foreigners are said to have done comes first."""
    return sorted(scorecard, key=lambda row: (row["country_code"], row["measure"]) != (ALL, "net_purchases"))[
        :SHOWN_CLAIMS
    ]


def _beyond_phone(scorecard: Rows) -> frozenset[str]:
    first: dict[str, str] = {}
    links = [claim_link(row) for row in scorecard]
    for row, link in zip(scorecard, links, strict=True):
        first.setdefault(row["claim_id"].partition("_")[0], link)
    return frozenset(links) - frozenset(first.values())


def _claims(found: Mapping[str, Rows]) -> Section:
    rows = claim_rows(_shown_claims(found["scorecard"]))
    table = Table("Claims", ("Claim", "Claimed", "Now", "Verdict"), rows)
    return Section("claims", "What was claimed, and what the figures say", (), (), [table] if rows else [])
