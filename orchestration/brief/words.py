"""The sentences and numbers of the brief: small functions of plain values.

Belongs here: how a number, a day, a share is written, and which sentence its figures allow. Does not belong here:
queries, layout.

Holdings change by net purchases, by what is reported as valuation, and by the rest. A sentence says "sold" or "bought"
only of net purchases, and "rose" or "fell" of the holdings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MINUS = "\N{MINUS SIGN}"
NOT_KNOWN = "not known"
NO_VERDICT = "no verdict"
BOUGHT_OR_SOLD_FROM = 0.05
"""Billions of dollars: less than this is written as 0.0."""

STAGES = {
    "foreign_demand": "Foreign demand",
    "rates": "Rates",
    "collateral": "Collateral",
    "funding": "Funding",
    "credit": "Credit",
    "equities": "Equities",
    "crypto": "Crypto",
}
SECURITIES = {
    "treasury": "Treasuries",
    "agency": "Agencies",
    "corporate_bond": "Corporate bonds",
    "corporate_stock": "Stocks",
}
ASSETS = {
    "ten_year_yield": "Ten-year yield",
    "ten_year_price": "Ten-year bond, price",
    "funding_stress": "Funding stress",
    "baa_spread": "Baa credit spread",
    "vix": "VIX",
    "sp500": "S&P 500",
    "btc": "Bitcoin",
    "eth": "Ether",
}
EVENTS = {
    "bond_equity_joint": "yields jumped, equities fell",
    "equity_fall_other": "equities fell, yields did not jump",
}
EVENTS_IN_SHORT = {"bond_equity_joint": "yields jumped", "equity_fall_other": "yields did not"}
UNITS = {
    "usd_bn": "$ bn",
    "pct": "%",
    "pct_points": "pp",
    "bp": "bp",
    "points": "points",
    "score": "points of the score",
    "months": "months",
    "years": "years",
    "year": "",
    "ratio": "times",
    "correlation": "correlation",
    "days": "days",
    "rank": "",
}
SOURCES = {
    "tic": "US Department of the Treasury, Treasury International Capital (TIC)",
    "stress": "Tidemark's stress index, from FRED, the Treasury, TIC and crypto exchanges",
    "absorption": "Treasury (public debt, TIC), Federal Reserve Bank of Dallas, Federal Reserve; Tidemark",
    "auctions": "US Department of the Treasury, TreasuryDirect",
    "benchmarks": "Federal Reserve Banks of Chicago (NFCI, ANFCI) and St. Louis (STLFSI4), Cboe (VIXCLS); Tidemark",
    "cascade": "Tidemark, from FRED and crypto exchanges",
    "press": "press reports and ministers; measured with TIC, FRED and crypto exchanges",
}


@dataclass(frozen=True)
class Parts:
    """What made a change of holdings, billions of dollars; None where it is not known.

    Attributes:
        change: of the holdings.
        net_purchases: above zero if foreigners bought on balance.
        valuation: as reported, or estimated where net purchases are not known.
        other: custody moves, reclassification, new reporters, rounding.
        implied: what yields alone imply for the valuation; only where the reported one is far from it.
    """

    change: float | None
    net_purchases: float | None
    valuation: float | None
    other: float | None
    implied: float | None = None


def number(value: float | None, digits: int = 1) -> str:
    """1,234.5 with a minus sign that reads as one; `not known` for None."""
    if value is None or value != value:
        return NOT_KNOWN
    text = f"{abs(value):,.{digits}f}"
    return MINUS + text if value < 0 and float(text.replace(",", "")) != 0 else text


def signed(value: float | None, digits: int = 1) -> str:
    """The same with a plus where it is above zero."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.") else text


def dollars(value: float | None) -> str:
    """An amount in billions of dollars, with its unit and without a line break inside: $1,234.5 bn."""
    text = number(value)
    sign = MINUS if text.startswith(MINUS) else ""
    return text if text == NOT_KNOWN else f"{sign}${text.lstrip(MINUS)}\N{NO-BREAK SPACE}bn"


