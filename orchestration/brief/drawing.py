"""What the pages need to show charts: their specifications, the script that draws in a browser, and finished pictures.

Belongs here: making these. The first two are the same for every warehouse and take seconds, so they are cached in
`build/` of a checkout, or in the user's cache folder for an installed package; the file name is a hash of all inputs.
Does not belong here: what a chart looks like (`charts`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.settings import IS_INSTALLED, PROJECT_ROOT

BUILT = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "tidemark") if IS_INSTALLED else PROJECT_ROOT / "build"
WIDE, NARROW = 1080, 350
"""Widths of finished pictures in CSS pixels: a desktop's column, and a phone's."""

_PACKAGES = ("altair", "vl-convert-python")
_SNIPPET = "window.vegaEmbed = vegaEmbed;"
_PREVIEW = {"width": 1120, "height": 430}
Data = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Drawing:
    """Charts, and what draws them.

    Attributes:
        charts: name -> Vega-Lite, with named data.
        config: how all of them look.
        legends: name -> what its colors mean: (label, color, shape).
        script: JavaScript that defines `vegaEmbed`, and needs no network.
    """

    charts: dict[str, Any]
    config: dict[str, Any]
    legends: dict[str, list[tuple[str, str, str]]]
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
    """Make it without the cache."""
    import vl_convert

    from orchestration.brief.charts import LEGENDS, charts
    from orchestration.brief.charts.look import CONFIG

    return Drawing(charts(), CONFIG, LEGENDS, vl_convert.javascript_bundle(_SNIPPET))


def fitted(chart: Mapping[str, Any], data: Data) -> dict[str, Any]:
    """The chart with the height that its rows need, if it has a height per row: Vega fits only the width."""
    if not isinstance(chart.get("height"), Mapping):
        return dict(chart)
    first = {**chart, **chart.get("layer", [{}])[0]}
    y = first["encoding"]["y"]
    shown = y.get("scale", {}).get("domain") or {row[y["field"]] for row in data[first["data"]["name"]]}
    return {**chart, "height": chart["height"]["step"] * max(len(shown), 1)}


def dataset_of(chart: Mapping[str, Any]) -> str:
    """The name of the data that a chart is about: the one that most of its layers use."""
    names = re.findall(r'"data": \{"name": "([^"]+)"\}', json.dumps(chart))
    return str(max(names, key=names.count))


def picture(chart: Mapping[str, Any], config: Mapping[str, Any], data: Data, width: int) -> str:
    """A chart as SVG for a page; its colors are variables of the page.

    Args:
        chart: of `Drawing.charts`.
        config: how charts look.
        data: its rows by name, as JSON knows them.
        width: in CSS pixels.
    """
    import vl_convert

    spec = {**fitted(chart, data), "width": width, "datasets": data, "config": config}
    drawn = str(vl_convert.vegalite_to_svg(spec))
    # The figure around it has the role and the label.
    return re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawn)


def preview(
    chart: Mapping[str, Any], config: Mapping[str, Any], data: Data, colors: Mapping[str, str], title: Any
) -> str:
    """A chart with its title as an SVG of its own, in the colors of paper.

    Args:
        chart: of `Drawing.charts`.
        config: how charts look.
        data: its rows by name.
        colors: variable -> color.
        title: of Vega-Lite: message, unit, source.
    """
    import vl_convert

    spec = {**fitted(chart, data), **_PREVIEW, "datasets": data, "title": title, "config": config}
    spec |= {"background": colors["--page"], "padding": 30}
    text = re.sub(r"var\((--[a-z]+)\)", lambda found: colors[found[1]], json.dumps(spec))
    return str(vl_convert.vegalite_to_svg(json.loads(text)))


def png(svg: str) -> bytes:
    """An SVG as PNG."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg))


def _fingerprint() -> str:
    """Of everything that a drawing is made of."""
    here = Path(__file__).parent
    parts = [_SNIPPET, *(f"{package} {version(package)}" for package in _PACKAGES)]
    parts += [path.read_text(encoding="utf-8") for path in sorted([*here.glob("charts/*.py"), here / "words.py"])]
    return hashlib.sha256("\0".join([*parts, Path(__file__).read_text(encoding="utf-8")]).encode()).hexdigest()[:16]
