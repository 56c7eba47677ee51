"""The acceptance list: measurements of a warehouse, required values, and their comparison.

Belongs here: queries on marts, thresholds, and the numbers measured when the index was written. Does not belong here:
building a warehouse (`rebuild.py`) or the page (`page.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.campaigns.stress.rebuild import Rebuilt

LARGEST_DROP = 0.03
"""A correlation or an area under the curve that falls by more than this fails, even above its threshold."""
NOT_GIVEN = "the OFR's file was not given"
WITHOUT_THE_CRISIS = "1994 on without the financial crisis"
QUIET_TIMES = (
    ("2004-01-01", "2006-12-31"),
    ("2012-10-01", "2013-04-30"),
    ("2017-01-01", "2017-12-31"),
    ("2019-02-01", "2019-07-31"),
    ("2021-09-01", "2021-11-30"),
    ("2024-01-01", "2024-03-31"),
    ("2025-06-01", "2025-09-30"),
    ("2016-11-01", "2016-12-31"),
    ("2026-07-01", "2026-08-31"),
)
"""Times without stress, two of them with rising yields: no composite may reach the 85th percentile."""
STAGES_OF_CORE = ("rates", "funding", "credit", "equities")
CRYPTO_CASES = (20, 21, 23, 28, 29)
CRYPTO_ALONE = (20, 28, 29)


@dataclass(frozen=True)
class Bound:
    """A number and its allowed range.

    Attributes:
        label: what the number is.
        measured: the number; None where it cannot be measured.
        at_least: lower end, included.
        at_most: upper end, included.
        stored: what was measured when the index was written; only for numbers that must not fall.
    """

    label: str
    measured: float | None
    at_least: float | None = None
    at_most: float | None = None
    stored: float | None = None

    @property
    def holds(self) -> bool:
        """It is in its range and has not fallen since it was stored."""
        if self.measured is None or math.isnan(self.measured):
            return False
        return (
            (self.at_least is None or self.measured >= self.at_least)
            and (self.at_most is None or self.measured <= self.at_most)
            and (self.stored is None or self.measured >= self.stored - LARGEST_DROP)
        )

    @property
    def asked(self) -> str:
        """The range in words."""
        lower = "" if self.at_least is None else f"≥ {self.at_least:g}"
        upper = "" if self.at_most is None else f"≤ {self.at_most:g}"
        return " and ".join(part for part in (lower, upper) if part)


@dataclass(frozen=True)
class Test:
    """One line of the list.

    Attributes:
        number: `A1` to `A24`.
        says: what is claimed.
        bounds: the numbers; none where what it takes is not in the archive.
        note: why nothing was measured, or what to know of it.
    """

    __test__ = False

    number: str
    says: str
    bounds: tuple[Bound, ...]
    note: str = ""

    @property
    def verdict(self) -> str:
        """`holds`, `missed`, `not measured`, or `reported` where nothing is required."""
        if not self.bounds:
            return "not measured"
        if not any(bound.asked for bound in self.bounds):
            return "reported"
        return "holds" if all(bound.holds for bound in self.bounds) else "missed"


def _one(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()) -> float | None:
    row = connection.execute(query, parameters).fetchone()
    return None if row is None or row[0] is None else float(row[0])


def _agreement(
    connection: duckdb.DuckDBPyConnection, index_id: str, benchmark: str, column: str, period: str = "1994 on"
) -> float | None:
    query = f"select {column} from marts.stress_benchmarks where (index_id, benchmark, period) = (?, ?, ?)"
    return _one(connection, query, (index_id, benchmark, period))


def _pair(
    connection: duckdb.DuckDBPyConnection,
    index_id: str,
    benchmark: str,
    asked: tuple[float, float],
    stored: tuple[float, float],
    period: str = "1994 on",
) -> tuple[Bound, ...]:
    columns = (("level", "level_correlation"), ("change", "change_correlation"))
    return tuple(
        Bound(label, _agreement(connection, index_id, benchmark, column, period), at_least, stored=known)
        for (label, column), at_least, known in zip(columns, asked, stored, strict=True)
    )


def _without(connection: duckdb.DuckDBPyConnection, stage: str) -> float | None:
    """Correlation with STLFSI4 of the mean of the three other stages of the core, by month since 1994."""
    return _one(
        connection,
        """
        with ours as (
            select last_day(date) as month_end, avg(score) as value
            from (
                select date, avg(score) as score from marts.stress_stage_daily
                where core_contribution is not null and stage <> ? group by date
            )
            where date >= date '1994-01-01'
            group by all
        ),
        theirs as (
            select last_day(date) as month_end, avg(value) as value
            from marts.fct_observations where series_id = 'STLFSI4' group by all
        )
        select corr(ours.value, theirs.value) from ours inner join theirs using (month_end)
        """,
        (stage,),
    )


def _of_alarms(connection: duckdb.DuckDBPyConnection, index_id: str, column: str) -> float | None:
    # The VIX has a value on every day since 1990: with it, all days are compared.
    return _agreement(connection, index_id, "VIXCLS", column)


def _largest_sum_error(connection: duckdb.DuckDBPyConnection) -> float | None:
    return _one(
        connection,
        """
        with sums as (
            select
                date,
                sum(core_contribution) as core_linear,
                sum(core_systemic_contribution) as core_systemic,
                sum(cascade_contribution) as cascade_linear,
                sum(cascade_systemic_contribution) as cascade_systemic
            from marts.stress_stage_daily group by date
        ),
        parts as (
            select date, sum(core_contribution) as core_linear, sum(cascade_contribution) as cascade_linear
            from marts.stress_indicator_daily group by date
        )
        select max(greatest(
            coalesce(abs(sums.core_linear - daily.core_linear), 0),
            coalesce(abs(sums.core_systemic - daily.core_systemic), 0),
            coalesce(abs(sums.cascade_linear - daily.cascade_linear), 0),
            coalesce(abs(sums.cascade_systemic - daily.cascade_systemic), 0),
            coalesce(abs(parts.core_linear - daily.core_linear), 0),
            coalesce(abs(parts.cascade_linear - daily.cascade_linear), 0)
        ))
        from marts.liquidity_stress_daily as daily
        inner join sums using (date)
        inner join parts using (date)
        """,
    )


def _largest_difference(connection: duckdb.DuckDBPyConnection, other: Path) -> float | None:
    """Of any index on any day that the other warehouse has; infinite where one has a value and the other none."""
    connection.execute(f"attach '{other}' as other (read_only)")
    try:
        columns = ("core_linear", "core_systemic", "cascade_linear", "cascade_systemic", "core_linear_percentile")
        gaps = ", ".join(
            f"case when (ours.{name} is null) <> (theirs.{name} is null) then 'infinity'::double "
            f"else coalesce(abs(ours.{name} - theirs.{name}), 0) end"
            for name in columns
        )
        return _one(
            connection,
            f"""
            select max(greatest({gaps}))
            from other.marts.liquidity_stress_daily as theirs
            left join marts.liquidity_stress_daily as ours using (date)
            """,
        )
    finally:
        connection.execute("detach other")


def accept(warehouse: Path, cuts: Iterable[Rebuilt], again: Rebuilt) -> list[Test]:
    """Measure the whole list.

    Args:
        warehouse: a published file, built from the publishers' files.
        cuts: the same, built as of earlier days.
        again: the same, built once more, with the OFR's index if it was given.

    Returns:
        A1 to A20, in order, the quiet times, and A21 to A24.
    """
    with (
        duckdb.connect(str(warehouse), read_only=True) as connection,
        duckdb.connect(str(again.path), read_only=True) as ofr,
    ):
        return [*_measure(connection, list(cuts), again, ofr), *_against_ofr(ofr), _chance(connection)]


def _test_of_ofr(number: str, says: str, bounds: tuple[Bound, ...]) -> Test:
    is_measured = any(bound.measured is not None for bound in bounds)
    return Test(number, says, bounds if is_measured else (), "" if is_measured else NOT_GIVEN)


def _against_ofr(ofr: duckdb.DuckDBPyConnection) -> list[Test]:
    """Our core and the OFR's index on the weeks that both have, and our stages next to its categories."""
    areas = {
        (index_id, period): _agreement(ofr, index_id, "OFR_FSI", "auc_all", period)
        for index_id in ("core_linear", "benchmark")
        for period in ("2019 on", "1994 to 2018")
    }

    def ahead(period: str) -> float | None:
        ours, theirs = areas["core_linear", period], areas["benchmark", period]
        return None if ours is None or theirs is None else ours - theirs

    return [
        _test_of_ofr(
            "A21",
            "core linear separates weeks of all three classes from quiet ones, better than the OFR FSI in both periods",
            (
                Bound("since 2019", areas["core_linear", "2019 on"], 0.963, stored=0.967),
                Bound("ahead by", ahead("2019 on"), 0.0001),
                Bound("2000 to 2018", areas["core_linear", "1994 to 2018"], 0.93, stored=0.944),
                Bound("ahead by", ahead("1994 to 2018"), 0.0001),
            ),
        ),
        _test_of_ofr(
            "A22",
            "credit agrees with the OFR's credit, by month",
            (
                Bound("2000 to 2018", _with_category(ofr, "credit", "2000-01-01", "2018-12-31"), 0.83, stored=0.88),
                Bound(
                    "July 2009 to 2018", _with_category(ofr, "credit", "2009-07-01", "2018-12-31"), 0.67, stored=0.78
                ),
                Bound(
                    "since February 2022", _with_category(ofr, "credit", "2022-02-01", "9999-12-31"), 0.5, stored=0.56
                ),
            ),
        ),
        _test_of_ofr(
            "A23",
            "funding and the OFR's funding, by month; nothing is required, because it fails outside the crisis",
            (
                Bound("2000 to 2018", _with_category(ofr, "funding", "2000-01-01", "2018-12-31")),
                Bound("July 2009 to 2018", _with_category(ofr, "funding", "2009-07-01", "2018-12-31")),
                Bound("since February 2022", _with_category(ofr, "funding", "2022-02-01", "9999-12-31")),
            ),
        ),
    ]


