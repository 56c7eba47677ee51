"""Days and months of the publishers: weekdays, months, and the days on which American markets are closed.

Belongs here: dates. Does not belong here: what a publisher prints on a day.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES_IN_FULL = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# Good Fridays on which the jobs report came out: bonds and funding traded, shares did not
_OPEN_GOOD_FRIDAYS = frozenset({dt.date(2015, 4, 3), dt.date(2021, 4, 2), dt.date(2023, 4, 7), dt.date(2026, 4, 3)})
_MOURNING = frozenset({dt.date(2018, 12, 5)})


def month_number(label: str) -> int:
    """Turn "YYYY-MM" into a count of months, so that months can be subtracted."""
    return int(label[:4]) * 12 + int(label[5:7]) - 1


def month_label(number: int) -> str:
    """Turn a count of months back into "YYYY-MM"."""
    return f"{number // 12}-{number % 12 + 1:02d}"


def month_of(day: dt.date) -> int:
    """Return the month of a day as a count of months."""
    return day.year * 12 + day.month - 1


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return every day from `first` to `last`, both included."""
    return [first + dt.timedelta(days=offset) for offset in range((last - first).days + 1)]


def weekdays(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days from Monday to Friday between `first` and `last`, both included."""
    return [day for day in days(first, last) if day.weekday() < 5]


def is_month_end(day: dt.date) -> bool:
    """Return whether a day is the last of its month."""
    return (day + dt.timedelta(days=1)).day == 1


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _moved(day: dt.date, *, saturday_to_friday: bool) -> dt.date:
    if day.weekday() == 6:
        return day + dt.timedelta(days=1)
    if day.weekday() == 5 and saturday_to_friday:
        return day - dt.timedelta(days=1)
    return day


@cache
def good_friday(year: int) -> dt.date:
    """Return the Friday before Easter (the Gregorian computus)."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    full_moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full_moon + 2 - century + century // 4) % 7
    offset = full_moon - weekday
    month = 3 + (offset + 40) // 44
    day = offset + 28 - 31 * (month // 4)
    return dt.date(year, month, day) - dt.timedelta(days=2)


@cache
def _common(year: int) -> frozenset[dt.date]:
    """Holidays of the bond market, the share market and the Federal Reserve."""
    memorial = _nth(year, 6, 0, 1) - dt.timedelta(days=7)
    found = {
        _moved(dt.date(year, 1, 1), saturday_to_friday=False),
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        memorial,
        _moved(dt.date(year, 7, 4), saturday_to_friday=True),
        _nth(year, 9, 0, 1),
        _nth(year, 11, 3, 4),
        _moved(dt.date(year, 12, 25), saturday_to_friday=True),
    }
    if year >= 2022:
        found.add(_moved(dt.date(year, 6, 19), saturday_to_friday=True))
    return frozenset(found)


def _bank_only(year: int) -> frozenset[dt.date]:
    return frozenset({_nth(year, 10, 0, 2), _moved(dt.date(year, 11, 11), saturday_to_friday=False)})


@cache
def bond_holidays(year: int) -> frozenset[dt.date]:
    """Days on which the bond market is closed, and yields are left blank."""
    return _common(year) | _bank_only(year) | (frozenset({good_friday(year)}) - _OPEN_GOOD_FRIDAYS) | _MOURNING


@cache
def share_holidays(year: int) -> frozenset[dt.date]:
    """Days on which the share market is closed."""
    return _common(year) | {good_friday(year)} | _MOURNING


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Days on which the Federal Reserve is closed."""
    return _common(year) | _bank_only(year)
