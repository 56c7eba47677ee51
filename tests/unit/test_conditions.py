"""Alerts on figures: when a condition fires, what is kept between loads, what receivers and the feed get."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from orchestration.brief import feeds
from orchestration.home import Home
from orchestration.runs import conditions
from orchestration.runs.alerts import report_conditions
from orchestration.runs.conditions import ConditionError, delivered, evaluate, fired, read_conditions
from orchestration.settings import load_settings
from orchestration.tables.seeds import ListError, check_lists
from tests.receivers import Mailbox, Webhook, text

DAY = dt.datetime(2026, 6, 18, 22, tzinfo=dt.UTC)
LEVEL = """
- name: low_level
  title: The level is below 600
  cooldown_days: 30
  unit: billions of dollars
  sql: >
    select who as subject, month_end as about, level as value, 600 as threshold, known_at
    from marts.levels where level < 600
  link: "holders.html#holder=CN&view=level"
"""
CHANGES = """
- name: verdict
  title: Another verdict
  severity: info
  when: changes
  sql: select who as subject, verdict as value, known_at from marts.levels
"""


def _publish(home: Home, level: float, known_on: str, verdict: str = "holds", as_of: str = "null") -> None:
    """A published file with one figure."""
    home.published.unlink(missing_ok=True)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.warehouse_info as select {as_of}::date as as_of, false as is_simulated")
        connection.execute(
            "create table marts.levels as select 'China' as who, date '2026-04-30' as month_end, "
            f"{level}::decimal(18,3) as level, timestamp '{known_on} 21:00:00' as known_at, '{verdict}' as verdict"
        )


@pytest.fixture
def extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder whose alerts are the only ones."""
    folder = tmp_path / "extra"
    folder.mkdir()
    project = tmp_path / "project"
    project.mkdir()
    (project / conditions.NAME).write_text("", encoding="utf-8")
    monkeypatch.setattr(conditions, "__file__", str(project / "conditions.py"))
    monkeypatch.setenv("TIDEMARK_EXTRA", str(folder))
    return folder


def _evaluate(home: Home, extra: Path, days: float = 0) -> list[str]:
    problems: list[str] = []
    found = evaluate(home, extra, problems.append, DAY + dt.timedelta(days=days))
    return [alert["text"] for alert in found] + problems


def test_a_condition_fires_once_and_again_for_newer_figures_after_the_cool_down(
    alerting_home: Home, extra: Path
) -> None:
    (extra / "alerts.yml").write_text(LEVEL, encoding="utf-8")
    home = alerting_home
    _publish(home, 650, "2026-04-15")
    assert _evaluate(home, extra) == []
    _publish(home, 590.5, "2026-05-18")
    assert _evaluate(home, extra) == [
        "China, 2026-04-30: 590.5 (billions of dollars); threshold: 600; known at 2026-05-18 21:00:00 UTC."
    ]
    assert _evaluate(home, extra, days=1) == [], "the same figure"
    _publish(home, 580, "2026-06-18")
    assert _evaluate(home, extra, days=2) == [], "within the cool-down"
    assert len(_evaluate(home, extra, days=40)) == 1
    _publish(home, 610, "2026-07-16")
    assert _evaluate(home, extra, days=41) == []
    _publish(home, 599, "2026-08-17")
    assert _evaluate(home, extra, days=42) == [], "crossed again within the cool-down"
    assert len(_evaluate(home, extra, days=80)) == 1
    assert len(fired(home)) == 3


def test_a_change_fires_from_the_second_load_on_and_quotes_both_values(alerting_home: Home, extra: Path) -> None:
    (extra / "alerts.yml").write_text(CHANGES, encoding="utf-8")
    _publish(alerting_home, 650, "2026-04-15")
    assert _evaluate(alerting_home, extra) == []
    _publish(alerting_home, 650, "2026-05-18", "does not hold")
    (said,) = _evaluate(alerting_home, extra)
    assert said == "China: does not hold; before: holds; known at 2026-05-18 21:00:00 UTC."
    assert _evaluate(alerting_home, extra) == []


