"""The second engine: documents that Hypothesis builds along a structure, and makes small where one breaks the claim.

Belongs here: strategies for tables of cells, lines of a document's own words, JSON and ZIP files. Does not belong here:
what must hold for the result (`judge`).
"""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from typing import Any

from hypothesis import strategies as st

from tests.campaigns.parsers.mutator import TOKENS
from tests.campaigns.parsers.seeds import Seed

_WORD = re.compile(rb"[\t\r\n,\"]+|[^\t\r\n,\"]+")

_figures = st.one_of(
    st.integers().map(str),
    st.floats().map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.integers(-(10**9), 10**9).map("{:,}".format),
)
_days = st.one_of(
    st.dates().map(str),
    st.dates().map("{:%m/%d/%Y}".format),
    st.dates().map("{:%Y-%m}".format),
    st.from_regex(r"[0-9]{1,4}[-/][0-9]{1,2}([-/][0-9]{1,4})?", fullmatch=True),
)
cells = st.one_of(
    st.sampled_from(TOKENS),
    st.one_of(_figures, _days).map(str.encode),
    st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=8),
)
_json_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), _figures, _days, st.just("lin")
)
json_values = st.recursive(
    _json_leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=12),
        st.dictionaries(
            st.sampled_from(["error", "result", "last", "msg", "count", "offset", "limit", "observations", "seriess"]),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=25,
)


def inputs(seeds: list[Seed]) -> st.SearchStrategy[tuple[Seed, bytes]]:
    """An input for one of these seeds, built on the seed."""
    return st.sampled_from(seeds).flatmap(lambda seed: st.tuples(st.just(seed), documents(seed.body)))


def documents(body: bytes) -> st.SearchStrategy[bytes]:
    """A document like this one."""
    if body[:2] == b"PK":
        return packages(body)
    if body.lstrip()[:1] in (b"{", b"["):
        return st.one_of(changed_json(body), json_values.map(_dumped), texts(body))
    return texts(body)


def texts(body: bytes) -> st.SearchStrategy[bytes]:
    """A table with some cells replaced, or lines of the document's own words in any order."""
    return st.one_of(changed_table(body), words(body))


@st.composite
def changed_table(draw: st.DrawFn, body: bytes) -> bytes:
    """The document with up to six cells, or one whole column, written over."""
    delimiter = b"\t" if b"\t" in body else b","
    rows = [line.split(delimiter) for line in body.split(b"\n")]
    for _ in range(draw(st.integers(1, 6))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(cells)
    if draw(st.booleans()):
        place, new = draw(st.integers(0, 12)), draw(cells)
        for row in rows[draw(st.integers(0, len(rows))) :]:
            row[place : place + 1] = [new]
    return b"\n".join(delimiter.join(row) for row in rows)


def words(body: bytes) -> st.SearchStrategy[bytes]:
    """Words of the document, below none, a part, or all of it."""
    own = sorted(set(_WORD.findall(body)))
    tail = st.lists(st.one_of(st.sampled_from(own), cells), max_size=40).map(b"".join)
    head = st.sampled_from([0, len(body) // 3, len(body) // 2, len(body)]).map(lambda end: body[:end])
    return st.tuples(head, tail).map(b"".join)


@st.composite
def changed_json(draw: st.DrawFn, body: bytes) -> bytes:
    """The document's value, with up to three of its parts written over."""
    content = [json.loads(body)]
    for _ in range(draw(st.integers(1, 3))):
        at: Any = content
        key: Any = 0
        while isinstance(at[key], list | dict) and at[key] and draw(st.integers(0, 5)):
            at = at[key]
            key = draw(st.sampled_from(range(len(at)) if isinstance(at, list) else list(at)))
        at[key] = draw(json_values)
    return _dumped(content[0])


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@st.composite
def packages(draw: st.DrawFn, body: bytes) -> bytes:
    """A ZIP of members like those of the document, or of others."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    own = [name for name, _ in members]
    # A ZIP's names end at the first NUL.
    text = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1, max_size=20)
    names = st.one_of(st.sampled_from([*own, "a.csv", "../a.csv"]), text)
    method = draw(st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in members if draw(st.booleans()) else members[:1] * draw(st.integers(0, 3)):
            shown = draw(names) if draw(st.integers(0, 3)) == 0 else name
            archive.writestr(shown, draw(texts(content)))
    return packed.getvalue()
