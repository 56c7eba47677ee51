"""What sales of Treasuries would do to yields, by published estimates: a band, what months were like, and the words.

Belongs here: the arithmetic of a scenario, and its text. Does not belong here: the estimates and their scaling
(`marts.yield_impact`), and finding names (`names`).
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tidemark.errors import MissingTableError, ScenarioError

if TYPE_CHECKING:
    from tidemark.client import Day, Relation, Warehouse

FEWEST_MONTHS = 5
"""With fewer months of such moves, no level of a stage is typical."""
DISCLAIMER = "Arithmetic on published estimates, not a forecast."

DEBT = "MVMTD027MNFRBDAL"
_TEN_YEARS = "DGS10"
_STAGES = {"rates": "Rates", "collateral": "Collateral"}
_HORIZONS = {"first month": "in the first month", "long run": "in the long run"}

_PAST = """
with months as (
    select country_plain_name, month_end, holdings_usd_bn::double as holdings_usd_bn,
        {side} * net_sales_usd_bn::double as flow_usd_bn
    from held
)

select
    arg_max(country_plain_name, month_end), max(month_end), arg_max(holdings_usd_bn, month_end), count(flow_usd_bn),
    count(*) filter (flow_usd_bn >= {amount}), max(flow_usd_bn) filter (flow_usd_bn > 0),
    arg_max(month_end, flow_usd_bn) filter (flow_usd_bn > 0)
from months
"""
# Only months that are over: a month that goes on is no move of a month.
_MONTHS = """
with ends as (
    select last_day(date) as month_end, arg_max(value, date)::double as yield_pct from yields
    where value is not null
    group by all
)

