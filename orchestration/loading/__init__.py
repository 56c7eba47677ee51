"""Turns the archive's bytes into rows of raw: chooses documents, parses them, checks the rows, merges changes.

Belongs here: everything between the archive and the schema `raw`. Does not belong here: fetching (`archive`),
formats of publishers (`sources`), and what is built from raw (`warehouse`).
"""
