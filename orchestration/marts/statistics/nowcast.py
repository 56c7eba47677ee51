"""Nowcast of the next TIC releases: what a holder's holdings will be, from what was known on a day.

Belongs here: the method, and its replay over past releases. Does not belong here: reading the models and writing the
tables (`nowcast_tables`), and how good it is (`docs/measured/nowcast.md`, written from `marts.nowcast_accuracy`).

The change of holdings in a month is the sum of two parts, each in per cent of the holdings before it:

    prices   minus duration x change of the curve's mean yield x share of notes and bonds
    flows    mean of 24 months + the usual deviation of this calendar month + response to yields and Fed custody

A month is replayed with the vintages that were known on its day, so the errors of the past are errors of forecasts that
could have been made. The band of a forecast comes from those errors and from the yields that the days ahead may bring.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

ALL, OFFICIAL, PRIVATE = "99996", "99990", "99991"
GROUPS = (ALL, OFFICIAL, PRIVATE)
LARGEST = 10
"""Holders that are nowcast: the groups, and this many countries by their holdings in the newest month."""
CUSTODY_HOLDERS = frozenset({ALL, OFFICIAL})
"""Custody at the Fed is foreign officials'; only theirs and the total are regressed on it."""

FIRST_MONTH = 2009 * 12
"""January 2009. Older flows come from surveys that re-based the holdings each June."""
MEAN_MONTHS = 24
FIT_MONTHS = 84
SEASON_YEARS = 10
SEASON_SHRINKAGE = 8
"""The deviation of a calendar month counts like its sum over n years divided by n + 8."""
RIDGE = 0.1
CLIP = 2.5
"""Flows further from the median than this many robust deviations count as being that far."""
FEWEST_MONTHS = 18
DURATION_YEARS = 4.2
"""Of notes and bonds to the mean of four yields, until 24 reported valuations are known."""
FEWEST_VALUATIONS = 24
LEAST_FIT = 0.6
"""R2 from which a holder's own duration counts; as in `int_holder_durations`."""
LONG_TERM_SHARE = 0.85
"""Where the maturity of holdings is not known."""

BAND_ERRORS = 60
FEWEST_ERRORS = 12
LOW, HIGH = 0.1, 0.9
NORMAL_90 = 1.2816
TRADING_DAYS_A_MONTH = 21
VOLATILITY_DAYS = 250
TARGETS = 2
REPLAY_EVERY_DAYS = 14
USUAL_LAG_DAYS = 47
"""From the end of a month to its release, where the calendar has none."""

METHOD = "duration x yields + mean flow of 24 months + season + yields"
METHOD_WITH_CUSTODY = f"{METHOD} + Fed custody"


@dataclass(frozen=True)
class Daily:
    """A series by day, with the moment from which each value was known.

    Attributes:
        days: in order, as days since 1970.
        figures: of those days.
        known: of each value, as nanoseconds since 1970; no day is known before an earlier one.
    """

    days: npt.NDArray[np.int64]
    figures: Floats
    known: npt.NDArray[np.int64]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Daily:
        """From `date`, `value` and `known_at`."""
        ordered = frame.sort_values("date")
        known = ordered["known_at"].to_numpy("datetime64[ns]").astype(np.int64)
        return cls(
            ordered["date"].to_numpy("datetime64[D]").astype(np.int64),
            ordered["value"].to_numpy(dtype=float),
            np.maximum.accumulate(known) if len(known) else known,
        )

    def known_before(self, moment: int) -> int:
        """How many values were known before a moment."""
        return int(np.searchsorted(self.known, moment, side="left"))

    def ends(self, first: int, count: int, moment: int) -> Floats:
        """The last value on or before the end of each month, as known before a moment; NaN before the first.

        Args:
            first: number of the first month.
            count: how many months.
            moment: nothing that became known at it or later is used.
        """
        ends = _month_ends(first, count)
        places = np.minimum(np.searchsorted(self.days, ends, side="right"), self.known_before(moment)) - 1
        return np.where(places >= 0, self.figures[places], np.nan) if len(self.figures) else np.full(count, np.nan)


