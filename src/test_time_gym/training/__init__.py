"""Adapters for trainers; each imports its library, which is not installed with us."""
