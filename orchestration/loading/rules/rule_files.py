"""Reads `expectations/`: the rules and facts of each table, and checks the relations that they declare.

Belongs here: the format that `expectations/README.md` describes. Does not belong here: the relations that rules read
(`relations`), Great Expectations (`gx_duckdb`), and the consequences of a finding (`verdict`).
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import PACKAGE, PROJECT_ROOT
from orchestration.tables.raw_tables import RAW_TABLES
from orchestration.tables.seeds import SEEDS, seed_files

EXPECTATIONS = PROJECT_ROOT / "expectations"
COLUMNS = "columns.json"
CRITICAL, WARNING = "critical", "warning"
ROW, DOCUMENT, DATASET = "row", "document", "dataset"
DATASETS, QUARANTINE, UNREADABLE = "_datasets", "_quarantine", "_unreadable"
KINDS = ("known", "incoming", "news", "latest", "documents", "profile")
"""The relations of every table: `<kind>` for the rules' own table, `<kind>_<table>` for another."""

HELD, LEDGER, SEED = "held", "ledger", "seed_"
ANSWERS, UNREAD = "answers", "unread"
_REGISTERED = {DATASETS: {ANSWERS}, UNREADABLE: {UNREAD}}
_HEADER = ("severity", "scope", "expected", "why", "advice", "uses")
_OPTIONAL = {"advice"}


class SuiteError(Exception):
    """A file in `expectations/` is invalid."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: unique among the rules of a table.
        is_critical: a finding has a consequence; otherwise it is only reported.
        scope: the kind of its findings: `row`, `document` or `dataset`.
        expected: the rule in words.
        why: the reason for it, and for its bounds.
        advice: what to do about a finding, in addition to the general advice; may be empty.
        uses: the relations that its query reads.
        query: SQL that selects what breaks it.
        expectation: a column rule, in the form of Great Expectations; None for a rule file.
        path: the file.
        reads: the relations that it uses; facts are replaced by the relations that they use.
    """

    name: str
    is_critical: bool
    scope: str
    expected: str
    why: str
    advice: str | None
    uses: tuple[str, ...]
    query: str
    path: Path
    expectation: Mapping[str, Any] | None = None
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fact:
    """A step that several rules share: one select, created once as a relation of this name."""

    name: str
    purpose: str
    uses: tuple[str, ...]
    query: str
    path: Path


@dataclass(frozen=True)
class Suite:
    """The rules and facts of one folder of `expectations/`."""

    name: str
    rules: tuple[Rule, ...]
    facts: Mapping[str, Fact]

    @property
    def parts(self) -> tuple[Fact | Rule, ...]:
        """The facts, then the rules."""
        return (*self.facts.values(), *self.rules)


@cache
def read_suite(name: str) -> Suite:
    """Read one folder.

    Args:
        name: a raw table, `_datasets`, `_quarantine` or `_unreadable`.

    Raises:
        SuiteError: a file is not valid; the message names it.
    """
    folder = EXPECTATIONS / name
    facts = {path.stem: _read_fact(path) for path in sorted(folder.glob("facts/*.sql"))}
    rules = (*_read_columns(folder / COLUMNS), *(_read_rule(path) for path in sorted(folder.glob("rules/*.sql"))))
    if not rules:
        raise SuiteError(f"{folder} has no rules. expectations/README.md describes their format.")
    suite = Suite(name, rules, facts)
    _check_names(suite, folder)
    return replace(suite, rules=tuple(replace(rule, reads=frozenset(_reads(rule.uses, facts))) for rule in rules))