def test_a_change_during_the_cool_down_fires_after_it(alerting_home: Home, extra: Path) -> None:
    (extra / "alerts.yml").write_text(CHANGES.replace("when:", "cooldown_days: 7\n  when:"), encoding="utf-8")
    for days, verdict in enumerate(("holds", "does not hold", "overstated")):
        _publish(alerting_home, 650, "2026-05-18", verdict)
        fired_on_day = _evaluate(alerting_home, extra, days)
        assert len(fired_on_day) == (verdict == "does not hold")
    (said,) = _evaluate(alerting_home, extra, 9)
    assert said == "China: overstated; before: does not hold; known at 2026-05-18 21:00:00 UTC."
    assert _evaluate(alerting_home, extra, 20) == []


def test_an_earlier_day_fires_nothing(alerting_home: Home, extra: Path) -> None:
    (extra / "alerts.yml").write_text(LEVEL, encoding="utf-8")
    _publish(alerting_home, 590, "2026-01-15", as_of="'2026-01-20'")
    assert _evaluate(alerting_home, extra) == []
    assert fired(alerting_home) == []


def test_a_broken_condition_is_a_warning_and_stops_no_other(alerting_home: Home, extra: Path) -> None:
    broken = (
        "- {name: gone, title: Gone, sql: select 1 from marts.gone}\n"
        "- {name: bare, title: Bare, sql: select 1 as subject}\n"
    )
    (extra / "alerts.yml").write_text(broken + LEVEL, encoding="utf-8")
    _publish(alerting_home, 590, "2026-05-18")
    said, gone, bare = _evaluate(alerting_home, extra)
    assert said.startswith("China")
    assert gone.startswith("Alert gone: its SQL failed: Catalog Error")
    assert bare == "Alert bare: its SQL must return the columns known_at, value."


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("name: x", "must be a list of alerts"),
        ("- {name: x, title: X}", "alert x: sql: it is required"),
        ("- {name: X Y, title: X, sql: select 1}", "alert X Y: name: expected lower-case letters"),
        ("- {name: x, title: X, sql: select 1, colour: red}", "alert x: colour: unknown field; an alert takes name"),
        ("- {name: x, title: X, sql: select 1, severity: loud}", "alert x: severity: Input should be 'info'"),
        ("- [", "cannot be read as YAML"),
    ],
)
def test_an_invalid_file_names_the_alert_and_the_field(extra: Path, file: str, said: str) -> None:
    (extra / "alerts.yml").write_text(file, encoding="utf-8")
    with pytest.raises(ConditionError) as error:
        read_conditions(extra)
    assert str(extra / "alerts.yml") in str(error.value)
    assert said in str(error.value)


def test_a_user_replaces_and_switches_off_the_projects_alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {condition.name for condition in read_conditions(None)}
    assert {"new_tic_release", "china_below_600", "japan_sold_20", "stress_is_lit", "verdict_changed"} == names
    (tmp_path / "alerts.yml").write_text(
        "- {name: japan_sold_20, title: Japan sold, sql: select 1}\n"
        "- {name: stress_is_lit, title: Stress, sql: select 1, enabled: false}\n" + LEVEL,
        encoding="utf-8",
    )
    found = {condition.name: condition for condition in read_conditions(tmp_path)}
    assert found.keys() == names - {"stress_is_lit"} | {"low_level"}
    assert found["japan_sold_20"].title == "Japan sold"
    monkeypatch.setenv("TIDEMARK_EXTRA", str(tmp_path))
    check_lists()
    (tmp_path / "alarms.yml").write_text("", encoding="utf-8")
    with pytest.raises(ListError, match=r"alarms\.yml: no such list"):
        check_lists()


