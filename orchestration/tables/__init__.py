"""Describes the raw tables and reads the lists that configure the project; every step uses them.

Belongs here: one description per raw table, the seeds that Python reads, SQL literals. Does not belong here: how a
publisher's bytes become rows (`sources`), and what a load does with them (`loading`).
"""