select month_end, 100 * (yield_pct - lag(yield_pct) over (order by month_end)) as move_bp
from ends
qualify move_bp is not null and month_end <= (select max(date) + 3 from yields where value is not null)
order by month_end
"""
_LEVELS = """
select stage, last_day(date), 100 * arg_max(percentile, date)::double
from stages
where stage in ('rates', 'collateral') and percentile is not null and date <= coalesce({as_of}, date)
group by all
order by all
"""


@dataclass(frozen=True)
class Trade:
    """What one holder sells or buys, and what its past months were like.

    Attributes:
        holder: its plain name.
        sold_usd_bn: above zero if it sells, below if it buys.
        month_end: of the newest holdings.
        holdings_usd_bn: at the end of that month.
        months: with reported net purchases.
        months_as_large: of them, with net sales (for a buyer, net purchases) at least as large.
        largest_usd_bn: the largest net sales (or purchases) of a month; None if there never were any.
        largest_month_end: its month.
    """

    holder: str
    sold_usd_bn: float
    month_end: dt.date
    holdings_usd_bn: float
    months: int
    months_as_large: int
    largest_usd_bn: float | None
    largest_month_end: dt.date | None


@dataclass(frozen=True)
class Study:
    """A published estimate, applied to the scenario; basis points, above zero if yields rise."""

    study: str
    horizon: str
    maturity_years: int
    published: str
    debt_then: str
    low_bp: float
    high_bp: float


@dataclass(frozen=True)
class Moves:
    """Months in which the ten-year yield moved at least as far as one end of the band.

    Attributes:
        move_bp: the end of the band.
        months: of such a move.
        of_months: months compared.
        levels: stage -> median percentile (0 to 100) at the end of those months; None with too few of them.
    """

    move_bp: float
    months: int
    of_months: int
    levels: dict[str, float | None]


@dataclass(frozen=True)
class Scenario:
    """A scenario with everything that its text says.

    Attributes:
        trades: one per holder.
        debt_month_end: month of the debt that the estimates are scaled to.
        debt_usd_bn: market value of all marketable debt in that month.
        largest_pct_of_debt: the largest sales that a study is about, per cent of the debt of its time.
        studies: all of them.
        moves: of the lower and the upper end of the band of the first month; empty without yields.
        usual_levels: stage -> its median percentile (0 to 100) at the ends of all months.
        levels_now: stage -> its newest percentile.
        as_of: only what was known at the end of this day; None for all that is known.
        is_simulated: the warehouse is the sample.
    """

    trades: Sequence[Trade]
    debt_month_end: dt.date
    debt_usd_bn: float
    largest_pct_of_debt: float
    studies: Sequence[Study]
    moves: Sequence[Moves]
    usual_levels: dict[str, float | None]
    levels_now: dict[str, float | None]
    as_of: dt.date | None
    is_simulated: bool

    @property
    def sold_usd_bn(self) -> float:
        """Net sales of all holders together."""
        return sum(trade.sold_usd_bn for trade in self.trades)

    @property
    def pct_of_debt(self) -> float:
        """Net sales as a percentage of marketable debt."""
        return 100 * self.sold_usd_bn / self.debt_usd_bn

    def band(self, horizon: str) -> tuple[float, float] | None:
        """The lowest and the highest move of the yield that a study of this horizon gives, in basis points."""
        ends = [end for one in self.studies if one.horizon == horizon for end in (one.low_bp, one.high_bp)]
        return (min(ends), max(ends)) if ends else None

    def __str__(self) -> str:
        """The scenario in words."""
        return "\n".join(
            [*self._head(), "", *self._bands(), "", *self._past(), "", *self._stages(), "", *self._table()]
        )

    def _head(self) -> list[str]:
        sold = [trade for trade in self.trades if trade.sold_usd_bn > 0]
        bought = [trade for trade in self.trades if trade.sold_usd_bn < 0]
        parts = [f"{trade.holder} sold {_dollars(trade.sold_usd_bn)}" for trade in sold]
        parts += [f"{trade.holder} bought {_dollars(-trade.sold_usd_bn)}" for trade in bought]
        lines = [f"What if {_listed(parts)} of US Treasuries in a month?", DISCLAIMER]
        if self.is_simulated:
            lines.append("This warehouse is a simulation: its holdings, debt and past months are not real.")
        if self.as_of is not None:
            lines.append(
                f"With holdings, debt and yields as known on {self.as_of}; the studies are those the warehouse has now."
            )
        return lines

    def _bands(self) -> list[str]:
        if not self.sold_usd_bn:
            return ["Sales and purchases are equal: nothing is left to apply an estimate to."]
        word = "sales" if self.sold_usd_bn > 0 else "purchases"
        share = f"{abs(self.pct_of_debt):.2f} % of marketable debt"
        debt = f"{_dollars(self.debt_usd_bn)} at the end of {_month(self.debt_month_end)}"
        lines = [
            f"Net {word} of {_dollars(abs(self.sold_usd_bn))} are {share} ({debt}).",
            "What the studies say of yields of five and ten years:",
        ]
        for horizon, words in _HORIZONS.items():
            band = self.band(horizon)
            if band is not None:
                lines.append(f"  {words:<20}{_signed(band[0])} to {_signed(band[1])} basis points")
        if abs(self.pct_of_debt) > self.largest_pct_of_debt:
            lines.append(
                f"No study is about more than {self.largest_pct_of_debt:.1f} % of the debt in a month: the band is "
                "stretched beyond what was seen."
            )
        return lines

    def _past(self) -> list[str]:
        return ["Past months", *(f"  {line}" for trade in self.trades for line in _past(trade))]

    def _stages(self) -> list[str]:
        lines = ["The stress stages"]
        if not self.moves:
            return [*lines, "  Nothing to compare with: the scenario nets to zero, or the warehouse has no yields."]
        for one in self.moves:
            way = "rose" if one.move_bp > 0 else "fell"
            share = 100 * one.months / one.of_months
            levels = [f"{_STAGES[stage]} {level:.0f}" for stage, level in one.levels.items() if level is not None]
            then = f"median level then: {', '.join(levels)}" if levels else "too few to say which level is typical"
            lines.append(
                f"  The ten-year yield {way} by {abs(one.move_bp):.0f} bp or more in {one.months} of {one.of_months} "
                f"months ({share:.0f} %); {then}."
            )
        usual = [f"{_STAGES[stage]} {level:.0f}" for stage, level in self.usual_levels.items() if level is not None]
        now = [f"{_STAGES[stage]} {level:.0f}" for stage, level in self.levels_now.items() if level is not None]
        if usual and now:
            lines.append(f"  Median of all months: {', '.join(usual)}. Now: {', '.join(now)}.")
        if usual:
            lines.append(
                "  Levels are percentiles (0 to 100) at the ends of months. Yields moved for all reasons in them."
            )
        else:
            lines.append("  This warehouse has no stress index.")
        return lines

    def _table(self) -> list[str]:
        rows = [("Study", "Years", "Horizon", "As published", "Debt then", "Here, bp")]
        for one in self.studies:
            ends = dict.fromkeys((_signed(one.low_bp), _signed(one.high_bp)))
            row = (one.study, str(one.maturity_years), one.horizon, one.published, one.debt_then, " to ".join(ends))
            rows.append(row)
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return [
            *lines,
            "Scaled: a sale of the same share of marketable debt is taken to move yields as much as it did then. Most",
            "studies are about foreign officials. Sources and limits: select * from marts.yield_impact.",
        ]


def scenario(warehouse: Warehouse, sell: Mapping[str, float], buy: Mapping[str, float], as_of: Day | None) -> Scenario:
    """Put a scenario together: see `Warehouse.whatif`."""
    trades = _trades(warehouse, sell, buy, as_of)
    debt = warehouse.observations(DEBT, as_of).query(
        "debt", "select last_day(max(date)), arg_max(value, date)::double from debt where value is not null"
    )
    month_end, debt_usd_bn = debt.fetchall()[0]
    if debt_usd_bn is None:
        raise ScenarioError(
            f"The estimates cannot be scaled: the warehouse has no figure of marketable debt{_known(as_of)}. Load "
            f"FRED's series {DEBT}; a load without TIDEMARK_SOURCE fetches it."
        )
    sold_usd_bn = sum(trade.sold_usd_bn for trade in trades)
    studies, largest = _studies(warehouse.impact(), 100 * sold_usd_bn / debt_usd_bn)
    day = dt.date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    unweighed = Scenario(
        trades,
        month_end,
        debt_usd_bn,
        largest,
        studies,
        (),
        {},
        {},
        day,
        is_simulated=bool(warehouse.info().project("is_simulated").fetchall()[0][0]),
    )
    moves, usual, now = _weighed(warehouse, unweighed.band("first month"), as_of)
    return replace(unweighed, moves=moves, usual_levels=usual, levels_now=now)


def _trades(
    warehouse: Warehouse, sell: Mapping[str, float], buy: Mapping[str, float], as_of: Day | None
) -> list[Trade]:
    if not sell and not buy:
        raise ScenarioError("Nothing is sold or bought. Name a holder and billions of dollars, such as China=100.")
    found: dict[str, Trade] = {}
    for sign, amounts in ((1, sell), (-1, buy)):
        for name, amount in amounts.items():
            if not math.isfinite(amount) or amount <= 0:
                raise ScenarioError(f"{name}: {amount} is not an amount. Expected billions of dollars, above zero.")
            code = warehouse.country_code(name)
            if code in found:
                raise ScenarioError(f"{name}: {found[code].holder} is in the scenario twice. Give one net amount.")
            found[code] = _trade(name, warehouse.holdings(code, as_of=as_of), sign, amount, as_of)
    groups = {code for (code,) in warehouse.countries().filter("is_aggregate").project("country_code").fetchall()}
    for code in groups & set(found):
        if len(found) > 1:
            raise ScenarioError(
                f"{found[code].holder} is a group, and contains other holders. Name it alone, or only single holders."
            )
    return list(found.values())


def _trade(name: str, held: Relation, sign: int, amount: float, as_of: Day | None) -> Trade:
    holder, month_end, holdings, months, as_large, largest, largest_month_end = held.query(
        "held", _PAST.format(side=-sign, amount=amount)
    ).fetchall()[0]
    if month_end is None:
        raise ScenarioError(f"{name}: the warehouse has no holdings of it{_known(as_of)}.")
    if sign > 0 and amount > holdings:
        raise ScenarioError(
            f"{name}={amount:g}: {holder} held {_dollars(holdings)} at the end of {_month(month_end)}. "
            "It cannot sell more."
        )
    return Trade(holder, sign * amount, month_end, holdings, months, as_large, largest, largest_month_end)


def _studies(impact: Relation, pct_of_debt: float) -> tuple[list[Study], float]:
    """Every study applied to sales of this share of the debt, and the largest sales that one is about."""
    columns = (
        "study, horizon, maturity_years, as_published, debt_then_month_end, debt_then_usd_bn::double, amount::double, "
        "low_bp_per_pct_of_debt::double, high_bp_per_pct_of_debt::double"
    )
    found, largest = [], 0.0
    for row in impact.order("horizon, study").project(columns).fetchall():
        study, horizon, years, published, then, debt_then, amount, low_per_pct, high_per_pct = row
        if debt_then is not None:
            largest = max(largest, 100 * amount / debt_then)
        debt = f"${debt_then:,.0f} bn, {then:%B %Y}" if debt_then is not None else "not needed"
        ends = sorted((pct_of_debt * low_per_pct, pct_of_debt * high_per_pct))
        found.append(Study(study, horizon, years, published, debt, *ends))
    return found, largest


def _weighed(
    warehouse: Warehouse, band: tuple[float, float] | None, as_of: Day | None
) -> tuple[list[Moves], dict[str, float | None], dict[str, float | None]]:
    """The months with moves as large as the band's ends, and the levels of the stages then, usually and now."""
    levels: dict[str, dict[dt.date, float]] = {stage: {} for stage in _STAGES}
    day = f"date '{as_of}'" if as_of else "null"
    try:
        stages = warehouse.stages().query("stages", _LEVELS.format(as_of=day))
    except MissingTableError:
        pass
    else:
        for stage, month_end, level in stages.fetchall():
            levels[stage][month_end] = level
    usual = {stage: _median(list(of_stage.values())) for stage, of_stage in levels.items()}
    now = {stage: of_stage[max(of_stage)] if of_stage else None for stage, of_stage in levels.items()}
    months = warehouse.observations(_TEN_YEARS, as_of).query("yields", _MONTHS).fetchall()
    moves = []
    for end in sorted(band or (), key=abs):
        if months and end:
            sign = math.copysign(1, end)
            such = [month_end for month_end, move in months if sign * move >= abs(end)]
            then = {
                stage: _median([of_stage[month] for month in such if month in of_stage])
                for stage, of_stage in levels.items()
            }
            moves.append(Moves(end, len(such), len(months), then))
    return moves, usual, now


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if len(values) >= FEWEST_MONTHS else None


