"""Published figures of cslt.zip: read, checked by every rule, loaded to the million, and found again in the marts.

No real cslt.zip is on this machine. The figures that were published on the web (Treasury, FRED) are put into the file's
layout, and around them the real tables 1 and 3; the years between 1985 and 2020 are invented and not looked at. They do
not fit TIC's other files of that time, so the models are built without those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns.guard.cslt_edition import PARTS, REGIONS, Figures, content, figures_of, months_of, pack
from tests.campaigns.guard.editions import CSLT, TABLE_1, TABLE_3, TABLE_5, Edition, Editions
from tests.campaigns.guard.harness import FIRST, write_folder
from tests.campaigns.guard.operators import HARMLESS, REPORTED
from tests.installation import REAL_FILES, Installation
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
ABROAD = (102_093, 31_646, 34_350)
"""Published net purchases of foreign long-term securities by US residents: us_lt_total_net_99996."""
ABROAD_POSITION = 20_000_000
"""Invented."""
ADDRESS = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/cslt.zip"
RELEASE = dt.date(2026, 6, 18)


@cache
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
    made = content(figures, (WORLD, OFFICIAL, OTHERS, *REGIONS, ALL, "79995", JAPAN, CHINA))
    return pack(made | {"series": [*made["series"], *_abroad()]})


def _abroad() -> list[dict[str, Any]]:
    """What US residents hold of foreign securities, and bought of them in the newest three months."""
    months = months_of("1994-12", MONTHS[-1])
    net = dict.fromkeys(months[1:], 0) | dict(zip(MONTHS, ABROAD, strict=True))
    measures = {
        "pos": ("holdings of", dict.fromkeys(months, ABROAD_POSITION)),
        "net": ("net transactions in", net),
        "valchg": ("valuation change of", {month: -bought for month, bought in net.items()}),
    }
    return [
        {
            "source_id": f"us_lt_total_{measure}_{WORLD}",
            "metadata": {
                "title": f"U.S. {words} foreign long-term securities: Grand Total",
                "frequency": "M",
                "season": "NSA",
                "units": "Millions of Dollars",
                "additional": {"geography": {"name": "Grand Total"}, "status": "A"},
            },
            "observations": [[f"{month}-01", f"{value}.0"] for month, value in sorted(values.items(), reverse=True)],
        }
        for measure, (words, values) in measures.items()
    ]


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


@pytest.fixture(scope="module")
def loaded(
    real_files: Path, installation_of: Callable[[str], Installation], tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """The edition with the tables of a release, and the yields that estimates need, loaded and published."""
    real = Editions(real_files).real
    keys = (TABLE_1, TABLE_3, TABLE_5, "tic/release_calendar", "fred/DGS10")
    chosen = [edition for key in keys for edition in real[key] if edition.as_of <= RELEASE]
    edition = Edition(CSLT, ADDRESS, dt.date(2026, 8, 17), "re-expressed", _edition())
    installation = installation_of("cslt")
    installation.load_well(source=write_folder(tmp_path_factory.mktemp("cslt") / "files", [*chosen, edition]))
    return installation


IN_SECURITIES = {
    "for_lt_treas": ("foreign_holdings", "treasury"),
    "for_lt_agcy": ("foreign_holdings", "agency"),
    "for_lt_corp": ("foreign_holdings", "corporate_bond"),
    "for_lt_eqty": ("foreign_holdings", "corporate_stock"),
    "for_lt_total": ("foreign_holdings", "all_us_securities"),
    "us_lt_total": ("us_holdings", "all_foreign_securities"),
}
IN_HOLDINGS = {"for_treas": "total", "for_lt_treas": "long_term"}


def _published() -> dict[tuple[str, str, str, str], Decimal]:
    """Series, measure, code and month -> billions of dollars."""
    named = [
        *((name, dict(zip(MONTHS, values, strict=True))) for name, values in PUBLISHED.items()),
        (f"us_lt_total_net_{WORLD}", dict(zip(MONTHS, ABROAD, strict=True))),
        *((name, {"1984-12": value}) for name, value in FIRST_POSITIONS.items()),
        *((name, {"1985-01": value}) for name, value in FIRST_FLOWS.items()),
    ]
    found = {}
    for name, values in named:
        series, measure, code = name.rsplit("_", 2)
        found |= {(series, measure, code, month): Decimal(value) / 1000 for month, value in values.items()}
    return found


def test_published_figures_are_in_the_marts(loaded: Installation) -> None:
    """All but those of April, which come from the tables of the release of June: the marts prefer them."""
    columns = "country_code, strftime(month_end, '%Y-%m'), holdings_usd_bn, net_purchases_usd_bn, source_series"
    securities = {
        ((direction, security_type), *key): (holdings, net, source)
        for direction, security_type, *key, holdings, net, source in loaded.query(
            f"select direction, security_type, {columns} from marts.fct_securities where instrument = 'long_term'"
        )
    }
    holdings_of = {
        (instrument, *key): (holdings, net, source)
        for instrument, *key, holdings, net, source in loaded.query(
            f"select instrument, {columns} from marts.fct_holdings"
        )
    }
    compared, of_tables = 0, set()
    for (series, measure, code, month), value in _published().items():
        for mart, places in ((securities, IN_SECURITIES), (holdings_of, IN_HOLDINGS)):
            if series in places:
                holdings, net, source = mart[places[series], code, month]
                if source == "cslt":
                    assert (net if measure == "net" else holdings) == value, (series, measure, code, month)
                    compared += 1
                else:
                    of_tables.add((source, month))
    assert (compared, of_tables) == (40, {("slt_table1", "2026-04"), ("slt_table3", "2026-04")})


@pytest.mark.parametrize("month", ["1985-01", *MONTHS[1:]])
def test_the_first_and_the_newest_flows_are_reported(loaded: Installation, month: str) -> None:
    rows = loaded.query(
        "select country_code, method, coupons_net_sales_usd_bn, bills_net_sales_usd_bn, net_sales_usd_bn, "
        "change_usd_bn - net_sales_usd_bn - valuation_change_usd_bn - other_change_usd_bn, holdings_usd_bn "
        "from marts.holdings_decomposition "
        f"where window_months = 1 and strftime(month_end, '%Y-%m') = '{month}' "
        f"and country_code in ('{WORLD}', '{OFFICIAL}') order by country_code"
    )
    assert [code for code, *_ in rows] == [OFFICIAL, WORLD]
    for code, method, coupons, bills, net, unexplained, holdings in rows:
        assert method == "reported"
        assert coupons == _published()["for_lt_treas", "net", code, month]
        assert (net, unexplained) == (coupons + bills, 0)
        if month in MONTHS:
            assert holdings == _published()["for_treas", "pos", code, month]


def test_identities_hold_in_the_marts(loaded: Installation) -> None:
    """Months compared, and how many are further apart than the rounding of their parts to a million."""
    parts = loaded.query(
        """
        with securities as (
            select * from marts.fct_securities
            where source_series = 'cslt' and direction = 'foreign_holdings' and instrument = 'long_term'
        ),

        months as (
            select
                sum(holdings_usd_bn) filter (where security_type <> 'all_us_securities')
                    - sum(holdings_usd_bn) filter (where security_type = 'all_us_securities') as holdings,
                sum(net_purchases_usd_bn) filter (where security_type <> 'all_us_securities')
                    - sum(net_purchases_usd_bn) filter (where security_type = 'all_us_securities') as net
            from securities group by country_code, month_end having count(*) = 5
        )

        select count(*), count(*) filter (where abs(holdings) > 0.003), count(*) filter (where abs(net) > 0.003)
        from months
        """
    )
    holders = _sums(
        loaded,
        "(month_end, instrument)",
        f"whole.country_code = '{WORLD}' and one.country_code = '{OFFICIAL}' and other.country_code = '{OTHERS}'",
    )
    treasuries = _sums(
        loaded,
        "(country_code, month_end)",
        "whole.instrument = 'total' and one.instrument = 'long_term' and other.instrument = 'bills' "
        "and whole.source_series = 'cslt'",
    )
    assert (parts, holders, treasuries) == ([(6440, 0, 0)], [(1497, 0, 0)], [(6440, 0, 0)])


def _sums(loaded: Installation, key: str, condition: str) -> list[tuple[Any, ...]]:
    """Of two parts that add up to a whole: months compared, positions and net purchases off by more than 2 million."""
    return loaded.query(
        f"""
        select
            count(*),
            count(*) filter (where abs(whole.holdings_usd_bn - one.holdings_usd_bn - other.holdings_usd_bn) > 0.002),
            count(*) filter (where abs(whole.net_sales_usd_bn - one.net_sales_usd_bn - other.net_sales_usd_bn) > 0.002)
        from marts.fct_holdings as whole
        inner join marts.fct_holdings as one using {key}
        inner join marts.fct_holdings as other using {key}
        where {condition}
        """
    )