def _with_category(ofr: duckdb.DuckDBPyConnection, stage: str, first: str, last: str) -> float | None:
    """Correlation of the monthly means of a stage's score and of the OFR's category of the same name."""
    return _one(
        ofr,
        """
        with ours as (
            select last_day(date) as month_end, avg(score) as value
            from marts.stress_stage_daily where stage = ? group by all
        ),
        theirs as (
            select last_day(date) as month_end, avg(value) as value
            from marts.fct_observations where series_id = ? group by all
        )
        select corr(ours.value, theirs.value) from ours inner join theirs using (month_end)
        where month_end between ?::date and ?::date
        """,
        (stage, f"OFR_FSI_{stage.upper()}", first, last),
    )


def _chance(connection: duckdb.DuckDBPyConnection) -> Test:
    return Test(
        "A24",
        "episodes light every stage that they must, far more often than quiet windows of the same length",
        (
            Bound(
                "episodes",
                _one(connection, "select count(*) from marts.stress_episodes where verdict = 'lit as it must'"),
                22,
            ),
            Bound("by chance", _one(connection, "select sum(chance_lit) from marts.stress_episodes"), None, 3.5),
        ),
    )


def _measure(
    connection: duckdb.DuckDBPyConnection, cuts: list[Rebuilt], again: Rebuilt, ofr: duckdb.DuckDBPyConnection
) -> list[Test]:
    core, systemic, cascade, itself = "core_linear", "core_systemic", "cascade_linear", "benchmark"
    auc = {
        (index_id, benchmark, kind): _agreement(connection, index_id, benchmark, f"auc_{kind}")
        for index_id in (core, cascade, itself)
        for benchmark in ("STLFSI4", "VIXCLS")
        for kind in ("systemic", "rates", "all")
    }

    def difference(ours: float | None, theirs: float | None) -> float | None:
        return None if ours is None or theirs is None else ours - theirs

    def beats(benchmark: str) -> float | None:
        return difference(auc[core, benchmark, "systemic"], auc[itself, benchmark, "systemic"])

    rates = auc[cascade, "STLFSI4", "rates"]
    scores = connection.execute(
        "select avg(score) from marts.stress_indicator_daily group by indicator order by 1"
    ).fetchall()
    crypto = {
        int(episode): (float(peak), "crypto" in str(lit).split(";"), float(rise))
        for episode, peak, lit, rise in connection.execute(
            "select episode, peak_core, stages_lit, core_rise from marts.stress_episodes "
            "where list_contains(?, episode)",
            [list(CRYPTO_CASES)],
        ).fetchall()
    }
    quiet = [
        _one(
            connection,
            "select max(greatest(core_linear_percentile, cascade_linear_percentile)) "
            "from marts.liquidity_stress_daily where date between ? and ?",
            span,
        )
        for span in QUIET_TIMES
    ]
    return [
        Test(
            "A1",
            "core systemic agrees with STLFSI4, by month since 1994",
            _pair(connection, systemic, "STLFSI4", (0.88, 0.80), (0.92, 0.88)),
        ),
        Test(
            "A2",
            "core linear agrees with STLFSI4, by month since 1994",
            _pair(connection, core, "STLFSI4", (0.85, 0.78), (0.89, 0.83)),
        ),
        _test_of_ofr(
            "A3",
            "core linear agrees with the OFR FSI since 2000",
            _pair(ofr, core, "OFR_FSI", (0.88, 0.80), (0.935, 0.852)),
        ),
        Test(
            "A4",
            "core systemic agrees with NFCI and ANFCI in levels (KCFSI is not in the archive)",
            (
                Bound("NFCI", _agreement(connection, systemic, "NFCI", "level_correlation"), 0.78, stored=0.83),
                Bound("ANFCI", _agreement(connection, systemic, "ANFCI", "level_correlation"), 0.75, stored=0.82),
            ),
        ),
        Test(
            "A5",
            "core linear agrees with STLFSI4 without July 2007 to June 2009",
            (
                Bound(
                    "level",
                    _agreement(connection, core, "STLFSI4", "level_correlation", WITHOUT_THE_CRISIS),
                    0.75,
                    stored=0.82,
                ),
            ),
        ),
        Test(
            "A6",
            "core linear agrees with STLFSI4 since 2019",
            _pair(connection, core, "STLFSI4", (0.75, 0.85), (0.83, 0.90), "2019 on"),
        ),
        Test(
            "A7",
            "core linear separates weeks of systemic episodes from quiet ones, better than STLFSI4 and the VIX",
            (
                Bound("area under the curve", auc[core, "STLFSI4", "systemic"], 0.97, stored=0.98),
                Bound("ahead of STLFSI4 by", beats("STLFSI4"), 0.0001),
                Bound("ahead of the VIX by", beats("VIXCLS"), 0.0001),
            ),
        ),
        Test(
            "A8",
            "cascade separates weeks of all three classes from quiet ones",
            (Bound("area under the curve", auc[cascade, "STLFSI4", "all"], 0.90, stored=0.91),),
        ),
        Test(
            "A9",
            "cascade separates weeks of rates episodes from quiet ones",
            (
                Bound("area under the curve", rates, 0.77, stored=0.77),
                Bound("ahead of STLFSI4 by", difference(rates, auc[itself, "STLFSI4", "rates"]), 0.12),
            ),
        ),
        Test(
            "A10",
            "cascade reaches the 90th percentile in systemic episodes since 1994 (11 of them)",
            (Bound("hits", _of_alarms(connection, cascade, "systemic_hits"), 10),),
        ),
        Test(
            "A11",
            "quiet days are rarely flagged, per cent of them",
            (
                Bound("cascade", _of_alarms(connection, cascade, "quiet_days_flagged_pct"), None, 3.5),
                Bound("core", _of_alarms(connection, core, "quiet_days_flagged_pct"), None, 4.5),
            ),
        ),
        Test(
            "A12",
            "cascade has few false spells of three quiet days and more",
            (
                Bound("since 1994", _of_alarms(connection, cascade, "false_spells"), None, 7),
                Bound("since 2001", _of_alarms(connection, cascade, "false_spells_since_2001"), None, 1),
            ),
        ),
        Test(
            "A13",
            "cascade is quick, median of trading days",
            (Bound("delay", _of_alarms(connection, cascade, "median_delay_days"), None, 3),),
        ),
        Test(
            "A14",
            "no look-ahead: built as of earlier days, the past is the same",
            tuple(Bound(f"as of {cut.as_of}", _largest_difference(connection, cut.path), None, 1e-9) for cut in cuts),
        ),
        Test(
            "A15",
            "contributions of stages and of indicators add up to the index",
            (Bound("largest error", _largest_sum_error(connection), None, 1e-9),),
        ),
        Test(
            "A16",
            "two builds are equal",
            (Bound("largest difference", _largest_difference(connection, again.path), None, 0),),
        ),
        Test(
            "A17",
            "the mean score of each indicator over its life is near 1",
            (Bound("lowest", float(scores[0][0]), 0.5), Bound("highest", float(scores[-1][0]), None, 1.4)),
        ),
        Test(
            "A18",
            "no stage carries the core alone: without it, agreement with STLFSI4",
            tuple(Bound(f"without {stage}", _without(connection, stage), 0.80) for stage in STAGES_OF_CORE),
        ),
        Test(
            "A19",
            "market, stress and cascade marts are built in seconds, 36 years by day",
            (Bound("seconds", again.seconds, None, 10),),
        ),
        Test(
            "A20",
            "crypto alone leaves the core calm, and lights its own stage",
            (
                *(
                    Bound(f"core percentile, episode {number}", crypto[number][0], None, 0.90)
                    for number in CRYPTO_ALONE
                ),
                Bound("crypto lit, of 5 cases", sum(crypto[number][1] for number in CRYPTO_CASES), 4),
                Bound("largest rise of the core", max(crypto[number][2] for number in (20, 23, 28, 29)), None, 0.81),
            ),
        ),
        Test(
            "quiet",
            "times without stress stay below the 85th percentile, two of them with rising yields",
            (
                Bound(
                    "highest percentile", max((value for value in quiet if value is not None), default=None), None, 0.85
                ),
            ),
        ),
    ]
