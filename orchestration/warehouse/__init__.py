"""The warehouse file: the working copy of a load, dbt, and the publishing of a checked warehouse.

Belongs here: everything that opens a DuckDB file for writing. Does not belong here: SQL that turns raw into marts
(dbt does), and checks (`loading.rules`).
"""
