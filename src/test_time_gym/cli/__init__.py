"""The command line, `ttgym`."""

from .app import main

__all__ = ["main"]
