"""Collecting: doctests import every module, and atheris is an extra."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("atheris") else ["driver.py"]
