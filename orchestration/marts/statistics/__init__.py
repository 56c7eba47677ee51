"""Statistics that are awkward in SQL, on daily moves from the models.

Belongs here: pure functions from frames to rows, and the two tables of their results. Does not belong here: anything
a model can compute, and any input of another table: nothing else in the warehouse reads these results.

statsmodels is imported where it is used, because the import takes more than a second.
"""
