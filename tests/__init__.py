"""Tests in layers: one folder, one layer. `tests/conftest.py` describes what each layer may do."""
