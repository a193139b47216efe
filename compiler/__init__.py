"""The optional compiled build: ``python -m compiler``."""
