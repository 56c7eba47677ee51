"""The benchmarks one by one: their commands, ratios and comments.

Belongs here: the sections of the page. Does not belong here: how the runs begin (`loads` and its neighbours).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.bench import candles, loads, readers, scale, spark_path, vintages
from tests.campaigns.bench.homes import Month
from tests.campaigns.bench.measure import Runs, fitted
from tests.campaigns.bench.page import Goal, Ratio, Section

SLOW_TIMES = 1
"""Repetitions of commands that take minutes: their spread is small compared with the differences."""


@dataclass(frozen=True)
class Plan:
    """What the benchmarks are given.

    Attributes:
        month: a home, and what arrives.
        files: the publishers' files.
        work: a folder.
        times: how often each command runs.
        coins: of B4, by the minute, 347 days each.
        coins_by_month: of B4's further months.
        histories: months that lie before a further month.
        releases: how many of table 3.
        scales: times the series of the sample.
    """

    month: Month
    files: Path
    work: Path
    times: int
    coins: int
    coins_by_month: int = 8
    histories: Sequence[int] = (1, 12, 24, 60)
    releases: Sequence[int] = (25, 50, 100, 200)
    scales: Sequence[int] = (12, 25, 50, 100)


def _monthly(plan: Plan) -> Section:
    ours, build, bare, floor, job = found = loads.monthly(plan.month, plan.work, plan.times, _say)
    return Section(
        "B1",
        "The guarded load of a month, on the real archive's history",
        found,
        [
            _ratio(ours, build, 1.5),
            _ratio(ours, bare, 1.2),
            _ratio(ours, job, 0.5),
            _ratio(ours, floor, None),
        ],
        [_steps(loads.steps(plan.month, plan.work))],
        [Goal(ours, 38, 900)],
    )


def _nothing_new(plan: Plan) -> Section:
    ours, start_up = found = loads.nothing_new(plan.month, plan.work, plan.times, _say)
    return Section(
        "B2", "Nothing new at the publishers", found, [_ratio(ours, start_up, 1.5)], goals=[Goal(ours, 5, 400)]
    )


def _days(plan: Plan) -> Section:
    days, first = loads.days(plan.files, plan.month, plan.work, plan.times, _say)
    markets, release = days
    return Section(
        "B9",
        "One day of markets, one release of TIC, and all real files at once",
        [*days, first],
        [],
        goals=[Goal(markets, 32, None), Goal(release, 33, None), Goal(first, 50, 1000)],
    )


def _other_day(plan: Plan) -> Section:
    now, then = found = loads.other_day(plan.month, plan.work, plan.times, _say)
    return Section("B5", "The whole warehouse at another day", found, [_ratio(then, now, 1.2)])


def _scaled(plan: Plan) -> Section:
    found = scale.scaled(plan.work, plan.scales, min(plan.times, SLOW_TIMES), _say)
    fixed = loads.monthly_load(plan.month, plan.work, plan.times, _say)
    largest = found[-1]
    beyond = largest.ours.median() - fixed.median()
    text = f"{largest.ours.name}, less the load of a month : {largest.floor.name}"
    line = fitted([one.rows / 1e6 for one in found], [one.ours.median() for one in found])
    return Section(
        "B3",
        "The sample with many times its series, from nothing",
        [fixed, *(runs for one in found for runs in (one.ours, one.floor))],
        [Ratio(text, beyond / largest.floor.median(), 2)],
        [
            f"At the largest, {largest.rows / 1e6:.1f} M rows are read. Seconds over millions of rows: {line}.",
            _memory("a load", {f"{one.rows / 1e6:.1f} M rows": one.ours for one in found}),
        ],
        [Goal(largest.ours, 190, 3000)],
    )


def _candles(plan: Plan) -> Section:
    found = candles.throughput(plan.work, plan.coins, min(plan.times, SLOW_TIMES), _say)
    months = candles.another_month(plan.work, plan.coins_by_month, plan.histories, plan.times, _say)
    net = found.ours.median() - found.fixed.median()
    rate, of_reader = found.candles / net, found.candles / found.reader.median()
    read = (
        f"{found.candles / 1e6:.1f} M candles of {plan.coins} coins: {rate / 1e6:.2f} M rows a second from archives to "
        f"marts, {of_reader / 1e6:.2f} M by the reader, which has no ZIP to open and checks nothing. "
        f"The load held {found.ours.median('peak') / 1e6:,.0f} MB at most; the goal was 2,000 MB."
    )
    line = fitted([float(length) for length in plan.histories], [one.median() for one in months])
    by_coins = {**found.fewer, plan.coins: found.ours}
    growth = fitted([float(coins) for coins in by_coins], [one.median() for one in by_coins.values()])
    return Section(
        "B4",
        "Candles by the minute",
        [found.ours, found.reader, found.fixed, *found.fewer.values(), *months],
        [
            Ratio("the reader's rows a second : ours, the fixed cost of a load taken off", of_reader / rate, 2),
            Ratio(
                "the reader's rows a second : ours, the whole load",
                of_reader / (found.candles / found.ours.median()),
                None,
            ),
            Ratio(
                f"another month after {plan.histories[-1]} months : after {plan.histories[0]}",
                months[-1].median() / months[0].median(),
                None,
            ),
        ],
        [
            read,
            f"Seconds over coins: {growth}. Seconds of another month over months of history: {line}.",
            _memory("a load", {f"{coins} coins": one for coins, one in by_coins.items()}),
        ],
    )


def _vintages(plan: Plan) -> Section:
    found = vintages.vintages(plan.files, plan.work, plan.releases, plan.times, _say)
    largest = found[-1]
    line = fitted([float(one.releases) for one in found], [one.ours.median() for one in found])
    kept = ", ".join(f"{one.kept:,} of {one.parsed:,} after {one.releases} releases" for one in found)
    return Section(
        "B6",
        "Releases of table 3 with few changes each",
        [runs for one in found for runs in (one.ours, one.reader)],
        [Ratio(f"{largest.ours.name} : {largest.reader.name}", largest.ours.median() / largest.reader.median(), 4)],
        [
            f"Statements that raw keeps of those parsed: {kept}. Seconds over releases: {line}.",
            _memory("reading and merging", {f"{one.releases} releases": one.ours for one in found}),
        ],
    )


def _peers(plan: Plan) -> Section:
    ours, *others = found = loads.beside_peers(plan.month, plan.work, plan.times, _say)
    says = (
        "Less work than ours: both read the same documents by our parsers and end with the same models. Neither "
        "keeps an archive, checks what it read, knows of retractions, tests what it built, or publishes. dlt does not "
        "compare with what was said before. What the script appends breaks two tests: the ledger's, and that of the "
        "keys of int_holdings_statements."
    )
    return Section(
        "B8", "The load of a month with others' tools", found, [_ratio(ours, one, 1) for one in others], [says]
    )


def _on_spark(plan: Plan) -> Section:
    return spark_path.section(plan.work, min(plan.times, SLOW_TIMES), _say)


def _steps(found: Mapping[str, float]) -> str:
    whole = sum(found.values())
    lines = [f"| {step} | {seconds:.1f} | {100 * seconds / whole:.0f} |" for step, seconds in found.items()]
    return "\n".join(["| of one more such load | s | % |", "|---|---|---|", *lines])


def _memory(what: str, runs: Mapping[str, Runs]) -> str:
    held = ", ".join(f"{one.median('peak') / 1e6:,.0f} MB for {size}" for size, one in runs.items())
    return f"The most that {what} held: {held}."


def _readers(plan: Plan) -> Section:
    published = (plan.month.home / "tidemark.duckdb").resolve()
    answered = readers.queries(published, 3 * plan.times, _say)
    first = readers.cold(published, 3 * plan.times, _say)
    lines = [f"| {one.title} | {one.published * 1000:.1f} | {one.in_memory * 1000:.1f} |" for one in answered]
    table = "\n".join(["| query of the cookbook | published file, ms | in memory, ms |", "|---|---|---|", *lines])
    value = sum(one.published for one in answered) / sum(one.in_memory for one in answered)
    text = f"{len(answered)} queries on the published file : the same on tables in memory"
    cold = f"A new process had its first answer after {first.median():.2f} s ({first.spread()[1]:.2f} at most)."
    return Section("B7", "Queries on the published file", [first], [Ratio(text, value, 1.5)], [cold, table])


def _ratio(ours: Runs, other: Runs, goal: float | None) -> Ratio:
    return Ratio(f"{ours.name} : {other.name}", ours.median() / other.median(), goal)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


BENCHMARKS: dict[str, Callable[[Plan], Section]] = {
    "B1": _monthly,
    "B2": _nothing_new,
    "B3": _scaled,
    "B4": _candles,
    "B5": _other_day,
    "B6": _vintages,
    "B7": _readers,
    "B8": _peers,
    "B9": _days,
    "S1": _on_spark,
}
