"""The lists of TIC: countries and their spellings, the release calendar, breaks, first prints."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from orchestration.sources.tic.countries import OFFICIAL_PARTS, country_code_of, known_codes, known_names, name_key
from orchestration.tables.seeds import read_seed

REGIONS = {
    "Europe",
    "Canada",
    "Latin America",
    "Caribbean",
    "Asia",
    "Africa",
    "Other",
    "International Organizations",
    "Total",
}
CUSTODIAL = {
    "Belgium",
    "Luxembourg",
    "United Kingdom",
    "Cayman Islands",
    "Ireland",
    "Switzerland",
    "Hong Kong",
    "Singapore",
    "Bermuda",
    "Bahamas",
    "British Virgin Islands",
}


@pytest.fixture(scope="module")
def countries() -> pd.DataFrame:
    return read_seed("countries").set_index("country_code")


def days(seed: str, column: str) -> list[dt.date]:
    return [dt.date.fromisoformat(day) for day in read_seed(seed)[column]]


def is_month_end(day: dt.date) -> bool:
    return (day + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Denmark", "10502"),
        ("  DENMARK ", "10502"),
        ("China, Mainland", "41408"),
        ("China, mainland", "41408"),
        ("China (20)", "41408"),
        ("China, Mainland (20)", "41408"),
        ("Korea", "43001"),
        ("Korea, South ", "43001"),
        ("United Kingdom 2/", "13005"),
        ("Belgium  5/", "10251"),
        ("Belgium-Luxembourg", "10308"),
        ("Guadeloupe excl St. Martin and St. Barthelemy (12), (22)", "36803"),
        ("Cura\xe7ao", "36188"),
        ("Cote d\u2019Ivoire (Ivory Coast)", "53007"),
        ("Oil Exporters 3/", "OILEX"),
        ("Carib Bnkng Ctrs 4/", "CARIB"),
        ("All Other", "OTHER"),
        ("Grand Total", "99996"),
        ("Of which Foreign Official", "99990"),
        ("For. Official", "99990"),
        ("Namibia", "54127"),
        ("T\xfcrkiye", "12807"),
        ("Turkiye 2/", "12807"),
        ("Czechia", "15288"),
        ("North Macedonia", "14419"),
        ("Macao", "43508"),
        ("Macao SAR", "43508"),
        ("People\u2019s Republic of China", "41408"),
        ("China (Mainland) (20)", "41408"),
        ("Korea (South)", "43001"),
        ("Virgin Islands, British", "35807"),
        ("United Kingdom of Great Britain and Northern Ireland 2/", "13005"),
        ("Burma", "41106"),
        ("Cabo Verde", "51209"),
        ("Korea, Republic of", "43001"),
        ("Treasury Bills", None),
        ("Of Which: Foreign Official Treasury Bills", None),
        ("", None),
        ("Denmark and Norway", None),
        ("x" * 100_000, None),
    ],
)
def test_a_name_has_one_code_in_any_spelling(printed: str, code: str | None) -> None:
    assert country_code_of(printed) == code


def test_no_spelling_points_to_two_codes() -> None:
    names = known_names()
    keys = names["published_name"].map(name_key)
    pairs = names.assign(key=keys)[["key", "country_code"]].drop_duplicates()
    assert pairs["key"].is_unique
    assert not names.duplicated().any()
    assert not set(keys) & (set(OFFICIAL_PARTS) - {"for. official", "of which: foreign official"})


def test_every_code_has_a_name_and_every_name_a_code(countries: pd.DataFrame) -> None:
    assert set(known_names()["country_code"]) == set(countries.index) == known_codes()
    for code, name in countries["country"].items():
        assert country_code_of(name) == code


def test_country_names_have_no_stray_characters(countries: pd.DataFrame) -> None:
    assert countries.index.is_unique
    assert countries["country"].is_unique
    assert set(countries["region"]) == REGIONS
    for flag in ("is_aggregate", "is_memo", "is_custodial_centre"):
        assert set(countries[flag]) == {"true", "false"}
    assert set(countries.loc[countries["is_custodial_centre"] == "true", "country"]) == CUSTODIAL
    assert countries.loc[countries["is_memo"] == "true"].index.tolist() == ["16713", "16721"]


def test_real_countries_and_only_they_have_a_letter_code(countries: pd.DataFrame) -> None:
    letters = countries["iso_alpha2"].dropna()
    assert letters.is_unique
    assert letters.str.fullmatch("[A-Z]{2}").all()
    assert letters.loc[["13005", "10502", "54127", "41408"]].tolist() == ["GB", "DK", "NA", "CN"]
    aggregates = countries[countries["is_aggregate"] == "true"]
    assert aggregates["iso_alpha2"].isna().all()
    without = countries[(countries["is_aggregate"] == "false") & countries["iso_alpha2"].isna()]
    # One no longer exists; so does another; the third is two territories that report together.
    assert set(without["country"]) == {
        "German Democratic Republic",
        "Netherlands Antilles",
        "St. Martin and St. Barthelemy",
    }


@pytest.mark.parametrize(
    "code", ["99996", "99990", "99991", "19992", "16713", "69995", "79995", "OTHER", "OILEX", "CARIB", "82643", "10308"]
)
def test_totals_and_groups_are_marked(countries: pd.DataFrame, code: str) -> None:
    assert countries.loc[code, "is_aggregate"] == "true"


def test_the_calendar_has_each_month_once_and_runs_forward() -> None:
    calendar = read_seed("tic_release_calendar")
    months, released = days("tic_release_calendar", "data_month_end"), days("tic_release_calendar", "released_on")
    expected = pd.date_range("2000-03-31", max(months), freq="ME").date.tolist()
    assert months == expected
    assert max(months) >= dt.date(2026, 10, 31)
    assert released == sorted(released)
    assert all(month < day for month, day in zip(months, released, strict=True))
    assert set(calendar["basis"]) == {"published", "scheduled", "estimated"}
    assert all(day.weekday() < 5 for day in released)


@pytest.mark.parametrize(
    ("month", "released"),
    [
        ("2004-11-30", "2005-01-18"),
        ("2009-05-31", "2009-07-16"),
        ("2009-07-31", "2009-09-16"),
        ("2013-08-31", "2013-10-22"),
        ("2014-01-31", "2014-03-18"),
        ("2014-12-31", "2015-02-18"),
        ("2016-12-31", "2017-02-15"),
        ("2018-11-30", "2019-01-31"),
        ("2020-01-31", "2020-03-16"),
        ("2025-01-31", "2025-03-19"),
        ("2025-08-31", "2025-11-18"),
        ("2025-09-30", "2025-11-18"),
        ("2025-11-30", "2026-01-15"),
        ("2026-04-30", "2026-06-18"),
        ("2026-05-31", "2026-07-14"),
        ("2026-10-31", "2026-12-15"),
    ],
)
def test_the_calendar_has_delays_and_mistakes(month: str, released: str) -> None:
    calendar = read_seed("tic_release_calendar").set_index("data_month_end")
    assert calendar.loc[month, "released_on"] == released


def test_an_estimated_release_is_never_early() -> None:
    calendar = read_seed("tic_release_calendar")
    sure = calendar[calendar["basis"] != "estimated"]
    estimated = calendar[calendar["basis"] == "estimated"]
    assert (estimated["released_on"].str[8:].astype(int) >= 18).all()
    # The real ones, but for delays, come on the 14th to the 19th.
    on_time = sure[~sure["data_month_end"].isin(["2013-08-31", "2018-11-30"])]
    assert on_time["released_on"].str[8:].astype(int).between(14, 19).all()


def test_breaks_name_months_scopes_and_reasons() -> None:
    breaks = read_seed("tic_series_breaks")
    assert all(map(is_month_end, days("tic_series_breaks", "month_end")))
    assert set(breaks["scope"]) <= known_codes() | {"all"}
    assert not breaks.duplicated(["month_end", "scope", "kind"]).any()
    assert breaks["note"].notna().all()
    breaking = set(breaks.loc[(breaks["scope"] == "all") & (breaks["breaks_holdings"] == "true"), "month_end"])
    surveys = {f"{year}-06-30" for year in range(2002, 2012)}
    assert breaking == surveys | {"2000-03-31", "2011-09-30", "2011-12-31", "2021-06-30"}
    harmless = breaks.loc[breaks["breaks_holdings"] == "false", "month_end"]
    assert {"2016-03-31", "2017-12-31", "2023-02-28"} <= set(harmless)


def test_first_prints_are_figures_of_known_countries() -> None:
    prints = read_seed("tic_first_prints")
    assert set(prints["country_code"]) <= known_codes()
    assert not prints.duplicated(["released_on", "country_code", "month_end"]).any()
    assert prints["source"].notna().all()
    values = prints.set_index(["country_code", "month_end"])["holdings_usd_bn"].astype(float)
    assert values["41408", "2025-11-30"] == 682.6
    assert values["41408", "2025-10-31"] == 688.7
    assert values["13005", "2025-11-30"] == 888.5
    assert values["99996", "2025-11-30"] == 9355.0
    assert all(map(is_month_end, days("tic_first_prints", "month_end")))
