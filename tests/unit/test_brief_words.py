"""The sentences of the brief: what figures allow to be said, and what they do not."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import yaml

from orchestration.brief import data as data_page
from orchestration.brief import words
from orchestration.brief.blocks import Table
from orchestration.brief.figures import QUERIES, Found
from orchestration.brief.site import compose
from orchestration.brief.stress import line_ends
from orchestration.brief.words import Parts
from orchestration.settings import PROJECT_ROOT

APRIL = dt.date(2026, 4, 30)
FALL_BY_PRICES = Parts(change=-138.483, net_purchases=-3.300, valuation=-142.145, other=6.962)
FALL_BY_SALES = Parts(change=-92.488, net_purchases=-116.463, valuation=17.916, other=6.059)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234.56, "1,234.6"),
        (-0.04, "0.0"),
        (-3.3, "~3.3"),
        (0.0, "0.0"),
        (None, "not known"),
        (float("nan"), "not known"),
    ],
)
def test_a_number_is_written_in_one_way(value: float | None, written: str) -> None:
    assert words.number(value) == written.replace("~", words.MINUS)


def test_signs_units_and_days() -> None:
    assert [words.signed(value) for value in (36.92, -3.3, 0.01, 0.0)] == ["+36.9", f"{words.MINUS}3.3", "0.0", "0.0"]
    assert words.dollars(-39.08) == f"{words.MINUS}$39.1\N{NO-BREAK SPACE}bn"
    assert words.per_cent(5.12) == "5.1\N{NO-BREAK SPACE}%"
    assert (words.day(dt.date(2026, 6, 8)), words.month(APRIL)) == ("8 June 2026", "April 2026")
    assert words.measured(2008.0, "year") == "2008"
    assert words.measured(0.1066, "correlation") == "0.11 correlation"
    assert words.measured(None, "usd_bn") == "\N{EN DASH}"
    assert words.measured(0.1, "usd_bn") == "$100\N{NO-BREAK SPACE}mn"
    assert [words.measured(value, "holders") for value in (1.0, 12.0)] == ["1 holder", "12 holders"]
    assert [words.measured(value, "months") for value in (0.0, 10.0)] == ["no months", "10 months"]
    assert [words.measured(value, "years") for value in (1.0, 14.67)] == ["1 year", "14.7 years"]
    assert words.listed(["Japan"]) == "Japan"
    assert words.listed(["Japan", "Peru", "Chile"]) == "Japan, Peru and Chile"


def _plain(text: str) -> str:
    """The text with spaces where it does not let a line break."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_fall_of_prices_is_not_a_sale() -> None:
    moved = _plain(words.change_of_holdings("Foreign holdings", -138.483, "in March 2026", 9348.66))
    assert moved == "Foreign holdings fell by $138.5 bn in March 2026, to $9,348.7 bn."
    made = _plain(words.what_made_it(FALL_BY_PRICES))
    assert made == (
        f"Foreigners sold $3.3 bn on balance; {words.MINUS}$142.1 bn is reported as valuation; other changes (custody "
        "moves, reclassification) added $7.0 bn. Most of the fall is valuation, not sales."
    )
    only_prices = words.what_made_it(Parts(-10.0, 0.0, -10.0, 0.0))
    assert "sold $" not in only_prices
    assert "neither bought nor sold" in only_prices


def test_a_valuation_far_from_prices_is_not_called_prices() -> None:
    """The United Kingdom in the twelve months to April 2026: yields imply a fifteenth of the reported valuation."""
    made = _plain(words.what_made_it(Parts(129.8, 206.8, -103.4, 26.4, implied=-7.0), "The United Kingdom"))
    assert f"{words.MINUS}$103.4 bn is reported as valuation (yields alone imply {words.MINUS}$7.0 bn)" in made
    assert "prices" not in made
    assert words.valuation(0.01) == "no valuation is reported"


@pytest.mark.parametrize("valuation", [-50.0, -0.3, 0.0, 40.0])
@pytest.mark.parametrize("net_purchases", [-20.0, -0.01, 0.0, 0.01, 20.0])
def test_only_net_purchases_below_zero_are_called_a_sale(net_purchases: float, valuation: float) -> None:
    made = words.what_made_it(Parts(net_purchases + valuation, net_purchases, valuation, 0.0))
    assert ("Foreigners sold $" in made) == (net_purchases <= -words.BOUGHT_OR_SOLD_FROM)
    assert ("Foreigners bought $" in made) == (net_purchases >= words.BOUGHT_OR_SOLD_FROM)


