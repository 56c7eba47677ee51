"""One module per raw table, each with its description as `TABLE`.

Belongs here: what is true of one table. A new table is one new module; nothing lists it. Does not belong here: what
follows for the database, dbt, Dagster or the documents; they read it from the description.
"""
