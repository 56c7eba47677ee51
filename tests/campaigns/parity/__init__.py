"""All marts built on Spark and on DuckDB, compared cell by cell: `make parity`."""
