"""Runs one suite of Great Expectations over the rows that a load offers to one raw table.

Belongs here: loading a suite, the columns that its rules compare with (bounds of the catalogue, sums of parts), and
the translation of Great Expectations' answer. Great Expectations is imported where it runs: it costs seconds.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from orchestration.settings import PROJECT_ROOT
from orchestration.sources.catalogue import read_seed
from orchestration.sources.fred import same_units

SUITES = PROJECT_ROOT / "expectations"
SHOWN_ROWS = 5


class SuiteError(Exception):
    """A suite cannot be used as it is written."""


@dataclass(frozen=True)
class RuleResult:
    """What one rule found.

    Attributes:
        rule: its name, from the suite.
        blocks: whether a breach stops the load.
        passed: nothing unexpected.
        expected: the rule in words.
        unexpected: how many rows broke it.
        rows: the first of them: document, line, and the values that the rule looked at.
        documents: all documents that the unexpected rows stand in.
    """

    rule: str
    blocks: bool
    passed: bool
    expected: str
    unexpected: int
    rows: tuple[dict[str, Any], ...]
    documents: frozenset[str]


@dataclass(frozen=True)
class SuiteResult:
    """What one suite found on the rows of one raw table."""

    table: str
    rows_checked: int
    rules: tuple[RuleResult, ...]

    @property
    def passed(self) -> bool:
        """No blocking rule was broken."""
        return not self.broken

    @property
    def broken(self) -> tuple[RuleResult, ...]:
        """The blocking rules that were broken."""
        return tuple(rule for rule in self.rules if rule.blocks and not rule.passed)


def check(table: str, offered: Path) -> SuiteResult:
    """Hold the rows offered to a raw table against its suite.

    Args:
        table: the raw table; its suite is `expectations/<table>.json`.
        offered: Parquet of the offered rows.

    Raises:
        SuiteError: the suite is not valid, or a rule could not be run.
    """
    suite = json.loads((SUITES / f"{table}.json").read_text(encoding="utf-8"))
    frame = _with_references(table, pd.read_parquet(offered, columns=_columns_read(suite, offered)))
    if frame.empty:
        return SuiteResult(table, 0, ())
    return SuiteResult(table, len(frame), tuple(_run(suite, frame)))


def _columns_read(suite: dict[str, Any], offered: Path) -> list[str]:
    """The offered columns that the rules look at, and the two that name a row; the others only cost memory."""
    named = {"document_id", "line_number"}
    for expectation in suite["expectations"]:
        for argument, value in expectation["kwargs"].items():
            if argument.startswith("column"):
                named |= set(value if isinstance(value, list) else [value])
    references = {"body_low": {"open", "close"}, "catalogue_units": {"series_id"}, "lowest": {"series_id"}}
    for reference, needed in references.items():
        if reference in named:
            named |= needed
    return [name for name in pq.read_schema(offered).names if name in named]


def _with_references(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what the rules of a table compare its rows with."""
    match table:
        case "fred_observations":
            bounds = read_seed("fred_series")[["series_id", "lowest", "highest"]]
            bounds = bounds.assign(lowest=pd.to_numeric(bounds["lowest"]), highest=pd.to_numeric(bounds["highest"]))
            return frame.merge(bounds, on="series_id", how="left")
        case "fred_series":
            return frame.assign(catalogue_units=_units_in_the_catalogue(frame))
        case "crypto_candles":
            body = frame[["open", "close"]]
            return frame.assign(body_low=body.min(axis=1), body_high=body.max(axis=1))
        case "tic_holdings":
            return frame.assign(total_less_parts=_total_less_parts(frame))
        case _:
            return frame


def _units_in_the_catalogue(frame: pd.DataFrame) -> pd.Series:
    """The catalogue's units, in FRED's own spelling where both name one unit; None for a series it does not hold."""
    known = read_seed("fred_series").set_index("series_id")["units"]
    units = [
        None if series not in known.index else unit if same_units(unit, known[series]) else known[series]
        for series, unit in zip(frame["series_id"], frame["units"], strict=True)
    ]
    return pd.Series(units, index=frame.index, dtype="str")


def _total_less_parts(frame: pd.DataFrame) -> pd.Series:
    """Total less long-term less bills, on the rows of totals of the files that print all three; missing elsewhere."""
    three = frame[frame["series"].isin(["slt_table3", "slt3d"]) & (frame["security_type"] == "treasury")]
    key = ["document_id", "series", "country_code", "month_end"]
    wide = three.pivot_table(index=key, columns="instrument", values="holdings", aggfunc="first")
    wide = wide.reindex(columns=["total", "long_term", "bills"])
    difference = (wide["total"] - wide["long_term"] - wide["bills"]).rename("total_less_parts")
    totals = frame[key].where(frame["instrument"] == "total")
    return totals.merge(difference.reset_index(), on=key, how="left")["total_less_parts"].set_axis(frame.index)


def _run(suite: dict[str, Any], frame: pd.DataFrame) -> list[RuleResult]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.exceptions.exceptions import GreatExpectationsError

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    try:
        expectations = gx.ExpectationSuite(name=suite["name"], expectations=suite["expectations"])
    except GreatExpectationsError as error:
        raise SuiteError(f"expectations/{suite['name']}.json: {error}") from None
    # Great Expectations drops a rule that it does not know, with a line in its log.
    if len(expectations.expectations) != len(suite["expectations"]):
        raise SuiteError(
            f"expectations/{suite['name']}.json holds {len(suite['expectations'])} rules, and Great Expectations "
            f"understood {len(expectations.expectations)} of them: look for a misspelt `type`."
        )
    source = context.data_sources.add_pandas("offered")
    asset = source.add_dataframe_asset(suite["name"])
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    outcome = batch.validate(
        expectations,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["document_id", "line_number"],
            "return_unexpected_index_query": False,
        },
        expectation_parameters={"known_country_codes": _known_country_codes()},
    )
    return [_translate(suite["name"], result.to_json_dict()) for result in outcome.results]


def _known_country_codes() -> list[str]:
    return read_seed("countries")["country_code"].tolist()


def _translate(suite: str, result: dict[str, Any]) -> RuleResult:
    configuration = result["expectation_config"]
    rule = configuration["meta"]["rule"]
    if result["exception_info"].get("raised_exception"):
        raise SuiteError(f"expectations/{suite}.json, rule {rule}: {result['exception_info'].get('exception_message')}")
    found = result["result"]
    rows = found.get("unexpected_index_list") or []
    return RuleResult(
        rule=rule,
        blocks=configuration["severity"] == "critical",
        passed=bool(result["success"]),
        expected=configuration["meta"]["expected"],
        unexpected=int(found.get("unexpected_count") or (0 if result["success"] else 1)),
        rows=tuple(rows[:SHOWN_ROWS]),
        documents=frozenset(str(row["document_id"]) for row in rows),
    )