@dataclass
class Known:
    """The holdings as known at one moment; advanced in time by `Vintages`.

    Attributes:
        level, long_term, valuation: (holders, months), billions of dollars; NaN where unknown.
        is_break: the month was re-based: no change is computed into it.
        is_observed: the value was seen in a document of its time, not in a later file.
    """

    level: Floats
    long_term: Floats
    valuation: Floats
    is_break: npt.NDArray[np.bool_]
    is_observed: npt.NDArray[np.bool_]

    def newest(self) -> int:
        """The column of the newest month of all foreigners."""
        return int(np.flatnonzero(~np.isnan(self.level[0])).max())


@dataclass
class Vintages:
    """All published values, in the order in which they became known.

    Args:
        frame: country_code, month_end, instrument (`total`, `long_term`), known_at, holdings_usd_bn,
            valuation_change_usd_bn, is_break, vintage_basis.
    """

    frame: pd.DataFrame
    codes: list[str] = field(init=False)
    first: int = field(init=False)
    count: int = field(init=False)

    def __post_init__(self) -> None:
        ordered = self.frame.sort_values("known_at", kind="stable")
        codes = [code for code in GROUPS if code != PRIVATE]
        self.codes = [*codes, PRIVATE, *sorted(set(ordered["country_code"]) - set(GROUPS))]
        months = _months(ordered["month_end"])
        self.first = int(months.min())
        self.count = int(months.max()) - self.first + 1 + TARGETS
        rows = {code: row for row, code in enumerate(self.codes)}
        self._row = ordered["country_code"].map(rows).to_numpy(dtype=int)
        self._month = months - self.first
        self._is_total = (ordered["instrument"] == "total").to_numpy()
        self._holdings = ordered["holdings_usd_bn"].to_numpy(dtype=float)
        self._valuation = ordered["valuation_change_usd_bn"].to_numpy(dtype=float)
        self._break = ordered["is_break"].to_numpy(dtype=bool)
        self._observed = (ordered["vintage_basis"] == "observed").to_numpy()
        self._known = ordered["known_at"].to_numpy("datetime64[ns]").astype(np.int64)

    def releases(self) -> list[tuple[dt.date, int]]:
        """The days on which a month of all foreigners became known, oldest first, and the newest month by then."""
        is_all = (self._row == 0) & self._is_total & ~np.isnan(self._holdings)
        firsts: dict[int, int] = {}
        for month, known in zip(self._month[is_all], self._known[is_all], strict=True):
            firsts.setdefault(int(month), int(known))
        by_day: dict[dt.date, int] = {}
        for month, known in firsts.items():
            day = _day(known)
            by_day[day] = max(by_day.get(day, month), month)
        newest, found = -1, []
        for day in sorted(by_day):
            if by_day[day] > newest:
                newest = by_day[day]
                found.append((day, newest))
        return found

    def replay(self, days: list[dt.date]) -> Iterator[Known]:
        """What was known at the end of each day. The arrays are changed in place from one day to the next.

        Args:
            days: in order.
        """
        shape = (len(self.codes), self.count)
        known = Known(*(np.full(shape, np.nan) for _ in range(3)), *(np.zeros(shape, dtype=bool) for _ in range(2)))
        done = 0
        for day in days:
            until = int(np.searchsorted(self._known, _end_of(day), side="left"))
            self._apply(known, slice(done, until))
            done = until
            yield known

    def newest_known(self, moment: int) -> int:
        """When the newest value before a moment became known."""
        place = int(np.searchsorted(self._known, moment, side="left"))
        return int(self._known[place - 1]) if place else 0

    def _apply(self, known: Known, part: slice) -> None:
        """Let the later of two values of a figure count: NumPy assigns in order."""
        total = self._is_total[part]
        places = self._row[part][total], self._month[part][total]
        known.level[places] = self._holdings[part][total]
        known.is_break[places] = self._break[part][total]
        known.is_observed[places] = self._observed[part][total]
        places = self._row[part][~total], self._month[part][~total]
        known.long_term[places] = self._holdings[part][~total]
        known.valuation[places] = self._valuation[part][~total]
        # TIC has a line of private holders only since 2020: before, they are all foreigners less officials.
        derived = np.isnan(known.level[2])
        known.level[2, derived] = (known.level[0] - known.level[1])[derived]
        known.long_term[2, derived] = (known.long_term[0] - known.long_term[1])[derived]
        known.is_break[2] |= known.is_break[0]
        known.is_observed[2, derived] = (known.is_observed[0] & known.is_observed[1])[derived]


