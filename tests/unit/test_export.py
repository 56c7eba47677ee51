"""Terms of redistribution of marts, and descriptions of files: the default is no redistribution."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from frictionless import Package

from orchestration.home import Home
from orchestration.marts.catalog import STATISTICS, catalog
from orchestration.marts.export.files import ExportError, export, withdraw
from orchestration.marts.export.package import File, Release, package
from orchestration.marts.export.raw import export_raw
from orchestration.marts.export.terms import Terms, public
from orchestration.marts.manifest import Column, Mart, Source
from orchestration.settings import PROJECT_ROOT

TIC = Source("tic_holdings", {"TIC": "https://example.org/tic"}, "public_domain", may_be_redistributed=True)
FRED = Source("fred_observations", {"FRED": "https://example.org/fred"}, "by_series", may_be_redistributed=False)
CANDLES = Source("crypto_candles", {"Exchange": "https://example.org"}, "internal_use", may_be_redistributed=False)
SILENT = Source("new_table", {}, "unknown", may_be_redistributed=False)
FREE = {"DGS10", "DGS2"}


def _column(name: str, **meta: Any) -> Column:
    return Column(name, "double", f"What {name} is.", None, name == "key", (), (None, None), meta)


def _mart(sources: tuple[Source, ...], columns: tuple[Column, ...] = (), **meta: Any) -> Mart:
    return Mart(
        name="m",
        family="f",
        description="What it is.",
        grain="a key",
        columns=columns or (_column("key", fred_series=[]), _column("vix", fred_series=["VIXCLS"]), _column("untold")),
        key=("key",),
        references={},
        assertions=(),
        tests={},
        unit_tests=0,
        sources=sources,
        meta=meta,
    )


ALL = ("key", "vix", "untold")


@pytest.mark.parametrize(
    ("mart", "columns"),
    [
        (_mart((TIC,), redistribution="whole"), ALL),
        (_mart((TIC, FRED), redistribution="whole", fred_series=["DGS10"]), ALL),
        (_mart((TIC, FRED), redistribution="rows", rows_passed_on="true"), ALL),
        (_mart((FRED, CANDLES), redistribution="columns"), ("key",)),
        (_mart((FRED, CANDLES), redistribution="rows", rows_passed_on="true", rows_without=["crypto_candles"]), ALL),
        # forgotten, misspelt, or contradicted by the lineage
        (_mart((TIC,)), ()),
        (_mart((TIC,), redistribution="all"), ()),
        (_mart((TIC,), redistribution="none"), ()),
        (_mart((TIC, SILENT), redistribution="whole"), ()),
        (_mart((TIC, FRED), redistribution="whole"), ()),
        (_mart((TIC, FRED), redistribution="whole", rows_passed_on="true"), ()),
        (_mart((TIC, FRED), redistribution="whole", fred_series=["DGS10", "VIXCLS"]), ()),
        (_mart((TIC, FRED), redistribution="whole", fred_series="DGS10"), ()),
        (_mart((TIC, CANDLES), redistribution="whole", fred_series=[]), ()),
        (_mart((FRED,), redistribution="rows"), ()),
        (_mart((FRED, CANDLES), redistribution="rows", rows_passed_on="true"), ()),
        (_mart((TIC, CANDLES), redistribution="rows", rows_passed_on="true", rows_without=["new_table"]), ()),
        (_mart((TIC, CANDLES), redistribution="whole", rows_without=["crypto_candles"]), ()),
        (_mart((FRED,), (_column("key"), _column("free", fred_series=[])), redistribution="columns"), ()),
    ],
)
def test_terms_of_redistribution(mart: Mart, columns: tuple[str, ...]) -> None:
    terms = public(mart, FREE)
    assert terms.columns == columns
    assert bool(terms.reason) == (columns != ALL or terms.condition is not None), "what stays behind has a reason"


def test_the_condition_selects_the_rows_to_redistribute() -> None:
    terms = public(_mart((FRED,), redistribution="rows", rows_passed_on="vix is null"), FREE)
    assert terms == Terms(ALL, "vix is null", "rows that may not be redistributed are left out")


def _free_series() -> set[str]:
    with (PROJECT_ROOT / "dbt_project/seeds/fred_series.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["series_id"] for row in rows if row["licence"] in ("public_domain", "citation_required")}


def test_every_mart_declares_its_terms_and_its_lineage_agrees() -> None:
    for mart in catalog().marts:
        declared = mart.meta.get("redistribution")
        assert declared in ("whole", "rows", "columns", "none"), f"{mart.name}: `redistribution` is missing in its yml"
        terms = public(mart, _free_series())
        assert bool(terms.columns) == (declared != "none"), f"{mart.name} is said to be free: {terms.reason}"


def test_a_mart_redistributed_as_a_whole_names_each_series_in_its_sql() -> None:
    with (PROJECT_ROOT / "dbt_project/seeds/fred_series.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["series_id"] for row in csv.DictReader(lines)}
    asked_for = {}
    for mart in catalog().marts:
        if mart.meta.get("redistribution") == "whole":
            models = [*(PROJECT_ROOT / "dbt_project/models/marts").rglob(f"{mart.name}.sql")]
            if mart.name in {table.name for table in STATISTICS}:
                models = [*(PROJECT_ROOT / "dbt_project/models/intermediate/nowcast").glob("*.sql")]
            assert models
            asked = known & {name for model in models for name in re.findall(r"'(\w+)'", model.read_text("utf-8"))}
            assert asked <= set(mart.meta.get("fred_series", ())), mart.name
            asked_for[mart.name] = len(asked)
    assert min(asked_for["curve_daily"], asked_for["net_liquidity_weekly"]) >= 10


def test_redistributed_indicators_use_only_free_series() -> None:
    (mart,) = (mart for mart in catalog().marts if mart.name == "stress_indicator_daily")
    with (PROJECT_ROOT / "dbt_project/seeds/stress_indicators.csv").open(encoding="utf-8", newline="") as lines:
        dated_by = {row["indicator"]: row["series_id"] for row in csv.DictReader(lines)}
    passed_on = set(re.findall(r"'(\w+)'", mart.meta["rows_passed_on"]))
    assert len(passed_on) >= 10
    assert {dated_by[indicator] for indicator in passed_on} <= _free_series() | {"TIC_LONG_TERM_FLOW"}
    assert "stock_bond_correlation_63d" not in passed_on, "dated by a yield, and made of equities too"


def test_no_mart_with_licensed_figures_is_redistributed_as_a_whole() -> None:
    whole = {mart.name for mart in catalog().marts if mart.meta.get("redistribution") == "whole"}
    assert not whole & {"fct_observations", "fct_observation_vintages", "fct_crypto_daily", "liquidity_stress_daily"}


def test_a_column_is_described_with_type_unit_bounds_and_values() -> None:
    columns = (
        Column("key", "varchar", "A key.", None, True, ("a", "b"), (None, None), {}),
        Column("paid_usd", "decimal(18,3)", "What was paid.", "US dollars", False, (), (0, 7.5), {}),
        Column("known_at", "timestamp", "When.", None, True, (), (None, None), {}),
    )
    mart = _mart((TIC, CANDLES), columns)
    file = File(mart, "csv", ("key", "paid_usd", "known_at"), 2, 40, "0" * 64, ("public_domain", "internal_use"))
    moment = dt.datetime(2026, 6, 18, 21, tzinfo=dt.UTC)
    release = Release("2026-06-18-1", moment, None, dt.date(2026, 6, 18), True, "A SIMULATION.")
    reported = package(release, [file], {"n": "why"})
    assert list(Package.metadata_validate(reported)) == []
    (resource,) = reported["resources"]
    assert resource["schema"] == {
        "fields": [
            {
                "name": "key",
                "type": "string",
                "description": "A key.",
                "constraints": {"required": True, "enum": ["a", "b"]},
            },
            {
                "name": "paid_usd",
                "type": "number",
                "description": "What was paid.",
                "unit": "US dollars",
                "constraints": {"minimum": 0, "maximum": 7.5},
            },
            {"name": "known_at", "type": "datetime", "description": "When.", "constraints": {"required": True}},
        ],
        "primaryKey": ["key"],
        "missingValues": [""],
    }
    assert [licence["name"] for licence in reported["licenses"]] == ["other-pd", "other-closed"]
    assert [source["title"] for source in reported["sources"]] == ["Exchange", "TIC"]
    assert (reported["is_simulated"], reported["as_of"], reported["left_out"]) == (True, None, {"n": "why"})
    assert "As known on 2026-06-18. This is not the whole warehouse" in reported["description"]


def test_a_release_without_files_has_no_link_to_those_of_another(tmp_path: Path) -> None:
    home = Home(tmp_path)
    withdraw(home)
    (tmp_path / "releases" / "1" / "exports-1").mkdir(parents=True)
    home.exports.symlink_to("releases/1/exports-1")
    withdraw(home)
    assert not home.exports.is_symlink()
    assert (tmp_path / "releases" / "1" / "exports-1").is_dir(), "they go when their release goes"


def test_nothing_can_be_exported_before_anything_is_published(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="Nothing is published"):
        export(Home(tmp_path), catalog(), only_public=True, formats="parquet")


def _publish(home: Home, value: int) -> None:
    home.published.unlink(missing_ok=True)
    with duckdb.connect(str(home.published)) as connection:
        for schema in ("raw", "quarantine", "marts"):
            connection.execute(f"create schema {schema}")
            connection.execute(f"create table {schema}.t as select {value} as value")


def test_an_export_of_raw_replaces_the_previous_one(tmp_path: Path) -> None:
    home, folder = Home(tmp_path), tmp_path / "lake" / "raw"
    for value in (1, 2):
        _publish(home, value)
        assert export_raw(home, folder) == 2
        files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
        assert files == ["quarantine/t/part-0.parquet", "raw/t/part-0.parquet"], "and no mart"
        assert duckdb.read_parquet(str(folder / "raw" / "t" / "*.parquet")).fetchall() == [(value,)]
    assert [entry.name for entry in folder.parent.iterdir()] == ["raw"]


def test_an_export_of_raw_replaces_no_folder_with_other_files(tmp_path: Path) -> None:
    home, folder = Home(tmp_path), tmp_path / "mine"
    _publish(home, 1)
    folder.mkdir()
    (folder / "thesis.txt").touch()
    with pytest.raises(ExportError, match="it contains thesis"):
        export_raw(home, folder)
    assert [entry.name for entry in folder.iterdir()] == ["thesis.txt"]


def test_a_failed_export_of_raw_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="Nothing is published"):
        export_raw(Home(tmp_path), tmp_path / "raw")
    _publish(Home(tmp_path), 1)
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match=r"could not be written to .*raw: "):
        export_raw(Home(tmp_path), tmp_path / "file" / "raw")
