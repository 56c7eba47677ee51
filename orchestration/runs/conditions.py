"""Evaluates alerts on figures: named conditions in SQL, on each snapshot that a load publishes.

Belongs here: reading the conditions, what fires, and the state between loads (`reports/alerts.json`). Does not belong
here: how an alert is sent (`alerts.py`), and the feed of the site (`brief/feeds.py`).

A condition is a select of the rows for which it holds, with `subject`, `value`, `known_at` and, if it has them,
`threshold` and `about` (the month or day of the figure). `when: holds` fires when a subject begins to meet the
condition, and again when a newer figure meets it after the cool-down. `when: changes` fires when the value of a subject
differs from that of the previous load.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.home import Home
from orchestration.published import PublishedError, open_published

NAME = "alerts.yml"
STATE_NAME = "alerts.json"
KEPT = 200
"""Alerts that the state remembers, for the feed."""

_MARTS = re.compile(r"\bmarts\.(\w+)")
_COLUMNS = {"subject", "value", "known_at"}


class ConditionError(ValueError):
    """A condition cannot be used; the message names the file and the condition."""


class Condition(BaseModel):
    """One alert of `alerts.yml`; the fields are described in docs/operate/automation.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    severity: Literal["info", "warning", "critical"] = "warning"
    when: Literal["holds", "changes"] = "holds"
    cooldown_days: float = Field(default=0, ge=0)
    unit: str = ""
    sql: str
    link: str = "index.html"
    enabled: bool = True


_PROBLEMS = {
    "missing": "it is required",
    "extra_forbidden": f"unknown field; an alert takes {', '.join(Condition.model_fields)}",
    "string_pattern_mismatch": "expected lower-case letters, digits and underscores, starting with a letter",
}
"""Kinds of pydantic's errors -> what to do; the others are clear."""


def read_conditions(extra: Path | None) -> list[Condition]:
    """The project's conditions, and those of `TIDEMARK_EXTRA`; a user's replaces one with the same name.

    Raises:
        ConditionError: a file or a condition is invalid.
    """
    files = [Path(__file__).with_name(NAME)]
    if extra is not None and (extra / NAME).is_file():
        files.append(extra / NAME)
    found: dict[str, Condition] = {}
    for file in files:
        found |= {condition.name: condition for condition in _read(file)}
    return [condition for condition in found.values() if condition.enabled]


