"""When a load has nothing to build."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.settings import load_settings
from orchestration.warehouse import up_to_date

TESTS = [{"asset": "marts/fct_holdings", "check": "grain", "passed": True}]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose release was made of `this`, with all that follows a release."""
    home = Home(tmp_path / "home")
    home.prepare()
    _publish(home, "2026-06-18-1")
    (home.reports / "site").mkdir()
    (home.reports / "site" / "index.html").write_text("<p>", encoding="utf-8")
    up_to_date.record(home, "this", TESTS)
    for part in up_to_date.PARTS:
        up_to_date.add(home, part)
    return home


def _publish(home: Home, release: str) -> None:
    file = home.snapshots / release / "tidemark.duckdb"
    file.parent.mkdir()
    file.write_text(release, encoding="utf-8")
    home.published.unlink(missing_ok=True)
    home.published.symlink_to(file)


def test_a_snapshot_from_the_same_inputs_is_up_to_date(home: Home) -> None:
    assert up_to_date.passed_tests(home, "this") == TESTS
    assert up_to_date.passed_tests(home, "that") is None


def test_it_is_not_up_to_date_until_all_its_parts_exist(home: Home) -> None:
    up_to_date.record(home, "this", TESTS)
    assert up_to_date.passed_tests(home, "this") is None
    up_to_date.add(home, up_to_date.BRIEF)
    assert up_to_date.passed_tests(home, "this") is None
    up_to_date.add(home, up_to_date.EXPORTS)
    assert up_to_date.passed_tests(home, "this") is None
    up_to_date.add(home, up_to_date.RECORD)
    assert up_to_date.passed_tests(home, "this") == TESTS


def test_it_is_not_up_to_date_if_files_are_missing_or_a_newer_snapshot_exists(home: Home) -> None:
    _publish(home, "2026-06-18-2")
    assert up_to_date.passed_tests(home, "this") is None
    _publish(home, "2026-06-18-3")
    up_to_date.record(home, "this", TESTS)
    for part in up_to_date.PARTS:
        up_to_date.add(home, part)
    assert up_to_date.passed_tests(home, "this") == TESTS
    home.published.write_text("damaged", encoding="utf-8")
    assert up_to_date.passed_tests(home, "this") is None
    _publish(home, "2026-06-18-4")
    up_to_date.record(home, "this", TESTS)
    for part in up_to_date.PARTS:
        up_to_date.add(home, part)
    (home.reports / "site" / "index.html").unlink()
    assert up_to_date.passed_tests(home, "this") is None
    (home.reports / "site" / "index.html").touch()
    home.published.unlink()
    assert up_to_date.passed_tests(home, "this") is None


@pytest.mark.parametrize("note", ["", "{", "[]", "{}", '"this"'])
def test_a_damaged_note_means_not_up_to_date(home: Home, note: str) -> None:
    (home.dbt / up_to_date.NOTE_NAME).write_text(note, encoding="utf-8")
    assert up_to_date.passed_tests(home, "this") is None


@pytest.mark.parametrize("variable", ["TIDEMARK_AS_OF", "TIDEMARK_EXPORT", "TIDEMARK_EXPORT_FORMAT"])
def test_settings_that_change_what_is_built_are_part_of_it(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    before = up_to_date.made_of(load_settings())
    assert up_to_date.made_of(load_settings()) == before
    value = {"TIDEMARK_AS_OF": "2026-01-20", "TIDEMARK_EXPORT": "all", "TIDEMARK_EXPORT_FORMAT": "csv"}[variable]
    monkeypatch.setenv(variable, value)
    assert up_to_date.made_of(load_settings()) != before
