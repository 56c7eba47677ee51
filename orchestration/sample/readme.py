"""Writes the README in the folder of a simulation.

Belongs here: its text. Does not belong here: anything that computes figures.
"""

from __future__ import annotations

from orchestration.sample import DEFAULT_SEED
from orchestration.sample.scaled import Scale

_TEXT = """\
# A simulation

**These files are simulated. No publisher published them.** They have the file formats of TIC, FRED, the Treasury,
TreasuryDirect, Fiscal Data and Coinbase, so that Tidemark can run a whole load without a network. Do not quote them or
draw conclusions from them. In `manifest.csv` the column `form` says `simulated` for every file; the addresses there
are those of the real documents.

## Pinned to public-domain figures

- **TIC holdings** (US Treasury Department): total and bills of 33 countries, of Europe, of all foreign holders and of
  foreign official holders, in 34 months from December 2011 to April 2026, in millions of dollars, in the release
  of 2026-06-18. `slt_table3.txt`, `slt_table5.txt` and `mfhhis01.txt` of that release repeat them exactly (with the
  rounding of those files), and `slt3d_globl.csv` repeats those before 2020. The list is
  `orchestration/sample/anchors/tic_holdings.csv`.
- **First prints** of the release of 2026-01-15 as the press quoted them, for October and November 2025: China, United
  Kingdom, Japan, Canada, Denmark and the grand total. The list is `anchors/first_prints.csv`.
- **Month-end rates** (Federal Reserve, H.15): DGS3MO, DGS2, DGS5, DGS10, DGS30 and DFF, from January
  2015 to May 2026. The list is `anchors/yields.csv`.
- Facts other than figures: country codes and names, dates of policy decisions and target ranges, holidays, months of
  series breaks, and days on which the history file was revised.

## Simulated

Everything else. In particular:

- holdings between the pinned months and before December 2011, and all holdings of countries that are not pinned, such
  as El Salvador, Russia and Turkey (they add up to the rest of the pinned totals);
- all net purchases, valuation changes and other changes. Valuation follows the change of the published month-end yields
  with an assumed duration, and net purchases are the remainder; they are not the publisher's figures;
- all long-term securities other than Treasuries in `slt_table1.txt` and `cslt.zip`, everything that `cslt.zip` says of
  the months before those tables, and the split between official and other holders
  before December 2013;
- differences between the two TIC releases other than the first prints; revisions of NFCI and DTWEXBGS;
- all auctions, their bids and awards; their yields are near the simulated ones, and their CUSIPs begin with `SIM`;
- all marketable debt: its face value follows round numbers, its market value an assumed coupon and duration;
- yields inside a month, and every other FRED series. Shares, volatility, credit spreads and crypto prices follow
  round numbers with stress in March 2020, June and November 2022, March 2023 and April 2025; none is a market price.

The publishers' identities hold: long-term and bills add up to the total; regions, Canada and organizations to the
grand total; officials and others to the grand total; change = net purchases + valuation + other; T10Y2Y = DGS10 - DGS2,
T10Y3M = DGS10 - DGS3MO, T10YIE = DGS10 - DFII10, EFFR = DFF on business days; the Treasury's par yields = DGS*.

## Made by

    {command}

The command writes the same bytes on every machine. Change the generator, not the files.
"""


def readme(seed: int, scale: Scale) -> bytes:
    """Write the README of a simulation with this seed and scale."""
    command = "python -m orchestration.sample.generate --out DIR"
    for option, value, default in (
        ("--seed", seed, DEFAULT_SEED),
        ("--scale-countries", scale.countries, 1),
        ("--scale-series", scale.series, 1),
        ("--scale-symbols", scale.symbols, 1),
        ("--minute-candles", scale.minute_days, 0),
    ):
        if value != default:
            command += f" {option} {value}"
    return _TEXT.format(command=command).encode("ascii")
