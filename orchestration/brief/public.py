"""The public edition of the site: made from a file that has only what licenses allow, so nothing else can be in it.

Belongs here: making that file, and the site from it. Does not belong here: what licenses allow (`marts/export`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.brief.site import BriefError, write_site
from orchestration.home import CATALOG, Home
from orchestration.marts.catalog import catalog
from orchestration.marts.export.files import terms_of
from orchestration.marts.export.public_file import write_public_file
from orchestration.published import PublishedError, open_published


def write_public_site(home: Home, address: str | None = None, alerts: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Write the public edition into `reports/site_public`; returns its first page.

    Args:
        home: the installation, held by the caller.
        address: where the site will be on the web; None if it is not known.
        alerts: alerts that fired, newest first. Those on marts that may not leave are left out.

    Raises:
        BriefError: nothing is published, or the site could not be made or written.
    """
    manifest = catalog()
    folder = home.work / "public_site"
    file = folder / f"{CATALOG}.duckdb"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        with open_published(home.published) as connection:
            terms = terms_of(connection, manifest, only_public=True)
        write_public_file(home.published.resolve(), terms, file)
        left_out = {name: one.reason for name, one in terms.items() if one.reason}
        open_marts = {name for name, one in terms.items() if one.columns and not one.reason}
        allowed = [alert for alert in alerts if open_marts.issuperset(alert["marts"])]
        return write_site(file, home.reports, address, "public", left_out, allowed)
    except PublishedError as error:
        raise BriefError(str(error)) from None
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BriefError(f"The public edition could not be made in {folder}: {reason}.") from None
    finally:
        file.unlink(missing_ok=True)
