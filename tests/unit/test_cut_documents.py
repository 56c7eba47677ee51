"""A document that was cut off under its own length, so that HTTP cannot see it: no figure of it may be another's."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from tests.campaigns.parsers.campaign import forms
from tests.campaigns.parsers.seeds import Seed

SEEDS = [seed for seeds in forms().values() for seed in seeds if seed.origin.startswith("made")]
STEPS = 60
HAVE_AN_END = {"coinbase", "kraken", "binance json", "binance zip", "fred json", "fred series", "fred zip"}
"""JSON and ZIP say where they end; a text may end after any line."""
NOT_A_FIGURE = ["revised_on", "note"]
"""What the foot of a document, or a later row, adds to rows that are whole without it."""


def _read(seed: Seed, end: int) -> pd.DataFrame | None:
    try:
        return SOURCES[seed.source].parse(seed.dataset, seed.body[:end], seed.retrieved_at)
    except FormatError:
        return None


def _ends(seed: Seed) -> Iterator[tuple[int, pd.DataFrame]]:
    """Where the document may be cut and is read all the same: some places, and all bytes near the first of a run."""
    step = max(1, len(seed.body) // STEPS)
    was_read = False
    for end in range(0, len(seed.body), step):
        frame = _read(seed, end)
        if frame is not None and not was_read:
            for closer in range(max(0, end - step + 1), end):
                found = _read(seed, closer)
                if found is not None:
                    yield closer, found
        if frame is not None:
            yield end, frame
        was_read = frame is not None


def _rows(frame: pd.DataFrame) -> set[tuple[str, ...]]:
    kept = frame.drop(columns=NOT_A_FIGURE, errors="ignore").astype(str)
    return set(kept.itertuples(index=False, name=None))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.form}, {len(seed.body)} bytes")
def test_rows_of_a_cut_document_equal_those_of_the_complete_one(seed: Seed) -> None:
    whole = _rows(SOURCES[seed.source].parse(seed.dataset, seed.body, seed.retrieved_at))
    for end, frame in _ends(seed):
        assert _rows(frame) <= whole, f"cut after {end} bytes: ...{seed.body[max(0, end - 40) : end]!r}"
        assert seed.form not in HAVE_AN_END
