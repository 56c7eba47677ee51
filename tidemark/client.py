"""A published warehouse, opened read-only.

Belongs here: opening, and queries that people ask most. Does not belong here: matching names (`names`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from tidemark.errors import CannotOpenError, MissingTableError
from tidemark.names import COUNTRY_ALIASES, find
from tidemark.whatif import Scenario, scenario

FILE = "tidemark.duckdb"
LATEST, POINTER = "latest", "latest.json"
_CATALOG = "tidemark"  # the table functions name the database; so it is always attached under this name
_REMOTE = ("https://", "http://", "s3://", "gs://", "az://")

Day = str | dt.date
Relation = duckdb.DuckDBPyRelation


def connect(warehouse: str | Path = "warehouse") -> Warehouse:
    """Open a warehouse read-only.

    Args:
        warehouse: a DuckDB file, a home (the folder that holds `tidemark.duckdb`), or an address (`https://...`), which
            DuckDB reads in parts as queries need them: that of a file, or of the place that `tidemark publish --to`
            filled. Of a place, the newest snapshot is opened; it does not change while it is read.

    Raises:
        CannotOpenError: there is no such file, it is not a Tidemark warehouse, or another program holds it.
    """
    address = str(warehouse)
    connection = duckdb.connect()
    try:
        if address.startswith(_REMOTE):
            connection.execute("load httpfs" if _has_httpfs(connection) else "install httpfs; load httpfs")
            address = _snapshot(connection, address)
        else:
            address = str(_file(Path(warehouse)))
        quoted = address.replace("'", "''")
        connection.execute(f"attach '{quoted}' as {_CATALOG} (read_only)")
        connection.execute(f"use {_CATALOG}.marts")
        connection.execute("set TimeZone = 'UTC'")
    except duckdb.Error as error:
        connection.close()
        raise CannotOpenError(_why(address, error)) from None
    except CannotOpenError:
        connection.close()
        raise
    return Warehouse(connection, address)


def _file(path: Path) -> Path:
    path = path.expanduser()
    if path.is_dir():
        path = path / FILE
    if not path.exists():
        raise CannotOpenError(
            f"There is no warehouse at {path}. Build one with `tidemark load`, or pass the folder, the file or the "
            "https:// address of one."
        )
    return path


def _snapshot(connection: duckdb.DuckDBPyConnection, address: str) -> str:
    """The file to open: of a published place, that of its newest snapshot, which is never replaced.

    A copy below `latest` is: DuckDB would mix its bytes with those of the next one.
    """
    place = address.removesuffix(f"/{LATEST}/{FILE}").rstrip("/")
    if place.endswith(".duckdb"):
        return address
    pointer = f"{place}/{POINTER}"
    try:
        row = connection.execute("select content from read_text(?)", [pointer]).fetchone()
        return f"{place}/{json.loads(row[0])['warehouse']}" if row else address
    except (duckdb.Error, ValueError, KeyError, TypeError) as error:
        if address.endswith(".duckdb"):
            return address
        why = str(error).partition("\n")[0]
        raise CannotOpenError(
            f"{pointer} cannot be read: {why}. Pass the address of a .duckdb file, or the one that "
            "`tidemark publish --to` filled."
        ) from None


def _has_httpfs(connection: duckdb.DuckDBPyConnection) -> bool:
    row = connection.execute("select installed from duckdb_extensions() where extension_name = 'httpfs'").fetchone()
    return bool(row and row[0])


def _why(address: str, error: duckdb.Error) -> str:
    text = str(error).partition("\n")[0]
    if "lock" in text.casefold():
        return f"{address}: another program holds the file open for writing. Close it there, and try again. ({text})"
    if "schema" in text.casefold() or isinstance(error, duckdb.CatalogException):
        return f"{address} is a DuckDB file, but not a Tidemark warehouse: it has no schema marts."
    return f"{address} cannot be opened: {text}"


class Warehouse:
    """A warehouse that is open for reading. Use it in a `with` block, or call `close()`.

    Every method returns a `duckdb.DuckDBPyRelation`: lazy, and ready for `.df()`, `.pl()`, `.arrow()`, `.fetchall()`,
    `.filter(...)`, `.aggregate(...)`. Amounts are billions of US dollars (`_usd_bn`), days are dates, times are UTC.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, address: str) -> None:
        self._connection = connection
        self.address = address

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<tidemark.Warehouse {self.address}>"

    def close(self) -> None:
        """Close the warehouse. Relations that were made from it can no longer be read."""
        self._connection.close()

    def sql(self, query: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> Relation:
        """Run a query of your own. Tables of the schema `marts` need no prefix.

        Args:
            query: one select statement, with `?` or `$name` for parameters.
            parameters: their values.

        Raises:
            duckdb.Error: the query is not valid; DuckDB's message says where.
        """
        return self._connection.sql(query, params=parameters)

    def info(self) -> Relation:
        """One row about the snapshot: as of which day, from which documents, simulated or not."""
        return self._table("warehouse_info")

    def countries(self) -> Relation:
        """One row per country, group and total of TIC: code, name, region, flags."""
        return self._table("dim_country")

    def series(self) -> Relation:
        """One row per series of FRED, the Treasury and the OFR: title, units, license, publication lag."""
        return self._table("dim_series")

    def holdings(
        self, country: str | None = None, instrument: str | None = "total", as_of: Day | None = None
    ) -> Relation:
        """Foreign holdings of US Treasuries at the end of each month, and what changed them.

        Args:
            country: a name ("China", "Japan", "all"), an ISO code ("CN") or TIC's code ("41408"); None for all.
            instrument: `total`, `long_term` (coupons) or `bills`; None for all three.
            as_of: only what was known at the end of this day; None for all that is known.

        Returns:
            One row per country, month and instrument, ordered. `net_sales_usd_bn` is positive if foreigners bought.

        Raises:
            UnknownNameError: the country or instrument; the message lists near matches.
        """
        relation = self._as_of("holdings_as_of", as_of) if as_of else self._table("fct_holdings")
        relation = self._where(relation, "country_code", self._country(country))
        relation = self._where(relation, "instrument", _one_of(instrument, "instrument", _INSTRUMENTS))
        return relation.order("country_code, instrument, month_end")

    def securities(
        self, country: str | None = None, security_type: str | None = None, as_of: Day | None = None
    ) -> Relation:
        """All US long-term securities held by foreigners, and foreign securities held by US residents, since 1984-12.

        Args:
            country: as in `holdings`.
            security_type: as in `marts.fct_securities`; None for all.
            as_of: only what was known at the end of this day.

        Returns:
            One row per country, month, security type and direction: holdings, net purchases, valuation, other, in
            billions of US dollars.

        Raises:
            UnknownNameError: the country or type; the message lists near matches.
            MissingTableError: this snapshot has no such table.
        """
        relation = self._as_of("securities_as_of", as_of) if as_of else self._table("fct_securities")
        relation = self._where(relation, "country_code", self._country(country))
        if security_type is not None:
            kinds = _values(self._table("fct_securities"), "security_type")
            relation = self._where(relation, "security_type", find(security_type, kinds, "security type"))
        return relation.order("country_code, security_type, month_end")

    def observations(self, series: str, as_of: Day | None = None) -> Relation:
        """The observations of one series, oldest first.

        Args:
            series: an id ("DGS10") or a title of `dim_series`.
            as_of: only what was known at the end of this day.

        Returns:
            One row per date: `value` in the series' own unit, `known_at`.

        Raises:
            UnknownNameError: the message lists near matches.
        """
        relation = self._as_of("observations_as_of", as_of) if as_of else self._table("fct_observations")
        return self._where(relation, "series_id", find(series, self._series, "series")).order("date")

    def crypto(self, symbol: str) -> Relation:
        """Daily candles of one coin in US dollars, oldest first.

        Raises:
            UnknownNameError: the message lists the coins of this warehouse.
        """
        candles = self._table("fct_crypto_daily")
        return self._where(candles, "symbol", find(symbol, _values(candles, "symbol"), "coin")).order("date")

    def vintages(self, name: str) -> Relation:
        """Every value ever published of a holder or a series, in the order in which they became known.

        Args:
            name: a country, as in `holdings`, or the id of a series, as in `observations`. A series id wins.

        Raises:
            UnknownNameError: neither a country nor a series has that name; the message lists near matches.
        """
        if name.upper() in self._series:
            relation = self._where(self._table("fct_observation_vintages"), "series_id", name.upper())
            return relation.order("date, known_at")
        relation = self._where(self._table("fct_holdings_vintages"), "country_code", self._country(name))
        return relation.order("instrument, month_end, known_at")

    def stress(self) -> Relation:
        """The liquidity-stress index of each trading day, oldest first; percentiles run from 0 to 1."""
        return self._table("liquidity_stress_daily").order("date")

    def stages(self) -> Relation:
        """The stages of the stress index on each trading day, oldest first; percentiles run from 0 to 1."""
        return self._table("stress_stage_daily").order("date, stage_number")

    def impact(self) -> Relation:
        """Published estimates of what foreign sales do to yields, scaled to today's debt; one row per estimate."""
        return self._table("yield_impact")

    def whatif(
        self, sell: Mapping[str, float] | None = None, buy: Mapping[str, float] | None = None, as_of: Day | None = None
    ) -> Scenario:
        """What sales in a month would do to yields, by published estimates: arithmetic, not a forecast.

        Args:
            sell: holder, as in `holdings` -> billions of dollars.
            buy: the same for purchases.
            as_of: with holdings, debt and yields as known at the end of this day.

        Returns:
            The scenario; `print()` shows it in words, `.band("first month")` gives the lowest and the highest estimate.

        Raises:
            UnknownNameError: a holder; the message lists near matches.
            ScenarioError: an amount is not above zero, or above the holdings; or the warehouse has no debt to scale to.
            MissingTableError: this snapshot has no estimates.
        """
        return scenario(self, sell or {}, buy or {}, as_of)

    def country_code(self, name: str) -> str:
        """TIC's code of a country or group, as in `holdings`.

        Raises:
            UnknownNameError: no country has that name, or several have; the message lists near matches.
        """
        return find(name, self._countries, "country")

    @cached_property
    def _countries(self) -> dict[str, tuple[str, ...]]:
        table = self._table("dim_country")
        extra = ", plain_name" if "plain_name" in table.columns else ""
        rows = table.project(f"country_code, country, iso_alpha2{extra}").fetchall()
        found = {code: tuple(name for name in names if name) for code, *names in rows}
        for alias, code in COUNTRY_ALIASES.items():
            if code in found:
                found[code] = (*found[code], alias)
        return found

    @cached_property
    def _series(self) -> dict[str, tuple[str, ...]]:
        rows = self._table("dim_series").project("series_id, title").fetchall()
        return {series: (title,) if title else () for series, title in rows}

    def _country(self, name: str | None) -> str | None:
        return None if name is None else self.country_code(name)

    def _table(self, name: str) -> Relation:
        try:
            return self._connection.table(f"{_CATALOG}.marts.{name}")
        except duckdb.CatalogException:
            raise MissingTableError(
                f"{self.address} has no table marts.{name}: it was built by another version of Tidemark."
            ) from None

    def _as_of(self, function: str, day: Day) -> Relation:
        try:
            when = dt.date.fromisoformat(day) if isinstance(day, str) else day
        except ValueError:
            raise ValueError(f"as_of={day!r}: expected a day as YYYY-MM-DD.") from None
        try:
            return self._connection.sql(f"select * from marts.{function}(date '{when:%Y-%m-%d}')")
        except duckdb.CatalogException:
            raise MissingTableError(
                f"{self.address} has no table function marts.{function}: it was built by another version of Tidemark."
            ) from None

    def _where(self, relation: Relation, column: str, value: str | None) -> Relation:
        if value is None:
            return relation
        return relation.filter(duckdb.ColumnExpression(column) == duckdb.ConstantExpression(value))


_INSTRUMENTS = ("total", "long_term", "bills")


def _one_of(value: str | None, what: str, known: Sequence[str]) -> str | None:
    return None if value is None else find(value, {name: (name,) for name in known}, what)


def _values(relation: Relation, column: str) -> dict[str, tuple[str, ...]]:
    return {value: (value,) for (value,) in relation.project(column).distinct().fetchall()}
