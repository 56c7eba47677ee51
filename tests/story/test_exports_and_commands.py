"""A published warehouse for analysts and BI tools: comments, exports, recipes and commands."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from frictionless import Package, validate

from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS, Installation
from tests.story.cookbook import RECIPES, Recipe

ROWS_TO_VALIDATE = 3000
"""Frictionless reads a few thousand rows a second. Larger files are compared with their marts by DuckDB."""


@pytest.fixture(scope="module")
def description(loaded_sample: Installation) -> dict[str, Any]:
    return _read(loaded_sample.home / "exports")


def _read(exports: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((exports / "datapackage.json").read_text(encoding="utf-8"))
    return content


def _export(installation: Installation) -> None:
    subprocess.run(
        [sys.executable, "-m", "orchestration", "export"],
        cwd=PROJECT_ROOT,
        env=installation.environment(),
        check=True,
        capture_output=True,
        timeout=HANGS,
    )


def _marts(installation: Installation) -> set[str]:
    return {
        name for (name,) in installation.query("select table_name from duckdb_tables() where schema_name = 'marts'")
    }


def test_every_table_column_and_function_of_the_marts_has_a_description(loaded_sample: Installation) -> None:
    silent = loaded_sample.query(
        """
        select table_name from duckdb_tables()
        where database_name = 'tidemark' and coalesce(comment, '') = ''
        union all
        select table_name || '.' || column_name from duckdb_columns()
        where database_name = 'tidemark' and schema_name = 'marts' and coalesce(comment, '') = ''
        union all
        select function_name from duckdb_functions()
        where database_name = 'tidemark' and schema_name = 'marts' and coalesce(comment, '') = ''
        """
    )
    assert silent == []
    (comment,) = loaded_sample.query("select comment from duckdb_tables() where table_name = 'holdings_trend'")[0]
    assert "it includes prices" in comment, "a fall of holdings is not a sale"
    functions = loaded_sample.query("select function_name from duckdb_functions() where schema_name = 'marts'")
    assert {("holdings_as_of",), ("observations_as_of",)} <= set(functions)


@pytest.mark.parametrize(
    ("function", "mart"), [("holdings_as_of", "fct_holdings"), ("observations_as_of", "fct_observations")]
)
def test_as_of_a_later_day_equals_the_mart(loaded_sample: Installation, function: str, mart: str) -> None:
    rows = f"select * from marts.{function}(date '2100-01-01') order by all"
    assert loaded_sample.query(rows) == loaded_sample.query(f"select * from marts.{mart} order by all")


def test_each_mart_is_exported_in_both_formats_as_described(
    loaded_sample: Installation, description: dict[str, Any]
) -> None:
    exports = loaded_sample.home / "exports"
    names = {f"{mart}.{form}" for mart in _marts(loaded_sample) for form in ("parquet", "csv")}
    assert {path.name for path in exports.iterdir()} == names | {"datapackage.json"}
    assert {resource["path"] for resource in description["resources"]} == names
    assert exports.resolve().parent == loaded_sample.published.resolve().parent, "they go when their release goes"
    assert description["version"] == exports.resolve().parent.name
    assert (description["is_simulated"], description["left_out"]) == (True, {})
    with duckdb.connect(str(loaded_sample.published), read_only=True) as connection:
        for resource in description["resources"]:
            mart = resource["path"].partition(".")[0]
            content = (exports / resource["path"]).read_bytes()
            assert resource["bytes"] == len(content)
            assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert [(resource["rows"],)] == connection.execute(f"select count(*) from marts.{mart}").fetchall()
            columns = connection.execute(
                "select column_name, comment from duckdb_columns() where schema_name = 'marts' and table_name = ? "
                "order by column_index",
                [mart],
            ).fetchall()
            described = [(field["name"], field["description"]) for field in resource["schema"]["fields"]]
            assert described == [(name, " ".join(comment.split())) for name, comment in columns]
    by_path = {resource["path"]: resource for resource in description["resources"]}
    assert by_path["fct_holdings.parquet"]["schema"]["primaryKey"] == ["country_code", "month_end", "instrument"]
    assert [licence["name"] for licence in by_path["fct_holdings.csv"]["licenses"]] == ["other-pd"]
    assert "other-closed" in {licence["name"] for licence in by_path["fct_crypto_daily.csv"]["licenses"]}


def test_a_file_equals_its_mart_cell_by_cell(loaded_sample: Installation) -> None:
    """By number of rows and sum of their hashes, which does not depend on their order."""
    exports = loaded_sample.home / "exports"
    with duckdb.connect(str(loaded_sample.published), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for mart in sorted(_marts(loaded_sample)):
            types = {name: kind for name, kind, *_ in connection.execute(f"describe marts.{mart}").fetchall()}
            csv = f"read_csv('{exports / mart}.csv', header = true, columns = {types})"
            content = set()
            for relation in (f"marts.{mart}", f"'{exports / mart}.parquet'", csv):
                kinds = connection.execute(f"describe select * from {relation}").fetchall()
                assert {name: kind for name, kind, *_ in kinds} == types, relation
                content |= set(
                    connection.execute(f"select count(*), sum(hash(row)::hugeint) from {relation} as row").fetchall()
                )
            assert len(content) == 1, mart


def test_pandas_reads_the_same_from_a_file_as_from_the_warehouse(loaded_sample: Installation) -> None:
    kinds: set[str] = set()
    with duckdb.connect(str(loaded_sample.published), read_only=True) as connection:
        for mart in sorted(_marts(loaded_sample)):
            table = connection.execute(f"from marts.{mart} limit {ROWS_TO_VALIDATE + 1}").to_arrow_table()
            if table.num_rows <= ROWS_TO_VALIDATE:
                kinds |= {str(kind) for kind in table.schema.types}
                from_file = pd.read_parquet(loaded_sample.home / "exports" / f"{mart}.parquet", dtype_backend="pyarrow")
                pd.testing.assert_frame_equal(from_file, table.to_pandas(types_mapper=pd.ArrowDtype))
    assert {"string", "date32[day]", "double", "bool", "decimal128(18, 3)", "timestamp[us]", "int64"} <= kinds


def test_frictionless_finds_the_package_valid_and_the_rows_as_described(
    loaded_sample: Installation, description: dict[str, Any], tmp_path: Path
) -> None:
    assert list(Package.metadata_validate(description)) == []
    # Of Parquet, Frictionless reads nulls as numbers that are none, and no hash: it is compared above.
    chosen = [
        resource
        for resource in description["resources"]
        if resource["format"] == "csv" and resource["rows"] <= ROWS_TO_VALIDATE
    ]
    assert len(chosen) >= 10
    for resource in chosen:
        (tmp_path / resource["path"]).write_bytes((loaded_sample.home / "exports" / resource["path"]).read_bytes())
    file = tmp_path / "datapackage.json"
    file.write_text(json.dumps(description | {"resources": chosen}), encoding="utf-8")
    report = validate(str(file))
    assert report.valid, report.flatten(["name", "type", "note"])[:5]
    file.write_text(json.dumps(description | {"resources": [chosen[0] | {"rows": 1}]}), encoding="utf-8")
    assert not validate(str(file)).valid


@pytest.fixture(scope="module")
def passed_on(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A copy whose exports hold only what may be passed on, written from what is published."""
    installation = loaded_sample.copy(tmp_path_factory.mktemp("public") / "home")
    _export(installation)
    return installation


