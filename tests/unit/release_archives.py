"""The Treasury's archives of past releases: their page, and ZIP files, from any tables.

Belongs here: the layout of the page with the exceptions that are documented, and packing. Does not belong here: what is
wrong with an archive; each test breaks one thing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

from tests.publisher import Answer, Publisher, Request

INDEX = "/archives-of-tic-monthly-data-releases"
FOLDER = "/resource-center/data-chart-center/tic/Documents/"
HTML = {"Content-Type": "text/html; charset=utf-8"}

LISTED = (
    ("11/18/2025", "TIC Data for September 2025", "ticrel_20251118.zip"),
    ("10/17/2025", "TIC Data for August 2025 (released 11-18-2025)", "ticrel_20251017.zip"),
    ("01/18/2024", "TIC Data for November 2023", "ticrel_20240119.zip"),
    ("04/17/2023", "TIC Data for February 2023 (2.5 MB)", "ticrel_20230417.zip"),
    ("03/15/2023", "TIC Data for January 2023", "ticrel_20230315.zip"),
    ("02/15/2022", "TIC Data for December 2021", "ticrel_20220222.zip"),
    ("09/18/2018", "TIC Data for July 2018", "ticrel_20180919.zip"),
)
"""Day, words and file of each row, the newest first."""


def page(rows: Iterable[tuple[str, str, str]] = LISTED, host: str = "https://www.treasury.gov") -> str:
    """The page that lists the archives."""
    listed = "\n".join(
        f'<tr><td><a href="{host}{FOLDER}{file}" data-entity-type="file">{day}</a></td><td>{words}</td></tr>'
        for day, words, file in rows
    )
    return (
        "<!DOCTYPE html><html><head><title>Archives of TIC Monthly Data Releases</title></head><body>"
        '<p>Updated <a href="/data/tic">12/31/2025</a>. See also <a href="https://example.org/ticrel_19990101.zip">'
        f"a copy</a>.</p><table>\n{listed}\n</table></body></html>"
    )


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of files."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def serve(publisher: Publisher, rows: Iterable[tuple[str, str, str]], archives: Mapping[str, bytes]) -> None:
    """Let a publisher on loopback serve the page, and archives by a redirect, as the Treasury does."""
    text = page(rows).encode()

    def archive(request: Request) -> Answer | None:
        name = request.path.rpartition("/")[2]
        if not name.startswith("ticrel_"):
            return None
        if not request.path.startswith("/moved"):
            return Answer(b"", 302, {"Location": f"/moved{request.path}"})
        if name not in archives:
            return Answer(b"<!DOCTYPE html><html><title>Page not found</title></html>", 404, HTML)
        return Answer(archives[name], 200, {"Content-Type": "application/zip", "ETag": '"1"'})

    publisher.route(INDEX, lambda _: Answer(text, 200, HTML))
    publisher.route(FOLDER, archive)
    publisher.route(f"/moved{FOLDER}", archive)
