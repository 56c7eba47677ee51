"""Defines the rows of the publisher's monthly tables: their holders and their order.

Belongs here: countries, regions, memo rows, organizations, grand total, officials, as sums of holders.
Does not belong here: figures of one holder (`simulate_tic.py`), and how a row is printed (`write_tic.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.sample.inputs import GRAND_TOTAL, OFFICIAL, Country
from orchestration.sample.simulate_tic import Flow, Flows, Position, Positions

NON_OFFICIAL = "99991"
_ORGANIZATIONS = "International Organizations"
_REGIONS = (
    ("Europe", "Total Europe", "19992"),
    ("Canada", "", ""),
    ("Latin America", "Total Latin America", "39942"),
    ("Caribbean", "Total Caribbean", "34401"),
    ("Asia", "Total Asia", "49999"),
    ("Africa", "Total Africa", "59994"),
    ("Other", "Total Other", "69906"),
)


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        name, code: as the publisher prints them.
        holders: whose figures it adds.
        less: whose figures it subtracts.
        long_term_only: total and bills are not available.
        is_country: a single country, not a total.
    """

    name: str
    code: str
    holders: tuple[str, ...]
    less: tuple[str, ...] = ()
    long_term_only: bool = False
    is_country: bool = False

    def position(self, positions: Positions, month: int) -> Position:
        """Return the total position of the row's holders."""
        long_term = bills = 0
        for sign, codes in ((1, self.holders), (-1, self.less)):
            for code in codes:
                held = positions[code][month]
                long_term += sign * held.long_term
                bills += sign * held.bills
        return Position(long_term, bills)

    def flow(self, flows: Flows, month: int) -> Flow | None:
        """Return the total flows of the row's holders, or None before they were published."""
        net = valuation = other = 0
        for sign, codes in ((1, self.holders), (-1, self.less)):
            for code in codes:
                flow = flows[code].get(month)
                if flow is None:
                    return None
                net += sign * flow.net_sales
                valuation += sign * flow.valuation
                other += sign * flow.other
        return Flow(net, valuation, other)


def table_rows(holders: Sequence[Country]) -> list[Row]:
    """Return the rows of table 3, in the publisher's order."""
    rows: list[Row] = []
    for region, name, code in _REGIONS:
        members = [holder for holder in holders if holder.region == region]
        rows += [
            _country_row(holder)
            for holder in sorted(members, key=lambda item: item.code)
            if holder.name and holder.printed != "hidden"
        ]
        if code:
            rows.append(Row(name, code, _codes(members)))
        if region == "Europe":
            rows += _memo_rows(members)
    organizations = [holder for holder in holders if holder.region == _ORGANIZATIONS]
    rows.append(Row("All Countries", "69995", _codes([item for item in holders if item not in organizations])))
    rows += [Row(holder.name, holder.code, (holder.code,)) for holder in organizations]
    rows.append(Row("Total IROs", "79995", _codes(organizations)))
    rows.append(Row("Grand Total", GRAND_TOTAL, _codes(holders)))
    rows.append(Row("Of Which: Foreign Official", OFFICIAL, (OFFICIAL,)))
    rows.append(Row("Of Which: Foreign Non-Official", NON_OFFICIAL, _codes(holders), less=(OFFICIAL,)))
    return rows


def _country_row(holder: Country) -> Row:
    return Row(
        holder.name,
        holder.code,
        (holder.code,),
        long_term_only=holder.printed == "long_term",
        is_country=True,
    )


def _memo_rows(members: Sequence[Country]) -> list[Row]:
    return [
        Row("Memo: Euro Area", "16713", _codes([item for item in members if item.euro_area])),
        Row("Memo: European Union", "16721", _codes([item for item in members if item.european_union])),
    ]


def _codes(holders: Sequence[Country]) -> tuple[str, ...]:
    return tuple(holder.code for holder in holders)
