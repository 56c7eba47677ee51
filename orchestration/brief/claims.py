"""The page of claims, `claims.html`: each claim, the numbers then and now, the verdict and the reason.

Belongs here: the page, and the short rows of the first page. Does not belong here: the sentences of the last column
(`claim_reasons`), and how a claim is measured (the mart `thesis_scorecard`).
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.brief import words
from orchestration.brief.blocks import Cell, Page, Section, Sources, Table, numeric, text
from orchestration.brief.claim_reasons import reasons
from orchestration.brief.figures import Row, Rows

TITLE = "Claims, checked"
TONE_OF_VERDICT = {
    "holds": "good",
    "holds for an earlier month": "mixed",
    "holds as first printed": "mixed",
    "holds since 2022 only": "mixed",
    "held before 2022 only": "mixed",
    "overstated": "mixed",
    "suggestive": "mixed",
    "not confirmed": "bad",
    "does not hold": "bad",
}


def claims(found: Mapping[str, Rows], sources: Sources) -> Page:
    """Put the page together; without claims it says so."""
    rows = found["scorecard"]
    if not rows:
        return Page("claims", TITLE, TITLE, [Section("scorecard", TITLE, ["There are no claims on this day."])])
    source = sources.line("press", f"to {words.day(max(row['as_of'] for row in rows))}")
    why = reasons(rows, found["claim_figures"])
    table = Table(
        "Each claim, its number as first published and now, and the verdict",
        ("Claim", "Made on", "Claimed", "First published", "Now", "Verdict", "Why"),
        [
            [
                text(row["claim"], link=f"#{row['claim_id']}"),
                text(words.day(row["claimed_on"])),
                numeric(words.measured(row["claimed_number"], row["unit"])),
                numeric(_as_first_published(row)),
                numeric(words.measured(row["measured_now"], row["unit"])),
                _verdict(row),
                text(why[row["claim_id"]]),
            ]
            for row in rows
        ],
        source,
    )
    verdicts = words.verdicts([row["verdict"] or words.NO_VERDICT for row in rows])
    known = "First published: as known on the day of the claim. What is rebuilt from later files is not shown."
    lead = [verdicts, known]
    return Page(
        "claims",
        TITLE,
        f"Claims of press and ministers about foreign holdings of US Treasuries. {verdicts}",
        [Section("scorecard", TITLE, lead, (), [table])],
    )


def _as_first_published(row: Row) -> str:
    is_rebuilt = row.get("first_print_basis") == "reconstructed"
    return words.measured(None if is_rebuilt else row["measured_as_first_printed"], row["unit"])


def claim_rows(scorecard: Rows) -> list[list[Cell]]:
    """The claims in short: claim, claimed number, number now, verdict."""
    return [
        [
            text(row["claim"], link=claim_link(row)),
            numeric(words.measured(row["claimed_number"], row["unit"])),
            numeric(words.measured(row["measured_now"], row["unit"])),
            _verdict(row),
        ]
        for row in scorecard
    ]


def claim_link(row: Row) -> str:
    """The address of a claim on the page of claims."""
    return f"claims.html#{row['claim_id']}"


def _verdict(row: Row) -> Cell:
    verdict = row["verdict"] or words.NO_VERDICT
    return text(verdict, TONE_OF_VERDICT.get(verdict, "open"))