def test_restricted_data_are_not_in_a_public_export(passed_on: Installation) -> None:
    exports, description = passed_on.home / "exports", _read(passed_on.home / "exports")
    assert len(list(exports.resolve().parent.glob("exports-*"))) == 1, "the files of the load are gone"
    there = {path.stem for path in exports.glob("*.parquet")}
    assert {"fct_holdings", "fct_observations", "dim_series"} <= there
    assert {"fct_crypto_daily", "liquidity_stress_daily"} <= _marts(passed_on) - there
    assert _marts(passed_on) - there <= set(description["left_out"])
    restricted = {
        series
        for (series,) in passed_on.query(
            "select series_id from marts.dim_series where licence not in ('public_domain', 'citation_required')"
        )
    }
    assert {"VIXCLS", "SP500", "BAMLH0A0HYM2", "CBBTCUSD"} <= restricted
    for mart in ("fct_observations", "fct_observation_vintages"):
        read = pd.read_parquet(exports / f"{mart}.parquet", columns=["series_id"])
        kept = set(read["series_id"])
        assert "DGS10" in kept
        assert not kept & restricted
        whole = passed_on.one(
            f"select count(*) from marts.{mart} join marts.dim_series using (series_id) where may_be_redistributed"
        )
        assert len(read) == whole, "and nothing else is left out"
    assert {"curve_daily", "net_liquidity_weekly", "foreign_flows"} <= there
    claims = set(pd.read_parquet(exports / "thesis_scorecard.parquet")["claim_id"])
    assert {"china_level", "yields"} <= claims
    assert not claims & {"cascade", "collateral", "crypto_most", "crypto_last"}, (
        "made of prices of equities and bitcoin"
    )
    indicators = set(pd.read_parquet(exports / "stress_indicator_daily.parquet")["indicator"])
    assert "volatility_10y" in indicators
    assert not {name for name in indicators if "equity" in name or "bitcoin" in name}
    assert not indicators & {"vix", "ted_spread", "baa_spread", "baa_spread_rise_21d", "stock_bond_correlation_63d"}
    assert "other-closed" not in {licence["name"] for licence in description["licenses"]}
    sources = {source["title"] for source in description["sources"]}
    assert not {"Coinbase Exchange", "Binance", "Kraken"} & sources