def signed_dollars(value: float | None) -> str:
    """The same with a plus where it is above zero."""
    return ("+" if signed(value).startswith("+") else "") + dollars(value)


def millions(value: float) -> str:
    """An amount in billions of dollars, written in millions: $100 mn."""
    return f"{MINUS if value < 0 else ''}${abs(value) * 1000:,.0f}\N{NO-BREAK SPACE}mn"


def per_cent(value: float | None, digits: int = 1) -> str:
    """4.2 %, without a line break inside."""
    text = number(value, digits)
    return text if text == NOT_KNOWN else f"{text}\N{NO-BREAK SPACE}%"


def measured(value: float | None, unit: str) -> str:
    """A number of the scorecard in its unit."""
    if value is None or value != value:
        return "\N{EN DASH}"
    if unit in ("year", "rank"):
        return f"{value:.0f}"
    if unit == "usd_bn":
        return dollars(value) if abs(value) >= 1 or is_small(value) else millions(value)
    if unit == "pct":
        return per_cent(value)
    if unit in ("holders", "months") or (unit == "years" and value == round(value)):
        return counted(round(value), unit.removesuffix("s"))
    digits = 2 if unit in ("correlation", "ratio") else 1
    return f"{number(value, digits)} {UNITS.get(unit, unit)}".strip()


def day(date: dt.date | None) -> str:
    """18 June 2026."""
    return NOT_KNOWN if date is None else f"{date.day} {date:%B %Y}"


def month(date: dt.date | None) -> str:
    """June 2026."""
    return NOT_KNOWN if date is None else f"{date:%B %Y}"


def listed(items: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else list(items))


def country(name: str) -> str:
    """A country or group as people call it: TIC writes `Korea, South` and `Of Which: Foreign Official`."""
    last, comma, first = name.partition(", ")
    called = f"{first} {last}" if comma and " and " not in first else name
    return re.sub(r"^(Of Which|Memo): ", "", called)


def group(name: str) -> str:
    """A group of TIC's as a sentence calls it: Europe for `Total Europe`, all foreigners."""
    return {"All foreign holders": "all foreigners"}.get(name, name.removeprefix("Total "))


def named(name: str) -> str:
    """A country inside a sentence: the Netherlands, Japan."""
    has_article = name.startswith("United ") or name.endswith(
        ("Islands", "Republic", "Bahamas", "Netherlands", "Philippines")
    )
    return f"the {name}" if has_article else name


def begin(text: str) -> str:
    """The same text with a capital, at the start of a sentence."""
    return text[:1].upper() + text[1:]


def is_small(value: float | None) -> bool:
    """Nothing that one decimal shows, or nothing known."""
    return value is None or abs(value) < BOUGHT_OR_SOLD_FROM


def change_of_holdings(subject: str, change: float | None, period: str, level: float | None) -> str:
    """How holdings moved; a movement of holdings is neither a purchase nor a sale.

    Args:
        subject: whose holdings, at the start of a sentence.
        change: billions of dollars; None where none can be read.
        period: such as `in April 2026`.
        level: at its end, billions of dollars.
    """
    to = f" They were {dollars(level)}." if level is not None else ""
    if change is None:
        return f"{subject}: no change can be read {period}.{to}"
    if is_small(change):
        return f"{subject} hardly changed {period}.{to}"
    verb = "rose" if change > 0 else "fell"
    return f"{subject} {verb} by {dollars(abs(change))} {period}" + (f", to {dollars(level)}." if level else ".")


