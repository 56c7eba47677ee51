"""Tests in layers: one folder, one layer. `tests/conftest.py` says what each layer may do."""
