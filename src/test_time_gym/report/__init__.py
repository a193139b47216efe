"""Reports: pages to look at, each one file that needs no network."""

from .page import KINDS, page

__all__ = ["KINDS", "page"]
