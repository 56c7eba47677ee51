"""Exports: the marts of a snapshot as files for other tools, described by a Frictionless Data Package.

Belongs here: what may be redistributed, the files, their description and their place. Does not belong here: changing
figures; a file contains what the mart contains, cell by cell.
"""
