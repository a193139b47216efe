"""The cases, one file for each subject, each with a list ``CASES``."""
