"""Statistics that SQL does not say well, on daily moves that the models made.

Belongs here: pure functions from frames to rows, and the two tables that keep the rows. Does not belong here: anything
that a model could say, and anything that another table is made from: what stands here is read by people, and by nothing
else of the warehouse.

statsmodels is imported where it is used: it takes more than a second, which no other step of a load should pay.
"""