@dataclass(frozen=True)
class Fit:
    """What was learned about one holder from the months known at a moment.

    Attributes:
        mean: of flows, per cent of holdings a month.
        season: deviation by calendar month, January first.
        response: to the change of the mean yield (percentage points) and of custody (per cent of holdings).
        centre: means of these two in the months of the fit.
        duration: of notes and bonds, years.
        share: of notes and bonds in the newest holdings.
        base: the newest holdings.
        mean_change: of the last 12 months, billions of dollars.
        has_custody: custody was known.
    """

    mean: float
    season: Floats
    response: Floats
    centre: Floats
    duration: float
    share: float
    base: float
    mean_change: float
    has_custody: bool

    @property
    def sensitivity(self) -> float:
        """Change of holdings, per cent, for a percentage point of yield."""
        return float(-self.duration * self.share + self.response[0])

    def month(self, calendar_month: int, yield_change: float, custody_change: float) -> tuple[float, float]:
        """The parts of a month's change, per cent of the holdings before it: flows and prices.

        Args:
            calendar_month: 0 is January.
            yield_change: percentage points.
            custody_change: per cent of holdings.
        """
        moves = np.array([yield_change, custody_change]) - self.centre
        flows = self.mean + self.season[calendar_month] + float(self.response @ moves)
        return flows, -self.duration * self.share * yield_change


@dataclass(frozen=True)
class Forecast:
    """One holder, one month.

    Attributes:
        steps: months since the newest known one.
        level: expected holdings at the end of the month.
        flows, prices: the parts of the month's expected change, billions of dollars.
        open_deviation: standard deviation that the yields of the days ahead may add, billions of dollars.
    """

    steps: int
    level: float
    flows: float
    prices: float
    open_deviation: float


@dataclass(frozen=True)
class Inputs:
    """Everything that the nowcast reads.

    Attributes:
        vintages: of holdings.
        yields: mean of the yields of 2, 5, 10 and 30 years, per cent.
        custody: Treasuries in custody at the Fed for foreign officials, billions of dollars; may be empty.
        release_days: data month -> the day of its release.
    """

    vintages: Vintages
    yields: Daily
    custody: Daily
    release_days: Mapping[int, dt.date]

    def release_day(self, month: int) -> dt.date:
        """The day of a release: the calendar's, or the usual one."""
        usual = _month_end(month) + dt.timedelta(days=USUAL_LAG_DAYS)
        return self.release_days.get(month, usual)


