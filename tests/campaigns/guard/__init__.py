"""The measured guard: clean real files, changed in the ways that happen, and what the real load makes of each.

Belongs here: the operators (what is changed), the editions they change, the harness that runs the load, the verdict
and the scoreboard. Does not belong here: rules. A change that gets through is mended in `expectations/`, not here.

    python -m tests.campaigns.guard            the whole campaign, and docs/measured/guard.md
    python -m tests.campaigns.guard --only table3_ --situation onto
"""
