"""The sections of the brief: which figures, tables and sentences stand where, and what is said where nothing is known.

Belongs here: the choice and the order. Does not belong here: queries (`figures.py`), the wording of single sentences
(`words.py`), marks (`charts.py`), HTML (`brief.html.jinja`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestration.brief import words
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import Parts, dollars, month, number, per_cent, signed

SHOWN_MONTHS = 24
WITHIN_A_RUN = dt.timedelta(days=15)
"""A longer pause between two values of the stress index is a gap, and no line is drawn across."""

JOINT = "yields jumped, equities fell"
OTHER_FALLS = "equities fell, yields did not jump"
EVENTS = {"bond_equity_joint": JOINT, "equity_fall_other": OTHER_FALLS}
LIGHT_OF_VERDICT = {
    "holds": "good",
    "holds as first printed": "mixed",
    "overstated": "mixed",
    "suggestive": "mixed",
    "does not hold": "bad",
}
NO_VERDICT = "without a verdict"
GROUPS = ("Of Which: ", "Memo: ")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, whether it is a number, and a tone (`good`, `mixed`, `bad`, a light) if it has one."""

    text: str
    is_number: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """Rows below headings; `caption` says what a row is, `source` whose figures they are."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    source: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Chart:
    """A chart with what it shows in words.

    Attributes:
        name: of `charts.charts`.
        title: above it.
        says: what it shows, in a sentence or two: read out in place of the picture.
        source: whose figures, to when, as known when.
        table: the same figures, or those of them that a reader would look up.
    """

    name: str
    title: str
    says: str
    source: str
    table: Table | None = None
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Listing:
    """Sentences that stand side by side."""

    title: str
    items: Sequence[str]
    source: str
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True)
class Picker:
    """Charts of one holder, chosen from a list."""

    options: Sequence[tuple[str, str]]
    charts: Sequence[Chart]
    kind: Literal["picker"] = "picker"


@dataclass(frozen=True)
class Tile:
    """One number that leads: `label`, `value` with its unit, `note`, and a light where it has one."""

    label: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    name: str
    title: str
    lead: Sequence[str] = ()
    tiles: Sequence[Tile] = ()
    blocks: Sequence[Chart | Table | Listing | Picker] = ()
    source: str = ""


@dataclass(frozen=True)
class Page:
    """All that the template needs.

    Attributes:
        knowledge: as known when.
        newest_month: of holdings; None where there are none.
        is_simulated: a banner says so.
        notice: the warehouse's own sentence.
        sections: in order.
        data: rows of the charts, by name.
        holders: rows of the picker's charts, by name; each row has a `country_code`.
        own_use: licensed series whose figures are behind a chart.
    """

    knowledge: str
    newest_month: dt.date | None
    is_simulated: bool
    notice: str
    sections: Sequence[Section]
    data: Mapping[str, Rows] = field(default_factory=dict)
    holders: Mapping[str, Rows] = field(default_factory=dict)
    own_use: Sequence[str] = ()


@dataclass(frozen=True)
class _Sources:
    knowledge: str
    is_simulated: bool

    def line(self, source: str, newest: str) -> str:
        return words.source_line(source, newest, self.knowledge, is_simulated=self.is_simulated)


def compose(found: Mapping[str, Rows], checks: Mapping[str, int]) -> Page:
    """Put the page together.

    Args:
        found: of `figures.collect`.
        checks: how many checks the load ran (`ran`), and of these `failed` with a consequence and only `reported`;
            empty where that is not known.
    """
    info = found["info"][0]
    sources = _Sources(words.known_as_of(info["as_of"], info["newest_retrieval_on"]), bool(info["is_simulated"]))
    return Page(
        knowledge=sources.knowledge,
        newest_month=found["total"][-1]["month_end"] if found["total"] else None,
        is_simulated=sources.is_simulated,
        notice=info["notice"],
        sections=[
            _headline(found, sources),
            _holders(found, sources),
            _apart(found, sources),
            _history(found, sources),
            _stress(found, sources),
            _cascade(found, sources),
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


def _parts(row: Row) -> Parts:
    return Parts(
        row["change_usd_bn"], row["net_sales_usd_bn"], row["valuation_change_usd_bn"], row["other_change_usd_bn"]
    )


def _text(value: str, tone: str = "") -> Cell:
    return Cell(value, tone=tone)


def _numeric(value: str, tone: str = "") -> Cell:
    return Cell(value, is_number=True, tone=tone)


def _amounts(row: Row) -> list[Cell]:
    columns = ("change_usd_bn", "net_sales_usd_bn", "valuation_change_usd_bn", "other_change_usd_bn")
    return [_numeric(signed(row[column])) for column in columns]


def _headline(found: Mapping[str, Rows], sources: _Sources) -> Section:
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
        words.change_of_holdings("Foreign holdings of US Treasuries", parts.change, when, newest["holdings_usd_bn"]),
        words.what_made_it(parts),
    ]
    recent = [row for row in found["total"][-SHOWN_MONTHS:] if row["net_sales_usd_bn"] is not None]
    blocks: list[Chart | Table | Listing | Picker] = []
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
        f"{len(fell)} of these {len(recent)} months holdings fell; in {len(sold)} of those {len(fell)} months foreigners "
        "sold on balance."
    )


def _months_table(recent: Rows) -> Table:
    rows = [
        [_text(month(row["month_end"])), _numeric(number(row["holdings_usd_bn"])), *_amounts(row)]
        for row in reversed(recent)
    ]
    head = ("Month", "Holdings", "Change", "Net sales", "Valuation", "Other")
    return Table("All foreign holdings by month, billions of dollars", head, rows)


def _headline_tiles(newest: Row, prints: Rows) -> list[Tile]:
    first = prints[0] if prints and prints[0]["month_end"] == newest["month_end"] else None

    def note(what: str, column: str, first_column: str) -> str:
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
            note("above zero: foreigners bought", "net_sales_usd_bn", "first_net_sales_usd_bn"),
            "sales",
        ),
        Tile("Valuation", _bn(newest["valuation_change_usd_bn"]), "what prices did to the value", "valuation"),
        Tile("Other", _bn(newest["other_change_usd_bn"]), "custody moves, reclassification, new reporters", "other"),
    ]


def _bn(value: float | None) -> str:
    return words.NOT_KNOWN if value is None else f"{signed(value)} bn"


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
        text = words.prints(
            f"Holdings of {month(row['month_end'])}",
            row["first_print_usd_bn"],
            row["holdings_usd_bn"],
            row["first_released_on"],
            row["prints"],
        )
        items.append(f"{text} Taken from a later file than its release." if later else text)
    quiet = len(prints) - 1 - len(revised)
    if quiet:
        items.append(
            f"For {words.counted(quiet, 'other month')} of the last twelve the warehouse holds one print, or prints that "
            "agree to a tenth: that is not known to be unrevised."
        )
    return Listing("First print, and now", items, source)


def _holders(found: Mapping[str, Rows], sources: _Sources) -> Section:
    title = "Who changed: sales, valuation, other"
    by_window = {window: [row for row in found["holders"] if row["window_months"] == window] for window in (1, 12)}
    if not found["holders"]:
        return Section(
            "holders", title, ["No change by holder can be read on this day: two months of holdings are needed."]
        )
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    blocks: list[Chart | Table | Listing | Picker] = []
    for window, rows in by_window.items():
        if rows:
            blocks.append(_holders_chart(window, rows, newest["month_end"], source))
    lead = [
        "The fifteen holders whose holdings changed most, in the month and over twelve months. A country is where the "
        "custodian is: in custodial centres (marked *) the owners may live elsewhere."
    ]
    return Section("holders", title, lead, (), blocks)


def _holders_chart(window: int, rows: Rows, newest: dt.date, source: str) -> Chart:
    period = f"in {month(newest)}" if window == 1 else f"in the twelve months to {month(newest)}"
    top, bottom = rows[0], rows[-1]
    says = " ".join(
        f"{words.change_of_holdings(row['country'], row['change_usd_bn'], period, None)} "
        f"{words.what_made_it(_parts(row), row['country'])}"
        for row in (top, bottom)
    )
    estimated = [row["country"] for row in rows if row["method"] != "reported"]
    if estimated:
        says += f" Estimated or not split: {words.listed(estimated)}."
    table = Table(
        f"Change by holder {period}, billions of dollars",
        ("Holder", "Holdings", "Change", "Net sales", "Valuation", "Other"),
        [[_text(_marked(row)), _numeric(number(row["holdings_usd_bn"])), *_amounts(row)] for row in rows],
    )
    return Chart(f"holders_{window}m", f"Change of holdings {period}", says, source, table)


def _marked(row: Row) -> str:
    return f"{row['country']} *" if row["is_custodial_centre"] else str(row["country"])


def _apart(found: Mapping[str, Rows], sources: _Sources) -> Section:
    title = "Who withdraws, who strengthens"
    if not found["total"]:
        return Section("apart", title, ["No holdings are known on this day."])
    newest = found["total"][-1]
    source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
    lead, blocks = [], list[Chart | Table | Listing | Picker]()
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
                now["method"],
            )
        )
    else:
        lead.append("Net sales over twelve months are not known on this day: TIC's table 3 tells of them from 2023 on.")
    if found["divergence"]:
        blocks.append(_divergence_chart(found["divergence"], source))
    if len(found["divergence_index"]) > 1:
        blocks.append(
            Chart(
                "divergence_index",
                "How far holders went apart",
                "Half of all net buying and net selling of holders over twelve months, per cent of all foreign holdings: "
                f"{per_cent(found['divergence_index'][-1]['divergence_index_pct'])} in "
                f"{month(found['divergence_index'][-1]['month_end'])}, "
                f"{per_cent(found['divergence_index'][0]['divergence_index_pct'])} in "
                f"{month(found['divergence_index'][0]['month_end'])}. Dashed: estimated from durations.",
                source,
            )
        )
    blocks.append(_records(found["records"], source))
    blocks.append(_overtakes(found["overtakes"], source))
    blocks.append(_revisions(found["revisions"], source))
    return Section("apart", title, lead, (), blocks)


def _divergence_chart(rows: Rows, source: str) -> Chart:
    by_class = {
        name: [row["country"] for row in rows if row["divergence_class"] == name]
        for name in ("withdrawing", "strengthening")
    }
    says = [
        f"Withdrawing (net sales below {words.MINUS}5 % of the holdings a year before, and holdings slope down): "
        f"{words.listed(by_class['withdrawing']) or 'nobody'}.",
        f"Strengthening (above 5 %, and up): {words.listed(by_class['strengthening'][::-1]) or 'nobody'}.",
        "Holders of $10 bn and more.",
    ]
    table = Table(
        "Over twelve months, billions of dollars",
        ("Holder", "Class", "Net sales, %", "Net sales", "Valuation", "Other", "Holdings"),
        [
            [
                _text(_marked(row)),
                _text(row["divergence_class"]),
                _numeric(signed(row["net_sales_12m_pct"])),
                _numeric(signed(row["net_sales_12m_usd_bn"])),
                _numeric(signed(row["valuation_change_12m_usd_bn"])),
                _numeric(signed(row["other_change_12m_usd_bn"])),
                _numeric(number(row["holdings_usd_bn"])),
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
            row["country"],
            row["holdings_usd_bn"],
            is_high=row["is_record_high"],
            is_low=row["is_record_low"],
            lowest_since=row["lowest_since"],
            highest_since=row["highest_since"],
        )
        for row in rows
    ]
    none = ["None of the forty largest stands at a record, or at a level that was last seen more than a year ago."]
    return Listing("Records, and lowest since", items or none, source + " Levels, which prices move, too.")


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
    return Listing("Overtakes", items or none, source)


def _revisions(rows: Rows, source: str) -> Table | Listing:
    title = "Revisions of the last twelve months, and answers that did not survive them"
    if not rows:
        return Listing(
            title,
            ["No revision is known: of no month of the last twelve does the warehouse hold prints that differ."],
            source,
        )
    cells = [
        [
            _text(_plain_name(row["country"])),
            _text(month(row["month_end"])),
            _numeric(number(row["first_print_usd_bn"])),
            _numeric(number(row["holdings_usd_bn"])),
            _numeric(signed(row["revision_from_first_usd_bn"])),
            _text("observed" if row["first_print_basis"] == "observed" else "from a later file"),
            _text(row["flip_note"] or "\N{EN DASH}", "bad" if row["is_flip"] else ""),
        ]
        for row in rows
    ]
    head = ("Holder", "Month", "First print", "Now", "Revision", "First print is", "What flipped")
    return Table(f"{title}, billions of dollars", head, cells, source)


def _plain_name(country: str) -> str:
    for group in GROUPS:
        country = country.removeprefix(group)
    return country


def _history(found: Mapping[str, Rows], sources: _Sources) -> Section:
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
            "Net sales, valuation and other over the twelve months to each month, billions of dollars. Pale: the "
            "valuation is estimated by duration, and the other changes are in the net sales.",
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
    options = [
        (row["country_code"], f"{row['country']} ({dollars(row['holdings_usd_bn'])})") for row in found["picked"]
    ]
    lead = ["Choose a holder: the forty largest, and those whom a claim of January 2026 names."]
    return Section("history", title, lead, (), [Picker(options, charts)])


def _stress(found: Mapping[str, Rows], sources: _Sources) -> Section:
    title = "What tightens: the stress index"
    if not found["stress_now"]:
        why = (
            "There is no stress index on this day: an index stands on three fifths of the weight of its stages, and on "
            "no day so far were as many there. What is there of single stages is in marts.stress_stage_daily."
        )
        return Section("stress", title, [why])
    now = found["stress_now"][0]
    source = sources.line("stress", f"to {words.day(now['newest_day'])}")
    lead = [
        words.stress_today(
            now["date"], now["light"], now["cascade_percentile"], now["stages_lit"], is_active=now["is_cascade_active"]
        ),
        words.stress_ends(now["date"], now["newest_day"], now["newest_coverage"]),
    ]
    tiles = [
        Tile(
            words.STAGES[row["stage"]],
            row["light"] or "no light",
            f"percentile {number(row['percentile'], 0)} on {words.day(row['date'])}",
            row["light"] or "",
        )
        for row in found["stages_now"]
    ]
    first = found["stress"][0]["date"]
    blocks: list[Chart | Table | Listing | Picker] = [
        Chart(
            "stress",
            "The index, with episodes",
            f"Core (rates, funding, credit, equities) and cascade (all seven stages) from {month(first)} to "
            f"{words.day(now['date'])}; shaded: {len(found['episodes'])} known episodes. Highest day of each week, in "
            f"the last two years each day. {_peak(found['stress'])}",
            source,
        ),
        Chart(
            "stress_recent",
            "The last two years, day by day",
            f"{_peak(_recent(found['stress']))} The newest value is {number(now['cascade_linear'], 2)} (cascade) and "
            f"{number(now['core_linear'], 2)} (core).",
            source,
        ),
        Chart(
            "lights",
            "When each stage was lit",
            "Months in which a stage was amber or red on one day or more, by its worst light; the line is how far back "
            f"the stage goes. {_lit_often(found['lights'])}",
            source,
        ),
        Chart(
            "contributions",
            f"What the cascade index of {words.day(now['date'])} is made of",
            f"Bar: the contribution of each stage on the day; tick: its mean over the twelve months before. "
            f"{_largest_contribution(found['stages_now'])}",
            source,
            _contributions_table(found["contributions"]),
        ),
        _indicators(found["indicators_now"], source),
        _episodes(found["episodes"], source),
    ]
    if found["benchmark_months"]:
        newest = max(row["month_end"] for row in found["benchmark_months"])
        benchmark_source = sources.line("benchmarks", f"to {month(newest)}")
        blocks.append(_benchmark_chart(found["benchmark_months"], benchmark_source))
    if found["benchmarks"]:
        newest_known = max(row["known_on"] for row in found["benchmarks"])
        blocks.append(
            _benchmarks(found["benchmarks"], sources.line("benchmarks", f"known by {words.day(newest_known)}"))
        )
    return Section("stress", title, [text for text in lead if text], tiles, blocks, source)


def _recent(stress: Rows) -> Rows:
    newest = stress[-1]["date"]
    return [row for row in stress if row["date"] > newest - dt.timedelta(days=730)]


def _peak(rows: Rows) -> str:
    told = [row for row in rows if row["cascade"] is not None]
    if not told:
        return ""
    highest = max(told, key=lambda row: row["cascade"])
    return f"The cascade index was highest around {words.day(highest['date'])}: {number(highest['cascade'], 2)}."


def _lit_often(lights: Rows) -> str:
    if not lights:
        return "None was."
    months = {stage: sum(row["stage"] == stage for row in lights) for stage in words.STAGES}
    most = max(months, key=lambda stage: months[stage])
    return f"Most often lit: {words.STAGES[most].lower()}, in {months[most]} months."


def _largest_contribution(stages: Rows) -> str:
    told = [row for row in stages if row["contribution"] is not None]
    if not told:
        return ""
    largest = max(told, key=lambda row: row["contribution"])
    missing = [words.STAGES[row["stage"]].lower() for row in stages if row["contribution"] is None]
    gone = f" Without a value on the day: {words.listed(missing)}." if missing else ""
    return f"The largest is {words.STAGES[largest['stage']].lower()}: {number(largest['contribution'], 2)}.{gone}"


def _contributions_table(rows: Rows) -> Table:
    return Table(
        "Mean contributions to the cascade index by month (index points)",
        ("Month", *words.STAGES.values(), "Index, mean", "Index, highest day", "Days amber", "Days red"),
        [
            [
                _text(month(row["month_end"])),
                *(_numeric(number(row[stage], 2)) for stage in words.STAGES),
                _numeric(number(row["cascade"], 2)),
                _numeric(number(row["highest_day"], 2)),
                _numeric(str(row["days_amber"])),
                _numeric(str(row["days_red"])),
            ]
            for row in rows
        ],
    )


def _indicators(rows: Rows, source: str) -> Table:
    return Table(
        "Indicators, each on its newest day",
        ("Indicator", "Stage", "Value", "Percentile so far", "Figure of"),
        [
            [
                _text(row["indicator"].replace("_", " ")),
                _text(words.STAGES[row["stage"]]),
                _numeric(f"{number(row['value'], 2)} {row['unit']}"),
                _numeric(number(row["percentile"], 0)),
                _text(words.day(row["observation_date"])),
            ]
            for row in rows
        ],
        source,
    )


def _episodes(rows: Rows, source: str) -> Table:
    def stages(text: str | None) -> str:
        return ", ".join(words.STAGES[stage].lower() for stage in (text or "").split(";") if stage) or "\N{EN DASH}"

    tones = {"lit as it must": "good", "missed": "bad"}
    return Table(
        "Episodes: which stages had to light, and which did",
        ("Episode", "From", "To", "Had to light", "Lit", "Missed", "Peak, cascade percentile", "Verdict"),
        [
            [
                _text(row["title"]),
                _text(words.day(row["starts_on"])),
                _text(words.day(row["ends_on"])),
                _text(stages(row["must_light"])),
                _text(stages(row["stages_lit"])),
                _text(stages(row["stages_missed"])),
                _numeric(number(row["peak_cascade_percentile"], 0)),
                _text(row["verdict"], tones.get(row["verdict"], "")),
            ]
            for row in rows
        ],
        source,
    )


def _benchmark_chart(rows: Rows, source: str) -> Chart:
    names = list(dict.fromkeys(row["name"] for row in rows))
    return Chart(
        "benchmark_months",
        "Beside the official indexes",
        f"Monthly means of {words.listed(names)} from 1994 on, each in standard deviations from its own mean: their "
        "units differ.",
        source,
    )


def _benchmarks(rows: Rows, source: str) -> Table:
    names = {"core_linear": "our core", "cascade_linear": "our cascade", "benchmark": "itself"}
    return Table(
        "Agreement with official indexes since 1994, and which of them tell crises from quiet weeks",
        (
            "Benchmark",
            "Index",
            "Correlation of levels",
            "of changes",
            "Systemic weeks told from quiet ones (0.5 is chance)",
            "Systemic episodes hit",
            "Median delay, trading days",
            "Quiet days flagged",
        ),
        [
            [
                _text(row["benchmark"]),
                _text(names[row["index_id"]]),
                _numeric("\N{EN DASH}" if row["level_correlation"] is None else number(row["level_correlation"], 2)),
                _numeric("\N{EN DASH}" if row["change_correlation"] is None else number(row["change_correlation"], 2)),
                _numeric(number(row["auc_systemic"], 2)),
                _numeric(f"{row['systemic_hits']} of {row['systemic_episodes']}"),
                _numeric("\N{EN DASH}" if row["median_delay_days"] is None else number(row["median_delay_days"], 0)),
                _numeric(per_cent(row["quiet_days_flagged_pct"])),
            ]
            for row in rows
        ],
        source,
    )


def _cascade(found: Mapping[str, Rows], sources: _Sources) -> Section:
    title = "The cascade: what followed when yields jumped and equities fell"
    on_day_5 = [row for row in found["cascade"] if row["horizon_days"] == 5]
    if not on_day_5:
        return Section(
            "cascade",
            title,
            ["There are no such days with twenty trading days after them yet, or no prices to measure them with."],
        )
    events = found["cascade_events"][0]
    source = sources.line("cascade", f"from {words.day(events['first_date'])} to {words.day(events['last_date'])}")
    order = found["cascade_order"]
    tries = found["cascade_specifications"][0]
    lead = [
        f"{events['events']} days since October 2015 on which the ten-year yield rose by a sigma and more while the "
        "S&P 500 fell by one and more. They are held against days on which equities fell as much and yields did not "
        "jump.",
        f"Asked in {tries['tested']} ways (threshold, distance, period) about bitcoin, {tries['with_sign']} answers have "
        f"the sign that the thesis expects, and {tries['below_5_pct']} have a p below 0.05.",
    ]
    if order:
        lead.append(
            f"Order of reaction: tau {number(order[0]['kendall_tau'], 2)}, 95 % interval "
            f"{number(order[0]['kendall_tau_low'], 2)} to {number(order[0]['kendall_tau_high'], 2)}"
            + (": an interval that holds zero, so no fixed order." if order[0]["kendall_tau_low"] <= 0 else ".")
        )
    blocks: list[Chart | Table | Listing | Picker] = [
        Chart(
            "cascade_day_5",
            "Five days later, in sigmas",
            "Dot: mean abnormal move from the close before the event to day 5; bar: the middle half of the events. "
            + " ".join(
                words.cascade(
                    words.ASSETS[row["asset"]],
                    row["n_events"],
                    row["mean_move"],
                    row["control_mean_move"],
                    row["matched_p"],
                    row["unit"],
                )
                for row in on_day_5
                if row["asset"] in ("sp500", "btc")
            ),
            source,
            _cascade_table(on_day_5, order),
        )
    ]
    if found["cascade_bitcoin"]:
        blocks.append(
            Chart(
                "cascade_bitcoin",
                "Bitcoin, up to twenty days later",
                "Mean abnormal move after such days and after other falls of equities, per cent; shaded: the middle half "
                "of the events. The band holds zero where half of the events lie on either side of it.",
                source,
            )
        )
    return Section("cascade", title, lead, (), blocks, source)


def _cascade_table(rows: Rows, order: Rows) -> Table:
    days = {row["asset"]: row["median_days_to_half"] for row in order}

    def p(value: float | None) -> str:
        return "\N{EN DASH}" if value is None else number(value, 3)

    return Table(
        "Days 0 to 5 after the event, all periods; p by draws of other days, q corrected for the number of tests",
        (
            "Market",
            "Events",
            "Mean",
            "After other falls",
            "p against those",
            "p against any days",
            "q",
            "As expected",
            "Days to half",
        ),
        [
            [
                _text(words.ASSETS[row["asset"]] + ("" if row["is_evidence"] else " (chosen by)")),
                _numeric(str(row["n_events"])),
                _numeric(f"{signed(row['mean_move'])} {words.UNITS[row['unit']]}"),
                _numeric(f"{signed(row['control_mean_move'])} {words.UNITS[row['unit']]}"),
                _numeric(p(row["matched_p"])),
                _numeric(p(row["placebo_p"])),
                _numeric(p(row["q_value"])),
                _numeric(per_cent(100 * row["share_expected_sign"], 0)),
                _numeric(number(days[row["asset"]]) if row["asset"] in days else "\N{EN DASH}"),
            ]
            for row in rows
        ],
    )


def _scorecard(found: Mapping[str, Rows], sources: _Sources) -> Section:
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
                _text(row["claim"]),
                _numeric(words.measured(row["claimed_number"], row["unit"])),
                _numeric(words.measured(row["measured_as_first_printed"], row["unit"])),
                _numeric(words.measured(row["measured_now"], row["unit"])),
                _text(row["verdict"] or NO_VERDICT, LIGHT_OF_VERDICT.get(row["verdict"], "")),
                _text(row["why"] or ""),
            ]
            for row in rows
        ],
        source,
    )
    lead = [
        f"{words.verdicts([row['verdict'] or NO_VERDICT for row in rows])} Claimed on {words.day(rows[0]['claimed_on'])}; as first "
        "printed is what the world could know on that day."
    ]
    return Section("scorecard", title, lead, (), [table])


def _health(found: Mapping[str, Rows], sources: _Sources, checks: Mapping[str, int]) -> Section:
    info = found["info"][0]
    lead = [f"{info['notice']} {info['documents_loaded']} documents are loaded; {sources.knowledge}."]
    if checks:
        lead.append(
            f"The load ran {checks['ran']} checks: {checks['ran'] - checks['failed'] - checks['reported']} passed, "
            f"{checks['failed']} failed with a consequence (rows or documents held in quarantine), "
            f"{checks['reported']} reported something."
        )
    blocks: list[Chart | Table | Listing | Picker] = [
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
                _text(names[row["instrument"]]),
                _numeric(number(row["lines"], 0)),
                _numeric(number(row["figures"], 0)),
                _text(month(row["oldest"])),
                _text(month(row["newest"])),
            ]
            for row in rows
        ],
    )


def _freshness(series: Rows, prices: Rows) -> Table:
    cells = [
        [
            _text(f"{row['series_id']}: {row['title']}"),
            _text(words.day(row["newest"])),
            _numeric(number(row["observations"], 0)),
            _text("may be passed on" if row["may_be_redistributed"] else "for own use"),
        ]
        for row in series
    ] + [
        [
            _text(f"{row['symbol']}: daily price, {row['venue'].replace('_', ' ')}"),
            _text(words.day(row["newest"])),
            _numeric(number(row["days"], 0)),
            _text("for own use"),
        ]
        for row in prices
    ]
    return Table(
        "Markets (FRED, exchanges): newest figure of each series", ("Series", "Newest", "Figures", "Terms"), cells
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
                _text(row["what"]),
                _text("replaced" if row["action"] == "replace" else "accepted"),
                _text(words.day(row["known_since"])),
            ]
            for row in rows
        ],
    )


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


def _data(found: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows of the charts, by the name that a chart gives its data."""
    stress = _runs(found["stress"])
    named: Callable[[Row], dict[str, Any]] = lambda row: {"name": words.STAGES[row["stage"]], **row}  # noqa: E731
    market: Callable[[Row], dict[str, Any]] = lambda row: {  # noqa: E731
        "name": words.ASSETS[row["asset"]],
        "kind": EVENTS[row["event_type"]],
        **row,
    }
    return {
        "total": found["total"],
        "total_recent": [row for row in found["total"][-SHOWN_MONTHS:] if row["net_sales_usd_bn"] is not None],
        "holders_1m": [row for row in found["holders"] if row["window_months"] == 1],
        "holders_12m": [row for row in found["holders"] if row["window_months"] == 12],
        "divergence": found["divergence"],
        "divergence_index": found["divergence_index"],
        "stress": stress,
        "stress_recent": _recent(stress) if stress else [],
        "episodes": [row for row in found["episodes"] if stress and row["ends_on"] >= stress[0]["date"]],
        "lights": [{"month_start": row["month_end"].replace(day=1), **named(row)} for row in found["lights"]],
        "stage_spans": [{**named(row), "last": row["date"], "first": row["first_date"]} for row in found["stages_now"]],
        "stages_now": [named(row) for row in found["stages_now"]],
        "benchmark_months": found["benchmark_months"],
        "cascade_day_5": [market(row) for row in found["cascade_day_5"]],
        "cascade_bitcoin": [{"kind": EVENTS[row["event_type"]], **row} for row in found["cascade_bitcoin"]],
    }


def _own_use(found: Mapping[str, Rows]) -> list[str]:
    """Licensed series behind the charts of stress and cascade."""
    if not (found["stress_now"] or found["cascade"]):
        return []
    licensed = [row["series_id"] for row in found["series"] if not row["may_be_redistributed"]]
    return [*licensed, *(f"{row['symbol']} prices" for row in found["prices"])]
