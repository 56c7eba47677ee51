"""The sections about markets: the stress index, and the cascade.

Belongs here: which figures, tables and sentences stand where, and what is said where nothing is known. Does not belong
here: queries (`figures.py`), the wording of sentences (`words.py`), marks (`charts.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Block, Chart, Section, Sources, Table, Tile, numeric, text
from orchestration.brief.figures import Rows
from orchestration.brief.words import month, number, per_cent, signed


def stress(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The stress index: the newest day, its stages, episodes and benchmarks."""
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
    blocks: list[Block] = [
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
            f"{_peak(recent(found['stress']))} The newest value is {number(now['cascade_linear'], 2)} (cascade) and "
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


def recent(stress: Rows) -> Rows:
    """The rows of the last two years."""
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
                text(month(row["month_end"])),
                *(numeric(number(row[stage], 2)) for stage in words.STAGES),
                numeric(number(row["cascade"], 2)),
                numeric(number(row["highest_day"], 2)),
                numeric(str(row["days_amber"])),
                numeric(str(row["days_red"])),
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
                text(words.indicator(row["indicator"])),
                text(words.STAGES[row["stage"]]),
                numeric(f"{number(row['value'], 2)} {row['unit']}"),
                numeric(number(row["percentile"], 0)),
                text(words.day(row["observation_date"])),
            ]
            for row in rows
        ],
        source,
        is_folded=True,
    )


def _episodes(rows: Rows, source: str) -> Chart:
    missed = [row for row in rows if row["verdict"] == "missed"]
    lit = [row for row in rows if row["verdict"] == "lit as it must"]
    silent = len(rows) - len(missed) - len(lit)
    says = (
        f"Of {len(rows)} episodes {len(lit)} lit every stage that they had to light, and {len(missed)} missed one "
        f"or more: {words.listed([row['title'] for row in missed]) or 'none'}."
        + (f" Of {words.counted(silent, 'episode')} there are no data." if silent else "")
    )
    table = Table(
        "Which stages had to light, and which did",
        ("Episode", "From", "To", "Had to light", "Lit", "Missed", "Peak, cascade percentile", "Verdict"),
        [
            [
                text(row["title"]),
                text(words.day(row["starts_on"])),
                text(words.day(row["ends_on"])),
                *(text(_stages_in(row[column])) for column in ("must_light", "stages_lit", "stages_missed")),
                numeric(number(row["peak_cascade_percentile"], 0)),
                text(row["verdict"], {"lit as it must": "good", "missed": "bad"}.get(row["verdict"], "")),
            ]
            for row in rows
        ],
    )
    return Chart("episode_stages", "Episodes: which stages lit", says, source, table)


def _stages_in(text: str | None) -> str:
    stages = [words.STAGES[stage].lower() for stage in (text or "").split(";") if stage]
    return ", ".join(stages) or "\N{EN DASH}"


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
                text(row["benchmark"]),
                text(names[row["index_id"]]),
                numeric("\N{EN DASH}" if row["level_correlation"] is None else number(row["level_correlation"], 2)),
                numeric("\N{EN DASH}" if row["change_correlation"] is None else number(row["change_correlation"], 2)),
                numeric(number(row["auc_systemic"], 2)),
                numeric(f"{row['systemic_hits']} of {row['systemic_episodes']}"),
                numeric("\N{EN DASH}" if row["median_delay_days"] is None else number(row["median_delay_days"], 0)),
                numeric(per_cent(row["quiet_days_flagged_pct"])),
            ]
            for row in rows
        ],
        source,
    )


def cascade(found: Mapping[str, Rows], sources: Sources) -> Section:
    """What markets did after days on which yields jumped and equities fell, beside other falls of equities."""
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
        (
            f"On {events['events']} days from {words.day(events['first_date'])} to {words.day(events['last_date'])} "
            "the ten-year yield rose by a sigma and more while the S&P 500 fell by one and more. They are held against "
            "days on which equities fell by a sigma and more and yields did not jump. "
            f"Asked in {tries['tested']} ways (threshold, distance, period) about bitcoin, {tries['with_sign']} "
            f"answers have the sign that the thesis expects, and {tries['below_5_pct']} have a p below 0.05."
        ),
    ]
    if order:
        lead.append(
            f"Order of reaction: tau {number(order[0]['kendall_tau'], 2)}, 95 % interval "
            f"{number(order[0]['kendall_tau_low'], 2)} to {number(order[0]['kendall_tau_high'], 2)}"
            + (": an interval that holds zero, so no fixed order." if order[0]["kendall_tau_low"] <= 0 else ".")
        )
    blocks: list[Block] = [
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
                "Mean abnormal move after such days and after other falls of equities, per cent; shaded: the middle "
                "half of such days. " + _bitcoin_on_day_5(on_day_5),
                source,
            )
        )
    return Section("cascade", title, lead, (), blocks, source)


def _bitcoin_on_day_5(rows: Rows) -> str:
    told = [row for row in rows if row["asset"] == "btc"]
    return "".join(
        f"By day 5 its abnormal move was down after {per_cent(100 * row['share_expected_sign'], 0)} of them, up after "
        "the others."
        for row in told
    )


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
                text(words.ASSETS[row["asset"]] + ("" if row["is_evidence"] else " (chosen by)")),
                numeric(str(row["n_events"])),
                numeric(f"{signed(row['mean_move'])} {words.UNITS[row['unit']]}"),
                numeric(f"{signed(row['control_mean_move'])} {words.UNITS[row['unit']]}"),
                numeric(p(row["matched_p"])),
                numeric(p(row["placebo_p"])),
                numeric(p(row["q_value"])),
                numeric(per_cent(100 * row["share_expected_sign"], 0)),
                numeric(number(days[row["asset"]]) if row["asset"] in days else "\N{EN DASH}"),
            ]
            for row in rows
        ],
    )


def episode_stages(rows: Rows) -> Rows:
    """A row for each episode and stage that lit or should have."""
    found: Rows = []
    for row in rows:
        must, lit = ((row[column] or "").split(";") for column in ("must_light", "stages_lit"))
        for stage, name in words.STAGES.items():
            if row["verdict"] != "no data" and (stage in must or stage in lit):
                state = "missed" if stage not in lit else "lit, as it must" if stage in must else "lit, too"
                found.append({"title": row["title"], "name": name, "state": state})
    return found
