"""The page: the acceptance list as a table, and what to know of it.

Belongs here: words and layout. Does not belong here: numbers that are not measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.campaigns.stress.acceptance import Test

HEAD = """# The stress index, measured

Written by `make stress` from a warehouse of the publishers' files; do not edit by hand.

The index says how unusual a day is among the days before it. It moves with stress, and does not foretell it. Its
parts, weights and transformation were taken from a written design before the first run here; every choice made
after looking at these numbers stands below.

| test | claim | asked | measured | verdict |
|---|---|---|---|---|
"""

TAIL = """
## Choices made before looking

- On a day, only what was out by 02:00 UTC of the next day counts, by each series' lag in `dim_series`: yields, the
  VIX, the Baa spread and bitcoin are mostly those of the day before, TED that of a week before. The design's own
  figures count yields and the VIX on their day.
- Rates: realised volatility of the 2-, 10- and 30-year yields. Collateral: the 21-day loss of a par bond, and the
  stock-bond correlation. The New York Fed's term premium is left out: it comes as a spreadsheet of a publisher that
  has no source here, and is re-estimated.
- Labels (episodes, classes, what must light up) are the design's, and are hindsight.

## Choices made after looking

- Funding took the three-month bill at first. After February 2022 its monthly means went against STLFSI4
  (correlation -0.18) and NFCI (-0.68), because a bill of three months prices the cuts and rises of the Federal
  Reserve. Of ten variants looked at (bills of one and of three months, each also as a change and against its own
  median; repo against federal funds and against the interest on reserves), the one-month bill, with the three-month
  bill before July 2001, was taken for its reason: hardly a move is priced within a month. Correlation with STLFSI4
  after February 2022 went from -0.18 to 0.07, with NFCI from -0.68 to -0.45 (of changes: 0.08 to 0.23); over all
  years it stayed at 0.54; the stage now lights up in March 2023. It is still the weakest stage: TED ended, and the
  series that would help (commercial paper, the 99th percentile of repo rates) are fetched live and were not in the
  files.
- `expected_to_miss` of the thirty episodes was written down from the first full run.

## What was missed, and why

- A12 and A13: the cascade index has more and slower alarms than the design's sketch measured. With yields and the
  VIX counted on their own day, as the sketch does, quiet spells fall from 15 to 8 and quiet days flagged from 3.0
  to 2.2 per cent; the median delay stays at 4.5 days. The day of publication was kept: an index that knows at noon
  what comes out at night is none. Nearly all spells lie before 2001, when history was short; the one of June 2020
  is the tail of the crash, just past the six weeks that are not counted as quiet.
- Correlations lean on one crisis: see the period without it in `marts.stress_benchmarks`.
- Benchmarks have no lag here, although they come out five or six days late: they are flattered by it.
"""


def page(tests: Sequence[Test]) -> str:
    """The page as Markdown."""
    lines = []
    for test in tests:
        asked = "; ".join(f"{bound.label} {bound.asked}" for bound in test.bounds) or "-"
        measured = (
            "; ".join("-" if bound.measured is None else f"{bound.label} {bound.measured:.3g}" for bound in test.bounds)
            or test.note
        )
        lines.append(f"| {test.number} | {test.says} | {asked} | {measured} | {test.verdict} |")
    return HEAD + "\n".join(lines) + "\n" + TAIL
