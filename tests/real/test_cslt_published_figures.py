"""Published figures of cslt.zip: read, checked by every rule, and loaded to the million.

No real cslt.zip is on this machine. The figures that were published on the web (Treasury, FRED) are put into the file's
layout, and around them the real tables 1 and 3; the years between 1985 and 2020 are invented and not looked at. The
models are not built on them: the invented years do not fit the other files of that time.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.campaigns.guard.cslt_edition import PARTS, REGIONS, Figures, content, figures_of, pack
from tests.campaigns.guard.editions import CSLT, Edition, Editions
from tests.campaigns.guard.harness import FIRST
from tests.campaigns.guard.operators import HARMLESS, REPORTED
from tests.installation import REAL_FILES
from tests.real.test_guard_history import Guard

MONTHS = ("2026-04", "2026-05", "2026-06")
WORLD, OFFICIAL, OTHERS, JAPAN, CHINA = "99996", "99990", "99991", "42609", "41408"
ALL, ASIA = "69995", "49999"
PUBLISHED = {
    "for_treas_pos_99996": (9_352_646, 9_371_073, 9_298_959),
    "for_lt_treas_pos_99996": (7_854_033, 7_915_937, 7_872_852),
    "for_treas_pos_99990": (3_906_503, 3_847_999, 3_778_118),
    "for_treas_pos_42609": (1_209_889, 1_143_139, 1_116_683),
    "for_treas_pos_41408": (651_072, 659_282, 633_381),
    "for_lt_total_pos_99996": (37_756_765, 39_176_817, 39_189_956),
    "for_lt_treas_net_99996": (50_515, 56_581, 6_778),
    "for_lt_treas_net_99990": (16_123, 3_029, -9_822),
    "for_lt_eqty_net_99996": (109_576, 134_620, 181_426),
    "for_lt_corp_net_99996": (20_704, 52_524, 35_633),
    "for_lt_agcy_net_99996": (26_567, 19_120, -16_761),
}
FIRST_POSITIONS = {"for_treas_pos_99996": 194_490, "for_lt_treas_pos_99996": 118_122, "for_treas_pos_99990": 144_081}
FIRST_FLOWS = {"for_lt_treas_net_99996": 2_677, "for_lt_treas_net_99990": 2_376, "for_lt_eqty_net_99996": -743}
OFFICIAL_COUPONS = 80_000
"""Of the officials' Treasuries of 1984; only their sum was published."""


def _edition() -> bytes:
    tables = ((REAL_FILES / "tic" / "2026-06-18" / f"slt_table{number}.txt").read_bytes() for number in (1, 3))
    first = {
        f"for_lt_treas_pos_{WORLD}": FIRST_POSITIONS["for_lt_treas_pos_99996"],
        f"for_st_treas_pos_{WORLD}": FIRST_POSITIONS["for_treas_pos_99996"] - FIRST_POSITIONS["for_lt_treas_pos_99996"],
        f"for_lt_treas_pos_{OFFICIAL}": OFFICIAL_COUPONS,
        f"for_st_treas_pos_{OFFICIAL}": FIRST_POSITIONS["for_treas_pos_99990"] - OFFICIAL_COUPONS,
    }
    figures = figures_of(*tables, first)
    figures["for_lt_treas_net_99990"]["1985-01"] = FIRST_FLOWS["for_lt_treas_net_99990"]
    for name, flow in FIRST_FLOWS.items():
        figures[name]["1985-01"] = flow
    _put_newest(figures)
    for month, before in zip(MONTHS, ("2026-03", *MONTHS), strict=False):
        _share_out(figures, month, before)
    for month, before in (("1985-01", "1984-12"), *zip(MONTHS, ("2026-03", *MONTHS), strict=False)):
        for code in (WORLD, OFFICIAL) if month < MONTHS[0] else (WORLD, OFFICIAL, JAPAN, CHINA):
            _close(figures, code, month, before)
        for name in [name for name in figures if name.endswith(WORLD)]:
            stem = name.removesuffix(WORLD)
            figures[stem + OTHERS][month] = figures[name][month] - figures[stem + OFFICIAL][month]
    return pack(content(figures, (WORLD, OFFICIAL, OTHERS, *REGIONS, ALL, "79995", JAPAN, CHINA)))


