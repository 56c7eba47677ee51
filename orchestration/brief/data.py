"""The page of data, `data.html`: how fresh the figures are, what is due, checks, revisions, corrections.

Belongs here: this page, and what the first page says is late. Does not belong here: the checks themselves
(`loading/rules`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.brief import words
from orchestration.brief.blocks import Block, Listing, Page, Section, Sources, Table, numeric, text
from orchestration.brief.figures import Row, Rows
from orchestration.brief.words import month, number, signed
from orchestration.loading.rules import report
from orchestration.loading.rules.rule_files import DATASETS, read_suite

TITLE = "The data"
STALE_AFTER_DAYS = 60
SHOWN_CHECKS = 40
Checks = Sequence[Mapping[str, Any]]


def data(found: Mapping[str, Rows], sources: Sources, checks: Checks, left_out: Mapping[str, str]) -> Page:
    """Put the page together.

    Args:
        found: of `figures.collect`.
        sources: of the warehouse.
        checks: the lines of the report of checks; none if they are not known.
        left_out: mart -> why it, or a part of it, is not in this edition.
    """
    sections = [
        _fresh(found, sources),
        *([_checks(checks, found["refused"])] if checks else []),
        _changed(found, sources),
        *([_left_out(left_out)] if left_out else []),
        Section("downloads", "Downloads", [DOWNLOADS]),
    ]
    return Page("data", TITLE, "How fresh each figure is, releases due, checks, revisions and corrections.", sections)


DOWNLOADS = (
    "Every chart has its figures as CSV, and the picture as SVG and PNG. The release days are a calendar, "
    "releases.ics; alerts are a feed, alerts.xml; both are in the folder of this page. The whole warehouse is one "
    "DuckDB file."
)


def late(found: Mapping[str, Rows], checks: Checks) -> list[str]:
    """What the first page says is late or missing, a sentence each; empty if that is not known."""
    info = found["info"][0]
    warned = [info["warnings"]] if info.get("warnings") else []
    rules = {rule.name for rule in read_suite(DATASETS).rules if not rule.is_critical}
    judged = [check for check in checks if check["check"] in rules]
    subjects = {subject for check in judged if not check["passed"] for subject in check["subjects"]}
    said = [*warned, *([f"Late: {words.listed(sorted(subjects))}."] if subjects else [])]
    if judged and not said:
        said.append("Nothing was late.")
    refused = sum(row["documents"] for row in found["refused"])
    if refused:
        said.append(f"Refused by the checks: {words.counted(refused, 'document')}.")
    return said


def _fresh(found: Mapping[str, Rows], sources: Sources) -> Section:
    info = found["info"][0]
    loaded = words.begin(words.counted(info["documents_loaded"], "document"))
    lead = [f"{info['notice']} {loaded} loaded; {sources.knowledge}."]
    if found["series"]:
        until = info["as_of"] or info["newest_retrieval_on"]
        stale = [row["series_id"] for row in found["series"] if (until - row["newest"]).days > STALE_AFTER_DAYS]
        lead.append(words.freshness(len(found["series"]), stale, until, STALE_AFTER_DAYS))
    blocks: list[Block] = [_holdings_loaded(found["holdings_loaded"]), _freshness(found["series"], found["prices"])]
    due = [row for row in found["release_status"] if row["status"] != "held"]
    if due:
        blocks.insert(0, _due(due))
    return Section("fresh", "How fresh", lead, (), blocks)


def _due(rows: Rows) -> Table:
    return Table(
        "Releases of TIC that are due or incomplete",
        ("Figures of", "Day", "State", "Missing"),
        [
            [
                text(month(row["month_end"])),
                text(words.day(row["released_on"]) + ("" if row["is_announced"] else " (estimated)")),
                text(f"overdue: {row['status']}" if row["is_overdue"] else row["status"]),
                text(row["missing_countries"] or "\N{EN DASH}"),
            ]
            for row in rows
        ],
    )


def _checks(checks: Checks, refused: Rows) -> Section:
    failed = [check for check in checks if not check["passed"]]
    errors = sum(check["severity"] == report.ERROR for check in failed)
    lead = [words.checks(len(checks), errors, len(failed) - errors)]
    blocks: list[Block] = []
    if failed:
        blocks.append(
            Table(
                "Checks that did not pass",
                ("Check", "Table", "Expected", "Rows"),
                [
                    [
                        text(check["check"].replace("_", " ")),
                        text(check["asset"].split("/")[1] if "/" in check["asset"] else check["asset"]),
                        text(words.typeset(check["expected"])),
                        numeric(number(check["rows"], 0)),
                    ]
                    for check in failed[:SHOWN_CHECKS]
                ],
            )
        )
    if refused:
        blocks.append(
            Table(
                "Refused documents",
                ("Publisher", "Dataset", "Documents"),
                [[text(row["source"]), text(row["dataset"]), numeric(str(row["documents"]))] for row in refused],
            )
        )
    return Section("checks", "Checks", lead, (), blocks)


def _changed(found: Mapping[str, Rows], sources: Sources) -> Section:
    blocks: list[Block] = []
    if found["total"]:
        newest = found["total"][-1]
        source = sources.line("tic", f"to {month(newest['month_end'])}, released {words.day(newest['released_on'])}")
        blocks += [_prints(found["prints_of_total"], source), _revisions(found["revisions"], source)]
    blocks.append(_corrections(found["corrections"]))
    return Section("changed", "Revisions and corrections", (), (), blocks)


def _left_out(left_out: Mapping[str, str]) -> Section:
    table = Table(
        "Left out, in whole or in part",
        ("Table", "Reason"),
        [[text(name), text(reason)] for name, reason in sorted(left_out.items())],
    )
    lead = "This is the public edition: it has only what licenses allow to pass on."
    return Section("left-out", "What this edition leaves out", [lead], (), [table])


def _holdings_loaded(rows: Rows) -> Table:
    names = {"total": "All Treasuries", "long_term": "Coupons", "bills": "Bills"}
    return Table(
        "Holdings (TIC)",
        ("Instrument", "Countries and groups", "Figures", "From", "To"),
        [
            [
                text(names[row["instrument"]]),
                numeric(number(row["lines"], 0)),
                numeric(number(row["figures"], 0)),
                text(month(row["oldest"])),
                text(month(row["newest"])),
            ]
            for row in rows
        ],
    )


def _freshness(series: Rows, prices: Rows) -> Table:
    cells = [
        [
            text(f"{row['series_id']}: {row['title']}"),
            text(words.day(row["newest"])),
            numeric(number(row["observations"], 0)),
            text("may be passed on" if row["may_be_redistributed"] else "for own use"),
        ]
        for row in series
    ] + [
        [
            text(f"{row['symbol']}: daily price, {row['venue'].replace('_', ' ')}"),
            text(words.day(row["newest"])),
            numeric(number(row["days"], 0)),
            text("for own use"),
        ]
        for row in prices
    ]
    return Table(
        "Markets (FRED, exchanges): newest figure of each series",
        ("Series", "Newest", "Figures", "Terms"),
        cells,
        is_folded=True,
    )


def _revisions(rows: Rows, source: str) -> Table | Listing:
    title = "Revisions of the last twelve months: the largest of each holder from $0.5 bn on, and what flipped"
    if not rows:
        return Listing(
            title,
            ["No revision is known: no month of the last twelve has a first print that differs from the value now."],
            source,
        )
    cells = [
        [
            text(row["country"]),
            text(month(row["month_end"])),
            numeric(number(row["first_print_usd_bn"])),
            numeric(number(row["holdings_usd_bn"])),
            numeric(signed(row["revision_from_first_usd_bn"])),
            text(words.typeset(row["flip_note"])) if row["is_flip"] else text("\N{EN DASH}"),
        ]
        for row in rows
    ]
    head = ("Holder", "Month", "First print", "Now", "Revision", "What flipped")
    return Table(f"{title}, billions of dollars", head, cells, source)


def _prints(prints: Rows, source: str) -> Listing:
    others = [row for row in prints[1:] if row["first_print_basis"] == "observed"]
    revised = [row for row in others if not words.is_small(row["holdings_usd_bn"] - row["first_print_usd_bn"])]
    items = [
        words.prints(
            f"Holdings of {month(row['month_end'])}",
            row["first_print_usd_bn"],
            row["holdings_usd_bn"],
            row["first_released_on"],
            row["prints"],
            is_observed=row["first_print_basis"] == "observed",
        )
        for row in [*prints[:1], *revised]
    ]
    quiet, rebuilt = len(others) - len(revised), len(prints[1:]) - len(others)
    if quiet:
        items.append(
            f"For {words.counted(quiet, 'other month')} of the last twelve the warehouse has one value, or values that "
            "agree to a tenth."
        )
    if rebuilt:
        items.append(
            f"{words.begin(words.counted(rebuilt, 'month'))} of the last twelve: rebuilt from later files. "
            "The warehouse has no document of the first release."
        )
    return Listing("First print, and now", items, source)


def _corrections(rows: Rows) -> Table | Listing:
    if not rows:
        return Listing("Known errors of the publishers", ["No correction is in force."], "marts.dim_correction")
    replaced = sum(row["action"] == "replace" for row in rows)
    return Table(
        f"Known errors of the publishers: {words.counted(replaced, 'figure')} replaced, "
        f"{len(rows) - replaced} accepted as published",
        ("What", "Published", "Corrected", "Known since"),
        [
            [
                text(_corrected_figure(row)),
                numeric(_value(row, row["published_value"])),
                numeric(_value(row, row["corrected_value"]) if row["action"] == "replace" else "as published"),
                text(words.day(row["known_since"])),
            ]
            for row in rows
        ],
        is_folded=True,
    )


_MEASURES = {"holdings": "holdings", "net_sales": "net purchases", "valuation_change": "valuation"}
_INSTRUMENTS = {"total": "all Treasuries", "long_term": "notes and bonds", "bills": "bills"}


def _corrected_figure(row: Row) -> str:
    """What a correction is about; of TIC also which figure of the line."""
    if row["action"] != "replace" or row["measure"] not in _MEASURES or row["instrument"] not in _INSTRUMENTS:
        return str(row["what"])
    return f"{row['what']}: {_MEASURES[row['measure']]}, {_INSTRUMENTS[row['instrument']]}"


def _value(row: Row, value: float | None) -> str:
    """A value in the publisher's unit; TIC's tables are in millions of dollars."""
    if value is None:
        return "\N{EN DASH}"
    is_in_millions = row["source_table"] == "tic_holdings" and row["series"] != "mfhhis01"
    return words.millions(value / 1000) if is_in_millions else f"{value:,.10g}".replace("-", words.MINUS)