def _read(file: Path) -> list[Condition]:
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConditionError(f"{file}: cannot be read as YAML: {' '.join(str(error).split())}.") from None
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConditionError(f"{file}: must be a list of alerts, each with name, title and sql.")
    conditions = []
    for number, entry in enumerate(entries, 1):
        try:
            conditions.append(Condition.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            name = entry.get("name", f"number {number}")
            problem = _PROBLEMS.get(first["type"], first["msg"])
            raise ConditionError(f"{file}: alert {name}: {field}: {problem}.") from None
    return conditions


def evaluate(
    home: Home, extra: Path | None, warn: Callable[[str], object], now: dt.datetime | None = None
) -> list[dict[str, Any]]:
    """Evaluate the conditions on the published snapshot, and record what fires.

    A condition that fails only warns: the load is not affected. A warehouse as of an earlier day fires nothing.

    Args:
        home: the installation, held by the caller.
        extra: the user's folder of lists.
        warn: is called for each condition that could not be evaluated.
        now: UTC; the default is the clock.

    Returns:
        The alerts that fired: id, name, title, severity, subject, value, threshold, unit, known_at, text, link, marts,
        fired_at, is_delivered.
    """
    now = now or dt.datetime.now(dt.UTC)
    state = _state(home)
    new: list[dict[str, Any]] = []
    try:
        conditions = read_conditions(extra)
        with open_published(home.published) as connection:
            as_of, is_simulated = connection.execute("select as_of, is_simulated from marts.warehouse_info").fetchall()[
                0
            ]
            if as_of is not None:
                return []
            for condition in conditions:
                try:
                    rows = meets(connection, condition)
                except ConditionError as error:
                    warn(str(error))
                    continue
                new += _fire(condition, rows, state["subjects"], now, is_simulated=is_simulated)
    except (ConditionError, PublishedError, duckdb.Error) as error:
        warn(f"Alerts were not evaluated: {error}")
        return []
    state["fired"] = [*new, *state["fired"]][:KEPT]
    _write(home, state, warn)
    return new


def meets(connection: duckdb.DuckDBPyConnection, condition: Condition) -> list[dict[str, Any]]:
    """The rows for which a condition holds.

    Raises:
        ConditionError: the select fails, or lacks a column.
    """
    try:
        cursor = connection.execute(condition.sql)
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchall()
    except duckdb.Error as error:
        raise ConditionError(f"Alert {condition.name}: its SQL failed: {str(error).splitlines()[0]}") from None
    if not set(names) >= _COLUMNS:
        missing = ", ".join(sorted(_COLUMNS - set(names)))
        raise ConditionError(f"Alert {condition.name}: its SQL must return the columns {missing}.")
    return [dict(zip(names, row, strict=True)) for row in rows]


def shown(condition: Condition, rows: Sequence[Mapping[str, Any]]) -> str:
    """A condition and its rows, for a terminal."""
    head = f"{condition.name} ({condition.severity}, {condition.when}): {condition.title}"
    lines = [f"  {_said(condition, row)}" for row in rows] or ["  does not hold"]
    return "\n".join([head, *lines])


def fired(home: Home) -> list[dict[str, Any]]:
    """The alerts that fired so far, newest first."""
    return list(_state(home)["fired"])


def delivered(home: Home, ids: Sequence[str], warn: Callable[[str], object]) -> None:
    """Record that alerts were sent; the others are sent after the next load."""
    state = _state(home)
    for alert in state["fired"]:
        alert["is_delivered"] = alert["is_delivered"] or alert["id"] in ids
    _write(home, state, warn)


def _fire(
    condition: Condition,
    rows: Sequence[Mapping[str, Any]],
    subjects: dict[str, dict[str, Any]],
    now: dt.datetime,
    *,
    is_simulated: bool,
) -> list[dict[str, Any]]:
    """The alerts that fire; updates the state of the condition's subjects."""
    prefix = f"{condition.name}: "
    before = {key: subjects.pop(key) for key in [key for key in subjects if key.startswith(prefix)]}
    new = []
    for row in rows:
        key, value, known_at = f"{prefix}{row['subject']}", _text(row["value"]), _text(row["known_at"])
        old = before.get(key)
        last = old and old["fired_at"]
        is_cool = not last or now - dt.datetime.fromisoformat(last) >= dt.timedelta(days=condition.cooldown_days)
        if condition.when == "changes":
            fires = old is not None and old["value"] != value
        else:
            fires = old is None or not old["is_met"] or known_at > old["known_at"]
        fires = fires and is_cool
        if fires:
            last = now.isoformat(timespec="seconds").replace("+00:00", "Z")
            new.append(_alert(condition, row, old, last, is_simulated=is_simulated))
        elif old is not None and not is_cool:
            # What came during the cool-down fires after it.
            value, known_at = (old["value"] if condition.when == "changes" else value), old["known_at"]
        subjects[key] = {"value": value, "known_at": known_at, "is_met": True, "fired_at": last}
    # A subject that no longer meets the condition keeps its cool-down.
    for key, old in before.items():
        subjects.setdefault(key, {**old, "is_met": False})
    return new


def _alert(
    condition: Condition, row: Mapping[str, Any], old: Mapping[str, Any] | None, at: str, *, is_simulated: bool
) -> dict[str, Any]:
    value, known_at = _text(row["value"]), _text(row["known_at"])
    threshold = None if row.get("threshold") is None else _text(row["threshold"])
    name = f"{condition.name}|{row['subject']}|{value}|{at}"
    return {
        "id": hashlib.sha256(name.encode()).hexdigest()[:20],
        "name": condition.name,
        "title": f"{'SIMULATION: ' if is_simulated else ''}{condition.title}",
        "severity": condition.severity,
        "subject": str(row["subject"]),
        "value": value,
        "threshold": threshold,
        "unit": condition.unit,
        "known_at": known_at,
        "text": _said(condition, row, old if condition.when == "changes" else None),
        "link": condition.link,
        "marts": sorted(set(_MARTS.findall(condition.sql))),
        "fired_at": at,
        "is_delivered": False,
    }


def _said(condition: Condition, row: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> str:
    about = f", {row['about']}" if row.get("about") is not None else ""
    unit = f" ({condition.unit})" if condition.unit else ""
    said = [f"{row['subject']}{about}: {_text(row['value'])}{unit}"]
    if old is not None:
        said.append(f"before: {old['value']}")
    if row.get("threshold") is not None:
        said.append(f"threshold: {_text(row['threshold'])}")
    if row["known_at"] is not None:
        said.append(f"known at {_text(row['known_at'])} UTC")
    return "; ".join(said) + "."


def _text(value: Any) -> str:
    if isinstance(value, Decimal | float):
        return f"{float(value):,.10g}"
    return str(value)


def _state(home: Home) -> dict[str, Any]:
    try:
        state = json.loads((home.reports / STATE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or damaged
        state = None
    is_whole = isinstance(state, dict) and state.keys() == {"subjects", "fired"}
    return state if is_whole else {"subjects": {}, "fired": []}


def _write(home: Home, state: Mapping[str, Any], warn: Callable[[str], object]) -> None:
    path = home.reports / STATE_NAME
    aside = path.with_suffix(".part")
    try:
        aside.write_text(json.dumps(state, indent=1), encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        warn(f"{path} cannot be written: {error.strerror}. Its alerts will be sent once more.")
