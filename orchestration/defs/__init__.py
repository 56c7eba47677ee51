"""Defines the Dagster objects: one module per concept of Dagster, and one module of assets per step of the flow.

Belongs here: decorators, keys, groups, metadata. Does not belong here: anything that can run without Dagster; that
is a function of another package, called from here.
"""
