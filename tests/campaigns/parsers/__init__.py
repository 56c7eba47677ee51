"""Random and broken documents for all parsers: `python -m tests.campaigns.parsers`, or `make fuzz`.

Belongs here: the documents, what is done to them, and the judgement of an answer. Does not belong here: the parsers.
"""
