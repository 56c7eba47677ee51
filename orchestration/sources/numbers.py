"""Reads figures as publishers write them, in the same way for every format.

Belongs here: which texts are numbers, and their conversion. Does not belong here: which cells mean "missing", and
bounds of figures, which are rules on rows.

There are two kinds: figures of data services (FRED, Treasury yields, OFR), which may have an exponent, because software
uses one below 0.0001; and amounts of report tables (TIC), which may group thousands by commas. Both may have a sign and
a fraction of any realistic length. NaN and infinity are not numbers. A point without digits after it is not a number
either: the text was cut off there. Arrow reads candles (`crypto`), and a rule quarantines those without a figure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_FRACTION = r"(?:\.[0-9]{1,60})?"
_FIGURE = rf"^[+-]?(?:[0-9]{{1,60}}{_FRACTION}|\.[0-9]{{1,60}})(?:[eE][+-]?[0-9]{{1,4}})?$"
_AMOUNT = rf"^[+-]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,19}}|[0-9]{{1,60}}){_FRACTION}$"

Numbers = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]


def read_figures(texts: Sequence[str | None] | pa.Array) -> Numbers:
    """Read figures of a data service.

    Args:
        texts: without surrounding blanks; None is not a number.

    Returns:
        (values, is_number): the nearest double of each number, and NaN for other texts. A number beyond the range of a
        double is infinite: `too_large` finds it.
    """
    return _read(texts, _FIGURE)


def read_amounts(texts: Sequence[str | None] | pa.Array) -> Numbers:
    """Read amounts of a report table, with or without commas between thousands; as `read_figures` otherwise."""
    return _read(texts, _AMOUNT)


def too_large(values: npt.NDArray[np.float64], whole_digits: int) -> npt.NDArray[np.bool_]:
    """Which values have more digits before the point than their column in raw."""
    # Rounding to the column's scale may add a digit.
    return np.abs(values) >= 10.0**whole_digits - 0.5


def _read(texts: Sequence[str | None] | pa.Array, pattern: str) -> Numbers:
    cells = texts if isinstance(texts, pa.Array) else _array(texts)
    is_number = pc.fill_null(pc.match_substring_regex(cells, pattern), fill_value=False)
    digits = pc.if_else(is_number, pc.replace_substring(cells, ",", ""), pa.scalar(None, cells.type))
    values = pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False)
    return values, is_number.to_numpy(zero_copy_only=False)


def _array(texts: Sequence[str | None]) -> pa.Array:
    try:
        return pa.array(texts, pa.string())
    except UnicodeError:  # half a surrogate pair, which JSON can contain
        return pa.array([text and text.encode("utf-8", "replace").decode() for text in texts], pa.string())
