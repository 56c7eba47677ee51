"""DuckDB: the working file of a load, the vintaged merge into raw, and the publishing of a checked warehouse.

Belongs here: everything that opens a DuckDB file for writing. Does not belong here: SQL that turns raw into marts
(dbt does), and checks (`quality`).
"""