def _is_newest_first(rows: list[tuple[Any, ...]], column: int = 0) -> bool:
    days = [row[column] for row in rows]
    return days == sorted(days, reverse=True)


ANSWERS: dict[int, Callable[[list[tuple[Any, ...]]], bool]] = {
    1: lambda rows: rows[0][3] is True and "SIMULATION" in rows[0][4],
    2: lambda rows: [row[1] for row in rows[:2]] == [Decimal("682.600"), Decimal("688.700")],
    3: lambda rows: len(rows) == 5 and str(rows[0][0]) == "2020-03-19" and _is_newest_first(rows),
    4: lambda rows: (
        all(row[4] == row[3] - row[2] != 0 for row in rows) and "China, Mainland" in {row[0] for row in rows}
    ),
    5: lambda rows: len(rows) == 29 * 2 and all(row[4].date() <= row[0] and row[2] < row[0] for row in rows),
    6: lambda rows: len(rows) == 2 and rows[0][1] == Decimal("682.600") != rows[1][1],
    7: lambda rows: len(rows) == 10 and all(row[6] and row[5] == row[4] - row[3] for row in rows),
    8: lambda rows: sum(row[1] for row in rows) > 100 and all(0 < row[2] < 10 for row in rows),
    9: lambda rows: [row[0] for row in rows] == list(range(1, 11)) and rows[0][1] == "Japan",
    10: lambda rows: len(rows) == 3 and all(row[2] == "reported" and row[3] == sum(row[4:7]) for row in rows),
    11: lambda rows: len(rows) == 15 and rows[0][2] < 0 and "largest part" in rows[0][3],
    12: lambda rows: {"withdrawing", "strengthening"} <= {row[0] for row in rows},
    13: lambda rows: len(rows) == 20 and _is_newest_first(rows) and all(row[1] for row in rows),
    14: lambda rows: len(rows) >= 25 and {"holds", "does not hold"} <= {row[4] for row in rows},
    15: lambda rows: len(rows) == 10 and _is_newest_first(rows) and all(0 < row[1] < 20 for row in rows if row[1]),
    16: lambda rows: {("DGS10", True), ("VIXCLS", False)} <= {(row[0], row[5]) for row in rows},
    17: lambda rows: len(rows) > 70 and all(row[1] is not None and row[2] is not None for row in rows[1:]),
    18: lambda rows: len(rows) == 5 and all(len(row[6]) == 64 and row[3] > 0 for row in rows),
    19: lambda rows: (
        all(row[4] == row[5] + row[6] + row[7] for row in rows)
        and sum(row[3] for row in rows if row[0] != "nowcast") == 102
    ),
    20: lambda rows: rows == [],
    21: lambda rows: len(rows) == 14 and all(row[2] != row[3] and row[6] for row in rows),
    22: lambda rows: rows[0][0] == "country_code" and all(row[2] for row in rows),
    23: lambda rows: len(rows) == 3 and _is_newest_first(rows) and float(rows[0][1]) > 1000,
    24: lambda rows: [row[1] for row in rows] == ["India", "Japan"] and 1 < rows[1][5] < 1.1,
    25: lambda rows: len(rows) > 300 and all(value > 0 for value in rows[-1][1:]) and rows[0][1] != rows[0][1],
    26: lambda rows: len(rows) > 30 and all(value == value for row in rows for value in row[1:]),
    27: lambda rows: len(rows) > 100 and all(row[5] == row[4] - row[3] for row in rows),
    28: lambda rows: _is_newest_first(rows, 1) and all(row[2] >= 0 for row in rows) and len(rows) > 10,
    29: lambda rows: abs(sum(row[4] for row in rows if row[4]) - rows[0][5]) < 1e-9 and rows[0][7] is True,
    30: lambda rows: rows[0][0] == "bill_richness" and all(str(row[6]) <= "2020-03-17 02:00:00" for row in rows),
    31: lambda rows: rows[-1][0] == 2026 and all(row[2] <= row[1] for row in rows) and any(row[3] for row in rows),
    32: lambda rows: len(rows) == 10 and _is_newest_first(rows) and rows[0][1] > 1000,
    33: lambda rows: {"btc", "baa_spread"} <= {row[0] for row in rows} and all(row[3] > 20 for row in rows),
    34: lambda rows: rows[-1][0] == 2026 and all(abs(row[2] - row[3] - row[4] - row[5]) < 0.1 for row in rows),
    35: lambda rows: {("forecast.",), ("basis",), ("China",)} <= set(rows),
    36: lambda rows: (
        [str(row[1]) for row in rows] == ["2026-01-31", "2026-03-31", "2026-03-31"]
        and all(row[6].date() <= row[0] and row[2] != row[5] for row in rows)
    ),
}
"""What the answer to a recipe of the cookbook must be like, on the embedded sample."""


