"""Stores every byte that publishers served: append-only and content-addressed.

Belongs here: storing bytes with a sidecar (address, time, hash), finding them, detecting damage. Does not belong here:
parsing, choosing among vintages, renaming, summing.
Everything downstream can be rebuilt from the archive without a network.
"""

from orchestration.archive.store import Archive, ArchiveError, Document

__all__ = ["Archive", "ArchiveError", "Document"]
