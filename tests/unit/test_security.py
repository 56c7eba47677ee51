"""External input (settings, manifests, the command line) stays data: it is bound, checked or refused."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import hashlib
import os
import re
import shutil
from pathlib import Path

import click.testing
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestration.archive import Archive, ArchiveError
from orchestration.cli import cli, ui
from orchestration.settings import PROJECT_ROOT, SettingsError, load_settings
from orchestration.sources.base import Response, SourceError
from orchestration.sources.folder import COLUMNS, read_manifest
from orchestration.sources.registry import SOURCES, identify

CODE = sorted((PROJECT_ROOT / "orchestration").rglob("*.py"))
INJECTIONS = [
    "2026-01-01'; drop table raw.documents; --",
    "2026-01-01' or '1'='1",
    "date '2026-01-01'",
    "2026-01-01\n2026-01-02",
    "(select max(month_end) from marts.fct_holdings)",
    "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661",
    "20260101",
    "2026-W01-1",
    "9999-12-31",
    "0001-01-01",
    "\x1b[2J",
]


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("value", INJECTIONS)
def test_a_day_is_a_day_or_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TIDEMARK_AS_OF", value)
    with pytest.raises(SettingsError, match=r"TIDEMARK_AS_OF=.*must be a date, YYYY-MM-DD") as caught:
        load_settings()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("value", ["1900-01-01", "2026-02-28", " 2026-02-28 ", "2999-12-31"])
def test_a_valid_day_is_accepted(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TIDEMARK_AS_OF", value)
    assert load_settings().as_of == dt.date.fromisoformat(value.strip())


@pytest.mark.parametrize("sign", ["?", "#", ";", "%", "\n", "\x1b", "\u202e", "\udcff"])
def test_a_home_that_other_programs_would_misread_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sign: str
) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", f"{tmp_path}/a{sign}b/home")
    with pytest.raises(SettingsError, match=r"TIDEMARK_HOME=.*must be a folder whose whole path") as caught:
        load_settings()
    assert str(caught.value).isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", ["~nobody-of-that-name/x", "a" * 5000, "/etc/passwd", "\udcff"])
def test_a_source_that_is_not_a_folder_is_refused(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setenv("TIDEMARK_SOURCE", source)
    with pytest.raises(SettingsError, match=r"no manifest\.csv there"):
        load_settings()


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("months", "said"),
    [
        *((value, "must be YYYY-MM") for value in (*INJECTIONS, "", "..", "2026-01..", "2026-1")),
        ("2026-01..2026-02..2026-03", "must be YYYY-MM"),
        ("2026-13", "must be YYYY-MM"),
        ("\uff12\uff10\uff12\uff16-01", "must be YYYY-MM"),
        ("2026-02..2026-01", "the last month is before the first"),
        ("1999-12", "load months are 2000-01 to 2"),
        ("2026-01..9999-12", "load months are 2000-01 to 2"),
    ],
)
def test_load_months_are_load_months_or_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, months: str, said: str
) -> None:
    monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path / "home"))
    result = click.testing.CliRunner().invoke(cli, ["load", "--months", months])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.strip().isprintable()
    assert not (tmp_path / "home").exists()


# ---------------------------------------------------------------- a manifest


def _manifest(folder: Path, **changes: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.csv").write_bytes(b"x")
    row = dict.fromkeys(COLUMNS, "") | {"path": "a.csv", "as_of": "2026-03-01"} | changes
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    return folder


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../outside.csv",
            "../../etc/passwd",
            "/etc/passwd",
            "sub/../../outside.csv",
        ),
        *("a\0.csv", "\0", " ", "~/x", "a.csv/../../outside.csv"),
    ],
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.csv").write_bytes(b"secret")
    folder = _manifest(tmp_path / "folder", path=path)
    with pytest.raises(SourceError) as caught:
        [document.response() for document in read_manifest(folder)]
    assert "is not inside the folder" in str(caught.value) or "cannot be read" in str(caught.value)


def test_a_link_that_its_owner_put_into_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.csv").write_bytes(b"bytes")
    folder = _manifest(tmp_path / "folder", path="links/a.csv")
    (folder / "links").symlink_to(tmp_path / "elsewhere")
    (document,) = read_manifest(folder)
    assert document.response().body == b"bytes"


@pytest.mark.parametrize("as_of", INJECTIONS[:6] + INJECTIONS[8:])
def test_a_day_of_a_manifest_is_a_day_or_refused(tmp_path: Path, as_of: str) -> None:
    with pytest.raises(SourceError, match="it must be a date"):
        list(read_manifest(_manifest(tmp_path / "folder", as_of=as_of)))


def test_a_manifest_that_is_not_csv_is_refused(tmp_path: Path) -> None:
    for content in (b"\xff\xfe", b'path,"' + b"x" * 200_000, b"\0" * 100):
        (tmp_path / "manifest.csv").write_bytes(content)
        with pytest.raises(SourceError, match=r"cannot be read as CSV|column (path|source) is missing"):
            list(read_manifest(tmp_path))


def test_a_pipe_is_refused_as_a_document(tmp_path: Path) -> None:
    folder = _manifest(tmp_path / "folder", path="pipe")
    os.mkfifo(folder / "pipe")
    (document,) = read_manifest(folder)
    with pytest.raises(SourceError, match="it is not a regular file"):
        document.response()


# ---------------------------------------------------------------- the archive


words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["../../x", "/etc/passwd", "..", ".", "", "a/b", "C:\\x", "\0", "x" * 3000, "'; drop", "%2e%2e/"]),
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    source=st.sampled_from([*SOURCES, "other"]), dataset=words, address=words, body=st.binary(max_size=9), note=words
)
def test_a_document_with_any_name_stays_inside_the_archive(
    tmp_path: Path, source: str, dataset: str, address: str, body: bytes, note: str
) -> None:
    root = tmp_path / hashlib.sha256(repr((source, dataset, address, body, note)).encode()).hexdigest()[:12]
    archive = Archive(root / "archive")
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    document = archive.add(source, dataset, Response(address, body, moment), note=note)
    assert document is not None
    assert Archive(root / "archive").read(document) == body
    assert [path.name for path in root.iterdir()] == ["archive"]
    for path in (root / "archive").rglob("*"):
        assert re.fullmatch(r"[a-z]+|[0-9a-f]{2}|[0-9a-f]{64}|[0-9a-f]{16}\.json|[0-9]{4}-[0-9]{2}", path.name), path
    shutil.rmtree(root)


@pytest.mark.parametrize("source", ["../evil", "/tmp/evil", "", "a/b", "Tic"])
def test_an_unknown_source_is_not_stored(tmp_path: Path, source: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a source"):
        Archive(tmp_path / "archive").add(source, "x", Response("y", b"z", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    assert not list(tmp_path.rglob("*.json"))


def test_a_sidecar_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    archive = Archive(tmp_path / "archive")
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    archive.add("tic", "x", Response("y", b"z", moment))
    (sidecar,) = (tmp_path / "archive").rglob("*.json")
    content = sidecar.read_text(encoding="utf-8")
    sha256 = hashlib.sha256(b"z").hexdigest()
    elsewhere = "../../../secret"
    name = hashlib.sha256(f"y\n{moment.isoformat()}\n{elsewhere}".encode()).hexdigest()[:16]
    sidecar.unlink()
    moved = content.replace(sha256, elsewhere).replace(sidecar.stem, name)
    sidecar.with_name(f"{name}.json").write_text(moved, encoding="utf-8")
    with pytest.raises(ArchiveError, match="is damaged"):
        Archive(tmp_path / "archive")


@given(address=st.one_of(words, words.map("https://ticdata.treasury.gov/{}".format), st.binary().map(repr)))
def test_an_address_names_a_known_dataset_or_none(address: str) -> None:
    found = identify(address)
    if found is not None:
        assert found[0] in SOURCES
        assert SOURCES[found[0]].raw_table(found[1])


# ---------------------------------------------------------------- SQL, and who may write


def _calls(path: Path, names: set[str]) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


NAMES_OF_OURS = {
    # of raw tables, of their columns, and lists of them: `warehouse.raw_tables` has them all
    *("table.name", "table.key", "table.parsed_columns", "table.value_columns", "table.series_columns"),
    *("names", "columns", "kept", "period", "series", "measures", "name", "schema", "table", "rank", "test", "key"),
    "ROWS_SHOWN",
    # of tables of statistics, their columns and what holds of them: constants of `statistics.tables`
    *("checks", "moves", "MOVES", "table.columns"),
    # of a comparison: names of marts and columns, by dbt's manifest, and of the databases that it attached itself
    *("before", "after", "condition", "counts", "relation", "day", "side", "kind", "labels", "change", "figure"),
    *("table.labels", "table.period", "BY_SERIES", "size", "rows"),
    # of a file that is exported: how it is written, and which series are free
    *("how", "free"),
    # of a preview in the UI: queries and sizes from its module, columns as DuckDB lists them
    *("chosen.query", "SHOWN_ROWS", "SHOWN_MONTHS", "order", "_quoted"),
    # of rules: their names and queries are files of `expectations`, and each breach is a relation that a load makes;
    # the columns that it shows are named by the query
    *("rule.query", "breach.relation", "breach.rule.name", "is_view", "self._views", "shown"),
    # of the public edition: databases that it names itself; marts, their columns and conditions, by dbt's manifest;
    # table functions and what they take, as the published file has them, which a load wrote
    *("CATALOG", "_SOURCE", "mart", "column", "where", "definition"),
    # conditions made of them
    *("accepted", "differs", "compared", "chosen", "is_known", "some_value", "conditions", "query"),
}
QUOTED = {"literal", "text_list"}
WORDS = {"join", ".join", "f", "for", "in", "if", "else", "tuple", "equal", "_equal", "_columns", "columns"}


def test_sql_is_built_only_from_our_own_names_and_quoted_texts() -> None:
    """A name that is new here needs a look: where does it come from? What comes from outside is bound, or quoted."""
    strange = []
    for path in CODE:
        for call in _calls(path, {"execute", "executemany", "sql", "query"}):
            for part in (part for argument in call.args for part in ast.walk(argument)):
                if isinstance(part, ast.FormattedValue):
                    text = ast.unparse(part.value)
                    is_quoted = isinstance(part.value, ast.Call) and ast.unparse(part.value.func).strip("_") in QUOTED
                    known = set(re.findall(r"[A-Za-z_][A-Za-z_.]*", re.sub(r"'[^']*'", "", text)))
                    known -= WORDS
                    if not is_quoted and not known <= NAMES_OF_OURS:
                        strange.append(f"{path.name}:{call.lineno}: {text}")
    assert strange == []


WRITERS = {
    # The file that a load works on, and publishes.
    ("working.py", "str(working_file(home))"),
    # A new file for the public edition. The published file is attached to it, read-only.
    ("public_file.py", "str(target)"),
    # An empty warehouse in a temporary folder, to try rules on documents.
    ("replay.py", "str(work / 'replay.duckdb')"),
}


def test_only_the_working_file_is_opened_for_writing() -> None:
    writers = []
    for path in CODE:
        for call in _calls(path, {"connect"}):
            if not ast.unparse(call.func).startswith("duckdb.") or not call.args:
                continue
            read_only = {word.arg: ast.unparse(word.value) for word in call.keywords}.get("read_only")
            if read_only != "True":
                writers.append((path.name, ast.unparse(call.args[0])))
    assert sorted(writers) == sorted(WRITERS)


def test_the_ui_listens_on_loopback() -> None:
    (host,) = [option for option in ui.params if option.name == "host"]
    assert host.default == "127.0.0.1"


def test_no_program_listens_on_all_addresses() -> None:
    files = [PROJECT_ROOT / "Makefile", PROJECT_ROOT / "README.md", *CODE]
    assert not [path for path in files if "0.0.0.0" in path.read_text(encoding="utf-8")]
