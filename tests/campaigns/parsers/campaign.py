"""The parser campaign: random and broken documents for every parser. `make fuzz` starts it.

Two engines share the inputs: the fast `mutator` (four of five), and Hypothesis with `strategies`. The claim is in
`judge`: a parser gives the frame of its raw table, or raises FormatError with a sentence that can be shown, in time.
An input that breaks the claim is made small, printed, and kept in a file.

Belongs here: the division of the work, and the report. Does not belong here: inputs, and the claim.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import click
import hypothesis
from hypothesis import HealthCheck, Phase, given

from tests.campaigns.parsers import mutator, strategies
from tests.campaigns.parsers.judge import HANG_SECONDS, HangError, judge
from tests.campaigns.parsers.seeds import Seed, all_seeds, by_form

INPUTS = 200_000
HYPOTHESIS_SHARE = 0.2
BATCH = 1_000
SMALLER_TRIES = 3_000
SMALLER_SECONDS = 30


@dataclass(frozen=True)
class Batch:
    """Some inputs of one form and engine. Input `n` of a campaign's seed is always the same."""

    form: str
    engine: str
    seed: int
    start: int
    count: int


@dataclass(frozen=True)
class Finding:
    """An input that broke the claim, minimized, with its effect."""

    form: str
    origin: str
    dataset: str
    what: str
    body: bytes
    trace: str


@dataclass
class Result:
    """The result of one or many batches."""

    inputs: int = 0
    read: int = 0
    slowest_seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Take in the result of another batch."""
        self.inputs += other.inputs
        self.read += other.read
        self.slowest_seconds = max(self.slowest_seconds, other.slowest_seconds)
        self.findings += other.findings


@cache
def forms() -> dict[str, list[Seed]]:
    """The seeds of each form."""
    return by_form(all_seeds())


def plan(inputs: int, seed: int) -> list[Batch]:
    """Share the inputs out among the forms and the engines."""
    names = sorted(forms())
    batches: list[Batch] = []
    for place, form in enumerate(names):
        share = inputs // len(names) + (place < inputs % len(names))
        built = round(share * HYPOTHESIS_SHARE)
        for engine, count in (("mutator", share - built), ("hypothesis", built)):
            batches += [Batch(form, engine, seed, start, min(BATCH, count - start)) for start in range(0, count, BATCH)]
    return batches


def run_batch(batch: Batch) -> Result:
    """Try the inputs of a batch; at most one finding of Hypothesis, and one of a kind of the mutator."""
    return _run_mutator(batch) if batch.engine == "mutator" else _run_hypothesis(batch)


def mutated(form: str, seed: int, number: int) -> tuple[Seed, bytes]:
    """Input `number` of a form: the same for ever, as long as the seed documents are the same."""
    # Not for secrets: the choice has to be the same each time.
    rng = random.Random(f"{seed}/{form}/{number}")
    chosen, other = rng.choice(forms()[form]), rng.choice(forms()[form])
    return chosen, mutator.mutate(rng, chosen.body, other.body)


def _run_mutator(batch: Batch) -> Result:
    result = Result()
    seen: set[str] = set()
    for number in range(batch.start, batch.start + batch.count):
        seed, body = mutated(batch.form, batch.seed, number)
        error = _try(result, seed, body)
        if error is not None and (kind := _kind(error)) not in seen:
            seen.add(kind)
            small = smaller(body, lambda shorter, seed=seed, kind=kind: _breaks(seed, shorter, kind))
            result.findings.append(_finding(batch.form, seed, small, error))
    return result


def _run_hypothesis(batch: Batch) -> Result:
    result = Result()
    last: list[tuple[Seed, bytes]] = []

    @hypothesis.seed(batch.seed + batch.start)
    @hypothesis.settings(
        max_examples=batch.count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(strategies.inputs(forms()[batch.form]))
    def search(drawn: tuple[Seed, bytes]) -> None:
        last[:] = [drawn]
        error = _try(result, *drawn)
        if error is not None:
            raise error

    try:
        search()
    except (Exception, HangError) as error:
        if not last:  # no parser was asked: the strategy itself is broken
            raise
        result.findings.append(_finding(batch.form, *last[0], error))
    return result


def _try(result: Result, seed: Seed, body: bytes) -> Exception | HangError | None:
    """Judge one input, and count it."""
    started = time.thread_time()
    error: Exception | HangError | None = None
    try:
        result.read += judge(seed, body)
    except (Exception, HangError) as raised:
        error = raised
    result.inputs += 1
    result.slowest_seconds = max(result.slowest_seconds, time.thread_time() - started)
    return error


def _breaks(seed: Seed, body: bytes, kind: str) -> bool:
    try:
        judge(seed, body)
    except (Exception, HangError) as error:
        return _kind(error) == kind
    return False


def _kind(error: BaseException) -> str:
    """The type of an error, and the innermost line of ours that it went through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "orchestration" in frame.filename]
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else repr(error)[:80]