def headline(parts: Parts, newest: dt.date, level: float, seller: tuple[str, float] | None) -> str:
    """The sentence at the top of the brief.

    Args:
        parts: the change of all foreign holdings over twelve months.
        newest: the last month.
        level: all foreign holdings, billions of dollars.
        seller: the holder that sold most over the twelve months, and its net purchases; None if no holder sold.
    """
    bought = parts.net_purchases
    if bought is None or is_small(bought):
        return f"Foreign holdings of US Treasuries were {dollars(level)} in {month(newest)}."
    said = f"Foreigners {'bought' if bought > 0 else 'sold'} {rounded(abs(bought))} of US Treasuries in twelve months"
    if seller is None:
        return f"{said}."
    name, amount = seller
    if bought > 0:
        return f"{said}, although {named(name)} sold {rounded(abs(amount))}."
    return f"{said}; {named(name)} sold most, {rounded(abs(amount))}."


def rounded(value: float) -> str:
    """Billions of dollars for a headline: no decimals from ten on."""
    return f"${number(value, 0)}\N{NO-BREAK SPACE}bn" if abs(value) >= 10 else dollars(value)


def months_title(fell: int, sold: int, months: int) -> str:
    """The message of the chart of monthly changes.

    Args:
        fell: months in which holdings fell.
        sold: of these, months in which foreigners sold on balance.
        months: all months shown.
    """
    if not fell:
        return f"Holdings rose in each of the last {months} months"
    times = (
        "In none of them did foreigners sell on balance"
        if not sold
        else (
            "Foreigners sold on balance in all of them"
            if sold == fell
            else f"Foreigners sold on balance in {sold} of them"
        )
    )
    return f"Holdings fell in {fell} of {months} months. {times}"


def both_sides(buyer: tuple[str, float] | None, seller: tuple[str, float] | None) -> str:
    """The message of a chart of buyers and sellers: the largest of each."""
    said = [
        f"{named(name)} {verb} {rounded(abs(amount))}"
        for verb, one in (("bought", buyer), ("sold", seller))
        if one is not None
        for name, amount in [one]
    ]
    return begin(", ".join(said)) if said else "No holder bought or sold on balance"


def what_made_it(parts: Parts, who: str = "Foreigners") -> str:
    """Net purchases, valuation and the rest of one change, and which of them was largest.

    Args:
        parts: the change.
        who: the holders, at the start of a sentence.

    Where only the effect of prices is estimated, the text does not say that anyone bought or sold: the rest of the
    change is net purchases and other changes together.
    """
    if parts.net_purchases is None and parts.valuation is not None and parts.change is not None:
        rest = parts.change - parts.valuation
        return (
            f"By estimate, {prices(parts.valuation)}; everything else, net purchases and other changes together, "
            f"{added_or_took(rest)}."
        )
    if parts.net_purchases is None or parts.valuation is None:
        return "What made the change is not known: the Treasury has not published transactions for it."
    said = [f"{who} {bought_or_sold(parts.net_purchases)}", valuation(parts.valuation, parts.implied)]
    if parts.other is not None:
        said.append(f"other changes (custody moves, reclassification) {added_or_took(parts.other)}")
    return "; ".join(said) + "." + _largest(parts)


def bought_or_sold(net_purchases: float) -> str:
    """What net purchases say: no other figure shows buying or selling."""
    if is_small(net_purchases):
        return "neither bought nor sold on balance"
    return f"{'bought' if net_purchases > 0 else 'sold'} {dollars(abs(net_purchases))} on balance"


def valuation(reported: float, implied: float | None = None) -> str:
    """What is reported as valuation. It is not always prices: where yields imply another amount, the text has both."""
    said = f"{dollars(reported)} is reported as valuation" if not is_small(reported) else "no valuation is reported"
    return said if implied is None else f"{said} (yields alone imply {dollars(implied)})"


def prices(valuation: float) -> str:
    """What prices did to the value of what was held, by our own estimate."""
    if is_small(valuation):
        return "prices changed the value by nothing"
    return f"{'higher' if valuation > 0 else 'lower'} prices {added_or_took(valuation)}"


