"""Reports: pages to look at, each one file that needs no network.

The package is also called: ``ttg.report("run.jsonl").save("run.html")``.
"""

import sys
from types import ModuleType
from typing import Any

from .making import Reported, make_report
from .page import KINDS, page
from .report import Report

__all__ = ["KINDS", "Report", "Reported", "make_report", "page"]


class _CallableReport(ModuleType):
    """This package, which is also called: one name for reports and their making."""

    def __call__(self, *what: Any, **options: Any) -> Report:
        """Make a report; see `make_report`."""
        return make_report(*what, **options)


sys.modules[__name__].__class__ = _CallableReport
