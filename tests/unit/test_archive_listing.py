"""The archive from the shell: listing and verification."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from click.testing import CliRunner, Result

from orchestration.archive import Archive
from orchestration.cli import cli
from orchestration.home import Home
from orchestration.sources.base import Response
from orchestration.warehouse.publish import publish
from orchestration.warehouse.working import connect
from tests.small_warehouse import build


def _response(body: bytes, day: int) -> Response:
    return Response(
        address="https://publisher.test/table.txt", body=body, retrieved_at=dt.datetime(2026, 1, day, tzinfo=dt.UTC)
    )


def _in_archive(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["archive", *arguments], env={"TIDEMARK_HOME": str(home)})


def test_the_archive_is_listed_newest_first_with_ledger_status(tmp_path: Path) -> None:
    home = Home(tmp_path)
    archive = Archive(home.archive)
    old = archive.add("tic", "slt_table1", _response(b"old", 1))
    new = archive.add("fred", "DGS10", _response(b"figures", 2), form="simulated")
    assert old is not None
    assert new is not None
    home.prepare()
    build(home, 1)
    with connect(home) as connection:
        connection.execute(
            "update raw.documents set document_id = ?, status = 'refused', released_on = '2026-06-18'",
            [old.document_id],
        )
    publish(home, None, ["fct"], 3)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    listed = _in_archive(tmp_path, "ls")
    assert listed.exit_code == 0
    heading, first, second = listed.stdout.splitlines()
    assert first.split()[2:] == ["fred", "DGS10", "-", "7", new.sha256[:12], "simulated", "-"]
    assert second.split()[2:] == [
        *("tic", "slt_table1", "2026-06-18", "3", old.sha256[:12], "publisher-bytes", "refused")
    ]
    assert heading.index("sha256") == first.index(new.sha256[:12]) == second.index(old.sha256[:12]), "aligned"
    reported = json.loads(_in_archive(tmp_path, "ls", "--source", "tic", "--json").stdout)
    assert [(line["document_id"], line["status"], line["released_on"]) for line in reported] == [
        (old.document_id, "refused", "2026-06-18")
    ]
    since = _in_archive(tmp_path, "ls", "--since", new.retrieved_at.date().isoformat(), "--json")
    assert [line["document_id"] for line in json.loads(since.stdout)] == [new.document_id]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before, "it only looks"


def test_verify_names_every_damaged_document(tmp_path: Path) -> None:
    home = Home(tmp_path)
    archive = Archive(home.archive)
    for number, body in enumerate((b"whole", b"damaged", b"lost"), start=1):
        archive.add("tic", f"t{number}", _response(body, number))
    (home.archive / "incoming").mkdir(exist_ok=True)
    assert "3 documents, 16 bytes, all intact" in _in_archive(tmp_path, "verify").stdout
    _, damaged, lost = archive.documents()
    next(home.archive.rglob(damaged.sha256)).write_bytes(b"damaged?")
    next(home.archive.rglob(lost.sha256)).unlink()
    result = _in_archive(tmp_path, "verify")
    assert result.exit_code == 1
    reported = result.stderr.splitlines()
    assert len(reported) == 3
    assert "are damaged" in reported[0]
    assert "has lost the bytes" in reported[1]
    assert reported[2] == "2 of 3 documents are damaged or missing."
    assert (home.archive / "incoming").exists(), "it only looks: a load may be writing there"


def test_an_archive_that_cannot_be_listed_gives_an_error_message(tmp_path: Path) -> None:
    Archive(tmp_path / "archive").add("tic", "t", _response(b"figures", 1))
    for arguments, said, code in (
        (("ls", "--source", "ecb"), "--source ecb: unknown source. Choose one of: ", 2),
        (("ls", "--since", "20260101"), "--since 20260101: must be a date, YYYY-MM-DD.", 2),
        (("ls", "--since", "2999-01-01"), "No such document in", 0),
    ):
        result = _in_archive(tmp_path, *arguments)
        assert result.exit_code == code
        assert said in result.stderr
    (sidecar,) = tmp_path.rglob("*.json")
    sidecar.write_text("{", encoding="utf-8")
    for command in ("ls", "verify"):
        result = _in_archive(tmp_path, command)
        assert result.exit_code == 1
        assert f"{sidecar} is damaged" in result.stderr
