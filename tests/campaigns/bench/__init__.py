"""Measures how fast the pipeline is, compared with other tools: `python -m tests.campaigns.bench`, or `make bench`.

Belongs here: whole commands, run alternately on the same input, and the page with their ratios. Does not belong
here: anything that passes or fails; a benchmark is no test.
"""
