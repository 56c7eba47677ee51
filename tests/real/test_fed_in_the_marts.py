"""TIC's real files with the Federal Reserve's: whose flows the marts report, and what a past day can know.

The Federal Reserve's flows are official. They test the rule that a figure called net sales has the sign of what was
really sold, and that an estimate has another name.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from tests.campaigns.guard.editions import Editions
from tests.campaigns.guard.harness import write_folder
from tests.installation import REAL_FILES, Installation

FIELD = REAL_FILES.parent / "field"
FLOWS = FIELD / "fed" / "2021-07-01" / "bertaut_judson_positions_liabs_2021.csv"
OFFICIALS_BEFORE_2011 = FLOWS.with_name("ticdata.liabilities.foiadj.txt")
REPORT_3D = REAL_FILES / "tic" / "2026-06-18" / "slt3d_globl.csv"
JAPAN, CHINA, BELGIUM, SAUDI_ARABIA = "42609", "41408", "10251", "45608"
ALL_FOREIGNERS, OFFICIALS = "99996", "99990"
NOVEMBER_2020, DECEMBER_2016 = dt.date(2020, 11, 30), dt.date(2016, 12, 31)
FIRST_RELEASE_OF_JULY_2025 = dt.date(2025, 9, 18)
DAY = dt.date(2025, 9, 20)


@dataclass(frozen=True)
class Official:
    """What the Federal Reserve says of a holder's coupons in a month, in billions of dollars."""

    flow: Decimal
    valuation: Decimal


Month = tuple[str, dt.date]


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _billions(millions: str) -> Decimal:
    return Decimal(millions.replace(",", "")) / 1000


@pytest.fixture(scope="module")
def official(real_files: Path) -> dict[Month, Official]:  # noqa: ARG001 - skips without the real files
    """The flows, straight from the publisher's files."""
    found = {}
    # Both have June 2011; the newer method counts.
    for path, kind in ((OFFICIALS_BEFORE_2011, "foi_treas"), (FLOWS, "ftot_treas")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, skipinitialspace=True):
                flow, valuation = row[f"{kind}_adj_net_flow"], row[f"{kind}_adj_val_chg"]
                code = OFFICIALS if kind == "foi_treas" else row["country_code"]
                if "ND" not in (flow, valuation):
                    month, _, year = map(int, row["date"].split("/"))
                    found[code, _month_end(year, month)] = Official(_billions(flow), _billions(valuation))
    return found


@pytest.fixture(scope="module")
def bills(real_files: Path) -> dict[Month, Decimal]:  # noqa: ARG001 - skips without the real files
    """Holdings of bills, straight from TIC's table 3D."""
    found = {}
    with REPORT_3D.open(encoding="latin-1", newline="") as lines:
        for row in csv.reader(lines):
            if len(row) == 6 and re.fullmatch(r"[0-9]{4}-[0-9]{2}", row[2]) and row[5] != "n.a.":
                year, month = map(int, row[2].split("-"))
                found[row[1], _month_end(year, month)] = _billions(row[5])
    return found