def added_or_took(amount: float) -> str:
    """A part of a change, by its sign."""
    if is_small(amount):
        return "changed nothing"
    return f"added {dollars(amount)}" if amount > 0 else f"took {dollars(abs(amount))} away"


def _largest(parts: Parts) -> str:
    """Which part was most of a fall or a rise; nothing where the change is small against its parts."""
    change, net_purchases, reported = parts.change, parts.net_purchases or 0.0, parts.valuation or 0.0
    if change is None or is_small(change):
        return ""
    named = {
        "net purchases" if net_purchases > 0 else "sales": net_purchases,
        "valuation": reported,
        "other changes": parts.other or 0.0,
    }
    along = {name: value for name, value in named.items() if value * change > 0}
    whole = sum(map(abs, along.values()))
    largest = max(along, key=lambda name: abs(along[name]), default="")
    if not largest or abs(change) < whole / 2 or abs(along[largest]) <= whole / 2:
        return ""
    not_sales = ", not sales" if change < 0 and abs(min(net_purchases, 0)) < whole / 10 else ""
    return f" Most of the {'rise' if change > 0 else 'fall'} is {largest}{not_sales}."


def prints(
    what: str, first: float | None, now: float | None, first_on: dt.date | None, count: int, *, is_observed: bool
) -> str:
    """What was published first, and the value now.

    Args:
        what: the figure, at the start of a sentence.
        first: the oldest value, billions of dollars.
        now: the newest value.
        first_on: the release day of the oldest value.
        count: values that the warehouse holds.
        is_observed: the oldest value comes from its own release; otherwise from a later file, and is not shown.
    """
    if first is None or now is None:
        return f"{what}: {NOT_KNOWN}."
    if not is_observed:
        return f"{what}: {dollars(now)}. Earlier values are rebuilt from later files."
    if count == 1:
        return f"{what}: {dollars(now)}, the first print, of {day(first_on)}; no later release of it is held."
    if is_small(now - first):
        return f"{what}: first print {dollars(first)} ({day(first_on)}), now the same."
    return f"{what}: first print {dollars(first)} ({day(first_on)}), now {dollars(now)}."


def record(
    name: str,
    level: float,
    *,
    is_high: bool | None,
    is_low: bool | None,
    lowest_since: dt.date | None,
    highest_since: dt.date | None,
) -> str:
    """A record or a `lowest since` of holdings; of levels, which prices move too.

    Args:
        name: of the holder.
        level: billions of dollars.
        is_high: every earlier month known was lower.
        is_low: every earlier month known was higher.
        lowest_since: the last earlier month with as little.
        highest_since: the last earlier month with as much.
    """
    at = f"{name}: {dollars(level)}"
    if is_high:
        return f"{at}, the highest of all months known."
    if is_low:
        return f"{at}, the lowest of all months known."
    if lowest_since and (highest_since is None or lowest_since < highest_since):
        return f"{at}, the lowest since {month(lowest_since)}."
    return f"{at}, the highest since {month(highest_since)}."


def since(row: Mapping[str, Any]) -> str:
    """How long ago a level was last seen, after it: `, the lowest since July 2009`."""
    text = record(
        "",
        row["holdings_usd_bn"],
        is_high=row["is_record_high"],
        is_low=row["is_record_low"],
        lowest_since=row["lowest_since"],
        highest_since=row["highest_since"],
    )
    return "," + text.rstrip(".").rpartition(",")[2]