def learn(known: Known, row: int, newest: int, yields: Floats, custody: Floats, first: int) -> Fit | None:
    """Fit one holder; None if it has too few months, or no figure in the newest one.

    Args:
        known: the holdings.
        row: of the holder.
        newest: column of the newest month.
        yields: at the end of each month, as known.
        custody: the same.
        first: number of the first column's month.
    """
    level = known.level[row, : newest + 1]
    if not level[newest] > 0:
        return None
    share = _filled(known.long_term[row, : newest + 1] / np.where(level > 0, level, np.nan))
    yield_changes = np.diff(yields[: newest + 1])
    duration = _duration(known, row, newest, yield_changes)
    changes = np.diff(level)
    changes[known.is_break[row, 1 : newest + 1]] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        pct = 100 * changes / level[:-1]
        custody_changes = 100 * np.diff(custody[: newest + 1]) / level[:-1]
    residual = pct + duration * share[:-1] * yield_changes
    months = first + 1 + np.arange(newest)
    used = ~np.isnan(residual) & (months >= FIRST_MONTH)
    if used.sum() < FEWEST_MONTHS:
        return None
    flows, months = residual[used], months[used]
    recent = flows[-FIT_MONTHS:]
    median = np.median(recent)
    deviation = 1.4826 * float(np.median(np.abs(recent - median)))
    flows = np.clip(flows, median - CLIP * deviation, median + CLIP * deviation)
    detrended = flows - _trailing_means(flows, 36)
    season = np.zeros(12)
    for calendar_month in range(12):
        same = detrended[months % 12 == calendar_month][-SEASON_YEARS:]
        season[calendar_month] = same.sum() / (len(same) + SEASON_SHRINKAGE)
    unexplained = (detrended - season[months % 12])[-FIT_MONTHS:]
    moves = np.column_stack([yield_changes[used], custody_changes[used]])[-FIT_MONTHS:]
    response, centre = _ridge(unexplained, moves)
    last_changes = changes[-12:]
    return Fit(
        mean=float(flows[-MEAN_MONTHS:].mean()),
        season=season,
        response=response,
        centre=centre,
        duration=duration,
        share=float(share[-1]),
        base=float(level[newest]),
        mean_change=float(np.nanmean(last_changes)) if np.isfinite(last_changes).any() else 0.0,
        has_custody=bool(response[1]),
    )


def forecast(
    fit: Fit, first_month: int, steps: int, yields: Floats, custody: Floats, daily_deviation: float, open_days: float
) -> Forecast:
    """Extend the newest holdings by some months.

    Args:
        fit: of the holder.
        first_month: number of the newest known month.
        steps: how many months ahead.
        yields: at the end of the newest known month and of each month ahead, as known: a month that is not over has
            the latest value.
        custody: the same.
        daily_deviation: standard deviation of the mean yield's change a day, percentage points.
        open_days: trading days of the months ahead whose yields are not known.
    """
    level, flows, prices = fit.base, 0.0, 0.0
    for step in range(1, steps + 1):
        custody_change = 100 * (custody[step] - custody[step - 1]) / fit.base
        flow_pct, price_pct = fit.month(
            (first_month + step) % 12,
            float(yields[step] - yields[step - 1]),
            float(custody_change) if np.isfinite(custody_change) else float(fit.centre[1]),
        )
        flows, prices = level * flow_pct / 100, level * price_pct / 100
        level += flows + prices
    deviation = abs(fit.sensitivity) / 100 * fit.base * daily_deviation * float(np.sqrt(max(open_days, 0)))
    return Forecast(steps, level, flows, prices, deviation)


