"""Lets Great Expectations evaluate rules on the load's own DuckDB connection.

Belongs here: the bridge between an open connection and Great Expectations. Does not belong here: what a rule is
(`rule_files`), and which rows break it (`breaches`). Importing this module takes seconds; `breaches` imports it only
when there is something to check.

Great Expectations gets a connection from SQLAlchemy, executes, returns the connection, and only then fetches. DuckDB
has dropped a pending result by then, so the cursor here fetches everything on execute.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, NoReturn

import duckdb
import great_expectations as gx
from great_expectations.core.batch import Batch
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.validator.validator import Validator
from sqlalchemy import create_engine
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.pool import StaticPool

from orchestration.loading.rules.rule_files import CRITICAL, WARNING, Rule, SuiteError


class ExpectNoBreakingRows(UnexpectedRowsExpectation):
    """`UnexpectedRowsExpectation` without its second query, which fetches rows that we do not use."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *_: object, **__: object) -> dict[str, Any]:
        count = metrics["unexpected_rows_query.row_count"]
        return {"success": count == 0, "result": {"unexpected_count": count}}


class _EagerCursor:
    """A DBAPI cursor that fetches every row on execute."""

    notices: Sequence[str] = ()

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = self
        self.description: Any = None
        self.rowcount = -1
        self._duckdb = connection
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, query: str, parameters: Any = None) -> None:
        result = self._duckdb.execute(query, parameters or None)
        self.description = result.description
        self._rows = result.fetchall() if result.description else []

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.fetchmany(len(self._rows))

    def close(self) -> None: ...


class _LoadConnection:
    """The load's connection as a DBAPI connection. The transaction is the load's: nothing is committed or closed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._duckdb = connection

    def cursor(self) -> _EagerCursor:
        return _EagerCursor(self._duckdb)

    def _do_nothing(self) -> None: ...

    begin = commit = rollback = close = _do_nothing


def count_breaking(connection: duckdb.DuckDBPyConnection, batch: str, rules: Sequence[Rule]) -> dict[str, int]:
    """Let Great Expectations evaluate rules.

    Args:
        connection: has the relations that the rules use.
        batch: the relation that column rules check.
        rules: the rules.

    Returns:
        How many rows break each broken rule, by its name.

    Raises:
        SuiteError: a rule is not valid, or could not be evaluated.
    """
    suite = gx.ExpectationSuite(name=batch, expectations=[_expectation(rule) for rule in rules])
    outcome = _validator(connection, batch).validate(suite, result_format="BASIC")
    assert isinstance(outcome, ExpectationSuiteValidationResult)
    results = {config.meta["rule"]: answer for answer in outcome.results if (config := answer.expectation_config)}
    counts: dict[str, int] = {}
    for rule in rules:
        answer = results.get(rule.name)
        if answer is None or "unexpected_count" not in answer.result:
            raise SuiteError(f"{rule.path}, rule {rule.name}: {_trouble(connection, rule, answer)}")
        if not answer.success:
            counts[rule.name] = int(answer.result["unexpected_count"])
    return counts


def _expectation(rule: Rule) -> dict[str, Any]:
    severity = CRITICAL if rule.is_critical else WARNING
    if rule.expectation:
        return dict(rule.expectation)
    # Great Expectations requires its batch in the query, and treats braces as parameters.
    query = rule.query.replace("{", "{{").replace("}", "}}")
    query = f"with batch as (select * from {{batch}}) select * from ({query}) as breaking"
    return {
        "type": "expect_no_breaking_rows",
        "kwargs": {"unexpected_rows_query": query},
        "severity": severity,
        "meta": {"rule": rule.name, "expected": rule.expected},
    }


def _validator(connection: duckdb.DuckDBPyConnection, batch: str) -> Validator:
    engine = create_engine("duckdb:///:memory:", creator=lambda: _LoadConnection(connection), poolclass=StaticPool)
    engine.dialect.get_columns = engine.dialect.get_pk_constraint = _not_in_the_catalog  # type: ignore[method-assign]
    execution = SqlAlchemyExecutionEngine(engine=engine, create_temp_table=False)
    data = SqlAlchemyBatchData(execution, table_name=batch, create_temp_table=False)
    selection = Batch(data=data)  # type: ignore[arg-type]  # its stubs ask for the class in place of the data
    return Validator(execution_engine=execution, batches=[selection], data_context=_context())


def _not_in_the_catalog(*_: object, **__: object) -> NoReturn:
    """Great Expectations then reads a row to get the columns, because PostgreSQL's catalog has no temporary tables."""
    raise NoSuchTableError


@cache
def _context() -> EphemeralDataContext:
    """One context per process, because creating one is slow."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _trouble(connection: duckdb.DuckDBPyConnection, rule: Rule, answer: Any) -> str:
    """Why a rule could not be evaluated: the message of DuckDB or Great Expectations."""
    try:
        connection.execute(f"explain {rule.query}")
    except duckdb.Error as error:
        return str(error)
    if answer is None:
        return "Great Expectations did not evaluate it. Check the spelling of `type`."
    return str(answer.exception_info)
