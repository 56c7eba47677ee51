"""The reason for the verdict on a claim, in a sentence or two.

Belongs here: which figures of a claim are named, and how. Does not belong here: what is measured and how it is judged
(the marts `thesis_scorecard` and `claim_figures`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from orchestration.brief import words
from orchestration.brief.figures import Row, Rows

NO_VERDICT = {
    "not made yet": "No verdict: the claim was made after this day.",
    "figures not known": "No verdict: its figures were not known on this day.",
}
BASES = {"quoted": " (as the press quoted it)", "reconstructed": " (rebuilt from later files)"}


class Claim:
    """One claim: its row of the scorecard, and its figures by name."""

    def __init__(self, row: Row, figures: Rows) -> None:
        self.row = row
        self._figures = {figure["figure"]: figure for figure in figures}

    def __contains__(self, figure: str) -> bool:
        return figure in self._figures

    def number(self, figure: str, digits: int = 1) -> str:
        """The figure as text; `not known` if the claim has none of this name."""
        return words.number(self._value(figure), digits)

    def dollars(self, figure: str) -> str:
        """The figure in billions of dollars."""
        return words.dollars(self._value(figure))

    def month(self, figure: str) -> str:
        """The month that the figure is about."""
        found = self._figures.get(figure)
        return words.month(found["month_end"] if found else None)

    def _value(self, figure: str) -> float | None:
        found = self._figures.get(figure)
        return found["number"] if found else None


def reasons(scorecard: Rows, figures: Rows) -> dict[str, str]:
    """The reason for each verdict, by claim.

    Args:
        scorecard: rows of `thesis_scorecard`.
        figures: rows of `claim_figures`.
    """
    of_claims: dict[str, Rows] = {}
    for figure in figures:
        of_claims.setdefault(figure["claim_id"], []).append(figure)
    return {row["claim_id"]: reason(Claim(row, of_claims.get(row["claim_id"], []))) for row in scorecard}


def reason(claim: Claim) -> str:
    """The figures behind the verdict on one claim, and its caveat."""
    if claim.row["no_verdict_because"]:
        return NO_VERDICT[claim.row["no_verdict_because"]]
    measured = _MEASURES.get(claim.row["measure"])
    parts = [part(claim) for part in ([measured] if measured else []) + _PARTS]
    sentences = ["; ".join(part for part in parts if part), claim.row["caveat"] or ""]
    return " ".join(words.typeset(sentence) for sentence in sentences if sentence) or "No figure."


def _level(claim: Claim) -> str:
    if "holdings_usd_bn" not in claim:
        return ""
    who = words.begin(words.named(words.group(claim.row["holder"])))
    return f"{who} held {claim.dollars('holdings_usd_bn')} in {claim.month('holdings_usd_bn')}"


def _over_horizon(claim: Claim) -> str:
    months = claim.row["horizon_months"]
    period = "in the month to" if months == 1 else f"in the {months} months to"
    return f"{period} {words.month(claim.row['claim_month_end'])}"


def _change(claim: Claim) -> str:
    return f"holdings changed by {words.dollars(claim.row['measured_now'])} {_over_horizon(claim)}"


def _change_pct(claim: Claim) -> str:
    return f"holdings changed by {words.per_cent(claim.row['measured_now'])} {_over_horizon(claim)}"


def _net_purchases(claim: Claim) -> str:
    if claim.row["measured_now"] is None:
        return ""
    who = words.named(words.group(claim.row["holder"]))
    return f"{who} {words.bought_or_sold(claim.row['measured_now'])} {_over_horizon(claim)}"


def _from_peak(claim: Claim) -> str:
    return (
        f"holdings in {words.month(claim.row['claim_month_end'])} were {words.per_cent(claim.row['measured_now'])} "
        f"from their peak of {claim.dollars('peak_usd_bn')}"
    )


def _share(claim: Claim) -> str:
    return (
        f"{words.per_cent(claim.row['measured_now'], 2)} of the {claim.dollars('comparison_usd_bn')} of "
        f"{words.named(words.group(claim.row['comparison']))} in {words.month(claim.row['claim_month_end'])}"
    )


def _extreme(claim: Claim, as_word: str, figure: str) -> str:
    earlier = f", and last as {as_word} in {claim.month(figure)}" if figure in claim else ""
    return _level(claim) + earlier


def _as_little(claim: Claim) -> str:
    survey = (
        f"; the lowest survey before the monthly figures has {claim.dollars('lowest_survey_usd_bn')}"
        if "lowest_survey_usd_bn" in claim
        else ""
    )
    return f"{_level(claim)}, and as little in {_earlier(claim)}{survey}"


def _as_much(claim: Claim) -> str:
    return f"{_level(claim)}, and as much in {_earlier(claim)}"


def _earlier(claim: Claim) -> str:
    count = claim.row["measured_now"]
    return f"{_count(claim)} earlier months and surveys" if count else "no earlier month or survey"


def _count(claim: Claim) -> str:
    return words.number(claim.row["measured_now"], 0)


def _rank(claim: Claim) -> str:
    if claim.row["measured_now"] is None:
        return ""
    return f"rank {_count(claim)} among countries in {words.month(claim.row['claim_month_end'])}"


def _both_ways(claim: Claim) -> str:
    if claim.row["measured_now"] is None:
        return ""
    return (
        f"{claim.number('holders_withdrawing', 0)} holders withdrew and "
        f"{claim.number('holders_strengthening', 0)} strengthened {_over_horizon(claim)}"
    )


def _years_of_selling(claim: Claim) -> str:
    if claim.row["measured_now"] is None:
        return ""
    years, newest = words.counted(round(claim.row["measured_now"]), "year"), words.month(claim.row["claim_month_end"])
    return f"years in a row to {newest} with net purchases below zero: {years}"


def _chance(claim: Claim) -> str:
    return (
        f"the chance is {words.per_cent(claim.row['measured_now'])} within {claim.row['horizon_months']} months of "
        f"{words.month(claim.row['claim_month_end'])}, from a gap of {claim.dollars('gap_usd_bn')}"
    )


def _flows_and_yields(claim: Claim) -> str:
    return (
        "foreigners' net flow into notes and bonds, in per cent of their holdings, and the change of the ten-year "
        f"yield in the same month have a correlation of {claim.number('flow_correlation', 2)} over "
        f"{claim.number('flow_months', 0)} months to {claim.month('flow_months')}; selling that lifts yields would "
        f"make it negative; in the {claim.number('outflow_months', 0)} months of the largest outflows the yield "
        f"changed by {claim.number('in_outflows_bp')} bp on average, in the others by {claim.number('in_others_bp')} bp"
    )


def _cascade(claim: Claim) -> str:
    return (
        f"{claim.number('joint_days', 0)} days on which yields jumped and equities fell, against other falls of "
        f"equities, five days later: funding stress {claim.number('funding_change', 2)} (t "
        f"{claim.number('funding_t')}); equities {claim.number('equity_gap_pct')} % (p "
        f"{claim.number('equity_gap_p', 3)}); bitcoin {claim.number('btc_gap_pct')} % (p "
        f"{claim.number('btc_gap_p', 3)}), with p below 0.05 at {claim.number('horizons_of_falls', 0)} of "
        f"{claim.number('horizons', 0)} horizons (p {claim.number('lowest_p', 3)} to {claim.number('highest_p', 3)}) "
        f"and in {claim.number('significant_specifications', 0)} of {claim.number('specifications', 0)} specifications"
    )


def _crypto(claim: Claim) -> str:
    return (
        f"five days after yields jumped and equities fell bitcoin had moved by {claim.number('btc_move_pct')} % "
        f"beyond the usual and equities by {claim.number('equity_move_pct')} %; bitcoin moved more at "
        f"{claim.number('horizons_btc_moved_more', 0)} of {claim.number('compared_horizons', 0)} horizons; in "
        f"standard deviations of their own they moved by {claim.number('btc_in_sigma', 2)} and "
        f"{claim.number('equity_in_sigma', 2)}"
    )


def _order(claim: Claim) -> str:
    chance = claim.number("order_p", 2)
    return (
        f"half of the move took bitcoin {claim.number('btc_days_to_half')} days and equities "
        f"{claim.number('equity_days_to_half')} (medians); a share of {chance} of shifted histories shows as much of "
        "an order"
    )


def _bonds(claim: Claim) -> str:
    return (
        "when equities fell by one standard deviation or more, a ten-year bond fell on the same day in "
        f"{claim.number('falls_with_bonds', 0)} of {claim.number('falls', 0)} cases, by "
        f"{claim.number('bond_loss_pct', 2).lstrip(words.MINUS)} % on average; since 2022 in "
        f"{claim.number('falls_with_bonds_since_2022', 0)} of {claim.number('falls_since_2022', 0)}"
    )


_MEASURES: Mapping[str, Callable[[Claim], str]] = {
    "level": _level,
    "not_in_tic": _level,
    "change": _change,
    "change_pct": _change_pct,
    "net_purchases": _net_purchases,
    "change_from_peak_pct": _from_peak,
    "share_pct": _share,
    "years_at_low": partial(_extreme, as_word="little", figure="last_lower"),
    "low_year": partial(_extreme, as_word="little", figure="last_lower"),
    "years_at_high": partial(_extreme, as_word="much", figure="last_higher"),
    "months_at_or_below": _as_little,
    "months_at_or_above": _as_much,
    "holder_rank": _rank,
    "holders_both_ways": _both_ways,
    "years_of_net_selling": _years_of_selling,
    "chance_pct": _chance,
    "flow_yield_correlation": _flows_and_yields,
    "matched_gap_of_bitcoin": _cascade,
    "bitcoin_to_equities": _crypto,
    "bitcoin_after_equities": _order,
    "bonds_falling_with_equities": _bonds,
}


def _then(claim: Claim) -> str:
    if claim.row["measured_as_first_printed"] is None:
        return ""
    value = _written(claim.row["measured_as_first_printed"], claim.row["measure"], claim.row["unit"])
    basis = BASES.get(claim.row["first_print_basis"], "")
    return f"as known on {words.day(claim.row['claimed_on'])}: {value}{basis}"


def _written(value: float, measure: str, unit: str) -> str:
    """The number of a measure: counts are whole, shares and chances have two decimals."""
    if measure in ("share_pct", "chance_pct"):
        return words.per_cent(value, 2)
    return words.measured(value, unit)


def _parts_of_change(claim: Claim) -> str:
    if claim.row["measure"] not in ("change", "net_purchases") or "other_change_usd_bn" not in claim:
        return ""
    change = "of it" if claim.row["measure"] == "change" else f"holdings changed by {claim.dollars('change_usd_bn')}"
    return (
        f"{change}: net purchases {claim.dollars('net_purchases_usd_bn')}, reported as valuation "
        f"{claim.dollars('valuation_change_usd_bn')}, other changes {claim.dollars('other_change_usd_bn')}"
    )


def _record(claim: Claim) -> str:
    is_record = claim.row["measure"] == "net_purchases" and claim.number("months_at_or_above", 0) == "0"
    return f"holdings of {claim.dollars('holdings_usd_bn')} were the highest so far" if is_record else ""


def _newest_then(claim: Claim) -> str:
    if "newest_then_usd_bn" not in claim:
        return ""
    return (
        f"the newest month then known, {claim.month('newest_then_usd_bn')}, had {claim.dollars('newest_then_usd_bn')}"
    )


def _margin(claim: Claim) -> str:
    if not claim.row["is_margin_small"]:
        return ""
    return (
        f"a margin of ${abs(claim.row['margin_usd_bn']):,.2f} bn, less than the usual revision of "
        f"${claim.row['usual_revision_usd_bn']:,.2f} bn"
    )


_PARTS: list[Callable[[Claim], str]] = [_parts_of_change, _then, _record, _newest_then, _margin]