class Replay:
    """Every release of the past with the forecasts that could have been made until the next one.

    Args:
        inputs: what the nowcast reads.
        made_on: nothing that became known after this day is used.
    """

    def __init__(self, inputs: Inputs, made_on: dt.date) -> None:
        self._inputs = inputs
        self._made_on = made_on
        vintages = inputs.vintages
        self._first = vintages.first
        self._releases = [(day, month) for day, month in vintages.releases() if day <= made_on]
        self._errors: dict[tuple[str, int], list[float]] = defaultdict(list)
        self._bands: dict[tuple[str, int], tuple[float, float] | None] = {}
        self._waiting: dict[int, list[tuple[int, int, float, float]]] = defaultdict(list)
        self._open: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.rows: list[dict[str, Any]] = []
        self.nowcast: list[dict[str, Any]] = []

    def run(self, first_day: dt.date) -> Replay:
        """Replay all releases, and make the nowcast of the day `made_on`.

        Args:
            first_day: `rows` has the forecasts from this day on whose month is known now.
        """
        if not self._releases:
            return self
        days = [day for day, _ in self._releases]
        columns = [month for _, month in self._releases]
        known_then = self._inputs.vintages.replay([*days, self._made_on])
        for place, (day, newest) in enumerate(self._releases):
            known = next(known_then)
            self._close(known, newest)
            fits = self._learn(known, newest, day)
            self._calibrate(fits, newest)
            until = days[place + 1] if place + 1 < len(days) else self._made_on + dt.timedelta(days=1)
            if day >= first_day:
                made = day
                while made < until:
                    self._say(known, fits, newest, made, range(1, TARGETS + 1), is_replay=True)
                    made += dt.timedelta(days=REPLAY_EVERY_DAYS)
        known, newest = next(known_then), columns[-1]
        fits = self._learn(known, newest, self._made_on)
        self._say(known, fits, newest, self._made_on, self._open_steps(newest), is_replay=False)
        return self

    def _open_steps(self, newest: int) -> list[int]:
        """The first months whose release is still ahead, as steps from the newest known one."""
        step, found = 1, list[int]()
        while len(found) < TARGETS:
            if self._inputs.release_day(self._first + newest + step) > self._made_on:
                found.append(step)
            step += 1
        return found

    def _learn(self, known: Known, newest: int, day: dt.date) -> dict[int, Fit]:
        moment = _end_of(day)
        yields = self._inputs.yields.ends(self._first, newest + 1, moment)
        custody = self._inputs.custody.ends(self._first, newest + 1, moment)
        nothing = np.full(newest + 1, np.nan)
        fits = {}
        for row in self._holders(known, newest):
            has_custody = self._inputs.vintages.codes[row] in CUSTODY_HOLDERS
            fit = learn(known, row, newest, yields, custody if has_custody else nothing, self._first)
            if fit is not None:
                fits[row] = fit
        return fits

    def _holders(self, known: Known, newest: int) -> list[int]:
        """The rows of the groups, and of the largest countries in the newest month."""
        countries = known.level[len(GROUPS) :, newest]
        order = np.argsort(-np.nan_to_num(countries), kind="stable")[:LARGEST]
        return [*range(len(GROUPS)), *(len(GROUPS) + int(row) for row in order if countries[row] > 0)]

    def _calibrate(self, fits: Mapping[int, Fit], newest: int) -> None:
        """Forecast the next months with the yields that they had: the errors are those of flows and durations.

        Those yields were known before the month was, and an error enters a band only when its month is known.
        """
        end = _end_of(self._made_on)
        yields = self._inputs.yields.ends(self._first + newest, TARGETS + 1, end)
        custody = self._inputs.custody.ends(self._first + newest, TARGETS + 1, end)
        for row, fit in fits.items():
            for step in range(1, TARGETS + 1):
                made = forecast(fit, self._first + newest, step, yields, custody, 0.0, 0.0)
                self._waiting[newest + step].append((row, newest, made.level, fit.base))

    def _close(self, known: Known, newest: int) -> None:
        """Compare what was said about the months that are known now for the first time."""
        self._bands.clear()
        for month in [month for month in self._waiting if month <= newest]:
            for row, base_month, level, base in self._waiting.pop(month):
                if self._is_comparable(known, row, base_month, month):
                    code = self._inputs.vintages.codes[row]
                    self._errors[code, month - base_month].append(100 * (known.level[row, month] - level) / base)
        for month in [month for month in self._open if month <= newest]:
            for said in self._open.pop(month):
                row, base_month = said.pop("row"), said.pop("base_month")
                if self._is_comparable(known, row, base_month, month):
                    was_seen = bool(known.is_observed[row, month]) and said.pop("is_base_observed")
                    said.pop("is_base_observed", None)
                    basis = "observed" if was_seen else "reconstructed"
                    self.rows.append(
                        {**said, "published_usd_bn": float(known.level[row, month]), "vintage_basis": basis}
                    )

    @staticmethod
    def _is_comparable(known: Known, row: int, base_month: int, month: int) -> bool:
        """Whether the holder has the month, and was not re-based since the base."""
        has_break = bool(known.is_break[row, base_month + 1 : month + 1].any())
        return bool(known.level[row, month] > 0) and not has_break

    def _band(self, code: str, steps: int) -> tuple[float, float] | None:
        """The quantiles of past errors, per cent of the holdings before; None if there are too few."""
        if (code, steps) not in self._bands:
            errors = np.sort(self._errors[code, min(steps, TARGETS)][-BAND_ERRORS:])
            band = None
            if len(errors) >= FEWEST_ERRORS:
                # A new error is below the k-th of n with a probability of k in n + 1.
                places = np.array([LOW, HIGH]) * (len(errors) + 1) - 1
                low, high = np.interp(places, np.arange(len(errors)), errors) * np.sqrt(max(steps, TARGETS) / TARGETS)
                band = min(float(low), 0.0), max(float(high), 0.0)
            self._bands[code, steps] = band
        return self._bands[code, steps]

    def _say(
        self, known: Known, fits: Mapping[int, Fit], newest: int, made_on: dt.date, steps: Any, *, is_replay: bool
    ) -> None:
        """Make the forecasts of a day."""
        inputs, moment = self._inputs, _end_of(made_on)
        furthest = max(steps)
        yields = inputs.yields.ends(self._first + newest, furthest + 1, moment)
        if np.isnan(yields).any():
            return
        custody = inputs.custody.ends(self._first + newest, furthest + 1, moment)
        place = inputs.yields.known_before(moment)
        daily = np.diff(inputs.yields.figures[max(0, place - VOLATILITY_DAYS) : place])
        daily_deviation = float(daily.std()) if len(daily) > 1 else 0.0
        last_day = dt.date(1970, 1, 1) + dt.timedelta(days=int(inputs.yields.days[place - 1]))
        for step in steps:
            month = self._first + newest + step
            released_on = inputs.release_day(month)
            if released_on <= made_on:
                continue
            open_days = max((_month_end(month) - last_day).days, 0) * TRADING_DAYS_A_MONTH / 30.4
            for row, fit in fits.items():
                code = inputs.vintages.codes[row]
                band = self._band(code, step)
                if band is None:
                    continue
                made = forecast(fit, self._first + newest, step, yields, custody, daily_deviation, open_days)
                ahead = NORMAL_90 * made.open_deviation
                low, high = (float(np.hypot(edge * fit.base / 100, ahead)) for edge in band)
                said = {
                    "target_month": _month_end(month),
                    "country_code": code,
                    "made_on": made_on,
                    "horizon_days": (released_on - made_on).days,
                    "steps": step,
                    "last_month_end": _month_end(self._first + newest),
                    "last_holdings_usd_bn": fit.base,
                    "holdings_q10_usd_bn": max(made.level - low, 0.0),
                    "holdings_q50_usd_bn": made.level,
                    "holdings_q90_usd_bn": made.level + high,
                    "net_purchases_usd_bn": made.flows,
                    "valuation_change_usd_bn": made.prices,
                }
                if is_replay:
                    said |= {
                        "mean_12m_usd_bn": fit.base + step * fit.mean_change,
                        "row": row,
                        "base_month": newest,
                        "is_base_observed": bool(known.is_observed[row, newest]),
                    }
                    self._open[newest + step].append(said)
                else:
                    said |= {
                        "method": METHOD_WITH_CUSTODY if fit.has_custody else METHOD,
                        "inputs_known_at": self._inputs_known_at(moment, place),
                    }
                    self.nowcast.append(said)

    def _inputs_known_at(self, moment: int, place: int) -> dt.datetime:
        """When the newest of the inputs became known."""
        holdings = self._inputs.vintages.newest_known(moment)
        return pd.Timestamp(max(holdings, int(self._inputs.yields.known[place - 1]))).to_pydatetime()


