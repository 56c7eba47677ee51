"""Campaigns: checks too long for every change, each a program of its own (`make fuzz`).

Belongs here: what runs for minutes, and what it is made of. Does not belong here: tests that `make test` collects; a
small run of each campaign stands among them, and holds the campaign itself to what it promises.
"""
