"""Keys of policies that learn what nobody declares to them."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, model_validator

from ..config import PPM
from .decision_points import DecisionPoints
from .learning.learned_forecast import LearningSteps
from .learning.methods import FIRST

__all__ = ["LearningConfig"]

_SMOOTHING_PPM: Final = 100_000
"""Weight of the last departure, unless another is declared."""
_STEPS: Final = {"forecast": "pickup", "untruncate": "em"}
_PAST: Final = {
    "history": 30,
    "dcp_days": (56, 49, 42, 35, 28, 21, 17, 14, 10, 7, 5, 3, 1),
}
"""How, and of what, a policy learns that is told neither."""


class LearningConfig(DecisionPoints):
    """A policy to which demand is declared, or which learns it from the past.

    One to which nothing is declared learns.
    """

    later: ClassVar[tuple[str, ...]] = (
        *DecisionPoints.later,
        "untruncate",
        "forecast",
        "history",
        "smoothing_ppm",
    )
    declares: ClassVar[str] = "forecasts"
    """The key by which demand is declared."""

    untruncate: Literal["none", "em"] = "none"
    """What becomes of past sales that were cut off; see `learning.untruncate`."""
    forecast: Literal["declared", "pickup", "exponential_smoothing"] = "declared"
    """Where the forecast comes from; see `learning.methods`."""
    history: Annotated[int, Field(ge=0, le=10_000)] = 0
    """How many past departures it learns from; the first `FIRST` of them were sold
    with what is declared, each later one with what those before it taught."""
    smoothing_ppm: Annotated[int, Field(ge=1, le=PPM)] | None = None
    """Weight of the last departure in exponential smoothing; None: a tenth."""

    @model_validator(mode="before")
    @classmethod
    def _learns_if_untold(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get(cls.declares):
            return given
        # What is written of a policy that learns names its forecast, but not steps that
        # it leaves out.
        return _PAST | (given if "forecast" in given else _STEPS | given)

    @property
    def learns(self) -> bool:
        """Whether it learns its forecast."""
        return self.forecast != "declared"

    @property
    def past_departures(self) -> int:
        """How many past departures it is shown."""
        return self.history

    @property
    def steps(self) -> LearningSteps:
        """How it learns."""
        smoothing = self.smoothing_ppm or _SMOOTHING_PPM
        return LearningSteps(self.untruncate, self.forecast, smoothing)

    def check_learning(self) -> None:
        """Raise what keeps it from learning; each policy asks when it has its keys.

        Raises:
            ValueError: a key has no meaning, or another is missing.
        """
        if not self.learns:
            given = [key for key in _LEARNING if getattr(self, key)]
            given += ["untruncate"] if self.untruncate != "none" else []
            if given:
                msg = f"{given[0]} is for a forecast that is learned: forecast is "
                raise ValueError(msg + '"declared", and not "pickup", say')
            return
        if self.history < FIRST:
            msg = f"forecast {self.forecast!r} learns from past departures: history is "
            raise ValueError(f"{msg}{self.history}, and {FIRST} are the least")
        if not self.dcp_days:
            msg = f"forecast {self.forecast!r} looks at past bookings at decision "
            raise ValueError(msg + "points: dcp_days is needed")
        if self.smoothing_ppm and self.forecast != "exponential_smoothing":
            msg = "smoothing_ppm is for exponential_smoothing: forecast is "
            raise ValueError(f"{msg}{self.forecast!r}")


_LEARNING: Final = ("history", "smoothing_ppm")
"""Keys that say nothing where the forecast is declared; so does ``untruncate``."""