def _duration(known: Known, row: int, newest: int, yield_changes: Floats) -> float:
    """Years, from the reported valuations: the holder's own, or that of all foreigners, or the usual one."""
    for holder in dict.fromkeys((row, 0)):
        before = known.long_term[holder, :newest]
        with np.errstate(divide="ignore", invalid="ignore"):
            reported = 100 * known.valuation[holder, 1 : newest + 1] / before
        used = np.isfinite(reported) & np.isfinite(yield_changes)
        if used.sum() < FEWEST_VALUATIONS:
            continue
        x, y = -yield_changes[used], reported[used]
        x, y = x - x.mean(), y - y.mean()
        if x @ x > 0 and y @ y > 0 and (x @ y) ** 2 / ((x @ x) * (y @ y)) >= LEAST_FIT:
            return float(x @ y / (x @ x))
    return DURATION_YEARS


def _ridge(y: Floats, moves: Floats) -> tuple[Floats, Floats]:
    """The response to each move, shrunk towards zero, and the moves' means; zero for a move that is not known."""
    response, centre = np.zeros(moves.shape[1]), np.zeros(moves.shape[1])
    usable = [place for place in range(moves.shape[1]) if np.isfinite(moves[:, place]).sum() >= FEWEST_MONTHS]
    rows = np.isfinite(moves[:, usable]).all(axis=1)
    if not usable or rows.sum() < FEWEST_MONTHS:
        return response, centre
    x = moves[rows][:, usable]
    mean, deviation = x.mean(axis=0), x.std(axis=0, ddof=1)
    kept = [place for place, one in enumerate(deviation) if one > 0]
    scaled = np.clip((x[:, kept] - mean[kept]) / deviation[kept], -3, 3)
    target = y[rows] - y[rows].mean()
    gram = scaled.T @ scaled + RIDGE * len(scaled) * np.eye(len(kept))
    fitted = np.linalg.solve(gram, scaled.T @ target) / deviation[kept]
    for place, value in zip(kept, fitted, strict=True):
        response[usable[place]] = value
        centre[usable[place]] = mean[place]
    return response, centre


