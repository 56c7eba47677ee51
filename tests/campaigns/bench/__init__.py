"""How fast the pipeline is, beside others that do the same work: `python -m tests.campaigns.bench`, or `make bench`.

Belongs here: whole commands, run in turns on the same input, and the page that tells their ratios. Does not belong
here: anything that passes or fails; a benchmark is no test.
"""
