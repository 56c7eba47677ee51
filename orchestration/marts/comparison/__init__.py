"""What differs between two warehouses, or between two days of one: `python -m orchestration diff`.

Belongs here: the two sides of a comparison, the SQL that compares, and its layout for people and programs. It only
reads. Does not belong here: why something differs, and what may be passed on of it.
"""
