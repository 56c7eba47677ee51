"""`python read_without_pause.py FILE STOP`: opens, queries and closes a published file until STOP exists.

Runs under any DuckDB, so it imports nothing of ours. The first line says that it has begun; the last is JSON:
{"version", "opens", "queries", "marks" (different ones seen), "faults" (the first few)}.
"""

import json
import sys
from pathlib import Path

import duckdb

MARTS = ("fct_a", "fct_b", "fct_c")


def read_once(path: str) -> set[int]:
    """The marks that the file bears: one, unless two releases were mixed."""
    connection = duckdb.connect(path, read_only=True)
    try:
        found = set()
        for mart in MARTS:
            found |= {mark for (mark,) in connection.execute(f"select distinct mark from marts.{mart}").fetchall()}
        return found
    finally:
        connection.close()


def main(path: str, stop: Path) -> None:
    """Read until a stop signal."""
    opens, faults, newest, marks = 0, [], 0, set()
    sys.stdout.write("reading\n")
    sys.stdout.flush()
    while not stop.exists():
        opens += 1
        try:
            found = read_once(path)
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")
            continue
        if len(found) != 1 or min(found) < newest:
            faults.append(f"marks {sorted(found)} after {newest}")
        marks |= found
        newest = max(newest, *found)
    said = {"version": duckdb.__version__, "opens": opens, "queries": opens * len(MARTS), "marks": len(marks)}
    sys.stdout.write(json.dumps({**said, "faults": len(faults), "first_faults": faults[:5]}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
