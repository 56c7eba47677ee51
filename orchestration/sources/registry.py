"""Which publishers there are, and whose an address is.

Belongs here: finding the publishers' modules. A module of this package that has a `PUBLISHER` is one; nothing lists it.
Does not belong here: anything that one publisher's module can say itself.
"""

from __future__ import annotations

import datetime as dt
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

import pandas as pd

from orchestration import sources
from orchestration.settings import Settings
from orchestration.sources.base import ArchiveView, Failed, Fetched, Publisher
from orchestration.sources.http import HttpClient

OTHER = "other"
"""The source of a folder's documents that no publisher's module reads."""


class Source(Protocol):
    """What every publisher's module has."""

    PUBLISHER: Publisher

    def dataset_of(self, address: str) -> str | None:
        """Which dataset an address serves, or None if it is not this publisher's."""

    def raw_table(self, dataset: str) -> str:
        """The raw table that the dataset's rows go to."""

    def parse(self, dataset: str, body: bytes, retrieved_at: dt.datetime) -> pd.DataFrame:
        """Bytes -> rows in the raw table's columns, or FormatError."""

    def fetch(self, client: HttpClient, settings: Settings, archive: ArchiveView) -> Iterator[Fetched | Failed]:
        """Ask the live publisher."""


def _found() -> dict[str, Source]:
    """The publishers' modules by the name of their publisher, in alphabetical order."""
    names = [module.name for module in pkgutil.walk_packages(sources.__path__, f"{sources.__name__}.")]
    modules = [module for module in map(import_module, names) if isinstance(vars(module).get("PUBLISHER"), Publisher)]
    by_name = sorted((cast(Source, module) for module in modules), key=lambda source: source.PUBLISHER.name)
    return {source.PUBLISHER.name: source for source in by_name}


SOURCES: dict[str, Source] = _found()


def identify(address: str) -> tuple[str, str] | None:
    """Say whose an address is: (source, dataset), or None if no publisher's module reads it."""
    for name, source in SOURCES.items():
        dataset = source.dataset_of(address)
        if dataset is not None:
            return name, dataset
    return None
