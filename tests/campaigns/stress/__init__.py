"""Checks the stress index against its acceptance list.

Belongs here: the tests A1 to A24 on a published warehouse of the publishers' files, their thresholds, and the
page. Does not belong here: the index itself, which is in `dbt_project/`.

    python -m tests.campaigns.stress --warehouse <published file> --ofr <2025-07-25/fsi.csv> --page <page>
"""