@cache
def rules_version() -> str:
    """Twelve hexadecimal digits of everything that decides on a document; another version checks held ones again.

    It covers rules, seeds and parsers, because a new parser may read what an old one could not.
    """
    rules = [path for path in EXPECTATIONS.rglob("*") if path.suffix in (".json", ".sql")]
    parsers = (PACKAGE / "sources").rglob("*.py")
    digest = hashlib.sha256()
    for path in [*sorted(rules), *seed_files(), *sorted(parsers)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def tables_used(table: str) -> set[str]:
    """The raw tables that the rules of a table read, including its own."""
    parts = (name.partition("_") for rule in read_suite(table).rules for name in rule.reads)
    return {table} | {other for kind, _, other in parts if kind in KINDS and other}


def tables_judged_with(table: str) -> set[str]:
    """The raw tables on which the verdict on a table may depend: those that its rules read, and recursively theirs."""
    found, more = {table}, {table}
    while more := set().union(*map(tables_used, more)) - found:
        found |= more
    return found


def near_names(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: the names with a similar spelling."""
    near = difflib.get_close_matches(name, sorted(known), n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def verify_uses(suite: Suite) -> None:
    """Check that every file of a suite reads exactly the relations in its line `-- uses: ...`.

    Raises:
        SuiteError: a file does not, or is not one select; the message names it.
    """
    for part in suite.parts:
        try:
            read = tables_read(part.query)
        except ValueError as error:
            raise SuiteError(f"{part.path} is not one select: {error}.") from None
        for name in sorted(read - set(part.uses)):
            raise SuiteError(f"{part.path} reads {name}; add it to its line `-- uses: ...`.")
        for name in sorted(set(part.uses) - read):
            raise SuiteError(f"{part.path} does not read {name}; remove it from its line `-- uses: ...`.")


@cache
def tables_read(query: str) -> frozenset[str]:
    """The relations that a select reads, without common table expressions.

    Raises:
        ValueError: it is not a single valid select.
    """
    row = duckdb.execute("select json_serialize_sql(?)", [query]).fetchone()
    assert row is not None
    tree = json.loads(row[0])
    if tree["error"]:
        raise ValueError(tree["error_message"])
    if len(tree["statements"]) != 1:
        raise ValueError("it has more than one statement")
    return frozenset(_tables_of(tree["statements"][0]["node"], frozenset()))


def _tables_of(node: object, expressions: frozenset[str]) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _tables_of(part, expressions)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            name = str(node["table_name"])
            if node["schema_name"]:
                yield f"{node['schema_name']}.{name}"
            elif name not in expressions:
                yield name
        for expression in (node.get("cte_map") or {}).get("map", []):
            yield from _tables_of(expression["value"], expressions)
            expressions |= {expression["key"]}
        for key, part in node.items():
            if key != "cte_map":
                yield from _tables_of(part, expressions)


def _read_rule(path: Path) -> Rule:
    header, query = _split(path)
    lines: dict[str, str] = {}
    for line in header:
        if line.startswith("  ") and lines:
            last = next(reversed(lines))
            lines[last] += f" {line.strip()}"
            continue
        field, colon, text = line.strip().partition(":")
        if not colon or field not in _HEADER or field in lines:
            raise SuiteError(f"{path}: the line `-- {line.strip()}` is not one of {', '.join(_HEADER)}, each once.")
        lines[field] = text.strip()
    missing = [field for field in _HEADER if field not in _OPTIONAL and not lines.get(field)]
    if missing:
        raise SuiteError(f"{path} has no header line `-- {missing[0]}: ...`.")
    if lines["severity"] not in (CRITICAL, WARNING):
        raise SuiteError(f"{path}: severity is {CRITICAL} or {WARNING}, not {lines['severity']!r}.")
    scopes = (DATASET,) if path.parent.parent.name == DATASETS else (ROW, DOCUMENT)
    if lines["scope"] not in scopes:
        raise SuiteError(f"{path}: scope is {' or '.join(scopes)}, not {lines['scope']!r}.")
    return Rule(
        name=path.stem,
        is_critical=lines["severity"] == CRITICAL,
        scope=lines["scope"],
        expected=lines["expected"],
        why=lines["why"],
        advice=lines.get("advice"),
        uses=_names(lines["uses"]),
        query=query,
        path=path,
    )


def _read_fact(path: Path) -> Fact:
    header, query = _split(path)
    uses = [line.strip().removeprefix("uses:") for line in header if line.strip().startswith("uses:")]
    purpose = " ".join(line.strip() for line in header if not line.strip().startswith("uses:"))
    if not purpose or len(uses) != 1:
        raise SuiteError(f"{path} needs a comment that states the purpose of the fact, and one line `-- uses: ...`.")
    return Fact(path.stem, purpose, _names(uses[0]), query, path)


def _read_columns(path: Path) -> tuple[Rule, ...]:
    if not path.exists():
        return ()
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise SuiteError(f"{path} is not a list of expectations.")
        return tuple(_column_rule(path, entry) for entry in entries)
    except (ValueError, KeyError, TypeError) as error:
        raise SuiteError(f"{path} is not a list of expectations: {error!r}.") from None


def _column_rule(path: Path, entry: Mapping[str, Any]) -> Rule:
    meta, severity = entry["meta"], entry["severity"]
    if severity not in (CRITICAL, WARNING):
        raise SuiteError(f"{path}, rule {meta['rule']}: severity is {CRITICAL} or {WARNING}, not {severity!r}.")
    return Rule(
        name=meta["rule"],
        is_critical=severity == CRITICAL,
        scope=ROW,
        expected=meta["expected"],
        why=meta.get("why", ""),
        advice=meta.get("advice"),
        uses=("news",),
        query=_breaking_rows(path, entry),
        path=path,
        expectation=entry,
    )


def _breaking_rows(path: Path, entry: Mapping[str, Any]) -> str:
    """The rows that break a column rule, as SQL."""
    kwargs: dict[str, Any] = entry["kwargs"]
    column, value_set = kwargs.get("column"), kwargs.get("value_set", [])
    match entry["type"]:
        case "expect_column_values_to_not_be_null":
            condition = f"{column} is null"
        case "expect_column_values_to_be_null":
            condition = f"{column} is not null"
        case "expect_column_values_to_be_in_set" if value_set:
            condition = f"{column} not in ({', '.join(map(_constant, value_set))})"
        case "expect_column_values_to_be_between":
            bounds = {"<": kwargs.get("min_value"), ">": kwargs.get("max_value")}
            condition = " or ".join(f"{column} {sign} {_constant(to)}" for sign, to in bounds.items() if to is not None)
        case "expect_column_pair_values_a_to_be_greater_than_b":
            sign = "<" if kwargs.get("or_equal") else "<="
            condition = f"{kwargs['column_A']} {sign} {kwargs['column_B']}"
        case _:
            condition = ""
    if not condition:
        name = entry["meta"]["rule"]
        raise SuiteError(f"{path}, rule {name}: {entry['type']} is not a column rule; write it as rules/{name}.sql.")
    shown = ", ".join(value for name, value in kwargs.items() if name.startswith("column"))
    return f"select row_number, document_id, {shown} from news where {condition}"


def _constant(value: object) -> str:
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def _split(path: Path) -> tuple[list[str], str]:
    """The comment lines at the top of a file without their dashes, and the query below."""
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return [line.removeprefix("--").removeprefix(" ") for line in lines[:end]], "\n".join(lines[end:]).strip()


def _reads(uses: Iterable[str], facts: Mapping[str, Fact]) -> Iterator[str]:
    for name in uses:
        if name in facts:
            yield from _reads(facts[name].uses, facts)
        else:
            yield name


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _check_names(suite: Suite, folder: Path) -> None:
    """Check that all used names exist, all facts are used, and the names of rules are unique."""
    names = [rule.name for rule in suite.rules]
    for name in {name for name in names if names.count(name) > 1}:
        raise SuiteError(f"{folder} has two rules with the name {name}.")
    relations = _known_relations(suite.name)
    for fact in suite.facts.values():
        if fact.name in relations:
            raise SuiteError(f"{fact.path} has the name of an existing relation. Rename the fact.")
        _check_order(suite.facts, fact, ())
    known = relations | set(suite.facts)
    used: set[str] = set()
    for part in suite.parts:
        used.update(part.uses)
        for name in part.uses:
            if name not in known:
                raise SuiteError(f"{part.path} uses {name}, which does not exist.{near_names(name, known)}")
    for name in sorted(set(suite.facts) - used):
        raise SuiteError(f"{suite.facts[name].path} is not used by any rule. Use it or delete it.")


def _check_order(facts: Mapping[str, Fact], fact: Fact, above: Collection[str]) -> None:
    if fact.name in above:
        raise SuiteError(f"{fact.path} uses itself, through {' and '.join(above)}.")
    for name in fact.uses:
        if name in facts:
            _check_order(facts, facts[name], (*above, fact.name))


def _known_relations(suite: str) -> set[str]:
    own = set() if suite in (DATASETS, UNREADABLE) else {*KINDS, HELD}
    others = {f"{kind}_{table}" for kind in KINDS for table in RAW_TABLES if table != suite}
    raw = {f"raw.{table}" for table in RAW_TABLES}
    seeds = {f"{SEED}{path.stem}" for path in SEEDS.glob("*.csv")}
    return {*own, *others, *raw, *seeds, LEDGER, *_REGISTERED.get(suite, ())}
