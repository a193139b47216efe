"""Measurements of speed, run by `python -m benchmarks`."""
