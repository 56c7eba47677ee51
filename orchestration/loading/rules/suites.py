"""Runs one suite of Great Expectations over a frame, and translates what it found.

Belongs here: reading a suite of `expectations/`, and the bridge to Great Expectations. Does not belong here: where the
frame comes from (`relations`), and what follows from a breach (`verdict`). Great Expectations is imported where it
runs: it costs seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from orchestration.settings import PROJECT_ROOT
from orchestration.tables.seeds import seed_files

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

SUITES = PROJECT_ROOT / "expectations"
CRITICAL = "critical"


class SuiteError(Exception):
    """A suite cannot be used as it is written."""


@dataclass(frozen=True)
class Rule:
    """One expectation of a suite.

    Attributes:
        name: unique among the rules of a table.
        is_critical: whether a breach has a consequence; else it is reported.
        expected: the rule in words.
        advice: what a person does about a breach, where the rule says more than the general advice.
        why: what speaks for it.
    """

    name: str
    is_critical: bool
    expected: str
    advice: str | None
    why: str = ""


@dataclass(frozen=True)
class Suite:
    """The rules about one kind of frame; grain and columns of the frame are those of the query beside it.

    Attributes:
        name: path below `expectations/`, without `.json`.
        rules: in the order of the file.
        expectations: the same, as Great Expectations takes them.
    """

    name: str
    rules: tuple[Rule, ...]
    expectations: tuple[dict[str, Any], ...]

    @property
    def query(self) -> str:
        """The SQL of the frame that the rules look at."""
        return (SUITES / f"{self.name}.sql").read_text(encoding="utf-8")

    def columns(self) -> set[str]:
        """The columns that the rules look at."""
        return {
            name
            for expectation in self.expectations
            for argument, value in expectation["kwargs"].items()
            if argument.startswith("column")
            for name in (value if isinstance(value, list) else [value])
        }


@dataclass(frozen=True)
class Breach:
    """The rows of a frame that break one rule: their identifying columns, and those that the rule looked at."""

    rule: Rule
    rows: pd.DataFrame


@cache
def read_suite(name: str) -> Suite:
    """Read a suite.

    Args:
        name: path below `expectations/`, without `.json`.

    Raises:
        SuiteError: the file is no suite.
    """
    path = SUITES / f"{name}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rules = tuple(
            Rule(
                name=expectation["meta"]["rule"],
                is_critical=expectation["severity"] == CRITICAL,
                expected=expectation["meta"]["expected"],
                advice=expectation["meta"].get("advice"),
                why=expectation["meta"].get("why", ""),
            )
            for expectation in content["expectations"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SuiteError(f"{path} is no suite of expectations: {error!r}.") from None
    return Suite(name, rules, tuple(content["expectations"]))


@cache
def rules_version() -> str:
    """Twelve hexadecimal digits of all rules and lists: what another version decided on is looked at again."""
    digest = hashlib.sha256()
    for path in [*sorted(SUITES.rglob("*.json")), *sorted(SUITES.rglob("*.sql")), *seed_files()]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run_suite(suite: Suite, frames: Iterable[pd.DataFrame], identity: list[str]) -> list[Breach]:
    """Hold frames against a suite.

    Args:
        suite: the rules; each looks at one row at a time, so that a large frame may come in parts.
        frames: the parts.
        identity: the columns that name a row.

    Returns:
        A breach for each rule that some row breaks, in the order of the suite.

    Raises:
        SuiteError: the suite is not valid, or a rule could not be run.
    """
    found: dict[str, list[pd.DataFrame]] = {rule.name: [] for rule in suite.rules}
    for frame in frames:
        if not frame.empty:
            for rule, rows in _validate(suite, frame.reset_index(drop=True), identity):
                found[rule].append(rows)
    return [Breach(rule, pd.concat(found[rule.name], ignore_index=True)) for rule in suite.rules if found[rule.name]]


def _validate(suite: Suite, frame: pd.DataFrame, identity: list[str]) -> Iterable[tuple[str, pd.DataFrame]]:
    import great_expectations as gx
    from great_expectations.exceptions.exceptions import GreatExpectationsError

    try:
        expectations = gx.ExpectationSuite(name=suite.name, expectations=list(suite.expectations))
    except (GreatExpectationsError, ValueError) as error:
        raise SuiteError(f"expectations/{suite.name}.json: {error}") from None
    # Great Expectations drops a rule that it does not know, with a line in its log.
    if len(expectations.expectations) != len(suite.expectations):
        raise SuiteError(
            f"expectations/{suite.name}.json holds {len(suite.expectations)} rules, and Great Expectations "
            f"understood {len(expectations.expectations)} of them: look for a misspelt `type`."
        )
    missing = sorted({*suite.columns(), *identity} - set(frame.columns))
    if missing:
        raise SuiteError(f"expectations/{suite.name}.sql gives no column {', '.join(missing)}, which a rule looks at.")
    source = _context().data_sources.add_or_update_pandas("frames")
    batch = source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("all")
    outcome = batch.get_batch({"dataframe": frame}).validate(
        expectations,
        result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
    )
    answers: list[dict[str, Any]] = [cast(dict[str, Any], result.to_json_dict()) for result in outcome.results]
    for result in answers:
        configuration = result["expectation_config"]
        name = configuration["meta"]["rule"]
        if not result["success"]:
            if "unexpected_index_list" not in result["result"]:
                raise SuiteError(f"expectations/{suite.name}.json, rule {name}: {result['exception_info']}")
            looked_at = [name for argument, name in configuration["kwargs"].items() if argument.startswith("column")]
            rows = frame.loc[result["result"]["unexpected_index_list"]]
            yield name, rows[list(dict.fromkeys([*identity, *looked_at]))]


@cache
def _context() -> EphemeralDataContext:
    """One context a process: making one takes a moment."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context
