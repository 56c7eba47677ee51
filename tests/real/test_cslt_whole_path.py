"""Published figures of cslt.zip through a whole load, and official flows of the Federal Reserve beside it.

No real cslt.zip is on this machine. The figures that were published on the web (Treasury, FRED) are put into the file's
layout, and around them the real tables 1 and 3; the years between 1985 and 2020 are invented and not looked at.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns.guard.cslt_edition import PARTS, REGIONS, Figures, content, figures_of, pack
from tests.installation import REAL_FILES, Installation

FIELD = REAL_FILES.parent / "field"
MONTHS = ("2026-04", "2026-05", "2026-06")
WORLD, OFFICIAL, OTHERS, JAPAN, CHINA = "99996", "99990", "99991", "42609", "41408"
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
    for month, before in (("1985-01", "1984-12"), *zip(MONTHS, ("2026-03", *MONTHS), strict=False)):
        for code in (WORLD, OFFICIAL) if month < MONTHS[0] else (WORLD, OFFICIAL, JAPAN, CHINA):
            _close(figures, code, month, before)
        for name in [name for name in figures if name.endswith(WORLD)]:
            stem = name.removesuffix(WORLD)
            figures[stem + OTHERS][month] = figures[name][month] - figures[stem + OFFICIAL][month]
    return pack(content(figures, (WORLD, OFFICIAL, OTHERS, *REGIONS, "69995", "79995", JAPAN, CHINA)))


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


def _listed(source: Path, *starts: str) -> list[dict[str, str]]:
    """The lines of a manifest whose files have these paths; of FRED only the yields."""
    with (source / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith(starts)]
    chosen = [row for row in rows if row["path"][:5] != "fred/" or "/DGS" in row["path"]]
    return [row | {"path": f"{source.name}/{row['path']}"} for row in chosen]


@pytest.fixture(scope="module")
def loaded(
    real_files: Path, tmp_path_factory: pytest.TempPathFactory, installation_of: Callable[[str], Installation]
) -> Installation:
    """TIC's real tables, FRED's yields, the files of Bertaut and Judson, and cslt.zip."""
    if not (FIELD / "manifest.csv").is_file():
        pytest.skip("the second set of real files (../shared/field) is not on this machine")
    folder = tmp_path_factory.mktemp("history")
    rows = [*_listed(real_files, "tic/", "fred/20"), *_listed(FIELD, "fed/")]
    for source in (real_files, FIELD):
        (folder / source.name).symlink_to(source)
    body = _edition()
    (folder / "cslt.zip").write_bytes(body)
    address = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/cslt.zip"
    made = {"path": "cslt.zip", "source": "tic", "url": address, "as_of": "2026-08-17", "form": "re-expressed"}
    rows.append(made | {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(), "note": ""})
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    installation = installation_of("history")
    installation.load_well(source=folder)
    return installation


def test_the_edition_is_accepted_whole(loaded: Installation) -> None:
    assert loaded.query("select status, rows_quarantined from raw.documents where dataset = 'cslt'") == [("loaded", 0)]


@pytest.mark.parametrize("name", [name for name in PUBLISHED if "_pos_" in name])
def test_a_published_position_is_in_the_facts(loaded: Installation, name: str) -> None:
    _, *parts, _, code = name.split("_")
    kind = {
        "treas": ("treasury", "total"),
        "lt_treas": ("treasury", "long_term"),
        "lt_total": ("all_us_securities", "long_term"),
    }
    security_type, instrument = kind["_".join(parts)]
    found = loaded.query(
        "select (1000 * holdings_usd_bn)::int from marts.fct_securities where direction = 'foreign_holdings' "
        f"and country_code = '{code}' and security_type = '{security_type}' and instrument = '{instrument}' "
        "and month_end in ('2026-05-31', '2026-06-30') order by month_end"
    )
    assert [value for (value,) in found] == list(PUBLISHED[name][1:])


@pytest.mark.parametrize("name", [name for name in PUBLISHED if "_net_" in name])
def test_published_net_purchases_are_in_the_facts(loaded: Installation, name: str) -> None:
    _, _, family, _, code = name.split("_")
    kinds = {"treas": "treasury", "eqty": "corporate_stock", "corp": "corporate_bond", "agcy": "agency"}
    found = loaded.query(
        "select (1000 * net_purchases_usd_bn)::int from marts.fct_securities where direction = 'foreign_holdings' "
        f"and country_code = '{code}' and security_type = '{kinds[family]}' and instrument = 'long_term' "
        "and month_end in ('2026-05-31', '2026-06-30') order by month_end"
    )
    assert [value for (value,) in found] == list(PUBLISHED[name][1:])


def test_the_history_begins_in_december_1984(loaded: Installation) -> None:
    assert loaded.query(
        "select (1000 * holdings_usd_bn)::int, source_series from marts.fct_holdings "
        "where month_end = '1984-12-31' and country_code = '99996' and instrument in ('total', 'long_term') order by 1"
    ) == [(118_122, "cslt"), (194_490, "cslt")]
    assert loaded.query(
        "select (1000 * net_sales_usd_bn)::int from marts.fct_holdings where month_end = '1985-01-31' "
        "and country_code in ('99990', '99996') and instrument = 'long_term' order by country_code"
    ) == [(2_376,), (2_677,)]


@pytest.mark.parametrize("country", ["Belgium", "India", "Norway", "Cayman Islands"])
def test_reported_net_purchases_have_the_sign_of_the_official_flows(loaded: Installation, country: str) -> None:
    """Holders that this cslt.zip does not have: their flows are those of Bertaut and Judson."""
    rows = loaded.query(
        f"""
        with flows as (
            select country_code, month_end, sum(net_flow) over (
                partition by country_code order by month_end rows between 11 preceding and current row
            ) / 1000 as flow, count(net_flow) over (
                partition by country_code order by month_end rows between 11 preceding and current row
            ) as months
            from raw.fed_securities
            where security_type = 'treasury' and series = 'liabilities'
        )

        select parts.coupons_net_sales_usd_bn, flows.flow
        from marts.holdings_decomposition as parts
        inner join flows using (country_code, month_end)
        where
            parts.country = '{country}' and parts.window_months = 12 and parts.method = 'reported'
            and flows.months = 12 and parts.month_end between '2012-12-31' and '2020-12-31'
            and parts.coupons_net_sales_usd_bn is not null
        """
    )
    assert len(rows) >= 90
    wrong = [row for row in rows if abs(row[1]) > 0.05 and (row[0] > 0) != (row[1] > 0)]
    assert wrong == []


def test_what_is_estimated_is_not_called_net_purchases(loaded: Installation) -> None:
    assert loaded.one("select count(*) from marts.holdings_decomposition where method <> 'reported'") > 0
    assert (
        loaded.one("select count(net_sales_usd_bn) from marts.holdings_decomposition where method <> 'reported'") == 0
    )