def test_the_largest_part_is_named_only_where_it_is_most_of_the_change() -> None:
    assert words.what_made_it(FALL_BY_SALES).endswith("Most of the fall is sales.")
    # Prices and sales in equal parts, and parts that cancel out, have no largest one.
    assert "Most" not in words.what_made_it(Parts(-10.0, -5.0, -5.0, 0.0))
    assert "Most" not in words.what_made_it(Parts(4.0, 36.9, -39.1, 6.2))
    # Where sales are a part of the fall that counts, nobody says "not sales".
    assert words.what_made_it(Parts(-10.0, -3.0, -7.0, 0.0)).endswith("Most of the fall is valuation.")


def test_unknown_and_estimated_figures_are_labelled() -> None:
    assert "not published transactions" in words.what_made_it(Parts(-10.0, None, None, None))
    estimated = words.what_made_it(Parts(-10.0, None, -1.0, None), "Japan")
    assert "By estimate" in estimated
    assert "sold" not in estimated
    assert "no change can be read" in words.change_of_holdings("Holdings", None, "in June 2021", 7000.0)
    assert "hardly changed" in words.change_of_holdings("Holdings", 0.01, "in June 2021", 7000.0)


def test_a_first_print_is_shown_next_to_the_latest_value() -> None:
    day = dt.date(2026, 1, 15)
    said = words.prints("Holdings of November 2025", 9355.0, 9349.64, day, 3, is_observed=True)
    assert _plain(said) == "Holdings of November 2025: first print $9,355.0 bn (15 January 2026), now $9,349.6 bn."
    only = words.prints("Holdings", 5.0, 5.0, day, 1, is_observed=True)
    assert only.endswith("the first print, of 15 January 2026; no later release of it is held.")
    assert words.prints("Holdings", 5.0, 5.01, day, 2, is_observed=True).endswith("now the same.")


def test_a_value_from_a_later_file_is_not_called_a_first_print() -> None:
    for count in (1, 2):
        said = words.prints("Holdings", 5.0, 6.0, dt.date(2026, 1, 15), count, is_observed=False)
        assert "first print" not in said
        assert "5.0" not in said
        assert "rebuilt from later files" in said


def test_the_longest_record_is_stated() -> None:
    def sentence(**since: dt.date | bool | None) -> str:
        known = {"is_high": False, "is_low": False, "lowest_since": None, "highest_since": None} | since
        return _plain(words.record("China", 651.07, **known))  # type: ignore[arg-type]

    assert sentence(is_low=True) == "China: $651.1 bn, the lowest of all months known."
    assert sentence(is_high=True).endswith("the highest of all months known.")
    assert sentence(lowest_since=dt.date(2008, 9, 30), highest_since=dt.date(2026, 3, 31)).endswith(
        "the lowest since September 2008."
    )
    assert sentence(lowest_since=dt.date(2026, 3, 31), highest_since=dt.date(2024, 3, 31)).endswith(
        "the highest since March 2024."
    )


def test_who_is_past_whom_and_how_sure_that_is() -> None:
    def sentence(status: str, gap: float, months: float | None = None) -> str:
        sentence = words.overtake(
            "Cayman Islands", "China", status, APRIL, gap, months, is_through_custodial_centre=True
        )
        return _plain(sentence)

    assert sentence("lasting", 5.0).startswith("The Cayman Islands went past China in April 2026, and stayed ahead")
    assert "not yet confirmed" in sentence("not yet confirmed", 0.8)
    near = sentence("approaching", -179.4, 12.0)
    assert near.startswith("The Cayman Islands closes in on China: $179.4 bn apart in April 2026, level in 12 months")
    assert near.endswith("One of the two is a custodial center.")


def test_a_change_that_is_usual_for_the_month_says_so() -> None:
    row = {
        "country": "Canada",
        "month_end": APRIL,
        "cycle_length": "quarter",
        "change_1m_pct": -9.6,
        "usual_low_1m_pct": -15.3,
        "usual_high_1m_pct": 5.2,
        "is_usual_for_the_month": True,
    }
    assert words.season(row) == (
        f"Canada: {words.MINUS}9.6 % in April 2026 is usual for the month; the band of the same month of earlier "
        f"quarters is {words.MINUS}15.3 to +5.2 %."
    )
    assert "unusual for the month" in words.season({**row, "is_usual_for_the_month": False})
    passed = words.overtake(
        "Luxembourg",
        "Canada",
        "not yet confirmed",
        APRIL,
        34.1,
        None,
        is_through_custodial_centre=False,
        seasonal=["Canada"],
    )
    assert passed.endswith("The change of Canada is usual for the month by its own history.")