def overtake(
    one: str,
    other: str,
    status: str,
    when: dt.date,
    gap: float,
    months: float | None,
    *,
    is_through_custodial_centre: bool,
    seasonal: Sequence[str] = (),
) -> str:
    """One holder overtakes another, or is about to.

    Args:
        one: who goes past or closes in.
        other: the other.
        status: as `holder_overtakes` has it.
        when: the month.
        gap: holdings of one less those of the other, billions of dollars.
        months: until it would change, if both went on so.
        is_through_custodial_centre: one of the two holds for owners elsewhere.
        seasonal: those of the two whose change is usual for the month.
    """
    centre = " One of the two is a custodial center." if is_through_custodial_centre else ""
    if seasonal:
        whose = listed([named(name) for name in seasonal])
        centre += f" The change of {whose} is usual for the month by its own history."
    if status == "approaching":
        pace = "within a month" if months is not None and months < 1 else f"in {number(months, 0)} months"
        return (
            f"{begin(named(one))} closes in on {named(other)}: {dollars(abs(gap))} apart in {month(when)}, "
            f"level {pace} at the pace of the last six.{centre}"
        )
    sure = "and stayed ahead" if status == "lasting" else f"by {dollars(gap)}: not yet confirmed"
    return f"{begin(named(one))} went past {named(other)} in {month(when)}, {sure}.{centre}"


_CYCLES = {"quarter": "quarters", "year": "years"}


def season(row: Mapping[str, Any]) -> str:
    """Whether the change of a holder with a cycle is usual for the month, by its own history."""
    change, low, high = (signed(row[name]) for name in ("change_1m_pct", "usual_low_1m_pct", "usual_high_1m_pct"))
    usual = "usual for the month" if row["is_usual_for_the_month"] else "unusual for the month"
    return (
        f"{begin(named(row['country']))}: {change} % in {month(row['month_end'])} is {usual}; the band of the same "
        f"month of earlier {_CYCLES[row['cycle_length']]} is {low} to {high} %."
    )


def custody(rows: Sequence[Mapping[str, Any]]) -> str:
    """China's own line, and the same with Belgium and Luxembourg, whose custodians hold for others; empty if not known.

    Args:
        rows: of `custody_view`, with the change of China's own line.
    """
    if not rows:
        return ""
    names = {"china_and_belgium": "China and Belgium", "china_belgium_luxembourg": "China, Belgium and Luxembourg"}
    groups = [
        f"{names[row['custody_group']]} together {dollars(row['high_usd_bn'])} "
        f"({signed_dollars(row['change_12m_usd_bn'])})"
        for row in rows
    ]
    own = f"{dollars(rows[0]['low_usd_bn'])} ({signed_dollars(rows[0]['own_change_12m_usd_bn'])} in twelve months)"
    return (
        f"Custodians in Belgium and Luxembourg also hold for China; TIC does not say how much. In "
        f"{month(rows[0]['month_end'])} China alone held {own}, {', '.join(groups)}."
    )


def divergence(
    holders: int,
    withdrawing: int,
    strengthening: int,
    sellers: float,
    buyers: float,
    index: float,
) -> str:
    """How far holders went apart in twelve months."""
    return (
        f"Of {holders} holders whose net purchases over twelve months are known, {withdrawing} withdrew and "
        f"{strengthening} strengthened. Those who sold on balance sold {dollars(abs(sellers))}; those who bought on "
        f"balance bought {dollars(buyers)}. Half of both together is {per_cent(index)} of all foreign holdings."
    )


def moved_apart(first: float, now: float, since: dt.date) -> str:
    """The message of the divergence index: whether holders move apart more than at its beginning, in per cent."""
    if abs(now - first) < 0.05:
        return f"Holders move apart as much as in {month(since)}"
    return f"Holders move apart {'more' if now > first else 'less'} than in {month(since)}"


def stress_today(date: dt.date, light: str | None, percentile: float | None, lit: int, *, is_active: bool) -> str:
    """The newest day of the cascade index: how unusual, not what comes."""
    place = (
        f"higher than on {number(percentile, 0)} % of all days so far" if percentile is not None else "not placed yet"
    )
    active = "the cascade is active (three stages or more)" if is_active else "the cascade is not active"
    return (
        f"On {day(date)} the cascade index was {place}: light {light or 'none'}, {counted(lit, 'daily stage')} lit; "
        f"{active}. The index says how unusual a day is, and forecasts nothing."
    )


