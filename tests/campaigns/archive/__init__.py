"""Years of nightly loads, simulated at the level of the archive: how much it grows, and how long it takes to open.

Belongs here: documents as the publishers serve them night after night, and the measurement. Does not belong here: what
a load does with them.
"""
