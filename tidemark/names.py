"""Forgiving names: what a person types -> the key that the warehouse uses.

Belongs here: matching names. Does not belong here: queries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from tidemark.errors import UnknownNameError

_SHOWN = 5
_FEW = 10
"""So many names are listed when none is close."""

_CLOSE_ENOUGH = 0.6

COUNTRY_ALIASES = {
    "all": "99996",
    "all countries": "99996",
    "all foreign": "99996",
    "all foreigners": "99996",
    "foreign official": "99990",
    "official": "99990",
    "foreign private": "99991",
    "private": "99991",
    "total": "99996",
    "uk": "13005",
    "great britain": "13005",
    "britain": "13005",
    "uae": "46604",
    "prc": "41408",
    "mainland china": "41408",
    "south korea": "43001",
    "korea": "43001",
    "republic of korea": "43001",
}
"""Names that people type and no file of the Treasury prints. Key -> country code."""


def plain(name: str) -> str:
    """A name without accents, case, punctuation and double blanks."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def spellings(name: str) -> set[str]:
    """All plain forms of a published name: `China, Mainland` is also `china` and `mainland china`."""
    head, _, tail = name.partition(",")
    found = {plain(name)}
    if tail:
        found |= {plain(f"{tail} {head}"), plain(head)}
    return found


def find(wanted: str, known: Mapping[str, Iterable[str]], what: str) -> str:
    """Find the key of a name.

    Args:
        wanted: what a person typed: a key, or one of the key's names.
        known: key -> its names, the preferred one first.
        what: `country`, `series`, ... for the message.

    Returns:
        The key.

    Raises:
        UnknownNameError: no key has that name, or several have; the message lists near matches.
    """
    wanted = str(wanted)  # a code may come as a number
    if wanted in known:
        return wanted
    key = plain(wanted)
    exact = [code for code, names in known.items() if key in {plain(name) for name in (code, *names)}]
    if len(exact) == 1:
        return exact[0]
    loose = exact or [code for code, names in known.items() if any(key in spellings(name) for name in names)]
    if len(loose) == 1:
        return loose[0]
    raise UnknownNameError(_message(wanted, loose, known, what))


def _message(wanted: str, found: list[str], known: Mapping[str, Iterable[str]], what: str) -> str:
    labels = {code: next(iter(names), code) for code, names in known.items()}
    if found:
        near = [f"{labels[code]} ({code})" for code in found[:_SHOWN]]
        return f"{wanted!r} may be any of: {', '.join(near)}. Use the code."
    by_key = {text: code for code, names in known.items() for name in (code, *names) for text in spellings(name)}
    keys = get_close_matches(plain(wanted), by_key, n=_SHOWN, cutoff=_CLOSE_ENOUGH)
    keys += [text for text in by_key if plain(wanted) and plain(wanted) in text and text not in keys]
    near = list(dict.fromkeys(f"{labels[by_key[text]]} ({by_key[text]})" for text in keys))[:_SHOWN]
    if near:
        advice = f"Did you mean: {', '.join(near)}?"
    elif len(known) <= _FEW:
        advice = f"Choose one of: {', '.join(known)}."
    else:
        advice = f"There are {len(known)}; none is close."
    return f"No {what} is called {wanted!r}. {advice}"
