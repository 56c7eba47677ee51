"""Compares two warehouses, or two days of one: `tidemark diff`.

Belongs here: the two sides of a comparison, the SQL that compares, and the layout of the result. It only
reads. Does not belong here: why something differs.
"""
