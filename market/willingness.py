"""The declared part of a willingness to pay: which law, and its parameters."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from .config import PPM, Config, Minor
from .curve import CurvePoints
from .lognormal import Lognormal
from .shifted_exponential import ShiftedExponential
from .survival_table import SurvivalTable
from .uniform_law import UniformLaw
from .value_law import ValueLaw

__all__ = [
    "ExponentialWillingness",
    "LognormalWillingness",
    "TableWillingness",
    "UniformWillingness",
    "Willingness",
    "from_all_to_none",
]


def from_all_to_none(points: CurvePoints) -> CurvePoints:
    """Return the points of a survival curve.

    Raises:
        ValueError: they are none.

    >>> from_all_to_none(((100, 1_000_000), (300, 0)))
    ((100, 1000000), (300, 0))
    """
    shares = [share for _, share in points]
    ends = shares[0], shares[-1]
    if ends != (PPM, 0) or sorted(shares, reverse=True) != shares:
        msg = "a survival curve goes from [price, 1000000] to [price, 0], never rising"
        raise ValueError(msg)
    return points


class LognormalWillingness(Config):
    """A lognormal law: the logarithm is normal."""

    kind: Literal["lognormal"]
    median_minor: Minor
    sigma_ppm: Annotated[int, Field(ge=0, le=3_000_000)] = 350_000
    """σ of the logarithm."""

    def law(self) -> ValueLaw:
        """Return the law."""
        return Lognormal.of(self.median_minor, self.sigma_ppm)


class ExponentialWillingness(Config):
    """An exponential law above a least price that everybody would pay."""

    kind: Literal["exponential"]
    mean_minor: Minor
    """Of what a buyer would pay beyond the least price."""
    least_minor: Minor = 0

    def law(self) -> ValueLaw:
        """Return the law."""
        return ShiftedExponential.of(self.mean_minor, self.least_minor)


class UniformWillingness(Config):
    """A uniform law: every price from the least to the greatest is equally likely."""

    kind: Literal["uniform"]
    least_minor: Minor = 0
    most_minor: Minor

    @model_validator(mode="after")
    def _goes_up(self) -> "UniformWillingness":
        if self.most_minor < self.least_minor:
            msg = f"most_minor ({self.most_minor}) is below least_minor "
            msg += f"({self.least_minor})"
            raise ValueError(msg)
        return self

    def law(self) -> ValueLaw:
        """Return the law."""
        return UniformLaw.of(self.least_minor, self.most_minor)


class TableWillingness(Config):
    """A law by a table: which share of the buyers would pay a price."""

    kind: Literal["table"]
    survival_curve: Annotated[CurvePoints, AfterValidator(from_all_to_none)]
    """``[[price in minor units, share who would pay it in ppm], …]``."""

    def law(self) -> ValueLaw:
        """Return the law."""
        return SurvivalTable.of(self.survival_curve)


Willingness = Annotated[
    LognormalWillingness
    | ExponentialWillingness
    | UniformWillingness
    | TableWillingness,
    Field(discriminator="kind"),
]
"""Any law of the willingness to pay, told apart by ``kind``."""