@pytest.fixture(scope="module")
def table(loaded_sample: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the one in which a reader of the cookbook sits."""
    folder = tmp_path_factory.mktemp("cookbook")
    (folder / "warehouse").symlink_to(loaded_sample.home)
    return folder


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: str(recipe.number))
def test_a_recipe_of_the_cookbook_returns_the_described_result(
    table: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe
) -> None:
    monkeypatch.chdir(table)
    rows = recipe.run(table)
    assert ANSWERS[recipe.number](rows), rows[:5]


def test_every_recipe_has_one_block_and_a_number_of_its_own() -> None:
    assert [recipe.number for recipe in RECIPES] == sorted(ANSWERS)


def _reported(installation: Installation, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=PROJECT_ROOT,
        env=installation.environment(),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_two_days_differ_by_what_became_known_between_them(loaded_sample: Installation) -> None:
    reported = _reported(loaded_sample, "diff", "2026-01-20", "2026-04-01")
    assert reported.count("what was known on") == reported.count("(a SIMULATION)") == 2
    added = loaded_sample.one(
        "select count(*) from marts.holdings_as_of(date '2026-04-01') "
        "anti join marts.holdings_as_of(date '2026-01-20') using (country_code, month_end, instrument)"
    )
    assert f"{added:,} added (2025-12-31 to 2026-01-31), 0 removed" in reported
    assert "fct_observations (one row per: series_id, date)" in reported
    assert "Equal to the last bit: fct_holdings, fct_observations." in _reported(
        loaded_sample, "diff", *["2026-04-01"] * 2
    )


def test_two_homes_differ_mart_by_mart(loaded_sample: Installation, tmp_path: Path) -> None:
    other = loaded_sample.copy(tmp_path / "other")
    assert "Equal to the last bit: absorption_monthly, auctions, cascade_causality, " in _reported(
        loaded_sample, "diff", str(loaded_sample.home), str(other.home)
    )
    with duckdb.connect(str(other.published.resolve())) as connection:
        connection.execute("update marts.thesis_scorecard set verdict = 'open' where claim_id = 'china_low'")
        connection.execute(
            "update marts.liquidity_stress_daily set core_linear = nextafter(core_linear, 1e9) "
            "where date = (select max(date) from marts.liquidity_stress_daily)"
        )
        connection.execute("delete from marts.fct_holdings where country = 'Japan' and month_end = '2026-04-30'")
    content = json.loads(_reported(loaded_sample, "diff", str(loaded_sample.home), str(other.published), "--json"))
    assert content["from"]["is_simulated"] is True
    found = {mart["mart"]: mart for mart in content["marts"]}
    assert set(found) == _marts(loaded_sample)
    differing = {name for name, mart in found.items() if mart["added"] or mart["removed"] or mart["changed"]}
    assert differing == {"thesis_scorecard", "liquidity_stress_daily", "fct_holdings"}
    assert found["fct_holdings"]["removed_span"] == ["2026-04-30", "2026-04-30"]
    assert found["liquidity_stress_daily"]["figure"] == "core_linear"
    (verdict,) = found["thesis_scorecard"]["largest_changes"]
    assert (verdict["claim_id"], verdict["after"]) == ("china_low", "open")


def test_the_archive_is_intact_and_every_document_is_in_the_ledger(loaded_sample: Installation) -> None:
    listed = json.loads(_reported(loaded_sample, "archive", "ls", "--json"))
    newest = [line for line in listed if line["status"] is None]
    assert {line["source"] for line in newest} == {"nowcast"}, "the last load's own statements wait for the next load"
    ledger = sorted((line["document_id"], line["status"]) for line in listed if line not in newest)
    assert ledger == loaded_sample.query("select document_id, status from raw.documents order by 1")
    assert "all intact" in _reported(loaded_sample, "archive", "verify")
