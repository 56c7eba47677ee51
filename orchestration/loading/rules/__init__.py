"""Checks incoming rows and documents against the rules in `expectations/`.

Belongs here: evaluating the rules, deciding the consequence of a finding, and reporting it. Does not belong here: the
rules themselves, and checks on models (those are dbt tests).
"""
