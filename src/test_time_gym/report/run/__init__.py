"""The page of runs: what happened, when, to whom, and why."""

from .run_page import run_page

__all__ = ["run_page"]