def _put_newest(figures: Figures) -> None:
    """Two months more: positions stay, or move with what was published."""
    for month, before in zip(MONTHS[1:], MONTHS, strict=False):
        for name, values in figures.items():
            values[month] = values[before] if "_pos_" in name else 0
    for name, published in PUBLISHED.items():
        figures[name] |= dict(zip(MONTHS, published, strict=True))
    for month, before in zip(MONTHS[1:], MONTHS, strict=False):
        for name in (f"for_lt_agcy_{{}}_{WORLD}", f"for_lt_corp_{{}}_{WORLD}", f"for_lt_treas_{{}}_{OFFICIAL}"):
            positions, net = figures[name.format("pos")], figures[name.format("net")]
            positions[month] = positions[before] + net[month]
        for code in (JAPAN, CHINA):
            total, coupons = figures[f"for_treas_pos_{code}"], figures[f"for_lt_treas_pos_{code}"]
            coupons[month] = round(coupons[before] * total[month] / total[before])
    for month in MONTHS:
        _split(figures, month)


def _split(figures: Figures, month: str) -> None:
    """The positions that are left when the published ones are taken from their sums."""
    for code in (WORLD, OFFICIAL, JAPAN, CHINA):
        bills = figures[f"for_treas_pos_{code}"][month] - figures[f"for_lt_treas_pos_{code}"][month]
        figures[f"for_st_treas_pos_{code}"][month] = bills
    for code in (JAPAN, CHINA):
        figures[f"for_lt_total_pos_{code}"][month] = sum(figures[f"for_{part}_pos_{code}"][month] for part in PARTS)
    others = sum(figures[f"for_{part}_pos_{WORLD}"][month] for part in PARTS[:3])
    figures[f"for_lt_eqty_pos_{WORLD}"][month] = figures[f"for_lt_total_pos_{WORLD}"][month] - others


def _share_out(figures: Figures, month: str, before: str) -> None:
    """Regions add up to the Grand Total: Asia has what is left."""
    for family in (*PARTS, "st_treas"):
        others = [figures[f"for_{family}_pos_{code}"][month] for code in (*REGIONS, "79995") if code != ASIA]
        figures[f"for_{family}_pos_{ASIA}"][month] = figures[f"for_{family}_pos_{WORLD}"][month] - sum(others)
        regions = [figures[f"for_{family}_pos_{code}"][month] for code in REGIONS]
        figures[f"for_{family}_pos_{ALL}"][month] = sum(regions)
    for code in (ASIA, ALL):
        coupons, bills = (figures[f"for_{family}_pos_{code}"][month] for family in ("lt_treas", "st_treas"))
        figures[f"for_treas_pos_{code}"][month] = coupons + bills
        figures[f"for_lt_total_pos_{code}"][month] = sum(figures[f"for_{part}_pos_{code}"][month] for part in PARTS)
        for family in PARTS:
            positions = figures[f"for_{family}_pos_{code}"]
            figures[f"for_{family}_net_{code}"][month] = positions[month] - positions[before]
        _close(figures, code, month, before)


def _close(figures: Figures, code: str, month: str, before: str) -> None:
    """Sums of flows, and the valuation that explains the rest of a change."""
    for family in PARTS:
        positions, net = figures[f"for_{family}_pos_{code}"], figures[f"for_{family}_net_{code}"]
        figures[f"for_{family}_valchg_{code}"][month] = positions[month] - positions[before] - net[month]
    bills = figures[f"for_st_treas_pos_{code}"]
    figures[f"for_st_treas_net_{code}"][month] = bills[month] - bills[before]
    for measure in ("net", "valchg"):
        parts = [figures[f"for_{part}_{measure}_{code}"][month] for part in PARTS]
        figures[f"for_lt_total_{measure}_{code}"][month] = sum(parts)
    if code == OFFICIAL:
        parts = [figures[f"for_{part}_pos_{code}"][month] for part in PARTS]
        figures[f"for_lt_total_pos_{code}"][month] = sum(parts)
    flows = [figures[f"for_{part}_net_{code}"][month] for part in ("lt_treas", "st_treas")]
    figures[f"for_treas_net_{code}"][month] = sum(flows)


def test_published_figures_are_read_checked_and_loaded(real_files: Path, tmp_path: Path) -> None:
    guard = Guard(Editions(real_files, with_cslt=True), tmp_path)
    edition = Edition(CSLT, "cslt.zip", dt.date(2026, 8, 17), "re-expressed", _edition())
    became, rules, loaded = guard.judge(edition, FIRST)
    assert became in (HARMLESS, REPORTED), rules
    columns = {"pos": "holdings", "net": "net_sales"}
    figures = {(row.series, row.country_code, str(row.month_end)[:7]): row for row in loaded.itertuples()}
    newest = {
        (name, month): value for name, values in PUBLISHED.items() for month, value in zip(MONTHS, values, strict=True)
    }
    oldest = {(name, "1984-12"): value for name, value in FIRST_POSITIONS.items()}
    oldest |= {(name, "1985-01"): value for name, value in FIRST_FLOWS.items()}
    for (name, month), value in (newest | oldest).items():
        series, measure, code = name.rsplit("_", 2)
        assert getattr(figures[series, code, month], columns[measure]) == value, (name, month)
