"""One module per raw table, each with its description as `TABLE`.

Belongs here: facts about one table. A new table is one new module; you do not register it. Does not belong here: what
follows for the database, dbt, Dagster or the docs; they read it from the description.
"""