def stress_in_short(date: dt.date, percentile: float | None) -> str:
    """The newest day of the cascade index in one sentence for the first page."""
    if percentile is None:
        return f"Stress index of {day(date)}; it has no percentile yet."
    return f"On {day(date)} stress was higher than on {number(percentile, 0)} % of all days before."


def light_title(light: str | None, percentile: float | None, date: dt.date) -> str:
    """The message of the recent index: the light, and how unusual the newest day is."""
    place = f", higher than on {number(percentile, 0)} % of all days before" if percentile is not None else ""
    return f"The light was {light or 'off'} on {day(date)}{place}"


def stress_ends(newest_index: dt.date, newest_day: dt.date, coverage: float | None) -> str:
    """Why the newest trading days have no index; empty where they do."""
    if newest_index >= newest_day:
        return ""
    share = f"only {number(100 * coverage, 0)} % of the index's weight is there" if coverage is not None else "no stage"
    return (
        f"There is no index for the trading days from then to {day(newest_day)}: on the last of them {share}, and 60 % "
        "is needed. Series that were not published or not loaded in time are missing."
    )


def counted(count: int, thing: str) -> str:
    """1 holder, 2 holders, no holders."""
    return f"{count or 'no'} {thing}{'' if count == 1 or thing.endswith('series') else 's'}"


def cascade(asset: str, events: int, mean: float, usual: float | None, p: float | None, unit: str) -> str:
    """What an asset did in five days after joint days, compared with other falls of equities."""
    said = f"{asset}: {signed(mean)} {UNITS[unit]} on average over days 0 to 5 of {counted(events, 'event')}"
    if usual is None:
        return f"{said}."
    chance = "" if p is None else f"; chance alone makes such a gap in {per_cent(100 * p)} of draws"
    return f"{said}; {signed(usual)} {UNITS[unit]} after other falls of equities{chance}."


