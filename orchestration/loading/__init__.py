"""From the archive's bytes to rows of raw: choose documents, parse them, check the rows, merge what is new.

Belongs here: everything between the archive and the schema `raw`. Does not belong here: fetching (`archive`),
formats of publishers (`sources`), and what is built from raw (`warehouse`).
"""
