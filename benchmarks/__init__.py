"""Measurements: how fast the market and its doors are, run by `python -m benchmarks`."""
