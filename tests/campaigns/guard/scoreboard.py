"""The scoreboard `docs/guard.md`: every operator, what became of it, and which rule caught it.

Belongs here: the page. It holds no time and no day, so that two campaigns on the same code write the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.campaigns.guard.harness import FIRST, ONTO, SITUATIONS
from tests.campaigns.guard.operators import HARMLESS, REGISTRY, Operator
from tests.campaigns.guard.verdict import CAUGHT, FALSE_ALARM, MISSED, OTHERWISE, Observation

_SHOWN_RULES = 2
_SOURCES = {
    "tic": "TIC",
    "fred": "FRED",
    "treasury": "Treasury",
    "binance": "Exchanges",
    "coinbase": "Exchanges",
    "kraken": "Exchanges",
}


@dataclass(frozen=True)
class Score:
    """One operator in one situation."""

    operator: Operator
    situation: str
    judgement: str
    seen: Observation


@dataclass(frozen=True)
class Control:
    """A load of real files as they are: what was found that should not have been.

    Attributes:
        name: which load.
        documents: how many were loaded.
        alarms: refusals, rows in quarantine and failing checks, a line each.
        notices: checks that only report, a line each.
    """

    name: str
    documents: int
    alarms: tuple[str, ...]
    notices: tuple[str, ...]


def page(scores: Mapping[tuple[str, str], Score], controls: list[Control]) -> str:
    """Write the page."""
    harmful = [score for score in scores.values() if score.operator.must(score.situation) != HARMLESS]
    harmless = [score for score in scores.values() if score.operator.must(score.situation) == HARMLESS]
    lines = [
        "# The measured guard",
        "",
        "Written by `make guard`; do not edit. Each operator changes clean, real publisher files in a way that",
        "happens, and the real load runs on the result: **onto a last good** warehouse (all documents of the next",
        "month arrive, one of them changed), and as a **first load** into an empty home (one document of each",
        "dataset, one of them changed, nothing to compare with). What became of it is read from the exit code,",
        "the published bytes, the ledger, the quarantine, and a comparison of every figure with those of the",
        "clean load.",
        *_not_run(scores),
        "",
        "| | operators | onto a last good | first load |",
        "|---|---|---|---|",
        _counts("harmful changes kept out or reported", harmful, good=True),
        _counts("**harmful changes missed**", harmful, good=False),
        _counts("harmless changes loaded, marts equal", harmless, good=True),
        _counts("**harmless changes not loaded (false alarm), or marts changed**", harmless, good=False),
        "",
        "- **blocked**: the load stops, and the published file is byte for byte the one before.",
        "- **refused**: the document is refused, the last good figures stand, the rest is loaded.",
        "- **quarantined**: the rows are held back, everything else is loaded.",
        "- **reported**: every figure that is loaded is right; a check says what is wrong.",
        "- **loaded**: every mart is equal to that of the clean load; of what was added, the facts have just that.",
        "",
        "A change that is kept out in another way than it must be (a document refused where a row would do) counts as",
        "kept out; both words stand in the table. `reading` is the publisher's parser.",
        "",
        "## No false alarm: the real files as they are",
        "",
        "| load | documents | refused, held back or failed | reported |",
        "|---|---|---|---|",
        *(
            f"| {control.name} | {control.documents} | {'; '.join(control.alarms) or 'nothing'} "
            f"| {'; '.join(control.notices) or 'nothing'} |"
            for control in controls
        ),
        "",
    ]
    for source in dict.fromkeys(_SOURCES.values()):
        rows = [
            _row(operator, scores)
            for operator in REGISTRY.values()
            if _SOURCES[operator.touches[0].split("/")[0]] == source
            and any((operator.name, situation) in scores for situation in SITUATIONS)
        ]
        if rows:
            header = ["| operator | what it does | must | onto a last good | first load |", "|---|---|---|---|---|"]
            lines += [f"## {source}", "", *header, *rows, ""]
    return "\n".join(lines)


def _not_run(scores: Mapping[tuple[str, str], Score]) -> list[str]:
    names = {ONTO: "onto a last good", FIRST: "as a first load"}
    missing = [names[situation] for situation in SITUATIONS if not any(run == situation for _, run in scores)]
    return ["", f"**Not run for this page: {' and '.join(missing)}.**"] if missing else []


def _counts(label: str, scores: list[Score], *, good: bool) -> str:
    chosen = [score for score in scores if (score.judgement in (CAUGHT, OTHERWISE)) == good]
    by_situation = Counter(score.situation for score in chosen)
    names = {score.operator.name for score in chosen}
    return f"| {label} | {len(names)} | {by_situation[ONTO]} | {by_situation[FIRST]} |"


def _row(operator: Operator, scores: Mapping[tuple[str, str], Score]) -> str:
    labels = [_word(operator.must(situation)) for situation in SITUATIONS]
    must = labels[0] if labels[0] == labels[1] else " / ".join(labels)
    cells = [_cell(scores.get((operator.name, situation))) for situation in SITUATIONS]
    says = operator.says.replace("|", "\\|")
    return f"| `{operator.name}` | {says} | {must} | {cells[0]} | {cells[1]} |"


def _word(label: str | None) -> str:
    return {HARMLESS: "loaded", None: "-"}.get(label, label or "-")


def _cell(score: Score | None) -> str:
    if score is None:
        return "-"
    seen = score.seen
    rules = ", ".join(seen.rules[:_SHOWN_RULES])
    more = f" and {len(seen.rules) - _SHOWN_RULES} more" if len(seen.rules) > _SHOWN_RULES else ""
    told = f" ({rules}{more})" if rules else ""
    if score.judgement == FALSE_ALARM:
        return f"**FALSE ALARM: {_word(seen.became)}**{told}"
    if score.judgement == MISSED:
        where = ", ".join(seen.marts) or ("raw only" if seen.wrong else "no wrong figure, and nothing said")
        if score.operator.must(score.situation) == HARMLESS and not seen.wrong:
            where = "marts differ: " + ", ".join(seen.unequal)
        return f"**MISSED: {where}**{told}"
    return f"{_word(seen.became)}{told}"


def missed(scores: Mapping[tuple[str, str], Score]) -> list[Score]:
    """All that is not as it must be."""
    return [score for score in scores.values() if score.judgement in (MISSED, FALSE_ALARM)]
