"""Improvement: changes of known skills, tried one at a time."""
