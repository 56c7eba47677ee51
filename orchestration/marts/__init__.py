"""About the marts: manifest, data dictionary, exports, comparison, statistics.

Belongs here: everything that reads finished marts or describes them. Does not belong here: the SQL that makes them
(`dbt_project/`), and publishing (`warehouse`).
"""
