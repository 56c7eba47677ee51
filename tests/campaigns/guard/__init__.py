"""Measures the guard: changes clean real files in ways that occur, and checks what the real load does with each.

Belongs here: the operators (what is changed), the editions they change, the harness that runs the load, the verdict
and the scoreboard. Does not belong here: rules. A change that gets through is mended in `expectations/`, not here.

    python -m tests.campaigns.guard            the whole campaign, and docs/measured/guard.md
    python -m tests.campaigns.guard --only table3_ --situation onto
"""
