"""The embedded sample: a small simulation in the publishers' file formats, for whole loads without a network.

Belongs here: the generator, the public-domain figures that it is pinned to (`anchors/`), the assumptions that fill the
rest (`assumptions/`), and its committed output (`files/`, a folder with a manifest like any other source folder). Does
not belong here: real publisher files, and special cases of a load for the sample. The loader reads `files/` like every
folder of publisher files; the column `form` of the manifest is `simulated` in each row.
"""

from __future__ import annotations

from pathlib import Path

SAMPLE_FOLDER = Path(__file__).resolve().parent / "files"
"""The committed sample: manifest.csv, README.md, and the publishers' files."""

FORM = "simulated"
"""The note in the manifest for every document of the sample."""

DEFAULT_SEED = 20260618
"""The seed of the committed sample."""
