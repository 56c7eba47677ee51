"""The campaign: references, mutants in both situations, controls.

Belongs here: what is run, in which order. Does not belong here: how a load is run (`harness`) and read (`verdict`).
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.sources.base import FormatError
from orchestration.sources.registry import SOURCES
from tests.campaigns.guard import (
    operators_auctions,
    operators_crypto,
    operators_cslt,
    operators_fred,
    operators_tic,
    operators_treasury,
)
from tests.campaigns.guard.editions import CSLT, Edition, Editions
from tests.campaigns.guard.harness import (
    FIRST,
    ONTO,
    LoadResult,
    Task,
    a_home,
    file_sha256,
    load,
    load_raw,
    run_all,
    warm_up,
    with_mutants,
    write_folder,
)
from tests.campaigns.guard.operators import HARMLESS, REFUSED, REGISTRY, REPORTED, Arrival, Operator
from tests.campaigns.guard.scoreboard import Control, Score
from tests.campaigns.guard.verdict import Observation, Reference, found_by_checks, judge, observe

ALL_MODULES = (
    operators_tic,
    operators_cslt,
    operators_fred,
    operators_treasury,
    operators_auctions,
    operators_crypto,
)
"""Importing them fills the registry, source by source."""


@dataclass(frozen=True)
class Plan:
    """What to run.

    Attributes:
        real_files: the folder of real publisher files.
        scratch: a folder of our own, for homes and logs.
        operators: which operators.
        situations: which situations.
        jobs: how many loads side by side.
        keep: leave the homes, to look into them.
        resume: go on with what an earlier run left in `scratch`.
        whole: run a whole load on each mutant, not only on those that enter raw.
        every: of the changes that need a first load of their own, try every one (1), every second (2), and so on.
        say: gets a line about each step.
    """

    real_files: Path
    scratch: Path
    operators: Sequence[Operator]
    situations: Sequence[str]
    jobs: int = 2
    keep: bool = False
    resume: bool = False
    whole: bool = False
    every: int = 1
    say: Callable[[str], object] = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: T201

    def folder(self, name: str) -> Path:
        """A fresh folder for one mutant; leftovers of a killed run are removed."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    @property
    def logs(self) -> Path:
        """Where results and logs go; they stay for `resume`."""
        path = self.scratch / "logs"
        path.mkdir(parents=True, exist_ok=True)
        return path


@dataclass(frozen=True)
class Pack:
    """Operators that are tried in one load; one, as a rule.

    Attributes:
        operators: no two touch the same document.
        situation: onto or first.
        kind: what all of them must become, where there may be several.
    """

    operators: tuple[Operator, ...]
    situation: str
    kind: str | None = None

    @property
    def name(self) -> str:
        """For folders and logs."""
        more = f"-and-{len(self.operators) - 1}-more" if len(self.operators) > 1 else ""
        return f"{self.situation}-{self.operators[0].name}{more}"

    @property
    def documents(self) -> set[str]:
        """All that are touched."""
        return {document for operator in self.operators for document in operator.touches}


