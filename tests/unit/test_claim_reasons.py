"""The sentence behind a verdict: the figures it names, and what it says without figures."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from orchestration.brief import claim_reasons
from orchestration.brief.claim_reasons import reasons
from orchestration.settings import PROJECT_ROOT
from orchestration.tables.open_lists import MEASURES

ROW: dict[str, Any] = {
    "claim_id": "c",
    "claimed_on": dt.date(2026, 1, 20),
    "holder": "Denmark",
    "comparison": None,
    "measure": "level",
    "horizon_months": 12,
    "claim_month_end": dt.date(2025, 10, 31),
    "unit": "usd_bn",
    "measured_as_first_printed": None,
    "first_print_basis": None,
    "measured_now": None,
    "margin_usd_bn": None,
    "usual_revision_usd_bn": None,
    "is_margin_small": None,
    "no_verdict_because": None,
    "caveat": None,
}


def _figure(name: str, number: float | None, month_end: dt.date | None = None) -> dict[str, Any]:
    return {"claim_id": "c", "figure": name, "number": number, "month_end": month_end}


def _why(figures: list[dict[str, Any]], **row: Any) -> str:
    return reasons([{**ROW, **row}], figures)["c"].replace("\N{NO-BREAK SPACE}", " ")


def test_a_level_is_compared_with_the_first_print_the_newest_month_and_the_usual_revision() -> None:
    why = _why(
        [
            _figure("holdings_usd_bn", 9.13, dt.date(2025, 10, 31)),
            _figure("newest_then_usd_bn", 9.88, dt.date(2025, 11, 30)),
        ],
        measured_now=9.13,
        measured_as_first_printed=9.13,
        first_print_basis="reconstructed",
        margin_usd_bn=0.37,
        usual_revision_usd_bn=0.5,
        is_margin_small=True,
    )
    assert why == (
        "Denmark held $9.1 bn in October 2025; as known on 20 January 2026: $9.1 bn (rebuilt from later files); the "
        "newest month then known, November 2025, had $9.9 bn; a margin of $0.37 bn, less than the usual revision of "
        "$0.50 bn."
    )


def test_a_change_is_split_into_its_parts_and_keeps_its_caveat() -> None:
    why = _why(
        [
            _figure("holdings_usd_bn", 9000.0, dt.date(2026, 3, 31)),
            _figure("change_usd_bn", -138.5),
            _figure("net_purchases_usd_bn", -3.3),
            _figure("valuation_change_usd_bn", -142.1),
            _figure("other_change_usd_bn", 6.9),
            _figure("months_at_or_above", 2),
        ],
        measure="net_purchases",
        horizon_months=1,
        claim_month_end=dt.date(2026, 3, 31),
        holder="All foreign holders",
        measured_now=-3.3,
        caveat="Most of it was valuation",
    )
    assert why == (
        "All foreigners sold $3.3 bn on balance in the month to March 2026; holdings changed by "
        "\N{MINUS SIGN}$138.5 bn: net purchases \N{MINUS SIGN}$3.3 bn, reported as valuation \N{MINUS SIGN}$142.1 bn, "
        "other changes $6.9 bn. Most of it was valuation."
    )


def test_a_rank_of_an_incomplete_month_is_no_sentence() -> None:
    for measure in ("holder_rank", "holders_both_ways"):
        assert _why([], measure=measure, unit="rank") == "No figure."


def test_counts_of_nothing_and_of_one_are_words() -> None:
    held = [_figure("holdings_usd_bn", 9094.0, dt.date(2025, 6, 30))]
    record = _why(held, measure="months_at_or_above", unit="months", measured_now=0.0, holder="United Kingdom")
    assert record.startswith("The United Kingdom held $9,094.0 bn in June 2025")
    assert record.endswith("as much in no earlier month or survey.")
    selling = _why([], measure="years_of_net_selling", unit="years", measured_now=1.0)
    assert selling == "Years in a row to October 2025 with net purchases below zero: 1 year."


@pytest.mark.parametrize(
    ("measure", "figure", "ending"),
    [
        ("years_at_low", "last_lower", ", and last as little in September 2008."),
        ("years_at_high", "last_higher", ", and last as much in September 2008."),
        ("years_at_high", "last_lower", "October 2025."),
    ],
)
def test_an_extreme_names_the_month_that_was_as_extreme(measure: str, figure: str, ending: str) -> None:
    october, earlier = dt.date(2025, 10, 31), dt.date(2008, 9, 30)
    why = _why([_figure("holdings_usd_bn", 9.13, october), _figure(figure, None, earlier)], measure=measure)
    assert why.endswith(ending)


def test_a_record_is_named() -> None:
    figures = [_figure("holdings_usd_bn", 9349.6, dt.date(2025, 11, 30)), _figure("months_at_or_above", 0)]
    assert "the highest so far" in _why(figures, measure="net_purchases", measured_now=586.4)


@pytest.mark.parametrize("reason", sorted(claim_reasons.NO_VERDICT))
def test_without_a_verdict_no_figure_is_named(reason: str) -> None:
    why = _why([_figure("holdings_usd_bn", 9.13)], no_verdict_because=reason, caveat="A caveat")
    assert why == claim_reasons.NO_VERDICT[reason]


def test_without_figures_only_the_caveat_is_left() -> None:
    assert _why([], measure="not_in_tic", caveat="No figure measures it") == "No figure measures it."
    assert _why([], measure="not_in_tic") == "No figure."


def test_a_missing_figure_is_shown_as_unknown() -> None:
    assert "not known" in _why([_figure("flow_correlation", 0.11)], measure="flow_yield_correlation", measured_now=0.11)


def test_every_measure_has_a_sentence() -> None:
    """A measure without one would have an empty reason."""
    assert set(MEASURES) == set(claim_reasons._MEASURES)


def test_every_figure_that_a_sentence_names_is_in_the_mart() -> None:
    source = (PROJECT_ROOT / "orchestration" / "brief" / "claim_reasons.py").read_text()
    named = set(re.findall(r"(?:claim\.(?:number|dollars|month)\(|figure=)[\"'](\w+)[\"']", source))
    assert {"btc_gap_p", "last_lower"} <= named
    mart = (PROJECT_ROOT / "dbt_project" / "models" / "marts" / "thesis" / "claim_figures.sql").read_text()
    assert named <= set(re.findall(r"'(\w+)'", mart))
