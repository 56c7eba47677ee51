"""The embedded sample through the whole flow: what `make demo` shows, load months, and loads that must fail."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.sample import SAMPLE_FOLDER
from orchestration.settings import PROJECT_ROOT
from tests.installation import Installation


@pytest.fixture(scope="module")
def demo(embedded: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    installation = embedded.copy(tmp_path_factory.mktemp("demo") / "home")
    return installation, installation.load_well()


def _changed_sample(folder: Path, file: str, change: Callable[[str], str]) -> Path:
    """A copy of the sample with one file changed, and a manifest that fits."""
    shutil.copytree(SAMPLE_FOLDER, folder)
    path = folder / file
    text = path.read_bytes().decode("latin-1")
    changed = change(text).encode("latin-1")
    assert changed != text.encode("latin-1"), "the change must change something"
    path.write_bytes(changed)
    manifest = folder / "manifest.csv"
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if row["path"] == file:
            row |= {"sha256": hashlib.sha256(changed).hexdigest(), "bytes": str(len(changed))}
    with manifest.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_the_summary_says_what_a_person_wants_to_know(demo: tuple[Installation, str]) -> None:
    installation, summary = demo
    assert "SIMULATION" in summary
    assert str(installation.published) in summary
    assert "Checks passed" in summary
    for holder in ("Japan", "United Kingdom", "China, Mainland"):
        assert holder in summary
    pasted = next(line for line in summary.splitlines() if "import duckdb" in line)
    answer = subprocess.run(["sh", "-c", pasted], capture_output=True, text=True, timeout=60, check=True)
    assert "682.600" in answer.stdout
    assert "80 unchanged" in summary, "the second load of the same bytes brings nothing"


def test_a_load_that_brings_nothing_leaves_the_release_as_it_is(
    embedded: Installation, demo: tuple[Installation, str]
) -> None:
    installation, summary = demo
    assert "Nothing is new" in summary
    assert int(summary.partition(" dbt tests")[0].split()[-1]) > 100, "the release has passed them"
    assert [path.name for path in (installation.home / "releases").iterdir()] == [
        embedded.published.resolve().parent.name
    ]
    assert installation.published.read_bytes() == embedded.published.read_bytes()


def test_the_simulation_says_so_wherever_a_reader_looks(demo: tuple[Installation, str]) -> None:
    installation, _ = demo
    assert installation.query("select distinct is_simulated from raw.documents") == [(True,)]
    assert installation.one("select is_simulated from marts.warehouse_info") is True
    assert "SIMULATION" in installation.one("select notice from marts.warehouse_info")


@pytest.mark.parametrize(
    ("country", "october", "november"),
    [
        ("China, Mainland", "688.700", "682.600"),
        ("United Kingdom", "877.900", "888.500"),
        ("Japan", "1200.000", "1202.600"),
        ("Grand Total", "9243.000", "9355.000"),
    ],
)
def test_the_first_prints_of_january_2026_are_known_on_their_day(
    demo: tuple[Installation, str], country: str, october: str, november: str
) -> None:
    installation, _ = demo
    values = installation.query(
        f"select holdings_usd_bn from marts.holdings_as_of(date '2026-01-20') where country = '{country}' "
        "and instrument = 'total' and month_end in ('2025-10-31', '2025-11-30') order by month_end"
    )
    assert values == [(Decimal(october),), (Decimal(november),)]


def test_changes_are_made_up_of_their_parts(demo: tuple[Installation, str]) -> None:
    installation, _ = demo
    assert installation.one("select count(*) from marts.fct_holdings where other_change_usd_bn is not null") > 1000
    broken = installation.one(
        """
        select count(*)
        from marts.fct_holdings as holdings
        inner join marts.holdings_trend as trend using (country_code, month_end, instrument)
        where abs(trend.change_1m_usd_bn - holdings.net_sales_usd_bn - holdings.valuation_change_usd_bn
            - holdings.other_change_usd_bn) > 0
        """
    )
    assert broken == 0


def test_load_months_in_any_order_make_the_same_warehouse(
    demo: tuple[Installation, str], installation_of: Callable[[str], Installation], tmp_path: Path
) -> None:
    installation, _ = demo
    late_first = installation_of("months")
    late_first.load_well("--months", "2026-02..2026-06")
    late_first.load_well("--months", "2024-01..2026-01")
    assert late_first.export_marts(tmp_path / "late") == installation.export_marts(tmp_path / "demo")
    raw = "select * exclude (line_number) from raw.tic_holdings order by all"
    assert late_first.query(raw) == installation.query(raw)


def _in_table_3(change: Callable[[list[str]], list[str]], starts: str) -> Callable[[str], str]:
    """Changes the cells of the lines of table 3 that start so."""

    def changed(text: str) -> str:
        lines = text.split("\r\n")
        chosen = [number for number, line in enumerate(lines) if line.startswith(starts)]
        assert chosen
        for number in chosen:
            lines[number] = "\t".join(change(lines[number].split("\t")))
        return "\r\n".join(lines)

    return changed


TABLE_3 = "tic/2026-06-18/slt_table3.txt"
JAPAN = "where country_code = '42609' and instrument = 'total' and month_end = '2026-04-30'"


def test_rows_that_break_a_rule_wait_in_quarantine_and_everything_else_is_loaded(
    demo: tuple[Installation, str], installation_of: Callable[[str], Installation], tmp_path: Path
) -> None:
    installation = installation_of("quarantine")
    ten_times = _in_table_3(lambda cells: [*cells[:3], cells[3] + "0", *cells[4:]], "Japan\t42609\t2026-04\t")
    told = installation.load_well(source=_changed_sample(tmp_path / "bad", TABLE_3, ten_times))
    assert "total_is_long_term_plus_bills" in told
    assert "slt_table3.txt of 2026-06-18, line" in told
    held = installation.query(
        "select distinct country_code, month_end::varchar, "
        "list_contains(broken_rules, 'total_is_long_term_plus_bills') "
        "from quarantine.tic_holdings where series = 'slt_table3'"
    )
    assert held == [("42609", "2026-04-30", True)]
    clean, _ = demo
    wrong = 10 * clean.one(f"select holdings_usd_bn from marts.fct_holdings {JAPAN}")
    assert installation.one(f"select count(*) from marts.fct_holdings where holdings_usd_bn > {wrong} * 0.9") == 0
    assert installation.one("select sum(rows_quarantined) from raw.documents") == installation.one(
        "select count(*) from quarantine.tic_holdings"
    )
    others = "select country_code, holdings_usd_bn from marts.fct_holdings where country_code <> '42609' order by all"
    assert installation.query(others) == clean.query(others)

    installation.load_well()
    assert installation.query(f"select holdings_usd_bn from marts.fct_holdings {JAPAN}") == clean.query(
        f"select holdings_usd_bn from marts.fct_holdings {JAPAN}"
    ), "a mended file heals the load without a manual step"


def test_a_document_that_breaks_a_rule_stops_the_load_and_readers_keep_the_old_one(
    demo: tuple[Installation, str], tmp_path: Path
) -> None:
    installation = demo[0].copy(tmp_path / "home")
    before = installation.published.resolve().read_bytes()

    def in_thousands(cells: list[str]) -> list[str]:
        return [*cells[:3], *(cell + "000" if cell.lstrip("-").isdigit() else cell for cell in cells[3:])]

    text = (SAMPLE_FOLDER / TABLE_3).read_text(encoding="latin-1")
    names = {line.split("\t")[0] for line in text.splitlines() if line.count("\t202") == 1}
    assert len(names) > 50

    def all_in_thousands(text: str) -> str:
        lines = text.split("\r\n")
        return "\r\n".join(
            "\t".join(in_thousands(line.split("\t"))) if line.split("\t")[0] in names else line for line in lines
        )

    result = installation.load(source=_changed_sample(tmp_path / "bad", TABLE_3, all_in_thousands))
    assert result.returncode == 1
    assert "CHECK FAILED  checked/tic_holdings" in result.stderr
    assert "slt_table3.txt of 2026-06-18" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) < 100, "one screen below the steps"
    assert installation.published.resolve().read_bytes() == before
    page = (installation.home / "reports" / "checks.html").read_text(encoding="utf-8")
    assert "slt_table3.txt of 2026-06-18" in page

    installation.load_well()
    refused = installation.query(
        "select dataset, rows_offered, rows_quarantined from raw.documents where status = 'refused'"
    )
    assert [dataset for dataset, _, _ in refused] == ["slt_table3"], "a mended file heals the load"
    assert refused[0][1] == refused[0][2] > 1000
    assert installation.one("select count(distinct document_id) from quarantine.tic_holdings") == 1
    everything = "select * from marts.fct_holdings_vintages order by all"
    assert installation.query(everything) == demo[0].query(everything), "as if it had never come"


def test_a_failing_dbt_test_stops_the_publish(demo: tuple[Installation, str], tmp_path: Path) -> None:
    installation = demo[0].copy(tmp_path / "home")
    before = installation.published.resolve().read_bytes()

    def lose_a_month(text: str) -> str:
        lines = text.split("\r\n")
        year = next(n for n, line in enumerate(lines) if line.startswith("Country\t2005"))
        japan = next(n for n in range(year, len(lines)) if lines[n].startswith("Japan\t"))
        cells = lines[japan].split("\t")
        cells[3] = "n.a."
        lines[japan] = "\t".join(cells)
        return "\r\n".join(lines)

    folder = _changed_sample(tmp_path / "bad", "tic/2026-06-18/mfhhis01.txt", lose_a_month)
    result = installation.load(source=folder)
    assert result.returncode != 0
    assert "assert_history_has_no_hole" in result.stderr
    assert "Traceback" not in result.stderr
    assert installation.published.resolve().read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("Millions of dollars", "Billions of dollars", 1), "Millions"),
        (lambda _: "<!DOCTYPE html><html><body>Page not found</body></html>", "HTML"),
    ],
)
def test_a_required_document_that_cannot_be_parsed_stops_the_load(
    installation_of: Callable[[str], Installation], tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    folder = _changed_sample(tmp_path / "bad", "tic/2026-06-18/slt_table3.txt", change)
    result = installation_of("refused").load(source=folder)
    assert result.returncode != 0
    assert "slt_table3" in result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert "Nothing was published" in result.stderr


def test_a_wrong_setting_ends_before_anything_starts(installation_of: Callable[[str], Installation]) -> None:
    installation = installation_of("settings")
    result = installation.load(as_of="soon")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "A setting cannot be used.\nTIDEMARK_AS_OF=soon: must be a date, YYYY-MM-DD\n"
    assert not installation.home.exists()


@pytest.mark.parametrize(
    ("command", "days"),
    [
        (
            [
                *("dagster", "job", "execute", "-m", "orchestration.definitions", "-j", "monthly_load"),
                *("--tags", '{"dagster/partition": "2026-06-01"}'),
            ],
            ["2026-06-18"],
        ),
        (
            ["dg", "launch", "--job", "monthly_load", "--partition-range", "2026-01-01...2026-06-01"],
            ["2026-01-15", "2026-06-18"],
        ),
    ],
)
def test_dagster_runs_the_same_job_for_load_months(
    installation_of: Callable[[str], Installation], command: list[str], days: list[str]
) -> None:
    installation = installation_of("dagster")
    home = installation.home / "dagster"
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    programs = Path(sys.executable).parent
    environment = os.environ | {
        "TIDEMARK_HOME": str(installation.home),
        "TIDEMARK_SOURCE": "sample",
        "DAGSTER_HOME": str(home),
        "VIRTUAL_ENV": str(programs.parent),
    }
    result = subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    learned = installation.query("select distinct cast(retrieved_at as date) from raw.documents order by 1")
    assert [str(day) for (day,) in learned if str(day) in days] == days
    if len(days) == 1:
        assert len(learned) == 1, "only what was learned in the load month"


def test_a_published_file_copied_elsewhere_still_answers(demo: tuple[Installation, str], tmp_path: Path) -> None:
    copy = tmp_path / "tidemark.duckdb"
    shutil.copyfile(demo[0].published, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        row = connection.execute("select count(*) > 0 from marts.holdings_as_of(date '2026-01-20')").fetchone()
    assert row == (True,)
