"""Checks the stress index against its acceptance list.

Belongs here: the twenty tests A1 to A20 on a published warehouse of the publishers' files, their thresholds, and the
page. Does not belong here: the index itself, which is in `dbt_project/`.

    python -m tests.campaigns.stress --warehouse <published file> --page docs/measured/stress_validation.md
"""
