"""A closed form beside the figure that is printed of it."""

from collections.abc import Callable
from dataclasses import dataclass

from .row import ValidationRow

__all__ = ["ClosedForm"]

_SLACK = 1e-9
"""A figure may be rounded half up or half to even, as a share of its last digit."""


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A figure that is computed, and compared to the last digit that is printed."""

    id: str
    quantity: str
    """In words."""
    printed: str
    """The figure as it is printed: ``16.717484``."""
    compute: Callable[[], float]
    """Gives it."""

    @property
    def slow(self) -> bool:
        """No closed form takes long."""
        return False

    def rows(self, times: int = 1) -> list[ValidationRow]:
        """Return the one figure.

        >>> ClosedForm("X", "a third", "0.333", lambda: 1 / 3).rows()[0].ok
        True
        >>> ClosedForm("X", "a third", "0.334", lambda: 1 / 3).rows()[0].complaints
        ('a third is 0.333333333333, not 0.334',)
        """
        theory, estimate = float(self.printed), float(self.compute())
        digits = len(self.printed.partition(".")[2])
        ok = abs(estimate - theory) <= (0.5 + _SLACK) * 10**-digits
        wrong = f"{self.quantity} is {estimate:.12g}, not {self.printed}"
        return [
            ValidationRow(
                id=self.id,
                quantity=self.quantity,
                theory=theory,
                estimate=estimate,
                standard_error=0.0,
                z=None,
                ok=ok,
                kind="closed form",
                seeds=0,
                digits=digits,
                complaints=() if ok else (wrong,),
            )
        ]
