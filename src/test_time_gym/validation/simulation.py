"""A part of the market that is simulated: near enough to theory, and sharp enough."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, stdev
from zlib import crc32

from .row import ValidationRow

__all__ = ["SIGMAS", "Claim", "Samples", "Simulation"]

Samples = Mapping[str, float]
"""What one replication has measured, by quantity."""

SIGMAS = 4
"""Standard errors by which a mean may miss its theory."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of theory, and what it would be with a mistake in the market."""

    quantity: str
    """What is measured."""
    theory: float
    """What it should be."""
    slip: str
    """A plausible mistake, in words."""
    slipped: float
    """The figure that goes with the mistake; a run that cannot tell the two apart
    shows nothing."""
    sharp: float = 0.02
    """Greatest standard error, as a share of the theory."""
    short: str = ""
    """Part of the id, if it is not the quantity."""
    within: float = 0.0
    """A miss that counts for nothing, in units of the theory: half a minor unit of a
    price, say."""

    @property
    def slug(self) -> str:
        """Return the quantity as a part of an id, without its unit.

        >>> Claim("mean hold, min", 1, "", 2).slug
        'mean-hold'
        """
        return self.short or re.sub("[^a-z]+", "-", self.quantity.partition(",")[0])


@dataclass(frozen=True, slots=True)
class Simulation:
    """A part of the market under known conditions."""

    id: str
    name: str
    """What is played; it fixes the seeds."""
    claims: Sequence[Claim]
    """What theory says of it."""
    play: Callable[[int], Samples]
    """Plays one replication, given its seed."""
    replications: int = 20
    """In the short campaign."""
    slow: bool = False
    """Whether only the long campaign plays it."""

    def rows(self, times: int = 1) -> list[ValidationRow]:
        """Play the replications, so many times over, and judge the claims."""
        # Cases share no luck: each has seeds of its own, which its name fixes.
        first = crc32(self.name.encode()) << 32
        runs = [self.play(first + k) for k in range(self.replications * times)]
        return [
            self._row(claim, [run[claim.quantity] for run in runs])
            for claim in self.claims
        ]

    def _row(self, claim: Claim, values: list[float]) -> ValidationRow:
        mean, error = fmean(values), stdev(values) / sqrt(len(values))
        complaints = _complaints(claim, mean, error)
        return ValidationRow(
            id=f"{self.id}/{claim.slug}",
            quantity=f"{claim.quantity}: {self.name}",
            theory=claim.theory,
            estimate=mean,
            standard_error=error,
            z=(mean - claim.theory) / error if error else None,
            ok=not complaints,
            kind="simulation",
            seeds=len(values),
            complaints=tuple(complaints),
        )


def _complaints(claim: Claim, mean: float, error: float) -> list[str]:
    """Say what is wrong with a claim, or with its measurement."""
    said = []
    what = f"{claim.quantity} {mean:.6g} ± {error:.2g}"
    if _sigmas(mean - claim.theory, error, claim.within) > SIGMAS:
        said.append(f"{what} is not {claim.theory:.6g}")
    if error > claim.sharp * claim.theory:
        said.append(f"{what} is too blunt")
    if _sigmas(mean - claim.slipped, error, claim.within) <= SIGMAS:
        said.append(f"{what} would not notice {claim.slip} ({claim.slipped:.6g})")
    return said


def _sigmas(miss: float, error: float, within: float = 0.0) -> float:
    """Return a distance in standard errors, less what counts for nothing.

    >>> _sigmas(-1, 0.5), _sigmas(0, 0), _sigmas(1, 0), _sigmas(1, 0, 1)
    (2.0, 0.0, inf, 0.0)
    """
    far = max(0.0, abs(miss) - within)
    return far / error if error else (inf if far else 0.0)