def test_what_fires_reaches_both_receivers_once_with_value_threshold_moment_and_link(
    both_receive: Home, extra: Path, webhook: Webhook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (extra / "alerts.yml").write_text(LEVEL, encoding="utf-8")
    monkeypatch.setenv("TIDEMARK_SITE_URL", "https://tidemark.example/site/")
    _publish(both_receive, 590.5, "2026-05-18")
    assert len(_evaluate(both_receive, extra)) == 1
    problems: list[str] = []
    for _ in range(2):
        report_conditions(load_settings(), both_receive, "a-run", problems.append)
    assert problems == []
    (posted,) = webhook.received
    assert posted["kind"] == "condition"
    assert posted["title"] == "Tidemark: The level is below 600"
    (finding,) = posted["findings"]
    assert (finding["value"], finding["threshold"]) == ("590.5", "600")
    assert finding["known_at"] == "2026-05-18 21:00:00"
    (letter,) = mailbox.received
    assert "https://tidemark.example/site/holders.html#holder=CN&view=level" in text(letter)
    assert "590.5 (billions of dollars); threshold: 600; known at 2026-05-18 21:00:00 UTC." in text(letter)


def test_what_no_receiver_got_is_sent_after_the_next_load(
    alerting_home: Home, extra: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (extra / "alerts.yml").write_text(LEVEL, encoding="utf-8")
    _publish(alerting_home, 590, "2026-05-18")
    _evaluate(alerting_home, extra)
    problems: list[str] = []
    with Webhook(status=500) as broken:
        monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", broken.address)
        report_conditions(load_settings(), alerting_home, "a-run", problems.append)
    assert len(problems) == 1
    monkeypatch.setenv("TIDEMARK_ALERT_WEBHOOK_URL", webhook.address)
    report_conditions(load_settings(), alerting_home, "a-run", problems.append)
    assert len(webhook.received) == 1


def test_a_damaged_state_begins_again(alerting_home: Home, extra: Path) -> None:
    (extra / "alerts.yml").write_text(LEVEL, encoding="utf-8")
    _publish(alerting_home, 590, "2026-05-18")
    (alerting_home.reports / conditions.STATE_NAME).write_text("{", encoding="utf-8")
    assert len(_evaluate(alerting_home, extra)) == 1
    delivered(alerting_home, [fired(alerting_home)[0]["id"]], str)
    assert fired(alerting_home)[0]["is_delivered"]


def test_the_feed_has_an_entry_per_alert(alerting_home: Home, extra: Path) -> None:
    (extra / "alerts.yml").write_text(LEVEL, encoding="utf-8")
    _publish(alerting_home, 590, "2026-05-18")
    _evaluate(alerting_home, extra)
    atom = {"a": feeds.ATOM}
    feed = ElementTree.fromstring(feeds.atom(fired(alerting_home), "https://tidemark.example"))
    (entry,) = feed.findall("a:entry", atom)
    assert entry.findtext("a:title", namespaces=atom) == "The level is below 600"
    assert (
        entry.findtext("a:updated", namespaces=atom) == "2026-06-18T22:00:00Z" == feed.findtext("a:updated", "", atom)
    )
    link = entry.find("a:link", atom)
    assert link is not None
    assert link.get("href") == "https://tidemark.example/holders.html#holder=CN&view=level"
    assert "known at" in (entry.findtext("a:content", namespaces=atom) or "")


def test_release_days_are_events_of_a_day() -> None:
    row = {
        "data_month_end": dt.date(2026, 5, 31),
        "announced_on": dt.date(2026, 7, 16),
        "note": "4 p.m., Washington; " + "the note is long, " * 6,
        "retrieved_at": dt.date(2026, 6, 18),
    }
    text_of = feeds.calendar([row]).decode()
    lines = text_of.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text_of.replace("\r\n ", "").split("\r\n")
    assert {"DTSTART;VALUE=DATE:20260716", "DTEND;VALUE=DATE:20260717"} <= set(whole)
    assert "SUMMARY:TIC: foreign holdings of May 2026" in whole
    (note,) = [line for line in whole if line.startswith("DESCRIPTION:")]
    assert note.startswith("DESCRIPTION:4 p.m.\\, Washington\\; the note")
