"""What the raw tables are, and the lists that configure the project: read by every step, and depending on none.

Belongs here: one description per raw table, the seeds that Python reads, SQL literals. Does not belong here: how a
publisher's bytes become rows (`sources`), and what a load does with them (`loading`).
"""
