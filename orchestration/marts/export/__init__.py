"""Exports: the marts of a release as files for other tools, with a Frictionless Data Package that describes them.

Belongs here: what may be passed on, the files, their description, where they lie. Does not belong here: the figures; a
file holds what the mart holds, cell by cell.
"""
