"""The fast reader of tables 1 and 3 returns the same rows as the careful one, or None."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pandas as pd
import pytest

from orchestration.sample import SAMPLE_FOLDER
from orchestration.sources import tic
from orchestration.sources.base import FormatError
from orchestration.sources.tic.slt_in_order import read_in_order
from orchestration.sources.tic.statements import statements
from tests.campaigns.parsers.mutator import mutate
from tests.unit import tic_documents
from tests.unit.tic_documents import NOW

DOCUMENTS = {"slt_table3": tic_documents.table_3, "slt_table1": tic_documents.table_1}
INPUTS = int(os.environ.get("FUZZ_INPUTS", "600"))


def careful(dataset: str, body: bytes) -> pd.DataFrame:
    return statements(tic.figures(dataset, body))


@pytest.mark.parametrize("dataset", DOCUMENTS)
def test_sample_is_read_in_order_with_equal_rows(dataset: str) -> None:
    for path in sorted(SAMPLE_FOLDER.glob(f"tic/*/{dataset}.txt")):
        body = path.read_bytes()
        rows = read_in_order(dataset, body)
        assert rows is not None, path
        pd.testing.assert_frame_equal(rows, careful(dataset, body))


def _bytes(text: str) -> bytes:
    return text.encode()


@pytest.mark.parametrize("dataset", DOCUMENTS)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text, id="as it is"),
        pytest.param(lambda text: text.replace("\r\n", "\n"), id="other line ends"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\t1103", "\tn.a."), id="not available"),
        pytest.param(lambda text: text.replace("\t1103", "\t*"), id="small"),
        pytest.param(lambda text: text.replace("\t1103", "\t-1103"), id="negative"),
        pytest.param(lambda text: text.replace("1/ Invented", '1/ "Invented"'), id="quotes in the notes"),
        pytest.param(lambda text: text.replace("1/ Invented", "1/ Inventé"), id="letters in the notes"),
        pytest.param(lambda text: text.replace("China, Mainland", "China, the Mainland"), id="new spelling"),
    ],
)
def test_file_in_order_is_read(dataset: str, change: Callable[[str], str]) -> None:
    body = _bytes(change(DOCUMENTS[dataset]()))
    rows = read_in_order(dataset, body)
    assert rows is not None
    pd.testing.assert_frame_equal(rows, careful(dataset, body))


@pytest.mark.parametrize("dataset", DOCUMENTS)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\t1103", "\t1,103"), id="commas in a number"),
        pytest.param(lambda text: text.replace("\t1103", "\t0x11"), id="hexadecimal number"),
        pytest.param(lambda text: text.replace("\t1103", "\t1103.5"), id="decimal point"),
        pytest.param(lambda text: text.replace("\t1103", "\t1103 r/"), id="footnote on a figure"),
        pytest.param(lambda text: text.replace("\t1103", "\t"), id="blank cell"),
        pytest.param(lambda text: text.replace("\t1103", "\t1" + "0" * 15), id="figure too large"),
        pytest.param(lambda text: text.replace("Denmark", " Denmark"), id="padded name"),
        pytest.param(lambda text: text.replace("Denmark", '"Denmark"'), id="quoted name"),
        pytest.param(lambda text: text.replace("Denmark", "Japan"), id="name of another code"),
        pytest.param(lambda text: text.replace("10502", "1050"), id="code cut off"),
        pytest.param(lambda text: text.replace("10502", "98765"), id="unknown code"),
        pytest.param(lambda text: text.replace("2024-05", "2024-5"), id="month in another form"),
        pytest.param(lambda text: _without_all(text, "\t99991\t"), id="no closing row"),
        pytest.param(lambda text: text.replace("Table ", "Tables "), id="other title"),
        pytest.param(lambda text: text.replace("Millions", "Billions"), id="other unit"),
        pytest.param(lambda text: text.replace("Notes:", "Remarks:"), id="no notes"),
        pytest.param(lambda text: text[: text.index("Notes:")].rstrip("\t\r\n"), id="cut short"),
        pytest.param(lambda text: _without(text, "Denmark\t10502\t2024-05"), id="month missing"),
        pytest.param(lambda text: _without(text, "Denmark\t10502\t2024-06"), id="newest month missing"),
        pytest.param(lambda text: _without(text, "Non-Official\t99991\t2024-04"), id="last row missing"),
        pytest.param(lambda text: text + _line(text, "Denmark\t10502\t2024-05"), id="row below the notes"),
        pytest.param(lambda text: _swapped(text, "Denmark\t10502\t2024-05"), id="rows in another order"),
        pytest.param(
            lambda text: text.replace("for_lt_treas_pos", "x").replace("for_lt_treas_net", "for_lt_treas_pos"),
            id="another column",
        ),
    ],
)
def test_other_file_is_left_to_the_careful_reader(dataset: str, change: Callable[[str], str]) -> None:
    assert read_in_order(dataset, _bytes(change(DOCUMENTS[dataset]()))) is None


def _line(text: str, start: str) -> str:
    return next(line for line in text.splitlines(keepends=True) if start in line)


def _without(text: str, start: str) -> str:
    return text.replace(_line(text, start), "")


def _without_all(text: str, part: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if part not in line)


def _swapped(text: str, start: str) -> str:
    lines = text.splitlines(keepends=True)
    place = lines.index(_line(text, start))
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    return "".join(lines)


def test_other_datasets_have_one_reader() -> None:
    assert read_in_order("slt_table5", _bytes(tic_documents.table_5())) is None


@pytest.mark.parametrize("dataset", DOCUMENTS)
def test_whatever_the_fast_reader_reads_is_equal(dataset: str) -> None:
    rng = random.Random(7)
    months, holders = tic_documents.MONTHS, tic_documents.HOLDERS
    bodies = [_bytes(make(months, holders)) for make in DOCUMENTS.values()]
    body = _bytes(DOCUMENTS[dataset](months, holders))
    read = 0
    for number in range(INPUTS):
        broken = mutate(rng, body, bodies[number % 2])
        rows = read_in_order(dataset, broken)
        if rows is None:
            continue
        read += 1
        try:
            expected = careful(dataset, broken)
        except FormatError as error:
            pytest.fail(f"input {number}: only the fast reader reads it: {error}\n{broken!r}")
        pd.testing.assert_frame_equal(rows, expected, obj=f"input {number}")
    assert read > INPUTS / 50


def test_parse_uses_the_fast_reader() -> None:
    body = _bytes(tic_documents.table_3())
    rows = read_in_order("slt_table3", body)
    assert rows is not None
    pd.testing.assert_frame_equal(rows, tic.parse("slt_table3", body, NOW))
