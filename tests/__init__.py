"""Tests in layers: unit (seconds), integration (real files), end_to_end (the commands)."""