def _finding(form: str, seed: Seed, body: bytes, error: BaseException) -> Finding:
    trace = "".join(traceback.format_exception(error)[-6:])
    return Finding(form, seed.origin, seed.dataset, f"{_kind(error)}: {str(error)[:300]}", body, trace)


def smaller(body: bytes, breaks: Callable[[bytes], bool]) -> bytes:
    """The input with all taken out that can be, without losing what it breaks: lines first, then bytes."""
    until = time.monotonic() + SMALLER_SECONDS
    tries = 0
    for split in (_lines, _bytes):
        pieces = split(body)
        size = max(len(pieces) // 2, 1)
        while size >= 1 and pieces:
            start = 0
            while start < len(pieces):
                tries += 1
                if tries > SMALLER_TRIES or time.monotonic() > until:
                    return b"".join(pieces)
                shorter = pieces[:start] + pieces[start + size :]
                if breaks(b"".join(shorter)):
                    pieces = shorter
                else:
                    start += size
            size //= 2
        body = b"".join(pieces)
    return body


def _lines(body: bytes) -> list[bytes]:
    return body.splitlines(keepends=True)


def _bytes(body: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in body]


# ---------------------------------------------------------------- all of it


def run(batches: Sequence[Batch], workers: int) -> Iterator[tuple[Batch, Result]]:
    """Run batches side by side, and give their results as they come.

    Raises:
        TimeoutError: a worker does not come back; the message says with which batches. HangError covers what runs in
            Python; this covers the rest.
    """
    # A fork would copy the threads' locks of the libraries.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running: dict[Future[Result], Batch] = {}
        waiting = list(batches)
        while waiting or running:
            while waiting and len(running) < 2 * workers:
                batch = waiting.pop(0)
                running[pool.submit(run_batch, batch)] = batch
            done, _ = wait(running, timeout=40 * HANG_SECONDS, return_when="FIRST_COMPLETED")
            if not done:
                for process in list((pool._processes or {}).values()):
                    process.kill()
                raise TimeoutError(f"no answer from a worker; at work were {list(running.values())}")
            for future in done:
                yield running.pop(future), future.result()


def save(finding: Finding, number: int, folder: Path) -> Path:
    """Keep an input that broke the claim in a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:03d}-{finding.form.replace(' ', '_')}.bin"
    path.write_bytes(finding.body)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign; 0 if the claim holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.parsers", description=main.__doc__)
    environment = os.environ.get
    parser.add_argument("--inputs", type=int, default=int(environment("FUZZ_INPUTS", INPUTS)))
    parser.add_argument("--seed", type=int, default=int(environment("FUZZ_SEED", "0")), help="default: 0")
    parser.add_argument("--workers", type=int, default=int(environment("FUZZ_WORKERS", os.cpu_count() or 1)))
    parser.add_argument("--only", default="", help="only forms whose name contains this")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "tidemark-fuzz")
    chosen = parser.parse_args(arguments)
    # Ended from outside, it must not leave its workers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    started = time.monotonic()
    totals: dict[str, Result] = {form: Result() for form in sorted(forms()) if chosen.only in form}
    batches = [batch for batch in plan(chosen.inputs, chosen.seed) if batch.form in totals]
    engines: Counter[str] = Counter()
    findings = 0
    for batch, result in run(batches, chosen.workers):
        totals[batch.form].add(result)
        engines[batch.engine] += result.inputs
        for finding in result.findings:
            findings += 1
            path = save(finding, findings, chosen.out)
            click.echo(f"{finding.form} ({finding.dataset}, of {finding.origin}): {finding.what}\n  {path}", err=True)
            click.echo(f"  {finding.body[:400]!r}\n{finding.trace}", err=True)
    click.echo(_report(totals, engines, time.monotonic() - started))
    return 1 if findings else 0


def _report(totals: dict[str, Result], engines: Counter[str], seconds: float) -> str:
    lines = [f"{'form':<22}{'inputs':>9}{'read':>9}{'refused':>9}{'slowest':>10}{'findings':>10}"]
    everything = Result()
    for form, result in totals.items():
        everything.add(result)
        lines.append(_line(form, result))
    reported = ", ".join(f"{count:,} by {engine}" for engine, count in sorted(engines.items()))
    return "\n".join([*lines, _line("all", everything), f"{reported}; {seconds:,.0f} seconds"])


def _line(form: str, result: Result) -> str:
    refused = result.inputs - result.read - len(result.findings)
    slowest = f"{1000 * result.slowest_seconds:,.0f} ms"
    return f"{form:<22}{result.inputs:>9,}{result.read:>9,}{refused:>9,}{slowest:>10}{len(result.findings):>10}"