def test_china_is_told_with_the_centers_that_hold_for_it() -> None:
    def row(group: str, high: float, change: float) -> dict[str, object]:
        own = {"month_end": APRIL, "low_usd_bn": 651.1, "own_change_12m_usd_bn": -92.5}
        return {**own, "custody_group": group, "high_usd_bn": high, "change_12m_usd_bn": change}

    sentence = _plain(
        words.custody([row("china_and_belgium", 1111.0, -43.6), row("china_belgium_luxembourg", 1542.1, -23.4)])
    )
    assert sentence.endswith(
        f"In April 2026 China alone held $651.1 bn ({words.MINUS}$92.5 bn in twelve months), China and Belgium "
        f"together $1,111.0 bn ({words.MINUS}$43.6 bn), China, Belgium and Luxembourg together $1,542.1 bn "
        f"({words.MINUS}$23.4 bn)."
    )
    assert words.custody([]) == ""


def test_countries_are_called_as_people_call_them() -> None:
    assert words.country("Korea, South") == "South Korea"
    assert words.country("China, Mainland") == "Mainland China"
    assert words.country("Bonaire, St Eustatius and Saba") == "Bonaire, St Eustatius and Saba"
    assert words.country("Of Which: Foreign Official") == "Foreign Official"
    assert [words.named(name) for name in ("Netherlands", "Japan")] == ["the Netherlands", "Japan"]


def test_the_stress_index_says_what_is_missing_and_promises_nothing() -> None:
    day = dt.date(2026, 8, 7)
    assert words.stress_ends(day, day, 1.0) == ""
    assert "only 35 % of the index's weight" in words.stress_ends(day, dt.date(2026, 8, 21), 0.35)
    today = words.stress_today(day, "green", 21.3, 1, is_active=False)
    assert "higher than on 21 % of all days so far: light green, 1 daily stage lit" in today
    assert today.endswith("forecasts nothing.")


def test_a_response_is_shown_next_to_its_chance_value() -> None:
    sentence = _plain(words.cascade("Bitcoin", 32, -6.94, 1.87, 0.001, "pct"))
    assert sentence == (
        f"Bitcoin: {words.MINUS}6.9 % on average over days 0 to 5 of 32 events; +1.9 % after other falls of equities; "
        "chance alone makes such a gap in 0.1 % of draws."
    )
    assert "other falls" not in words.cascade("Ether", 5, 1.0, None, None, "pct")


def test_verdicts_notes_and_names_of_indicators() -> None:
    assert words.verdicts(["holds", "does not hold", "holds"]) == "Verdicts on 3 claims: holds (2), does not hold (1)."
    assert words.typeset("net sales were -2.2 bn in 2025-10") == f"Net sales were {words.MINUS}2.2 bn in 2025-10."
    assert words.indicator("volatility_10y") == "Volatility of the 10-year yield"
    assert words.indicator("bond_loss_21d") == "Bond loss, 21 days"
    assert [words.indicator(name) for name in ("vix", "ted_spread")] == ["VIX", "TED spread"]


def test_series_that_stand_still_are_named() -> None:
    assert words.freshness(3, [], APRIL, 60) == "All 3 series of FRED have a figure of the 60 days to 30 April 2026."
    still = words.freshness(3, ["TEDRATE"], APRIL, 60)
    assert still.startswith("Of 3 series of FRED 1 has no figure of the 60 days to 30 April 2026: TEDRATE.")


def test_a_day_before_the_first_observed_vintage_is_called_rebuilt() -> None:
    first = dt.date(2026, 3, 18)
    rebuilt = words.known_as_of(dt.date(2025, 9, 20), dt.date(2026, 6, 18), first)
    assert rebuilt == "as of 20 September 2025, rebuilt from later files"
    assert words.known_as_of(first, dt.date(2026, 6, 18), first) == "as known on 18 March 2026"
    assert words.known_as_of(None, dt.date(2026, 6, 18), first) == "all that was known on 18 June 2026"


def test_a_source_line_says_whose_figures_and_that_they_are_made_up() -> None:
    knowledge = words.known_as_of(dt.date(2026, 1, 20), dt.date(2026, 6, 18))
    real = words.source_line("tic", "to April 2026", knowledge, is_simulated=False)
    assert real.startswith("Source: US Department of the Treasury")
    assert real.endswith("Figures to April 2026; as known on 20 January 2026.")
    assert words.source_line("tic", "to April 2026", knowledge, is_simulated=True).startswith("SIMULATED FIGURES")


