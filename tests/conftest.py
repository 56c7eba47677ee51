"""The layers of the tests, and the fixtures that several layers share.

A folder is a layer, and each test carries its layer's name as a marker:

    unit          no load, no process of its own; invented input
    models        dbt's unit tests and data tests, on the homes of the sample
    story         the results of a first load of the sample and the load of the next day, only read
    faults        kills, full disks, damaged files, bad documents: loads that must fail or heal
    live          the publishers' real paths and bytes, served on loopback
    real          the publishers' real files, from `../shared/data`
    environments  PostgreSQL, Dagster's daemon and programs, Chromium, DuckDB 1.4 and 2.0, an S3 server

`make test` runs the first three, `make test-rest` the others, `make test-all` both. What measures and writes a page is
a campaign, not a test: see `tests/campaigns/README.md`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from orchestration.home import Home
from orchestration.warehouse.parsed_project import manifest
from tests.installation import REAL_FILES, Installation
from tests.receivers import Mailbox, Webhook
from tests.sample_homes import SampleHomes, assert_unchanged, sample_homes

TESTS = Path(__file__).parent
LAYERS = ("unit", "models", "story", "faults", "live", "real", "environments")

# A machine under load is slow now and then: no deadlines.
_QUICK = {"max_examples": 25, "deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("quick", **_QUICK)
# CI judges a change, so it tries the same examples every time; at a desk each run tries others.
hypothesis.settings.register_profile("ci", **_QUICK, derandomize=True)
# `make fuzz`
hypothesis.settings.register_profile("thorough", **_QUICK | {"max_examples": 2000})
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How thorough the tests of faults are; `make faults` asks for more than the defaults."""
    group = parser.getgroup("faults")
    group.addoption("--kills", type=int, default=1, help="loads to kill")
    group.addoption("--kills-in-a-row", type=int, default=2, help="kills before a load must complete")
    group.addoption("--builds", type=int, default=3, help="random orders of builds of what changed")
    group.addoption("--fills", type=int, default=1, help="moments at which the disk fills up")
    group.addoption("--publishes", type=int, default=25, help="snapshots to publish while others read")
    group.addoption("--fault-seed", type=int, default=20260618, help="seed of the moments")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let dbt parse its project if it has changed: once, and not in every worker that imports our definitions."""
    if not hasattr(session.config, "workerinput"):
        try:
            manifest()
        except RuntimeError as error:
            raise pytest.UsageError(str(error)) from None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its layer, and start with the file that makes the homes that many others wait for.

    The other layers come in the middle of the unit tests: by then the homes are made, and short files at the end keep
    both workers busy.
    """
    for item in items:
        layer = item.path.relative_to(TESTS).parts[0]
        if layer in LAYERS:
            item.add_marker(layer)

    def place(item: pytest.Item) -> int:
        if item.path.name == "test_load_of_the_sample.py":
            return 0
        if item.get_closest_marker("unit") is None:
            return 2
        return 1 if item.path.name < "test_fred" else 3

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report once what was skipped, and why."""
    skipped: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[reason.removeprefix("Skipped: "), Path(report.fspath).parts[1]] += 1
    if skipped:
        terminalreporter.section("skipped")
    for reason in dict.fromkeys(reason for reason, _ in skipped):
        where = ", ".join(f"{count} in tests/{layer}" for (why, layer), count in skipped.items() if why == reason)
        terminalreporter.write_line(f"{where}: {reason}")


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of real publisher files, read in place; tests that need it skip where it is missing."""
    if not (REAL_FILES / "manifest.csv").is_file():
        pytest.skip("the real publisher files (../shared/data, next to the project) are not on this machine")
    return REAL_FILES


@pytest.fixture(scope="session")
def sample() -> Iterator[SampleHomes]:
    """The homes of the sample, made once for all workers and kept for the next run; not to be changed."""
    homes = sample_homes()
    yield homes
    assert_unchanged(homes)


@pytest.fixture(scope="session")
def loaded_sample(sample: SampleHomes) -> Installation:
    """A home with the whole sample and exports of all marts; not to be changed."""
    return sample.latest


@pytest.fixture(scope="session")
def installation_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Installation]:
    """Makes installations in fresh folders."""
    return lambda name: Installation(tmp_path_factory.mktemp(name) / "home")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as made:
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as made:
        yield made


@pytest.fixture
def alerting_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that exists, named by the settings; without receivers."""
    for name in [name for name in os.environ if name.startswith("TIDEMARK_")]:
        monkeypatch.delenv(name)
    home = Home(tmp_path / "home")
    home.prepare()
    monkeypatch.setenv("TIDEMARK_HOME", str(home.root))
    return home


@pytest.fixture
def both_receive(alerting_home: Home, webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home, whose alerts go to both receivers."""
    monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", webhook.address)
    monkeypatch.setenv("TIDEMARK_SMTP_URL", mailbox.address())
    monkeypatch.setenv("TIDEMARK_ALERT_EMAIL_TO", "desk@bank.example, risk@bank.example")
    return alerting_home