class Campaign:
    """One run of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._editions = Editions(
            plan.real_files, with_cslt=any(CSLT in operator.touches for operator in plan.operators)
        )
        self._logs = plan.logs
        warm_up()

    def run(self) -> dict[tuple[str, str], Score]:
        """Run every operator in every situation."""
        # read once, before anything is forked
        self._arrival = Arrival(
            {key: edition.body for key, edition in self._editions.newest.items()},
            {key: edition.body for key, edition in self._editions.before.items()},
        )
        self._editions.arriving  # noqa: B018
        self._references = self._load_references()
        scores: dict[tuple[str, str], Score] = {}
        begun = time.monotonic()
        packs = [pack for situation in self._plan.situations for pack in self._packs(situation)]
        while packs:
            tasks = [Task(pack.name, lambda pack=pack: self._try(pack)) for pack in packs]  # type: ignore[misc]
            by_name = {pack.name: pack for pack in packs}
            packs = []
            for name, result in run_all(tasks, self._logs, self._plan.jobs, resume=self._plan.resume):
                pack = by_name[name]
                assert isinstance(result, dict)
                seen = Observation(**result)
                if len(pack.operators) > 1 and not _is_proof(pack, seen):
                    packs += [Pack((operator,), pack.situation) for operator in pack.operators]
                    continue
                for operator in pack.operators:
                    score = Score(operator, pack.situation, judge(operator, pack.situation, seen), seen)
                    scores[operator.name, pack.situation] = score
                    self._plan.say(f"{time.monotonic() - begun:7.0f} s  {_reported(score)}")
        return dict(sorted(scores.items()))

    def _packs(self, situation: str) -> list[Pack]:
        """What to load together: harmless changes, and documents that cannot be read, one of each dataset.

        If all of a pack is as it must be, so is each; if not, each is tried alone. All others are alone from the start.
        """
        packs: list[Pack] = []
        for operator in self._plan.operators:
            if operator.must(situation) is None:
                continue
            kind = self._kind(operator, situation)
            room = next((p for p in packs if kind and p.kind == kind and not p.documents & set(operator.touches)), None)
            if room is None:
                packs.append(Pack((operator,), situation, kind))
            else:
                packs[packs.index(room)] = Pack((*room.operators, operator), situation, kind)
        if situation == ONTO:
            return packs
        alone = [pack for pack in packs if len(pack.operators) == 1]
        return [pack for pack in packs if pack not in alone or alone.index(pack) % self._plan.every == 0]

    def _kind(self, operator: Operator, situation: str) -> str | None:
        """Which pack an operator may be in, None for none."""
        if operator.must(situation) == HARMLESS:
            return HARMLESS if operator.adds is None else None
        if operator.must(situation) != REFUSED:
            return None
        for key, body in operator.apply(self._arrival).items():
            source, _, dataset = key.partition("/")
            end_of_day = dt.datetime.combine(self._clean(situation)[key].as_of, dt.time(23, 59, 59), tzinfo=dt.UTC)
            try:
                SOURCES[source].parse(dataset, body, end_of_day)
            except FormatError:
                continue
            return None
        return REFUSED

    def _clean(self, situation: str) -> dict[str, Edition]:
        return self._editions.arriving if situation == ONTO else self._editions.newest

    def _load_references(self) -> dict[str, Reference]:
        """The last good warehouse, and the clean load of each situation."""
        self._plan.say("loading the clean references ...")
        tasks = []
        if FIRST in self._plan.situations:
            tasks.append(Task("clean-first", lambda: self._load_clean(FIRST)))
        if ONTO in self._plan.situations:
            tasks.append(Task("clean-onto", self._load_base_and_clean))
        checks = dict(run_all(tasks, self._logs, self._plan.jobs, resume=self._plan.resume))
        references = {}
        for situation in self._plan.situations:
            found = checks[f"clean-{situation}"]
            assert isinstance(found, list)
            base = self._base / "tidemark.duckdb" if situation == ONTO else None
            clean = self._plan.scratch / f"clean-{situation}" / "home" / "tidemark.duckdb"
            references[situation] = Reference(clean, base, tuple((asset, rule, rows) for asset, rule, rows in found))
            self._plan.say(
                f"clean {situation}: checks that did not pass: {', '.join(rule for _, rule, _ in found) or 'none'}"
            )
        return references

    @property
    def _base(self) -> Path:
        return self._plan.scratch / "base" / "home"

    def _load_base_and_clean(self) -> object:
        folder = self._plan.folder("base")
        self._base.mkdir()
        source = write_folder(folder / "source", self._editions.base)
        result = load(self._base, source, log=self._logs / "base.load.log")
        assert result.exit_code == 0, f"the last good warehouse could not be loaded:\n{result.output[-3000:]}"
        return self._load_clean(ONTO)

    def _load_clean(self, situation: str) -> object:
        folder = self._plan.folder(f"clean-{situation}")
        base = self._base if situation == ONTO else None
        source = write_folder(folder / "source", with_mutants(self._clean(situation), {}))
        with a_home(folder, base, keep=True) as home:
            result = load(home, source, log=self._logs / f"clean-{situation}.load.log")
            assert result.exit_code == 0, f"the clean load failed ({situation}):\n{result.output[-3000:]}"
            return [[*key, check["rows"]] for key, check in found_by_checks(home).items()]

    def _try(self, pack: Pack) -> dict[str, Any]:
        folder = self._plan.folder(f"mutants/{pack.name}")
        mutants = {key: body for operator in pack.operators for key, body in operator.apply(self._arrival).items()}
        source = write_folder(folder / "source", with_mutants(self._clean(pack.situation), mutants))
        base = self._base if pack.situation == ONTO else None
        adds = pack.operators[0].adds
        with a_home(folder, base, keep=self._plan.keep) as home:
            before = file_sha256(home / "tidemark.duckdb")
            log = self._logs / f"{pack.name}.load.log"
            reference = self._references[pack.situation]
            if not self._plan.whole:
                seen = observe(load_raw(home, source, log=log), before, reference, pack.documents, adds)
                if seen.became not in (HARMLESS, REPORTED):
                    return seen.as_dict()
            return observe(load(home, source, log=log), before, reference, pack.documents, adds).as_dict()


def _is_proof(pack: Pack, seen: Observation) -> bool:
    """Whether what became of a pack tells what became of each of its operators."""
    if seen.wrong or seen.became != pack.kind:
        return False
    return seen.statuses == [REFUSED] if pack.kind == REFUSED else not seen.unequal and not seen.lost


def _reported(score: Score) -> str:
    return (
        f"{score.situation:5s}  {score.operator.name}: {score.judgement} ({score.seen.became}; must: "
        f"{score.operator.must(score.situation)}; {', '.join(score.seen.rules[:3])})"
    )


def control(plan: Plan) -> list[Control]:
    """The real files in the order of `as_of`, at once and month by month: they must break no rule."""
    import csv

    with (plan.real_files / "manifest.csv").open(encoding="utf-8", newline="") as file:
        months = sorted({row["as_of"][:7] for row in csv.DictReader(file)})
    logs = plan.logs

    def in_one_go() -> object:
        with a_home(plan.folder("control-one-go"), None, keep=plan.keep) as home:
            end = load(home, plan.real_files, log=logs / "control-one-go.load.log")
            return _control(home, [end], found_by_checks(home))

    def month_by_month() -> object:
        with a_home(plan.folder("control-months"), None, keep=plan.keep) as home:
            first = next(month for month in months if month >= "2026-03")
            spans = [f"{months[0]}..{months[months.index(first) - 1]}", *months[months.index(first) :]]
            ends: list[LoadResult] = []
            checks: dict[tuple[str, str], dict[str, Any]] = {}
            for span in spans:
                ends.append(load(home, plan.real_files, "--months", span, log=logs / f"control-{span}.load.log"))
                checks |= found_by_checks(home)
            return _control(home, ends, checks)

    tasks = [Task("all of them in one load", in_one_go), Task("one load a month, in their order", month_by_month)]
    found = dict(run_all(tasks, logs, plan.jobs, resume=plan.resume))
    return [Control(task.name, *_tuples(found[task.name])) for task in tasks]


def _tuples(found: object) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    assert isinstance(found, list)
    return found[0], tuple(found[1]), tuple(found[2])


def _control(home: Path, ends: list[LoadResult], checks: dict[tuple[str, str], dict[str, Any]]) -> list[Any]:
    alarms = [f"exit code {end.exit_code}: {end.output[-400:]}" for end in ends if end.exit_code != 0]
    notices: list[str] = []
    for (_, rule), check in sorted(checks.items()):
        (alarms if check["severity"] == "error" else notices).append(f"{rule} ({check['rows']})")
    documents = 0
    if (home / "tidemark.duckdb").exists():
        with duckdb.connect(str((home / "tidemark.duckdb").resolve()), read_only=True) as connection:
            rows = connection.execute(
                "select status, dataset from raw.documents where status not in ('dead', 'not_used')"
            ).fetchall()
            documents = len(rows)
            alarms += [f"refused: {dataset}" for status, dataset in rows if status == "refused"]
            tables = connection.execute(
                "select table_name from information_schema.tables where table_schema = 'quarantine'"
            ).fetchall()
            for (name,) in tables:
                count = connection.execute(f'select count(*) from quarantine."{name}"').fetchone()
                if count and count[0]:
                    alarms.append(f"{count[0]} rows in quarantine.{name}")
    return [documents, alarms, notices]


def chosen(words: Sequence[str], *, exact: bool = False) -> list[Operator]:
    """Operators whose names contain, or equal, one of the words; all without words."""
    return [
        operator
        for operator in REGISTRY.values()
        if not words or any(word == operator.name if exact else word in operator.name for word in words)
    ]
