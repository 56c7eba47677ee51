"""The page of stress, `stress.html`: the index, its stages, known episodes, official indexes, and the cascade.

Belongs here: charts, sentences and tables of this page. Does not belong here: queries (`figures.py`), the wording of
single sentences (`words.py`), marks (`charts.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Block, Chart, Page, Section, Sources, Table, Tile, numeric, text
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import month, number, per_cent, signed

WITHIN_A_RUN = dt.timedelta(days=15)
"""A longer pause between two values of the index is a gap, and no line is drawn across."""


def stress(found: Mapping[str, Rows], sources: Sources) -> Page:
    """Put the page together."""
    days = _runs(found["stress"])
    recent = _recent(days) if days else []
    return Page(
        "stress",
        "What tightens",
        "A stress index of seven stages from foreign demand to crypto: today, known episodes, official indexes.",
        [_index(found, sources), _cascade(found, sources)],
        data={
            "stress": days,
            "stress_recent": recent,
            "stress_ends": _index_ends(days),
            "stress_recent_ends": _index_ends(recent),
            "benchmark_ends": line_ends(found["benchmark_months"], "month_end", "sigmas"),
            "episodes": _labelled([row for row in found["episodes"] if days and row["ends_on"] >= days[0]["date"]]),
            "lights": [{"month_start": row["month_end"].replace(day=1), **_of_stage(row)} for row in found["lights"]],
            "stage_spans": [
                {**_of_stage(row), "last": row["date"], "first": row["first_date"]} for row in found["stages_now"]
            ],
            "episode_stages": episode_stages(found["episodes"]),
            "stages_now": [_of_stage(row) for row in found["stages_now"]],
            "benchmark_months": found["benchmark_months"],
            "cascade_day_5": [_of_market(row) for row in found["cascade_day_5"]],
            "cascade_bitcoin_ends": _bitcoin_ends(found["cascade_bitcoin"]),
            "cascade_bitcoin": [{"kind": words.EVENTS[row["event_type"]], **row} for row in found["cascade_bitcoin"]],
        },
        is_drawn_in_browser=True,
    )


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


NAMED_EPISODES, APART = 9, dt.timedelta(days=500)
"""How many episodes have their name in the chart, and how far apart they are at least."""


def _labelled(episodes: Rows) -> Rows:
    """The episodes, those with the highest peaks with a `label`."""
    chosen: Rows = []
    for row in sorted(episodes, key=lambda row: -(row["peak_cascade_percentile"] or 0)):
        is_apart = all(abs(row["starts_on"] - other["starts_on"]) >= APART for other in chosen)
        if is_apart and len(chosen) < NAMED_EPISODES:
            chosen.append(row)
    return [{**row, "label": row["title"] if row in chosen else None} for row in episodes]


def line_ends(rows: Rows, x: str, y: str) -> Rows:
    """Names at the ends of lines, moved apart so that they do not overlap.

    Args:
        rows: long, with `name`, and the columns `x` and `y`.
        x: a day, or a number.
        y: a number.
    """
    known = [row for row in rows if row[y] is not None]
    if not known:
        return []
    least = (max(row[y] for row in known) - min(row[y] for row in known)) / 16
    last = {row["name"]: row for row in sorted(known, key=lambda row: row[x])}
    at = max(row[x] for row in last.values())
    ends: Rows = []
    for row in sorted(last.values(), key=lambda row: row[y]):
        lowest = ends[-1]["y"] + least if ends else row[y]
        ends.append({"name": row["name"], x: at, "y": max(row[y], lowest)})
    return ends


def _index_ends(days: Rows) -> Rows:
    rows = [
        {"name": name, "date": row["date"], "value": row[column]}
        for row in days
        for name, column in (("Cascade", "cascade"), ("Core", "core"))
    ]
    return line_ends(rows, "date", "value")


def _bitcoin_ends(rows: Rows) -> Rows:
    """Short names: the legend has the whole ones."""
    named = [{**row, "name": words.EVENTS_IN_SHORT[row["event_type"]]} for row in rows]
    kinds = {name: kind for kind, name in words.EVENTS_IN_SHORT.items()}
    return [{**end, "event_type": kinds[end["name"]]} for end in line_ends(named, "horizon_days", "mean_pct")]


def _of_stage(row: Row) -> Row:
    return {"name": words.STAGES[row["stage"]], **row}


def _of_market(row: Row) -> Row:
    return {"name": words.ASSETS[row["asset"]], "kind": words.EVENTS[row["event_type"]], **row}


def _index(found: Mapping[str, Rows], sources: Sources) -> Section:
    """The stress index: the newest day, its stages, episodes and benchmarks."""
    title = "The stress index"
    if not found["stress_now"]:
        why = (
            "There is no stress index on this day: it needs three fifths of the weight of its stages, and no day so "
            "far has that. Single stages are in marts.stress_stage_daily."
        )
        return Section("index", title, [why])
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
            _peak(found["stress"]),
            f"Index, 1 on an average day; {month(first)} to {words.day(now['date'])}",
            f"Core (rates, funding, credit, equities) and cascade (all seven stages). Shaded: {len(found['episodes'])} "
            "known episodes. The highest day of each week; in the last two years every day.",
            source,
        ),
        Chart(
            "stress_recent",
            words.light_title(now["light"], now["cascade_percentile"], now["date"]),
            "Index, 1 on an average day; the last two years, day by day",
            f"{_peak(_recent(found['stress']))}. The newest value is {number(now['cascade_linear'], 2)} (cascade) and "
            f"{number(now['core_linear'], 2)} (core).",
            source,
        ),
        Chart(
            "lights",
            _lit_often(found["lights"]),
            "Months in which a stage was amber or red on one day or more",
            "Each cell has the month's worst light; the line shows how far back the stage goes.",
            source,
        ),
        Chart(
            "contributions",
            _largest_contribution(found["stages_now"]),
            f"Contributions to the cascade index of {words.day(now['date'])}, index points",
            "Bar: the contribution of each stage on the day; tick: its mean over the twelve months before."
            + _without_value(found["stages_now"]),
            source,
            _contributions_table(found["contributions"]),
        ),
        _indicators(found["indicators_now"], source),
        _episodes(found["episodes"], source),
    ]
    if found["benchmark_months"]:
        newest = max(row["month_end"] for row in found["benchmark_months"])
        benchmark_source = sources.line("benchmarks", f"to {month(newest)}")
        blocks.append(_benchmark_chart(found["benchmark_months"], found["benchmarks"], benchmark_source))
    if found["benchmarks"]:
        newest_known = max(row["known_on"] for row in found["benchmarks"])
        blocks.append(
            _benchmarks(found["benchmarks"], sources.line("benchmarks", f"known by {words.day(newest_known)}"))
        )
    return Section("index", title, [text for text in lead if text], tiles, blocks, source)


def _recent(stress: Rows) -> Rows:
    """The rows of the last two years."""
    newest = stress[-1]["date"]
    return [row for row in stress if row["date"] > newest - dt.timedelta(days=730)]


def _peak(rows: Rows) -> str:
    known = [row for row in rows if row["cascade"] is not None]
    if not known:
        return "The cascade index has no values"
    highest = max(known, key=lambda row: row["cascade"])
    return f"The cascade index was highest around {words.day(highest['date'])}: {number(highest['cascade'], 2)}"


def _lit_often(lights: Rows) -> str:
    if not lights:
        return "No stage was ever lit"
    months = {stage: sum(row["stage"] == stage for row in lights) for stage in words.STAGES}
    most = max(months, key=lambda stage: months[stage])
    return f"{words.STAGES[most]} was lit most often: in {words.counted(months[most], 'month')}"


def _largest_contribution(stages: Rows) -> str:
    known = [row for row in stages if row["contribution"] is not None]
    if not known:
        return "No stage has a value on this day"
    largest = max(known, key=lambda row: row["contribution"])
    return f"{words.STAGES[largest['stage']]} contributes most: {number(largest['contribution'], 2)}"


def _without_value(stages: Rows) -> str:
    missing = [words.STAGES[row["stage"]].lower() for row in stages if row["contribution"] is None]
    return f" Without a value on the day: {words.listed(missing)}." if missing else ""


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
    by_chance = sum(row["chance_lit"] or 0 for row in rows)
    says = (
        f"Of {len(rows)} episodes {len(lit)} lit every stage that they should, and {len(missed)} missed one or "
        f"more: {words.listed([row['title'] for row in missed]) or 'none'}. Quiet times of the same length would "
        f"light {number(by_chance)}." + (f" Of {words.counted(silent, 'episode')} there are no data." if silent else "")
    )
    table = Table(
        "Which stages should have lit, and which did",
        ("Episode", "From", "To", "Should light", "Lit", "Missed", "Peak, cascade percentile", "Verdict"),
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
    title = f"{len(lit)} of {words.counted(len(lit) + len(missed), 'episode')} lit every stage that they should"
    return Chart("episode_stages", title, "Stages that lit in each known episode", says, source, table)


def _stages_in(text: str | None) -> str:
    stages = [words.STAGES[stage].lower() for stage in (text or "").split(";") if stage]
    return ", ".join(stages) or "\N{EN DASH}"


def _benchmark_chart(rows: Rows, benchmarks: Rows, source: str) -> Chart:
    levels = [
        f"{number(row['level_correlation'], 2)} with {row['benchmark']}"
        for row in benchmarks
        if row["index_id"] == "core_linear" and row["level_correlation"] is not None
    ]
    title = f"Correlation of the core index: {words.listed(levels)}" if levels else "The index and official indexes"
    names = list(dict.fromkeys(row["name"] for row in rows))
    return Chart(
        "benchmark_months",
        title,
        "Monthly means, each in standard deviations from its own mean",
        f"{words.listed(names)} from 1994 on. Their units differ, so each is scaled by its own history.",
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
            "Systemic weeks separated from quiet ones (0.5 is chance)",
            "Weeks of all classes",
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
                numeric(number(row["auc_all"], 2)),
                numeric(f"{row['systemic_hits']} of {row['systemic_episodes']}"),
                numeric("\N{EN DASH}" if row["median_delay_days"] is None else number(row["median_delay_days"], 0)),
                numeric(per_cent(row["quiet_days_flagged_pct"])),
            ]
            for row in rows
        ],
        source,
    )


def _cascade(found: Mapping[str, Rows], sources: Sources) -> Section:
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
    tries = [row for row in found["cascade_specifications"] if row["is_tested"]]
    lead = [
        (
            f"On {events['events']} days from {words.day(events['first_date'])} to {words.day(events['last_date'])} "
            "the ten-year yield rose by a sigma and more while the S&P 500 fell by one and more. They are "
            "compared with days on which equities fell by a sigma and more and yields did not jump. "
            f"Tested in {len(tries)} ways (threshold, distance, period, horizon) for bitcoin, "
            f"{sum(row['has_expected_sign'] for row in tries)} answers have the sign that the thesis expects. "
            "Their p is below 0.05 in "
            + words.listed([_below_5_pct(tries, horizon) for horizon in (1, 5, 10, 20)])
            + "."
        ),
    ]
    if order and order[0]["order_p"] is not None:
        chance = per_cent(100 * order[0]["order_p"], 0)
        lead.append(
            f"Order of reaction: tau {number(order[0]['kendall_tau'], 2)}; histories in which the assets are shifted "
            f"at random have {number(order[0]['kendall_tau_by_chance'], 2)} on average, and {chance} of them as much. "
            + ("That is beyond chance." if order[0]["is_order_beyond_chance"] else "There is no evidence of an order.")
        )
    blocks: list[Block] = [
        Chart(
            "cascade_day_5",
            _bitcoin_title(on_day_5),
            "Mean abnormal move from the close before the event to day 5, in standard deviations",
            "Dot: mean; bar: the middle half of the events. "
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
                "Bitcoin after such days and after other falls of equities",
                "Mean abnormal move, per cent, up to twenty trading days later",
                "Shaded: the middle half of such days. " + _bitcoin_on_day_5(on_day_5),
                source,
            )
        )
    blocks.append(_horizons(found["cascade"], source))
    if found["cascade_specifications"]:
        blocks.append(_specifications(found["cascade_specifications"], source))
    return Section("cascade", title, lead, (), blocks, source)


def _below_5_pct(tries: Rows, horizon: int) -> str:
    of_horizon = [row for row in tries if row["horizon_days"] == horizon]
    below = sum(row["permutation_p"] < 0.05 for row in of_horizon)
    return f"{below} of {len(of_horizon)} after {words.counted(horizon, 'day')}"


def _horizons(rows: Rows, source: str) -> Table:
    return Table(
        "All horizons, all periods: each market after such days and after other falls of equities",
        ("Market", "Days after", "Events", "Mean", "After other falls", "p against those", "p against any days", "q"),
        [
            [
                text(words.ASSETS[row["asset"]] + ("" if row["is_evidence"] else " (chosen by)")),
                numeric(str(row["horizon_days"])),
                numeric(str(row["n_events"])),
                numeric(f"{signed(row['mean_move'])} {words.UNITS[row['unit']]}"),
                numeric(f"{signed(row['control_mean_move'])} {words.UNITS[row['unit']]}"),
                *(numeric(_p(row[column])) for column in ("matched_p", "placebo_p", "q_value")),
            ]
            for row in rows
        ],
        source,
        is_folded=True,
    )


def _specifications(rows: Rows, source: str) -> Table:
    return Table(
        "Every way to test bitcoin: moves from the close of the event on, per cent; eight days of each kind are needed",
        (
            "Days after",
            "Period",
            "Threshold, sigma",
            "Distance, days",
            "Events",
            "Other falls",
            "Mean",
            "Median",
            "Mean after other falls",
            "Median after other falls",
            "p",
        ),
        [
            [
                numeric(str(row["horizon_days"])),
                text(row["period"].replace("_", " ")),
                numeric(number(row["threshold_sigma"], 2)),
                *(numeric(str(row[column])) for column in ("distance_days", "n_joint", "n_control")),
                *(
                    numeric(signed(row[column]))
                    for column in ("joint_mean_pct", "joint_median_pct", "control_mean_pct", "control_median_pct")
                ),
                numeric(_p(row["permutation_p"])),
            ]
            for row in rows
        ],
        source,
        is_folded=True,
    )


def _p(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else number(value, 3)


def _bitcoin_title(rows: Rows) -> str:
    for row in rows:
        if row["asset"] == "btc" and row["control_mean_move"] is not None:
            return (
                f"Five days later bitcoin had moved {signed(row['mean_move'])} %, "
                f"after other falls of equities {signed(row['control_mean_move'])} %"
            )
    return "What markets did in the five days after"


def _bitcoin_on_day_5(rows: Rows) -> str:
    known = [row for row in rows if row["asset"] == "btc"]
    return "".join(
        f"By day 5 its abnormal move was down after {per_cent(100 * row['share_expected_sign'], 0)} of them, up after "
        "the others."
        for row in known
    )


def _cascade_table(rows: Rows, order: Rows) -> Table:
    days = {row["asset"]: row["median_days_to_half"] for row in order}

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
                numeric(_p(row["matched_p"])),
                numeric(_p(row["placebo_p"])),
                numeric(_p(row["q_value"])),
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
