"""The archive: every byte a publisher ever gave us, append-only and content-addressed.

Belongs here: keeping bytes, each with a sidecar that says where it came from, when, and what it hashes to; finding
them again; noticing damage. Does not belong here: parsing, choosing among vintages, renaming, summing.
Everything downstream can be rebuilt from the archive, with no network.
"""

from orchestration.archive.store import Archive, ArchiveError, Document

__all__ = ["Archive", "ArchiveError", "Document"]
