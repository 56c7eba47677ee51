"""A load with hostile names of home, source and manifest: names and notes stay data."""

from __future__ import annotations

import csv
import shutil
import subprocess

import pytest

from orchestration.sample import SAMPLE_FOLDER
from tests.installation import HANGS, Installation

NAME = "it's \"q\" ü {x} $HOME `id` & | <b> {{ 1 }} \\n [1] *:a ') drop schema raw cascade --"
NOTE = "'); drop table raw.documents; -- <script>alert(1)</script> {{ 7 * 7 }} ${HOME} \N{SNOWMAN}"
FILE = "x'); drop table raw.documents --.txt"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("hostile") / NAME
    source = folder / "source"
    shutil.copytree(SAMPLE_FOLDER, source)
    (source / FILE).write_bytes(b"nothing that we read")
    with (source / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["note"] = NOTE
    strange = dict.fromkeys(rows[0], "") | {
        "path": FILE,
        "source": NAME,
        "as_of": "2026-06-18",
        "form": NOTE,
        "note": NOTE,
    }
    with (source / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, strange])
    installation = Installation(folder / "home")
    installation.load_well(source=source, as_of="2026-06-18")
    return installation


def test_the_notes_are_unchanged(loaded: Installation) -> None:
    assert loaded.query("select distinct note from raw.documents") == [(NOTE,)]
    assert loaded.query("select dataset, form, address from raw.documents where status = 'not_used'") == [
        (FILE, NOTE, f"folder:{FILE}")
    ]
    assert loaded.one("select count(*) from raw.documents where status = 'loaded'") > 60


def test_nothing_was_written_outside_the_home(loaded: Installation) -> None:
    folder = loaded.home.parent
    assert sorted(path.name for path in folder.iterdir()) == ["home", "source"]
    assert [path.name for path in folder.parent.iterdir()] == [NAME]
    assert len(list((folder / "source").rglob("*"))) == len(list(SAMPLE_FOLDER.rglob("*"))) + 1


def test_no_note_is_read_as_markup(loaded: Installation) -> None:
    for path in (loaded.home / "reports").rglob("*.html"):
        assert "<script>alert" not in path.read_text(encoding="utf-8")


def test_the_summary_can_be_pasted(loaded: Installation) -> None:
    summary = (loaded.home / "reports" / "last_load.txt").read_text(encoding="utf-8")
    (command,) = [line for line in summary.splitlines() if "import duckdb" in line]
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=HANGS, check=True)
    assert "682.600" in answer.stdout