def _past(trade: Trade) -> list[str]:
    amount, sells = abs(trade.sold_usd_bn), trade.sold_usd_bn > 0
    flow = "net sales" if sells else "net purchases"
    holds = f"{trade.holder} held {_dollars(trade.holdings_usd_bn)} at the end of {_month(trade.month_end)}"
    if sells and trade.holdings_usd_bn:
        holds += f"; the sale is {100 * amount / trade.holdings_usd_bn:.0f} % of that"
    if not trade.months:
        return [f"{holds}.", "Its net purchases are not reported."]
    if trade.largest_usd_bn is None or trade.largest_month_end is None:
        return [f"{holds}.", f"It had no month of {flow} among {trade.months} reported ones."]
    share = 100 * trade.months_as_large / trade.months
    as_large = f"{trade.months_as_large} of {trade.months} reported months were as large ({share:.1f} %)."
    if not trade.months_as_large:
        as_large = f"No month of the {trade.months} reported ones was as large."
    largest = f"Its largest month of {flow}: {_dollars(trade.largest_usd_bn)} in {_month(trade.largest_month_end)}."
    return [f"{holds}.", f"{largest} {as_large}"]


def _known(as_of: Day | None) -> str:
    return f" as known on {as_of}" if as_of else ""


def _dollars(value: float) -> str:
    return f"${value:,.1f} bn"


def _signed(value: float) -> str:
    text = f"{abs(value):.0f}" if abs(value) >= 10 else f"{abs(value):.1f}"
    sign = "" if float(text) == 0 else "+" if value > 0 else "-"
    return sign + text


def _month(day: dt.date) -> str:
    return f"{day:%B %Y}"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
