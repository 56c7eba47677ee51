"""The embedded sample: a small simulation, in the publishers' own file formats, that walks the whole real path offline.

Belongs here: the generator, the public-domain figures that it is pinned to (`anchors/`), the assumptions that fill
the rest (`assumptions/`), and its committed output (`files/`, a folder with a manifest like any other source folder).
Does not belong here: real publisher files, and anything that a load needs to know about the sample. The loader reads
`files/` as it reads every folder of publisher files; the manifest's `form` says `simulated` in each row.
"""

from __future__ import annotations

from pathlib import Path

SAMPLE_FOLDER = Path(__file__).resolve().parent / "files"
"""The committed sample: manifest.csv, README.md, and the publishers' files."""

FORM = "simulated"
"""The note in the manifest for every document of the sample."""

DEFAULT_SEED = 20260618
"""The seed of the committed sample."""
