"""Finds the publishers' modules, and the publisher of an address.

Belongs here: finding the publishers' modules: every module of this package with a `PUBLISHER`. You do not register one.
Does not belong here: facts about one publisher.
"""

from __future__ import annotations

import datetime as dt
import difflib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Protocol, cast

import pandas as pd
import pyarrow as pa

from orchestration import sources
from orchestration.settings import Settings, SettingsError
from orchestration.sources.base import ArchiveView, Failed, Fetched, Publisher
from orchestration.sources.http import HttpClient

OTHER = "other"
"""The source of documents in a folder that no publisher's module reads."""


class Source(Protocol):
    """The interface of every publisher's module."""

    PUBLISHER: Publisher

    def dataset_of(self, address: str) -> str | None:
        """The dataset that an address serves, or None if it is not this publisher's."""

    def explain(self, address: str) -> str | None:
        """Why an address of this publisher is not read, and which one is; None if it is not this publisher's."""

    def raw_table(self, dataset: str) -> str:
        """The raw table of the dataset's rows."""

    def parse(self, dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame | pa.Table:
        """Parse bytes into rows with the raw table's columns; raises FormatError. An Arrow table has their types."""

    def fetch(self, client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
        """Fetch from the live publisher."""


_FUNCTIONS = ("dataset_of", "explain", "raw_table", "parse", "fetch")


def check_module(module: ModuleType) -> None:
    """Check that a publisher's module has every function of a `Source`.

    Raises:
        TypeError: it lacks one.
    """
    for name in _FUNCTIONS:
        if not callable(getattr(module, name, None)):
            raise TypeError(f"{module.__name__} has a PUBLISHER but no function {name}: see docs/develop/extend.md.")


def _found() -> dict[str, Source]:
    """The publishers' modules by the name of their publisher, in alphabetical order."""
    names = [module.name for module in pkgutil.walk_packages(sources.__path__, f"{sources.__name__}.")]
    modules = [module for module in map(import_module, names) if isinstance(vars(module).get("PUBLISHER"), Publisher)]
    for module in modules:
        check_module(module)
    by_name = sorted((cast(Source, module) for module in modules), key=lambda source: source.PUBLISHER.name)
    return {source.PUBLISHER.name: source for source in by_name}


SOURCES: dict[str, Source] = _found()


def check_base_urls(settings: Settings) -> None:
    """Check that every `TIDEMARK_<NAME>_URL` names an address of a publisher.

    Raises:
        SettingsError: a name is unknown; the message has the nearest known one.
    """
    known = {endpoint.name for source in SOURCES.values() for endpoint in source.PUBLISHER.endpoints}
    others = {name.removesuffix("_url") for name in Settings.model_fields if name.endswith("_url")}
    sentences = []
    for name in sorted(settings.base_urls.keys() - known):
        near = difflib.get_close_matches(name, [*sorted(known), *sorted(others)], n=1, cutoff=0.5)
        hint = f" Did you mean TIDEMARK_{near[0].upper()}_URL?" if near else ""
        sentences.append(f"Invalid setting: TIDEMARK_{name.upper()}_URL is not a setting.{hint}")
    if sentences:
        raise SettingsError("\n".join(sentences))


def identify(address: str) -> tuple[str, str] | None:
    """The (source, dataset) of an address, or None if no publisher's module reads it."""
    for name, source in SOURCES.items():
        dataset = source.dataset_of(address)
        if dataset is not None:
            return name, dataset
    return None


@cache
def is_transformed(source: str, address: str) -> bool:
    """Whether an address requests other figures than the dataset under which an earlier version archived it.

    Args:
        source: the publisher.
        address: of a document in the archive.
    """
    test = getattr(SOURCES[source], "is_transformed", None)
    return test is not None and test(address)


def why_not_used(address: str) -> str:
    """Why no module reads an address, and what to do: a message for the ledger."""
    if address.startswith("folder:"):
        return "The manifest has no `url` for this file. Add the publisher's address: it selects the parser."
    for source in SOURCES.values():
        reason = source.explain(address)
        if reason is not None:
            return reason
    return "No source of Tidemark reads this address. docs/use/data_sources.md lists the addresses."


def missing_periods(source: str, address: str, rows: int) -> int:
    """How many periods a document of a span of the past lacks; 0 if its publisher defines no span.

    Args:
        source: the publisher.
        address: of the document; it has the span.
        rows: how many rows it has.
    """
    count = getattr(SOURCES[source], "missing_periods", None)
    return max(0, count(address, rows)) if count else 0
