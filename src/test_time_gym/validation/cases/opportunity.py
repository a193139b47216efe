"""A9: the revenue opportunity metric of a departure."""

from functools import partial

from test_time_gym.market.pricing import revenue_opportunity

from ..closed_form import ClosedForm

__all__ = ["CASES"]

_FIGURES = {
    "perfect": ("revenue with perfect foresight", "66000"),
    "none": ("revenue without control", "46000"),
    "realised": ("revenue under the limits", "59200"),
    "share": ("revenue opportunity metric", "0.66"),
}


def _figure(field: str) -> float:
    found = revenue_opportunity(
        (1000, 800, 600, 200), (25, 30, 20, 50), 100, (100, 70, 45, 32)
    )
    return float(getattr(found, field))


CASES = [
    ClosedForm(f"A9/{field}", words, printed, partial(_figure, field))
    for field, (words, printed) in _FIGURES.items()
]