def _trailing_means(values: Floats, window: int) -> Floats:
    """The mean of up to `window` values until each one; of the first twelve for those."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(1, len(values) + 1)
    starts = np.maximum(places - window, 0)
    means = (sums[places] - sums[starts]) / (places - starts)
    means[: min(12, len(values))] = values[:12].mean()
    return np.asarray(means, dtype=float)


def _filled(share: Floats) -> Floats:
    """Each month's share of notes and bonds; where it is not known, the nearest one before, or else after."""
    known = np.flatnonzero(np.isfinite(share))
    if not len(known):
        return np.full(len(share), LONG_TERM_SHARE)
    before = np.maximum(np.searchsorted(known, np.arange(len(share)), side="right") - 1, 0)
    return np.asarray(np.clip(share[known[before]], 0, 1), dtype=float)


def _months(days: pd.Series) -> npt.NDArray[np.int64]:
    """Numbers of months: years times twelve, January plus 0."""
    moments = pd.to_datetime(days)
    return np.asarray(moments.dt.year * 12 + moments.dt.month - 1, dtype=np.int64)


def month_number(day: dt.date) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


def _month_end(month: int) -> dt.date:
    return dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)


def _month_ends(first: int, count: int) -> npt.NDArray[np.int64]:
    months = np.arange(1, count + 1).astype("timedelta64[M]")
    nexts = np.datetime64(f"{first // 12:04d}-{first % 12 + 1:02d}", "M") + months
    return np.asarray(nexts.astype("datetime64[D]").astype(np.int64) - 1, dtype=np.int64)


def _end_of(day: dt.date) -> int:
    """The end of a day, UTC, in nanoseconds since 1970."""
    return int(np.datetime64(day + dt.timedelta(days=1), "ns").astype(np.int64))


def _day(known: int) -> dt.date:
    return pd.Timestamp(known).date()
