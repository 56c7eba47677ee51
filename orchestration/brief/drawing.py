"""What every page has in common: the charts as Vega-Lite, and the parts of Vega that a browser needs to draw them.

Belongs here: making both, and caching them. They are the same for every warehouse and take two seconds to make. The
cache is `build/` of a checkout, or the user's cache folder for an installed package; the file name is a hash of all
inputs. Does not belong here: what a chart looks like (`charts.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.settings import IS_INSTALLED, PROJECT_ROOT

BUILT = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "tidemark") if IS_INSTALLED else PROJECT_ROOT / "build"
_SOURCES = ("charts.py", "words.py")
_PACKAGES = ("altair", "vl-convert-python")
_SNIPPET = "window.vegaEmbed = vegaEmbed;"


@dataclass(frozen=True)
class Drawing:
    """Charts, and what draws them.

    Attributes:
        charts: name -> Vega-Lite, with named data.
        config: how all of them look.
        keys: name -> what its colours mean: (label, colour, shape).
        script: JavaScript that defines `vegaEmbed`, and needs no network.
    """

    charts: dict[str, Any]
    config: dict[str, Any]
    keys: dict[str, list[tuple[str, str, str]]]
    script: str


def drawing(built: Path = BUILT) -> Drawing:
    """The drawing of this version of the project, from the cache if it is there.

    Args:
        built: the cache folder; it may be missing or read-only.
    """
    with suppress(RuntimeError):  # a user without a home folder
        built = built.expanduser()
    path = built / f"brief-{_fingerprint()}.json"
    with suppress(OSError, ValueError, TypeError):
        return Drawing(**json.loads(path.read_text(encoding="utf-8")))
    made = make()
    with suppress(OSError):
        built.mkdir(parents=True, exist_ok=True)
        for earlier in built.glob("brief-*.json"):
            earlier.unlink(missing_ok=True)
        # Write to a temporary name, then rename: two loads may do this at the same time.
        with tempfile.TemporaryDirectory(dir=built) as folder:
            aside = Path(folder) / path.name
            aside.write_text(json.dumps(asdict(made)), encoding="utf-8")
            aside.replace(path)
    return made


def make() -> Drawing:
    """Make it anew."""
    import vl_convert

    from orchestration.brief.charts import CONFIG, KEYS, charts

    return Drawing(charts(), CONFIG, KEYS, vl_convert.javascript_bundle(_SNIPPET))


def _fingerprint() -> str:
    """Of all that a drawing is made of."""
    parts = [_SNIPPET, *(f"{package} {version(package)}" for package in _PACKAGES)]
    parts += [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in (*_SOURCES, Path(__file__).name)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
