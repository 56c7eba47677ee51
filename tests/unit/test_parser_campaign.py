"""A small run of the parser campaign, and proof that it finds broken claims."""

from __future__ import annotations

import os
import random
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from orchestration.sources import tic
from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from orchestration.tables.raw_tables import RAW_TABLES
from tests.campaigns.parsers import campaign
from tests.campaigns.parsers import judge as judging
from tests.campaigns.parsers.judge import BrokenClaimError, HangError, judge
from tests.campaigns.parsers.seeds import Seed

INPUTS = 600
# CI judges a change, so it tries the same inputs every time; at a desk each run tries others.
SEED = 0 if os.environ.get("CI") else random.randrange(10**6)
FORMS = campaign.forms()


@pytest.mark.parametrize("form", FORMS)
def test_a_parser_reads_or_refuses_any_input(form: str) -> None:
    for batch in campaign.plan(INPUTS, SEED):
        if batch.form == form:
            result = campaign.run_batch(batch)
            assert result.inputs > 0
            for found in result.findings:
                pytest.fail(f"{found.what}\n{found.dataset}, of {found.origin}: {found.body!r}\n{found.trace}")


def test_a_campaign_reaches_every_parser() -> None:
    seeds = [seed for seeds in FORMS.values() for seed in seeds]
    assert {seed.source for seed in seeds} == set(SOURCES)
    assert {seed.dataset for seed in seeds if seed.source == "tic"} == set(tic._TABLES) - {"mfh"}
    assert {SOURCES[seed.source].raw_table(seed.dataset) for seed in seeds} == set(RAW_TABLES)


def test_the_seeds_of_a_campaign_are_readable() -> None:
    for seeds in FORMS.values():
        for seed in seeds:
            assert judge(seed, seed.body), f"{seed.dataset} of {seed.origin}"


def test_the_plan_gives_each_form_its_share_and_the_whole_number() -> None:
    batches = campaign.plan(200_000, 0)
    assert sum(batch.count for batch in batches) == 200_000
    by_form = {form: sum(batch.count for batch in batches if batch.form == form) for form in FORMS}
    assert max(by_form.values()) - min(by_form.values()) <= 1
    built = sum(batch.count for batch in batches if batch.engine == "hypothesis")
    assert abs(built - 200_000 * campaign.HYPOTHESIS_SHARE) < len(FORMS)


def test_a_number_reproduces_its_input() -> None:
    bodies = [campaign.mutated("fred text", 7, number)[1] for number in range(50)]
    assert bodies == [campaign.mutated("fred text", 7, number)[1] for number in range(50)]
    assert len(set(bodies)) > 40


# ---------------------------------------------------------------- a parser that breaks the claim is found

SEED_DOCUMENT = FORMS["fred text"][0]


def _replaced(monkeypatch: pytest.MonkeyPatch, parse: Callable[..., pd.DataFrame]) -> Seed:
    """The seed of a publisher whose parser is this one."""
    honest = SOURCES[SEED_DOCUMENT.source]
    monkeypatch.setitem(SOURCES, "fred", SimpleNamespace(parse=parse, raw_table=honest.raw_table))  # type: ignore[arg-type]
    return SEED_DOCUMENT


def _honest() -> pd.DataFrame:
    return SOURCES["fred"].parse(SEED_DOCUMENT.dataset, SEED_DOCUMENT.body, SEED_DOCUMENT.retrieved_at)


FRAME = _honest()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(columns="value"), "value of fred_observations is missing"),
        (lambda frame: frame.astype({"value": "float32"}), "value of fred_observations is missing or of another type"),
        (lambda frame: frame.astype({"date": "str"}), "date of fred_observations is missing or of another type"),
        (lambda frame: frame.assign(value=1e14), "does not fit into decimal"),
        (lambda frame: frame.assign(date=pd.Series(pd.NaT, frame.index).astype("datetime64[us]")), "without a date"),
    ],
)
def test_a_frame_with_wrong_columns_is_found(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[pd.DataFrame], pd.DataFrame], words: str
) -> None:
    seed = _replaced(monkeypatch, lambda *_: change(FRAME))
    with pytest.raises(BrokenClaimError, match=words):
        judge(seed, b"")


@pytest.mark.parametrize(
    "message", ["short", "a sentence with \x1b[2J in it", "two sentences\nin two lines", "x" * 9999]
)
def test_a_message_that_cannot_be_shown_is_found(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    def parse(*_: object) -> pd.DataFrame:
        raise FormatError(message)

    with pytest.raises(BrokenClaimError, match="a refusal"):
        judge(_replaced(monkeypatch, parse), b"")


def test_other_errors_and_warnings_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(_: str, body: bytes, __: object) -> pd.DataFrame:
        if body:
            raise KeyError(body)
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        return FRAME

    seed = _replaced(monkeypatch, parse)
    with pytest.raises(KeyError):
        judge(seed, b"x")
    with pytest.raises(RuntimeWarning):
        judge(seed, b"")


def test_a_hang_and_a_slow_input_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(_: str, body: bytes, __: object) -> pd.DataFrame:
        until = time.thread_time() + float(body)
        while time.thread_time() < until:
            pass
        return FRAME

    seed = _replaced(monkeypatch, parse)
    monkeypatch.setattr(judging, "HANG_SECONDS", 0.2)
    with pytest.raises(HangError):
        judge(seed, b"60")
    monkeypatch.setattr(judging, "HANG_SECONDS", 30)
    monkeypatch.setattr(judging, "CPU_SECONDS", 0.05)
    with pytest.raises(BrokenClaimError, match="seconds of CPU"):
        judge(seed, b"0.1")


@pytest.mark.parametrize("engine", ["mutator", "hypothesis"])
def test_a_finding_is_minimized_and_stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: str) -> None:
    def parse(_: str, body: bytes, __: object) -> pd.DataFrame:
        if b"2" in body:
            raise ValueError("a 2")
        raise FormatError("a sentence that refuses")

    _replaced(monkeypatch, parse)
    result = campaign.run_batch(campaign.Batch("fred text", engine, 1, 0, 60))
    (found,) = result.findings
    assert "ValueError" in found.what
    assert b"2" in found.body
    if engine == "mutator":
        assert found.body == b"2"
    assert campaign.save(found, 1, tmp_path / "findings").read_bytes() == found.body
