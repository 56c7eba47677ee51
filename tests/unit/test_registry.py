"""The publishers and the raw tables, as their modules describe them, fit together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import ModuleType

import pytest

from orchestration.archive import Archive
from orchestration.loading.parse import LOADED, Window, parse_due
from orchestration.loading.workspace import Workspace
from orchestration.settings import Settings
from orchestration.sources import ofr
from orchestration.sources.base import Response
from orchestration.sources.registry import SOURCES, check_module, identify
from orchestration.tables.raw_table import RawTable
from orchestration.tables.raw_tables import RAW_TABLES
from tests.campaigns.parsers.seeds import Seed, all_seeds, by_form

NOW = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
EXAMPLES = [
    (name, address, body) for name, source in SOURCES.items() for address, body in source.PUBLISHER.examples.items()
]


@pytest.mark.parametrize(("name", "address", "body"), EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example_document_is_loaded_into_its_table(name: str, address: str, body: bytes, tmp_path: Path) -> None:
    owner = identify(address)
    assert owner is not None
    assert owner[0] == name
    archive = Archive(tmp_path / "archive")
    archive.add(*owner, Response(address, body, NOW))
    # Our own statements are loaded together with a later document of a publisher.
    archive.add("other", "later", Response("folder:later", b"", NOW + dt.timedelta(days=1)))
    table = RAW_TABLES[SOURCES[name].raw_table(owner[1])]
    (entry,) = parse_due(archive, {}, "rules", table, Window(), Workspace(tmp_path / "work")).entries
    assert (entry.status, entry.rows_parsed > 0) == (LOADED, True), entry.reason


@pytest.mark.parametrize("seed", [seeds[0] for seeds in by_form(all_seeds()).values()], ids=lambda seed: seed.form)
def test_a_table_names_all_its_publishers(seed: Seed) -> None:
    assert seed.source in RAW_TABLES[SOURCES[seed.source].raw_table(seed.dataset)].sources


@pytest.mark.parametrize("table", RAW_TABLES.values(), ids=lambda table: table.name)
def test_a_table_is_described_in_full(table: RawTable) -> None:
    assert set(table.sources) <= set(SOURCES)
    assert table.sources
    assert all(column.description.endswith(".") for column in table.columns)
    assert len({column.name for column in table.columns}) == len(table.columns)


@pytest.mark.parametrize("name", ["dataset_of", "explain", "raw_table", "parse", "fetch"])
def test_module_that_lacks_a_function_is_named_at_once(name: str) -> None:
    module = ModuleType("orchestration.sources.new")
    vars(module).update({key: value for key, value in vars(ofr).items() if key != name})
    module.__name__ = "orchestration.sources.new"
    with pytest.raises(TypeError, match=rf"orchestration\.sources\.new .* no function {name}"):
        check_module(module)


def test_no_two_publishers_claim_one_address() -> None:
    addresses = [address for _, address, _ in EXAMPLES]
    owners = {
        address: [name for name, source in SOURCES.items() if source.dataset_of(address)] for address in addresses
    }
    assert [names for names in owners.values() if len(names) != 1] == []


def test_a_base_address_has_one_default() -> None:
    """`TIDEMARK_TREASURY_URL` serves two publishers."""
    defaults: dict[str, set[str]] = {}
    for source in SOURCES.values():
        # Our own statements are not fetched: they have no address on a network.
        assert [endpoint.name for endpoint in source.PUBLISHER.endpoints[:1]] in ([source.PUBLISHER.name], [])
        for endpoint in source.PUBLISHER.endpoints:
            defaults.setdefault(endpoint.name, set()).add(endpoint.url)
    assert [name for name, addresses in defaults.items() if len(addresses) > 1] == []


def test_a_setting_replaces_a_base_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_FRED_API_URL", "http://127.0.0.1:9/")
    fred = SOURCES["fred"].PUBLISHER
    assert fred.base_url(Settings(), "fred_api") == "http://127.0.0.1:9"
    assert fred.base_url(Settings()) == "https://fred.stlouisfed.org"
