"""The blocks of docs/use/cookbook.md, as its readers run them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import PROJECT_ROOT
from tests.installation import HANGS

COOKBOOK = PROJECT_ROOT / "docs" / "use" / "cookbook.md"


@dataclass(frozen=True)
class Recipe:
    """One block: the heading above it, its language and its text."""

    title: str
    language: str
    text: str

    @property
    def number(self) -> int:
        """As in its heading."""
        return int(self.title.partition(".")[0])

    def run(self, folder: Path) -> list[tuple[Any, ...]]:
        """Run it in a folder that holds `warehouse`, and is the current one; gives the rows of its answer."""
        if self.language == "sql":
            with duckdb.connect(str(folder / "warehouse" / "tidemark.duckdb"), read_only=True) as connection:
                return connection.execute(self.text).fetchall()
        if self.language == "console":
            answer = subprocess.run(
                ["sh", "-c", self.text],
                cwd=folder,
                env={
                    "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
                    "TIDEMARK_HOME": str(folder / "warehouse"),
                },
                capture_output=True,
                text=True,
                timeout=HANGS,
                check=True,
            )
            return [tuple(line.split(",")) for line in answer.stdout.split()[1:]]
        names_in_it: dict[str, Any] = {}
        exec(compile(self.text, f"cookbook: {self.title}", "exec"), names_in_it)
        frame = names_in_it["result"]
        if hasattr(frame, "rows"):  # of polars
            return list(frame.rows())
        return list(frame.reset_index().itertuples(index=False, name=None))


def _read() -> list[Recipe]:
    text = COOKBOOK.read_text(encoding="utf-8")
    found = []
    for section in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        found += [
            Recipe(title, language, block)
            for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
        ]
    return found


RECIPES = _read()
"""All blocks of the page, in their order."""
