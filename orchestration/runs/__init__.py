"""Reporting on runs: outcome, summary, progress, alerts, history, and the watch for TIC's releases.

Belongs here: everything that reports on loads or decides when one is due. Does not belong here: any step of a load.
"""
