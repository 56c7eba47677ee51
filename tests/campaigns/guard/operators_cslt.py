"""Changes of cslt.zip: series, months, units, ids and the ZIP itself.

In a first load there is no edition before, and only the tables of the same release to compare with: they go back to
2020.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.campaigns.guard.cslt_edition import edit, pack, unpack, without_newest
from tests.campaigns.guard.editions import CSLT
from tests.campaigns.guard.operators import HARMLESS, HTML, QUARANTINED, REFUSED, REPORTED, on

Series = dict[str, Any]
JAPAN, CHINA, DENMARK, OFFICIAL, OTHERS, GRAND_TOTAL = "42609", "41408", "10502", "99990", "99991", "99996"
OLD, RECENT = "1999-05-01", "2024-03-01"


def code_of(one: Series) -> str:
    """The geography of a series."""
    return str(one["source_id"])[-5:]


def exchanged(body: bytes, name_of_twin: Callable[[str], str]) -> bytes:
    """Each series has the observations of its twin, if it has one."""
    found = {one["source_id"]: one for one in unpack(body)["series"]}

    def change(one: Series) -> Series:
        twin = found.get(name_of_twin(one["source_id"]), one)
        return one | {"observations": twin["observations"]}

    return edit(body, change)


def swap(one: str, other: str) -> Callable[[str], str]:
    """A text with two words exchanged."""
    return lambda text: text.replace(one, "@").replace(other, one).replace("@", other)


def scaled(start: str, factor: float, since: str = "") -> Callable[[Series], Series]:
    """The values of the series whose ids start so, times a factor."""

    def change(one: Series) -> Series:
        if not one["source_id"].startswith(start):
            return one
        pairs = [[day, f"{float(value) * factor:.1f}" if day >= since else value] for day, value in one["observations"]]
        return one | {"observations": pairs}

    return change


def put(ids: set[str], day: str, value_of: Callable[[float], float]) -> Callable[[Series], Series]:
    """Another value of some series on one day."""

    def change(one: Series) -> Series:
        if one["source_id"] not in ids:
            return one
        pairs = [[d, f"{value_of(float(v)):.1f}" if d == day else v] for d, v in one["observations"]]
        return one | {"observations": pairs}

    return change


def a_month_late(pairs: list[list[str]]) -> list[list[str]]:
    """Each month has the value of the month before; the oldest keeps its own."""
    values = [value for _, value in pairs]
    return [[day, value] for (day, _), value in zip(pairs, [*values[1:], values[-1]], strict=True)]


@on(CSLT, "cslt_countries_swapped", "the series of Japan and China are exchanged", REFUSED)
def _(body: bytes) -> bytes:
    return exchanged(body, swap(JAPAN, CHINA))


@on(CSLT, "cslt_officials_swapped", "official and other holders are exchanged", REFUSED)
def _(body: bytes) -> bytes:
    return exchanged(body, swap(OFFICIAL, OTHERS))


@on(CSLT, "cslt_families_swapped", "agency bonds and stocks are exchanged", REFUSED)
def _(body: bytes) -> bytes:
    return exchanged(body, swap("lt_agcy", "lt_eqty"))


@on(CSLT, "cslt_measures_swapped", "net transactions and valuation changes of Treasuries are exchanged", REFUSED)
def _(body: bytes) -> bytes:
    return exchanged(body, lambda name: swap("_net_", "_valchg_")(name) if name.startswith("for_lt_treas") else name)


@on(CSLT, "cslt_in_thousands", "all values are a thousand times too large", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, scaled("for_", 1000))


@on(CSLT, "cslt_family_in_billions", "positions of corporate bonds are in billions", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, scaled("for_lt_corp_pos", 0.001))


@on(CSLT, "cslt_unit_in_words", "the metadata of one series say billions", REFUSED)
def _(body: bytes) -> bytes:
    def change(one: Series) -> Series:
        is_it = one["source_id"] == f"for_lt_treas_pos_{JAPAN}"
        return one | {"metadata": one["metadata"] | {"units": "Billions of Dollars"}} if is_it else one

    return edit(body, change)


@on(CSLT, "cslt_net_sign", "net transactions in Treasuries have the other sign", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, scaled("for_lt_treas_net", -1))


@on(CSLT, "cslt_valuation_sign", "valuation changes of stocks have the other sign", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, scaled("for_lt_eqty_valchg", -1))


@on(CSLT, "cslt_a_month_late", "each month has the figures of the month before", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda one: one | {"observations": a_month_late(one["observations"])})


@on(CSLT, "cslt_flows_a_month_late", "net transactions are those of the month before", REFUSED)
def _(body: bytes) -> bytes:
    def change(one: Series) -> Series:
        return one | {"observations": a_month_late(one["observations"])} if "_net_" in one["source_id"] else one

    return edit(body, change)


@on(CSLT, "cslt_dates_a_month_late", "all dates are a month later", REFUSED)
def _(body: bytes) -> bytes:
    def later(day: str) -> str:
        count = int(day[:4]) * 12 + int(day[5:7])
        return f"{count // 12}-{count % 12 + 1:02d}-01"

    return edit(body, lambda one: one | {"observations": [[later(d), v] for d, v in one["observations"]]})


@on(CSLT, "cslt_half", "the second half of the series is missing", REFUSED, first=None)
def _(body: bytes) -> bytes:
    found = unpack(body)
    return pack(found | {"series": found["series"][: len(found["series"]) // 2]})


@on(CSLT, "cslt_without_totals", "the series of the Grand Total are missing", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda one: None if code_of(one) == GRAND_TOTAL else one)


@on(CSLT, "cslt_cut_off", "the ZIP ends after three quarters", REFUSED)
def _(body: bytes) -> bytes:
    return body[: len(body) * 3 // 4]


@on(CSLT, "cslt_json_cut_off", "the JSON ends in the middle, in a whole ZIP", REFUSED)
def _(body: bytes) -> bytes:
    text = json.dumps(unpack(body))
    return pack(text[: len(text) // 2])


@on(CSLT, "cslt_older_edition", "an edition of the month before the last is served again", REFUSED, first=None)
def _(body: bytes) -> bytes:
    return without_newest(body, 2)


@on(CSLT, "cslt_title_of_another", "the title and the geography of one series are another country's", REFUSED)
def _(body: bytes) -> bytes:
    found = {one["source_id"]: one for one in unpack(body)["series"]}
    twin = found[f"for_lt_treas_pos_{CHINA}"]["metadata"]

    def change(one: Series) -> Series:
        return one | {"metadata": twin} if one["source_id"] == f"for_lt_treas_pos_{JAPAN}" else one

    return edit(body, change)


@on(CSLT, "cslt_title_of_another_kind", "the title of one series is that of another kind", REFUSED)
def _(body: bytes) -> bytes:
    def change(one: Series) -> Series:
        if one["source_id"] != f"for_lt_agcy_pos_{JAPAN}":
            return one
        title = one["metadata"]["title"].replace("agency bonds", "Treasury securities")
        return one | {"metadata": one["metadata"] | {"title": title}}

    return edit(body, change)


@on(CSLT, "cslt_id_twice", "one series is there twice", REFUSED)
def _(body: bytes) -> bytes:
    found = unpack(body)
    return pack(found | {"series": [*found["series"], found["series"][0]]})


@on(CSLT, "cslt_unknown_geography", "a geography has a code that no list has", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda one: one | {"source_id": one["source_id"].replace(DENMARK, "10599")})


@on(CSLT, "cslt_month_missing", "one series lacks a month in the middle", REFUSED)
def _(body: bytes) -> bytes:
    def change(one: Series) -> Series:
        is_it = one["source_id"] == f"for_lt_treas_pos_{JAPAN}"
        return one | {"observations": [p for p in one["observations"] if p[0] != OLD]} if is_it else one

    return edit(body, change)


@on(CSLT, "cslt_first_years_missing", "all series begin in 1990", REFUSED)
def _(body: bytes) -> bytes:
    return edit(body, lambda one: one | {"observations": [p for p in one["observations"] if p[0] >= "1990"]})


@on(CSLT, "cslt_typo_in_a_country", "one old position of Japan has a digit too many", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit(body, put({f"for_lt_treas_pos_{JAPAN}"}, OLD, lambda value: value * 10))


@on(CSLT, "cslt_typo_in_the_total", "one old position of the Grand Total is 30 billion too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit(body, put({f"for_lt_corp_pos_{GRAND_TOTAL}"}, OLD, lambda value: value + 30_000))


@on(CSLT, "cslt_typo_in_all_sums", "one old position of Japan is tenfold, and so in all sums", QUARANTINED)
def _(body: bytes) -> bytes:
    held = next(
        float(value)
        for one in unpack(body)["series"]
        if one["source_id"] == f"for_lt_treas_pos_{JAPAN}"
        for day, value in one["observations"]
        if day == OLD
    )
    ids = {f"for_{family}_pos_{JAPAN}" for family in ("lt_treas", "lt_total", "treas")}
    return edit(body, put(ids, OLD, lambda value: value + 9 * held))


@on(CSLT, "cslt_net_tenfold", "one figure of net transactions of China is ten times too large", QUARANTINED)
def _(body: bytes) -> bytes:
    return edit(body, put({f"for_lt_treas_net_{CHINA}"}, RECENT, lambda value: value * 10 - 7_000))


@on(CSLT, "cslt_negative_position", "one position of Denmark is below zero, and so are all sums", QUARANTINED)
def _(body: bytes) -> bytes:
    ids = {f"for_{family}_pos_{DENMARK}" for family in ("lt_treas", "lt_total", "treas")}
    return edit(body, put(ids, OLD, lambda value: value - 300_000))


@on(CSLT, "cslt_newest_month_zero", "the newest positions of all families are zero", QUARANTINED)
def _(body: bytes) -> bytes:
    def change(one: Series) -> Series:
        (day, _), *others = one["observations"]
        return one | {"observations": [[day, "0.0"], *others]} if "_pos_" in one["source_id"] else one

    return edit(body, change)


@on(CSLT, "cslt_names_swapped", "Japan and China are printed under each other's names", REPORTED)
def _(body: bytes) -> bytes:
    names = {JAPAN: "China, Mainland", CHINA: "Japan"}

    def change(one: Series) -> Series:
        name = names.get(code_of(one))
        if name is None:
            return one
        title = f"{one['metadata']['title'].rpartition(': ')[0]}: {name}"
        return one | {"metadata": one["metadata"] | {"title": title, "additional": {"geography": {"name": name}}}}

    return edit(body, change)


@on(CSLT, "cslt_web_page", "a web page, with status 200", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return HTML


@on(CSLT, "cslt_bomb", "the ZIP unpacks to two hundred times its size", REFUSED)
def _(body: bytes) -> bytes:  # noqa: ARG001
    return pack(" " * 60_000_000)


@on(CSLT, "cslt_another_member", "the ZIP holds a file of another name", REFUSED)
def _(body: bytes) -> bytes:
    return pack(unpack(body), "slt_table1.json")


@on(CSLT, "cslt_indented", "the same JSON with line breaks and another order of series", HARMLESS)
def _(body: bytes) -> bytes:
    found = unpack(body)
    return pack(json.dumps(found | {"series": found["series"][::-1]}, indent=1))


@on(CSLT, "cslt_discontinued", "the series of one country are discontinued: their titles say so", HARMLESS)
def _(body: bytes) -> bytes:
    def change(one: Series) -> Series:
        if code_of(one) != DENMARK:
            return one
        title = f"{one['metadata']['title']} (DISCONTINUED)"
        return one | {
            "metadata": one["metadata"]
            | {"title": title, "additional": one["metadata"]["additional"] | {"status": "D"}}
        }

    return edit(body, change)
