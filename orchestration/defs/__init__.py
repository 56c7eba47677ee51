"""Dagster objects, and nothing else: one module a concept of Dagster, assets by step of the flow.

Belongs here: decorators, keys, groups, metadata. Does not belong here: anything that could run without Dagster; that is
a function of the packages beside this one, called from here.
"""