def verdicts(found: Sequence[str]) -> str:
    """How the claims fare, most frequent first."""
    counts = {verdict: found.count(verdict) for verdict in dict.fromkeys(found)}
    said = [f"{verdict} ({count})" for verdict, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return f"Verdicts on {counted(len(found), 'claim')}: {', '.join(said)}." if said else ""


def checks(ran: int, errors: int, warnings: int) -> str:
    """How the checks of the load fared; a warning did not pass, so that all three add up."""
    held = f"{counted(errors, 'error')} (rows or documents are held back), " if errors else ""
    return f"{ran - errors - warnings} of {ran} checks passed; {held}{counted(warnings, 'warning')}."


def verdict_of_many(verdict: str, count: int) -> str:
    """A verdict after a number of claims: 2 hold, 1 holds."""
    return verdict if count == 1 else re.sub(r"^holds", "hold", verdict.replace("does not", "do not"))


def typeset(text: str) -> str:
    """A sentence of a mart as the page writes sentences: minus signs, a capital, a full stop."""
    signs = re.sub(r"(?<![\w.])-(?=\d)", MINUS, text)
    return begin(signs) + ("" if signs.endswith(".") else ".") if signs else ""


_INDICATORS = {
    "net_foreign_sales_3m": "Sales by foreigners less purchases, 3 months",
    "volatility_slope": "Volatility of the slope from 2 to 10 years",
}


def indicator(name: str) -> str:
    """An indicator's name in words: `volatility_10y` is the volatility of the 10-year yield."""
    if name in _INDICATORS:
        return _INDICATORS[name]
    if name in ("vix", "ted_spread"):
        return name.partition("_")[0].upper() + name[3:].replace("_", " ")
    text = re.sub(r"^volatility_(\d+)y$", r"volatility of the \1-year yield", name)
    for letter, period in (("d", "days"), ("w", "weeks"), ("m", "months")):
        text = re.sub(rf"_(\d+){letter}$", rf", \1 {period}", text)
    return begin(text).replace("_", " ")


def holder(name: str, rank: int, level: float, share: float | None, newest: dt.date) -> str:
    """A holder in a sentence: level, rank, share.

    Args:
        name: of the country.
        rank: among all holders.
        level: billions of dollars.
        share: of all foreign holdings, per cent.
        newest: the month.
    """
    of_all = f", {per_cent(share)} of all foreign holdings" if share is not None else ""
    return f"{begin(named(name))} held {dollars(level)} at the end of {month(newest)}: rank {rank}{of_all}."


def freshness(series: int, stale: Sequence[str], newest: dt.date, days: int) -> str:
    """How many series are current, and which are not.

    Args:
        series: how many there are.
        stale: the names of those without a figure of the last `days` days.
        newest: the day from which these are counted back.
        days: how many.
    """
    if not stale:
        return f"All {series} series of FRED have a figure of the {days} days to {day(newest)}."
    has = "has" if len(stale) == 1 else "have"
    return (
        f"Of {counted(series, 'series')} of FRED {len(stale)} {has} no figure of the {days} days to {day(newest)}: "
        f"{listed(stale)}. Such a series has ended, or was not loaded since."
    )


def nowcast(row: Mapping[str, Any]) -> str:
    """What is expected of a month that no release has yet."""
    return (
        f"{month(row['target_month'])}, out in {counted(row['horizon_days'], 'day')} by the calendar: holdings of all "
        f"foreigners are expected at {dollars(row['holdings_q50_usd_bn'])}, with a probability of 80 % between "
        f"{dollars(row['holdings_q10_usd_bn'])} and {dollars(row['holdings_q90_usd_bn'])}."
    )


_BASES = {
    "live": "said before the release",
    "replayed": "replayed from files, so no evidence",
    "simulated": "of the simulation, so no evidence",
}


def nowcast_score(row: Mapping[str, Any]) -> str:
    """How good recorded nowcasts of the total were."""
    return (
        f"Record since {day(row['since'])} ({_BASES[row['basis']]}): {_how_good(row)} "
        f"in {counted(row['statements'], 'statement')} about {counted(row['months'], 'month')}."
    )


def nowcast_accuracy(row: Mapping[str, Any]) -> str:
    """How good the nowcasts of the back-test were."""
    return f"Back-test since 2012: {_how_good(row)} in {counted(row['months'], 'month')}."


def _how_good(row: Mapping[str, Any]) -> str:
    return (
        f"error {dollars(row['rmse_usd_bn'])} (no change: {dollars(row['rmse_no_change_usd_bn'])}), direction right in "
        f"{per_cent(row['sign_right_pct'], 0)}, inside the band in {per_cent(row['inside_pct'], 0)}"
    )


def known_as_of(as_of: dt.date | None, newest_retrieval: dt.date | None, vintages_from: dt.date | None = None) -> str:
    """As of when the whole page is known.

    Args:
        as_of: the day that the warehouse was built as of; None for everything known.
        newest_retrieval: the day of the newest document.
        vintages_from: the first day whose figures are held as published; before it they are rebuilt from later files.
    """
    if as_of is not None and vintages_from is not None and as_of < vintages_from:
        return f"as of {day(as_of)}, rebuilt from later files"
    if as_of is not None:
        return f"as known on {day(as_of)}"
    return f"all that was known on {day(newest_retrieval)}" if newest_retrieval else "with nothing retrieved yet"


def source_line(source: str, newest: str, knowledge: str, *, is_simulated: bool) -> str:
    """The line below each figure: whose numbers, up to when, as known when.

    Args:
        source: a key of `SOURCES`.
        newest: what the newest figure is about, such as `to April 2026`.
        knowledge: of `known_as_of`.
        is_simulated: the figures are made up.
    """
    simulated = "SIMULATED FIGURES in the form of: " if is_simulated else "Source: "
    return f"{simulated}{SOURCES[source]}. Figures {newest}; {knowledge}."
