"""Decision points: days before departure on which an airline looks at its limits."""

from itertools import pairwise
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from ..clock import DAY_MS
from .policy import PolicyConfig, View

__all__ = ["DecisionPoints"]


class DecisionPoints(PolicyConfig):
    """A policy that may wake on certain days before closing, in place of regularly."""

    dcp_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=3650)], ...],
        Field(strict=False, max_length=400),
    ] = ()
    """Whole days before closing, the farthest first; empty: every ``reprice_every_s``,
    which otherwise is the least time between two wakes."""
    later: ClassVar[tuple[str, ...]] = ("dcp_days", "wake_on")

    @field_validator("dcp_days")
    @classmethod
    def _falling(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        for before, after in pairwise(days):
            if after >= before:
                msg = f"dcp_days has {after} after {before}: decision points are days "
                msg += "before departure, the farthest first"
                raise ValueError(msg)
        return days

    @property
    def past_days(self) -> tuple[int, ...]:
        """Days before closing at which past sales are divided: the decision points."""
        return self.dcp_days

    def wakes_at(self, view: View) -> int | None:
        """Return when to wake next: at the first decision point of anything on sale.

        Args:
            view: what the policy sees now.

        Returns:
            An instant; that of the last closing, when nobody wakes any more, if no
            point is left; None without decision points.
        """
        if not self.dcp_days:
            return None
        closings = sorted({view.now_ms + one.closes_in_ms: None for one in view.offers})
        points = [
            closing - days * DAY_MS
            for closing in closings
            for days in self.dcp_days
            if closing - days * DAY_MS > view.now_ms
        ]
        return min(points, default=closings[-1] if closings else None)