@pytest.fixture(scope="module")
def files(real_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of TIC, the yields that estimates need, and the Federal Reserve's files."""
    if not FLOWS.is_file():
        pytest.skip(f"{FLOWS} is not there")
    tic = [
        edition
        for key, editions in Editions(real_files).real.items()
        if key.startswith("tic/") or key == "fred/DGS10"
        for edition in editions
    ]
    fed = [edition for key, editions in Editions(FIELD).real.items() if key.startswith("fed/") for edition in editions]
    return write_folder(tmp_path_factory.mktemp("fed") / "files", [*tic, *fed])


@pytest.fixture(scope="module")
def loaded(files: Path, installation_of: Callable[[str], Installation]) -> Installation:
    installation = installation_of("fed")
    installation.load_well(source=files)
    return installation


def test_coupons_of_japan_in_november_2020(loaded: Installation) -> None:
    """The tables have a position of that month, and no flow: the Federal Reserve comes first."""
    assert loaded.query(
        "select holdings_usd_bn, net_purchases_usd_bn, valuation_change_usd_bn, other_change_usd_bn, source_series "
        f"from marts.fct_securities where country_code = '{JAPAN}' and month_end = date '{NOVEMBER_2020}' "
        "and direction = 'foreign_holdings' and security_type = 'treasury' and instrument = 'long_term'"
    ) == [(Decimal("1192.165"), Decimal("0.567"), Decimal("1.235"), Decimal("-13.842"), "ifdp1113")]
    assert loaded.query(
        "select method, coupons_net_sales_usd_bn, valuation_change_usd_bn from marts.holdings_decomposition "
        f"where country_code = '{JAPAN}' and month_end = date '{NOVEMBER_2020}' and window_months = 1"
    ) == [("reported", Decimal("0.567"), Decimal("1.235"))]


@pytest.mark.parametrize("holder", [CHINA, JAPAN, BELGIUM, SAUDI_ARABIA, ALL_FOREIGNERS])
def test_the_year_to_december_2016_is_reported(
    loaded: Installation, official: dict[Month, Official], bills: dict[Month, Decimal], holder: str
) -> None:
    months = [_month_end(2016, month) for month in range(1, 13)]
    flows = sum(official[holder, month].flow for month in months)
    valuation = sum(official[holder, month].valuation for month in months)
    bought = bills[holder, DECEMBER_2016] - bills[holder, _month_end(2015, 12)]
    (row,) = loaded.query(
        "select method, coupons_net_sales_usd_bn, bills_net_sales_usd_bn, net_sales_usd_bn, valuation_change_usd_bn, "
        "change_usd_bn - net_sales_usd_bn - valuation_change_usd_bn - other_change_usd_bn "
        "from marts.holdings_decomposition "
        f"where country_code = '{holder}' and month_end = date '{DECEMBER_2016}' and window_months = 12"
    )
    assert row == ("reported", flows, bought, flows + bought, valuation, 0)


def test_net_sales_have_the_sign_of_the_official_flow(loaded: Installation, official: dict[Month, Official]) -> None:
    """Until December 2020 every reported month is the Federal Reserve's."""
    rows = loaded.query(
        "select country_code, month_end, coupons_net_sales_usd_bn, net_sales_usd_bn - bills_net_sales_usd_bn "
        "from marts.holdings_decomposition "
        "where method = 'reported' and window_months = 1 and month_end <= date '2020-12-31'"
    )
    # Parts are rounded to a million.
    wrong = [
        (code, str(month), coupons, whole, official[code, month].flow)
        for code, month, coupons, whole in rows
        if _sign(coupons) != _sign(official[code, month].flow) or abs(whole - coupons) > Decimal("0.001")
    ]
    assert wrong == []
    assert (len(rows), len({code for code, *_ in rows})) == (7329, 70)


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


def test_no_estimate_is_called_net_sales(loaded: Installation) -> None:
    """Wherever a mart has net sales of a holder and month, a file reports them."""
    assert (
        loaded.one(
            "select count(*) from marts.holdings_decomposition where method is distinct from 'reported' and coalesce("
            "net_sales_usd_bn, net_purchases_usd_bn, coupons_net_sales_usd_bn, bills_net_sales_usd_bn) is not null"
        )
        == 0
    )
    assert loaded.one("select count(*) from marts.holdings_decomposition where method = 'estimated'") > 0
    assert (
        loaded.one(
            "select count(*) from marts.holder_divergence as divergence anti join ("
            "    select * from marts.holdings_decomposition where window_months = 12 and method = 'reported'"
            ") using (country_code, month_end) "
            "where coalesce(divergence.net_sales_12m_usd_bn, divergence.net_purchases_12m_usd_bn) is not null"
        )
        == 0
    )
    reporting = {
        mart: {
            source
            for (source,) in loaded.query(
                f"select distinct source_series from marts.{mart} where net_purchases_usd_bn is not null"
            )
        }
        for mart in ("fct_holdings", "fct_securities")
    }
    assert reporting == {
        "fct_holdings": {"slt_table3", "slt_table1"},
        "fct_securities": {"slt_table3", "slt_table1", "ifdp1113"},
    }


@pytest.fixture(scope="module")
def then(loaded: Installation, files: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same archive, as of 20 September 2025: two days after the release of July's figures."""
    installation = loaded.copy(tmp_path_factory.mktemp("then") / "home")
    installation.load_well(source=files, as_of=str(DAY))
    return installation


def test_a_past_day_says_that_it_is_rebuilt_from_later_files(then: Installation) -> None:
    ((as_of, since, notice),) = then.query("select as_of, vintages_from, notice from marts.warehouse_info")
    assert as_of == DAY < since == dt.date(2026, 3, 18)
    assert (
        "TIC's figures as of 20 September 2025 are rebuilt from later files, with their revisions: "
        "TIC's tables are held as published from 18 March 2026 on." in notice
    )
    assert notice in _pages(then)["data.html"]


def test_only_the_last_table_3d_was_observed_by_then(then: Installation) -> None:
    """It ended with the release of 15 March 2023, and has been served unchanged since."""
    for mart in ("fct_holdings", "fct_holdings_vintages"):
        assert then.query(
            f"select vintage_basis, cast(max(known_at) as date) from marts.{mart} group by 1 order by 1"
        ) == [("observed", dt.date(2023, 3, 15)), ("reconstructed", FIRST_RELEASE_OF_JULY_2025)], mart


@pytest.mark.parametrize("day", ["that day", "today"])
def test_chinas_july_is_no_first_print(loaded: Installation, then: Installation, day: str) -> None:
    """On 18 September 2025 the world read 730.7; the files that are held say 695.6, restated by a later survey."""
    installation = then if day == "that day" else loaded
    first = installation.query(
        "select holdings_usd_bn, vintage_basis, cast(known_at as date) from marts.fct_holdings_vintages "
        f"where country_code = '{CHINA}' and month_end = '2025-07-31' and instrument = 'total' order by known_at"
    )[0]
    assert first == (Decimal("695.623"), "reconstructed", FIRST_RELEASE_OF_JULY_2025)
    assert installation.one("select count(*) from marts.holdings_revisions where month_end = '2025-07-31'") == 0


def test_the_brief_of_that_day_prints_no_first_print(loaded: Installation, then: Installation) -> None:
    pages = _pages(then)
    assert [name for name, text in pages.items() if "695.6" in text] != [], "China's July is on the site"
    assert _first_prints(pages) == []
    # Today's site has some: those of the releases that are held.
    assert _first_prints(_pages(loaded)) != []


def _first_prints(pages: dict[str, str]) -> list[str]:
    return [found for text in pages.values() for found in re.findall(r"first print(?:,| \$).{0,60}", text)]


def _pages(installation: Installation) -> dict[str, str]:
    found = {path.name: _text(path) for path in (installation.home / "reports" / "site").glob("*.html")}
    assert "data.html" in found
    return found


def _text(page: Path) -> str:
    """What a reader sees."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))
