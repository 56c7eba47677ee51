"""`check`: a table's rules on an archive or a folder, without a load and without a change."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.archive import Archive
from orchestration.archive.gather import gather_folder
from orchestration.cli import cli
from tests.unit.ofr_documents import changed, document, figures

GOOD = figures("2001-03-30")
DAY = "2001-02-13"
ADDRESS = "https://www.financialresearch.gov/financial-stress-index/data/fsi.csv"
RULE = "categories_make_the_index"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command in an empty home."""
    monkeypatch.setenv("TIDEMARK_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["check", *arguments])

    return run


def _folder(path: Path, body: bytes) -> str:
    path.mkdir()
    (path / "fsi.csv").write_bytes(body)
    with (path / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "source", "url", "as_of", "form", "bytes", "sha256", "note"))
        writer.writerow(("fsi.csv", "ofr", ADDRESS, "2001-04-02", "publisher-bytes", len(body), "", ""))
    return str(path)


def test_a_good_file_breaks_no_rule(check: Callable[..., Result], tmp_path: Path) -> None:
    result = check("ofr_stress_index", "--source", _folder(tmp_path / "good", document(GOOD)))
    assert (result.exit_code, result.output.count("\n")) == (0, 1), result.output
    assert "Broken: 0" in result.output
    assert not (tmp_path / "home").exists()


def test_variables_of_great_expectations_do_not_reach_it(
    check: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GX_CLOUD_ACCESS_TOKEN", "of another project")
    assert check("ofr_stress_index", "--source", _folder(tmp_path / "good", document(GOOD))).exit_code == 0
    assert [name for name in os.environ if name.startswith("GX_")] == ["GX_ANALYTICS_ENABLED"]


def test_findings_name_day_and_line(check: Callable[..., Result], tmp_path: Path) -> None:
    wrong = _folder(tmp_path / "wrong", document(changed(GOOD, {(DAY, "Credit"): 2.0})))
    result = check("ofr_stress_index", "--source", wrong, "--rule", RULE)
    assert result.exit_code == 1
    assert result.output.startswith(f"{RULE} (critical)")
    line = document(GOOD).decode().splitlines().index(next(t for t in document(GOOD).decode().splitlines() if DAY in t))
    assert f"Credit, {DAY}: value 2" in result.output
    assert f"line {line + 1})" in result.output
    other = check("ofr_stress_index", "--source", wrong, "--rule", "date_is_no_weekend")
    assert (other.exit_code, other.output.count("\n")) == (0, 1)


def test_check_does_not_change_the_archive(check: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / "home" / "archive"
    wrong = _folder(tmp_path / "wrong", document(changed(GOOD, {(DAY, "Credit"): 2.0})))
    gather_folder(Archive(folder), "ofr", Path(wrong), None, None)
    (folder / "incoming").mkdir(exist_ok=True)
    (folder / "incoming" / "of a load that is at work").write_bytes(b"")
    before = sorted(path for path in folder.rglob("*"))
    assert check("ofr_stress_index", "--rule", RULE).exit_code == 1
    assert sorted(path for path in folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ofr_stres_index"], "Did you mean ofr_stress_index?"),
        (["ofr_stress_index", "--rule", "categories_make_index"], f"Did you mean {RULE}"),
        (["ofr_stress_index", "--source", "/no/such/folder"], "/no/such/folder"),
        (["ofr_stress_index"], "or give --source"),
    ],
)
def test_an_impossible_check_gives_a_one_line_error(
    check: Callable[..., Result], arguments: list[str], said: str
) -> None:
    result = check(*arguments)
    assert result.exit_code != 0
    assert said in result.output
    assert result.output.count("\n") == 1


def test_a_folder_without_the_table_is_reported(check: Callable[..., Result], tmp_path: Path) -> None:
    result = check("fred_series", "--source", _folder(tmp_path / "files", document(GOOD)))
    assert result.exit_code == 2
    assert "lists no file of this table" in result.output
