"""The client for analysts: open a published Tidemark warehouse and query it. It needs DuckDB, and nothing else.

    import tidemark

    w = tidemark.connect("warehouse")                         # a home, a file or an https:// address
    w.holdings("Japan").df()                                  # pandas
    w.holdings("China", as_of="2026-01-20").pl()              # polars: what was known on that day
    w.observations("DGS10", as_of="2020-03-20").arrow()       # pyarrow
    w.sql("select * from marts.thesis_scorecard").show()
    print(w.whatif(sell={"China": 100}))                      # a band from published estimates

Every method but `whatif` returns a DuckDB relation. `.df()`, `.pl()` and `.arrow()` need pandas, polars or pyarrow;
`.fetchall()` and `.show()` need nothing more.

Belongs here: opening a warehouse, finding names, the five questions people ask most. Does not belong here: anything
that writes, and anything that needs the pipeline's dependencies.
"""

from tidemark.client import Warehouse, connect
from tidemark.errors import CannotOpenError, MissingTableError, ScenarioError, TidemarkError, UnknownNameError
from tidemark.whatif import Scenario

__all__ = [
    "CannotOpenError",
    "MissingTableError",
    "Scenario",
    "ScenarioError",
    "TidemarkError",
    "UnknownNameError",
    "Warehouse",
    "connect",
]