def test_the_headline_distinguishes_purchases_from_prices() -> None:
    april = dt.date(2026, 4, 30)
    china = ("Mainland China", -84.2)
    bought = _plain(words.headline(Parts(351.6, 307.5, -96.9, 141.0), april, 9352.6, china))
    assert bought == "Foreigners bought $308 bn of US Treasuries in twelve months, although Mainland China sold $84 bn."
    sold = _plain(words.headline(Parts(-10.0, -5.0, -5.0, 0.0), april, 9352.6, china))
    assert sold == "Foreigners sold $5.0 bn of US Treasuries in twelve months; Mainland China sold most, $84 bn."
    for unknown in (Parts(-10.0, None, -5.0, None), Parts(-10.0, 0.0, -10.0, 0.0)):
        assert "sold" not in words.headline(unknown, april, 9352.6, china)


@pytest.mark.parametrize(
    ("fell", "sold", "said"),
    [
        (0, 0, "Holdings rose in each of the last 24 months"),
        (8, 0, "In none of them did foreigners sell on balance"),
        (8, 6, "Foreigners sold on balance in 6 of them"),
        (8, 8, "Foreigners sold on balance in all of them"),
    ],
)
def test_the_title_of_the_months_counts_sales_apart_from_falls(fell: int, sold: int, said: str) -> None:
    assert words.months_title(fell, sold, 24).endswith(said)


def test_checks_add_up() -> None:
    assert words.checks(373, 0, 1) == "372 of 373 checks passed; 1 warning."
    assert words.checks(10, 2, 0) == "8 of 10 checks passed; 2 errors (rows or documents are held back), no warnings."


def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    rows = [
        {"name": name, "date": dt.date(2026, 1, day), "value": value + day / 10}
        for name, value in (("Core", 1.0), ("Cascade", 1.01), ("Other", 1.02))
        for day in range(1, 29)
    ]
    ends = line_ends(rows, "date", "value")
    heights = [row["y"] for row in ends]
    assert [row["name"] for row in ends] == ["Core", "Cascade", "Other"]
    assert min(later - earlier for earlier, later in itertools.pairwise(heights)) > 0.1
    assert line_ends([], "date", "value") == []


def test_a_site_of_a_world_that_knows_nothing_says_so_on_each_page() -> None:
    found: dict[str, list[dict[str, object]]] = {name: [] for name in QUERIES}
    found["info"] = [
        {
            "as_of": dt.date(1999, 1, 1),
            "newest_retrieval_on": None,
            "vintages_from": None,
            "documents_loaded": 3,
            "is_simulated": False,
            "notice": "Built from the publishers' documents.",
        }
    ]
    site = compose(Found(found), ())
    assert site.newest_month is None
    assert site.own_use == []
    said = {page.name: " ".join(text for section in page.sections for text in section.lead) for page in site.pages}
    assert site.pages[0].title == "No holdings are known on this day."
    assert "No TIC release was out" in said["index"]
    assert "There is no stress index on this day" in said["stress"]
    assert "three fifths" in said["stress"]
    assert all(said.values()), said
    assert [page.name for page in site.pages if page.charts] == []


@pytest.mark.parametrize("mart", ["cascade_responses", "cascade_significance", "cascade_order"])
def test_every_asset_and_unit_of_the_cascade_has_a_name(mart: str) -> None:
    """A value that the marts may have and the words lack would stop the site."""
    text = (PROJECT_ROOT / "dbt_project" / "models" / "marts" / "cascade" / f"{mart}.yml").read_text(encoding="utf-8")
    columns = {column["name"]: column for column in yaml.safe_load(text)["models"][0]["columns"]}
    for name, known in (("asset", words.ASSETS), ("unit", words.UNITS)):
        values = columns[name]["config"]["meta"]["values"] if name in columns else []
        assert set(values) <= set(known)


def test_a_correction_names_its_figure_and_its_unit() -> None:
    row = {
        "what": "France, December 2024 in table 3",
        "action": "replace",
        "source_table": "tic_holdings",
        "series": "slt_table3",
        "instrument": "long_term",
        "measure": "valuation_change",
        "known_since": APRIL,
        "published_value": -1611.0,
        "corrected_value": -1661.0,
    }
    table = data_page._corrections([row])
    assert isinstance(table, Table)
    assert [_plain(cell.text) for cell in table.rows[0][:3]] == [
        "France, December 2024 in table 3: valuation, notes and bonds",
        f"{words.MINUS}$1,611 mn",
        f"{words.MINUS}$1,661 mn",
    ]
    rate = {**row, "source_table": "fred_observations", "series": "T10Y2Y", "instrument": None, "measure": None}
    assert data_page._value(rate, -0.1) == f"{words.MINUS}0.1"
