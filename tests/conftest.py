"""Fixtures that every layer of tests shares."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from orchestration.settings import PROJECT_ROOT

# CI judges a change, so it tries the same examples every time; at a desk each run tries others.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

REAL_FILES = PROJECT_ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of real publisher files, read in place; tests that need it skip where it is missing."""
    if not (REAL_FILES / "manifest.csv").is_file():
        pytest.skip(f"no real publisher files at {REAL_FILES}: clone them beside the project to run this test")
    return REAL_FILES
