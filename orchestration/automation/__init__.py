"""Tidemark by itself: when a load is worth starting, and who is told when one fails or data are late.

Belongs here: decisions and messages, as functions that run without Dagster. Does not belong here: the load, and
Dagster's schedules and sensors (`defs`), which only call what is here.
"""
