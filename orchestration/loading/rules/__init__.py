"""What a good load looks like is data, in `expectations/`; here it is held against what a load offers.

Belongs here: running the suites, deciding what follows from a breach, and telling a person about it.
Does not belong here: the rules themselves, and checks on models (those are dbt tests).
"""
