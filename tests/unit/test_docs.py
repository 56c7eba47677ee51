"""The pages of docs/ are held to the code that they speak of."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from orchestration.loading.rules.verdict import Consequence
from orchestration.marts.catalog import catalog
from orchestration.runs.dagster_home import ON_POSTGRES
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.sources.registry import SOURCES
from orchestration.tables.seeds import read_seed

DOCS = PROJECT_ROOT / "docs"
CODE = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((PROJECT_ROOT / "orchestration").rglob("*.py"))]
RULES = "".join(path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "expectations").rglob("*.json"))


def _page(name: str) -> str:
    """Its text, without blocks of code."""
    return re.sub(r"```.*?```", "", (DOCS / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def _rows(page: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines() if line[:2] == "| "]


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_setting_is_on_the_page_with_its_default() -> None:
    told = {_quoted(row[0])[0]: row[1].strip("`") for row in _rows(_page("settings.md")) if _quoted(row[0])}
    expected = {}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"TIDEMARK_{name.upper()}")
        default = f"./{field.default.name}" if isinstance(field.default, Path) else str(field.default)
        expected[variable] = "none" if field.default is None else default
    assert told == expected


def test_every_error_that_reaches_a_person_is_in_the_runbook() -> None:
    classes = [node for tree in CODE for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    errors = {node.name for node in classes if node.name.endswith("Error") and not node.name.startswith("_")}
    assert len(errors) > 10
    assert errors - set(_quoted(_page("runbook.md"))) == set()


def test_what_the_runbook_quotes_is_said_somewhere() -> None:
    said = {node.value for tree in CODE for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    texts = "\n".join(text for text in said if isinstance(text, str)) + RULES
    messages, _, _ = _page("runbook.md").partition("### Without a message")
    quotes = [
        quote
        for row in _rows(messages[messages.index("## Messages") :])
        for quote in _quoted(row[0])
        if not re.fullmatch(r"\w+Error", quote)
    ]
    assert len(quotes) > 40
    parts = [part.strip() for quote in quotes for part in quote.split("...")]
    assert [part for part in parts if part not in texts] == []


def test_the_runbook_names_every_consequence_of_a_check() -> None:
    page = _page("runbook.md")
    words = {
        Consequence.STOPS: "readers keep the warehouse before",
        Consequence.REFUSES: "ledger `refused`",
        Consequence.HOLDS_BACK: "the rows in `quarantine.<table>`",
        Consequence.REPORTS: "passed; a warning",
        Consequence.ACCEPTED: "that `corrections.csv` accepts",
    }
    assert [consequence for consequence in Consequence if words[consequence] not in page] == []


def test_the_values_for_kubernetes_say_what_dagster_is_told_elsewhere_and_that_nobody_ran_them() -> None:
    text = (DOCS / "kubernetes" / "values.yaml").read_text(encoding="utf-8")
    assert text.startswith("# NOT RUN HERE.")
    values, ours = yaml.safe_load(text), yaml.safe_load(ON_POSTGRES)
    queue = values["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert queue["maxConcurrentRuns"] == ours["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert values["dagsterDaemon"]["runMonitoring"]["enabled"] is ours["run_monitoring"]["enabled"]
    (code,) = values["dagster-user-deployments"]["deployments"]
    assert code["image"]["repository"].startswith("YOUR-")
    known = {f"TIDEMARK_{name.upper()}" for name in Settings.model_fields}
    assert {setting["name"] for setting in code["env"]} <= known


def test_every_source_and_its_address_is_on_the_page_of_sources() -> None:
    rows = [row for row in _rows(_page("data_sources.md")) if len(row) == 5]
    told = {(_quoted(row[0])[0], _quoted(row[1])[0]) for row in rows if _quoted(row[0])}
    assert {source for source, _ in told} == set(SOURCES)
    addresses = {
        field.default for name, field in Settings.model_fields.items() if name.endswith("_url") and field.default
    }
    assert {address for _, address in told} == addresses


def test_every_series_and_coin_is_on_the_page_by_what_its_owner_allows() -> None:
    page = _page("data_sources.md")
    told = {_quoted(row[0])[0]: set(_quoted(row[2])) for row in _rows(page) if len(row) == 3 and _quoted(row[0])}
    expected: dict[str, set[str]] = {}
    for seed in ("fred_series", "ofr_series"):
        for series, licence in read_seed(seed)[["series_id", "licence"]].itertuples(index=False):
            expected.setdefault(licence, set()).add(series)
    assert {licence: told.get(licence) for licence in expected} == expected
    symbols = read_seed("crypto_symbols")
    coins = next(line for line in page.splitlines() if line.startswith("Coins: "))
    assert set(_quoted(coins)) == set(symbols.loc[symbols["fetch"] == "true", "symbol"])


def test_every_source_of_raw_says_who_publishes_it_and_what_may_be_passed_on() -> None:
    tables = {source.table: source for mart in catalog().marts for source in mart.sources}
    figures = {name: source for name, source in tables.items() if name not in ("documents", "knowledge_cutoff")}
    assert [name for name, source in figures.items() if not source.publishers or source.licence == "unknown"] == []


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", _page(page))
    assert [link for link in links if "://" not in link and not (DOCS / link).exists()] == []


@pytest.mark.parametrize("page", ["automation.md", "how_it_works.md", "new_source.md", "runbook.md", "scale.md"])
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    paths = {
        quote.rstrip("/")
        for quote in _quoted(_page(page))
        if re.match(r"(?:orchestration|dbt_project|expectations|tests)/", quote)
        and not re.search(r"[<*]|\.\.\.", quote)
    }
    assert paths
    assert [path for path in sorted(paths) if not (PROJECT_ROOT / path).exists()] == []
