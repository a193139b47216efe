"""Theory against this package: cases whose figures are known, and what they come to.

A case is a closed form that is compared with the figure that a book or paper prints, or
a part of the market that is simulated and compared with theory.  Cases lie in `cases`,
one file for each subject; `ttgym validate` plays them.
"""

from .campaign import all_cases, chosen, validate
from .closed_form import ClosedForm
from .row import ValidationRow

__all__ = ["ClosedForm", "ValidationRow", "all_cases", "chosen", "validate"]
