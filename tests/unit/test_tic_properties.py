"""Whatever the bytes: a frame of the right form, or a FormatError, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.sources import tic
from orchestration.sources.base import FormatError
from orchestration.sources.tic import release_calendar
from orchestration.sources.tic.countries import name_key
from orchestration.sources.tic.holdings import COLUMNS, KEY
from tests.unit.tic_documents import DOCUMENTS, NOW

SNIPPETS = (
    *(b"\t", b"\r", b"\n", b'"', b",", b"\xff", b"\xe7", b"\x00", b"n.a.", b"*", b"-1", b"1e9", b"9" * 40, b"[7]"),
    *(b"2024-06", b"2024-13", b"Jun", b"XI", b"Notes:", b"Denmark", b"10502", b"99996", b"Country", b"----------"),
    *(
        b"<tr>",
        b"\r\n\x1c\r\n",
        b"(2012 revised May 18, 2013)",
        b"Department of the Treasury",
        b"\xc2\xb2\xd9\xa3",
        b" " * 50,
    ),
)


def parses_or_is_refused(dataset: str, body: bytes) -> None:
    try:
        frame = tic.parse(dataset, body, NOW) if dataset == "release_calendar" else tic.figures(dataset, body)
    except FormatError:
        return
    if dataset == "release_calendar":
        assert tuple(frame.columns) == release_calendar.COLUMNS
        assert not frame.duplicated(["data_month_end", "kind"]).any()
        return
    assert tuple(frame.columns) == COLUMNS
    assert not frame.duplicated(KEY).any()
    assert frame["country_code"].notna().all()
    assert frame["month_end"].dt.is_month_end.all()
    assert not frame["value"].abs().gt(1e16).any()


@st.composite
def broken(draw: st.DrawFn, dataset: str) -> bytes:
    """A document with a few pieces cut out, doubled, moved or written over."""
    body = DOCUMENTS[dataset].encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(start + draw(st.sampled_from([0, 1, 2, 8, 40, 300])), len(body))
        new = draw(
            st.one_of(
                st.sampled_from(SNIPPETS),
                st.binary(max_size=6),
                st.just(b""),
                st.just(body[start:end] * 2),
                st.just(body[end : end + 50]),
            )
        )
        body = body[:start] + new + body[end:]
    return body


@pytest.mark.parametrize("dataset", DOCUMENTS)
@given(data=st.data())
def test_a_mutated_document_parses_or_is_refused(dataset: str, data: st.DataObject) -> None:
    parses_or_is_refused(dataset, data.draw(broken(dataset)))


@pytest.mark.parametrize("dataset", DOCUMENTS)
@given(body=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_parse_or_are_refused(dataset: str, body: bytes) -> None:
    parses_or_is_refused(dataset, body)
    head, _, _ = DOCUMENTS[dataset].encode().partition(b"Denmark")
    parses_or_is_refused(dataset, head + body)


@given(st.text(max_size=60))
def test_the_key_of_a_name_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize(
    "body",
    [
        b"\t" * 2_000_000,
        b" " * 2_000_000 + b"x",
        b"<" * 2_000_000,
        b"<tr>" * 300_000,
        b'"' * 2_000_000,
        b"(1" * 1_000_000,
    ],
    ids=["tabs", "blanks", "brackets", "rows", "quotes", "footnotes"],
)
@pytest.mark.parametrize("dataset", DOCUMENTS)
def test_no_garbage_takes_long(dataset: str, body: bytes) -> None:
    head, _, _ = DOCUMENTS[dataset].encode().partition(b"Denmark")
    for text in (body, head + body):
        parses_or_is_refused(dataset, text)
