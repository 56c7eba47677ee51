"""The site's feeds: alerts as Atom, release days as iCalendar.

Belongs here: both formats. Does not belong here: which alerts fire (`runs/conditions.py`), which days are announced
(the raw table `tic_release_calendar`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from orchestration.brief.figures import Rows

ATOM = "http://www.w3.org/2005/Atom"
SHOWN_ALERTS = 50
_EPOCH = "1970-01-01T00:00:00Z"


def atom(alerts: Sequence[Mapping[str, Any]], address: str | None) -> bytes:
    """Alerts as an Atom feed (RFC 4287).

    Args:
        alerts: newest first; each has `id`, `title`, `text`, `severity`, `fired_at` (ISO, UTC) and `link`.
        address: of the site; without one, links are relative to the feed.
    """
    ElementTree.register_namespace("", ATOM)
    base = address.rstrip("/") + "/" if address else ""
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", f"{base}alerts.xml" if base else "urn:tidemark:alerts")
    _add(feed, "title", "Tidemark: alerts")
    _add(feed, "updated", alerts[0]["fired_at"] if alerts else _EPOCH)
    _add(_add(feed, "author"), "name", "Tidemark")
    _add(feed, "link", rel="self", href=f"{base}alerts.xml")
    _add(feed, "link", rel="alternate", href=f"{base}index.html")
    for alert in alerts[:SHOWN_ALERTS]:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:tidemark:alert:{alert['id']}")
        _add(entry, "title", alert["title"])
        _add(entry, "updated", alert["fired_at"])
        _add(entry, "category", term=alert["severity"])
        _add(entry, "link", rel="alternate", href=f"{base}{alert['link'] or 'index.html'}")
        _add(entry, "content", alert["text"], type="text")
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def calendar(releases: Rows) -> bytes:
    """Announced release days of TIC as iCalendar (RFC 5545), all-day events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tidemark//Releases//EN", "X-WR-CALNAME:TIC releases"]
    for row in releases:
        day: dt.date = row["announced_on"]
        name = f"{row['data_month_end']:%Y-%m}-{day:%Y%m%d}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{hashlib.sha256(name.encode()).hexdigest()[:24]}@tidemark",
            f"DTSTAMP:{row['retrieved_at']:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:TIC: foreign holdings of {row['data_month_end']:%B %Y}",
            *([f"DESCRIPTION:{_escaped(row['note'])}"] if row["note"] else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    folded = [part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)]
    return ("\r\n".join(folded) + "\r\n").encode()


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Lines of at most 75 bytes; continued ones begin with a space."""
    parts = [""]
    for sign in line:
        if len((parts[-1] + sign).encode()) > 75:
            parts.append(" ")
        parts[-1] += sign
    return parts
