"""Tidemark's Dagster code location, and the library that it uses.

`definitions.py` assembles what `defs/` holds. The other packages are plain library code: they import neither
Dagster nor each other's internals, so that each part runs in a test or a notebook without a Dagster instance.
"""

__version__ = "0.1.0"
