"""The declared part of a count: by which law it is drawn how many buyers come."""

from collections.abc import Callable
from functools import lru_cache
from math import erfc, floor, sqrt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from .config import PPM, Config, by_name
from .distributions import gamma, poisson, rounded_normal

__all__ = [
    "CountLaw",
    "GammaPoissonCount",
    "PoissonCount",
    "RoundedNormalCount",
    "rounded_normal_mean",
]

_MILLI = 1000
_FAR = 9
"""Standard deviations beyond which a normal law has nothing."""

Word = Callable[[], int]
"""Gives the next 64 random bits."""


class PoissonCount(Config):
    """Buyers come one by one, each for itself: the count is Poisson."""

    kind: Literal["poisson"] = "poisson"

    def expected_micro(self, buyers: int | None, factor_ppm: int = PPM) -> int:
        """Return the mean count in millionths, of that many buyers times a factor."""
        return (buyers or 0) * factor_ppm

    def drawn(self, buyers: int | None, word: Word, factor_ppm: int = PPM) -> int:
        """Return a count.

        Args:
            buyers: expected.
            word: gives random words.
            factor_ppm: on the mean, in millionths.
        """
        return poisson((buyers or 0) * factor_ppm, word)


class GammaPoissonCount(Config):
    """A Poisson count whose mean is drawn itself, from a gamma law.

    The variance is mean + (cv · mean)²: some days are good, and nobody knows which.
    """

    kind: Literal["gamma_poisson"]
    cv_ppm: Annotated[int, Field(ge=0, le=3_000_000)]
    """Coefficient of variation of the mean."""

    def expected_micro(self, buyers: int | None, factor_ppm: int = PPM) -> int:
        """Return the mean count in millionths, of that many buyers times a factor."""
        return (buyers or 0) * factor_ppm

    def drawn(self, buyers: int | None, word: Word, factor_ppm: int = PPM) -> int:
        """Return a count.

        Args:
            buyers: expected.
            word: gives random words.
            factor_ppm: on the mean, in millionths.
        """
        mean = (buyers or 0) * gamma(self.cv_ppm, word) * factor_ppm // PPM
        return poisson(mean, word)


class RoundedNormalCount(Config):
    """A normal draw, rounded to a whole number, or 0 where that is below it."""

    kind: Literal["rounded_normal"]
    mean_milli: Annotated[int, Field(ge=0, le=10**10)]
    """Of the normal law, in thousandths of a buyer."""
    sd_milli: Annotated[int, Field(ge=0, le=10**7)]

    def expected_micro(self, buyers: int | None, factor_ppm: int = PPM) -> int:
        """Return the mean count in millionths, of a draw times a factor."""
        return rounded_normal_mean(*self._times(factor_ppm, buyers))

    def drawn(self, buyers: int | None, word: Word, factor_ppm: int = PPM) -> int:
        """Return a count.

        Args:
            buyers: mean in the place of its own, if there is one; the deviation
                then is as large a part of it as it is of its own.
            word: gives random words.
            factor_ppm: on mean and standard deviation, in millionths.
        """
        mean, sd = self._times(factor_ppm, buyers)
        return rounded_normal(mean, sd, word())

    def _times(self, factor_ppm: int, buyers: int | None) -> tuple[int, int]:
        """Return mean and standard deviation times a factor."""
        mean, sd = self.mean_milli, self.sd_milli
        if buyers is not None:
            mean, sd = buyers * _MILLI, sd * buyers * _MILLI // (mean or 1)
        return mean * factor_ppm // PPM, sd * factor_ppm // PPM


CountLaw = Annotated[
    Annotated[
        PoissonCount | GammaPoissonCount | RoundedNormalCount,
        Field(discriminator="kind"),
    ],
    BeforeValidator(by_name),
]
"""Any law of a count, told apart by ``kind``."""


@lru_cache(maxsize=256)
def rounded_normal_mean(mean_milli: int, sd_milli: int) -> int:
    """Return the mean of a rounded normal law that is cut at 0, in millionths.

    It is Σ P(X ≥ n − 1/2) over n ≥ 1.

    >>> rounded_normal_mean(17_300, 5_800), rounded_normal_mean(0, 1000)
    (17302322, 381790)
    """
    mean, sd = mean_milli / _MILLI, sd_milli / _MILLI
    if not sd_milli:
        return (2 * mean_milli + _MILLI) // (2 * _MILLI) * PPM
    sure = max(floor(mean - _FAR * sd), 0)
    last = floor(mean + _FAR * sd) + 1
    scale = 1 / (sd * sqrt(2))
    beyond = sum(erfc((n - 0.5 - mean) * scale) for n in range(sure + 1, last + 1)) / 2
    return sure * PPM + round(beyond * PPM)
