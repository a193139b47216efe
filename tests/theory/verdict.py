"""What a replicated simulation says of a theory: near enough, and sharp enough."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, stdev
from zlib import crc32

import pytest

Samples = dict[str, float]
"""What one replication has measured, by quantity."""

SIGMAS = 4
"""Standard errors by which a mean may miss its theory."""


@dataclass(frozen=True)
class Claim:
    """A figure of theory, and what it would be with a mistake in the market.

    Attributes:
        quantity: what is measured.
        theory: what it should be.
        slip: a plausible mistake, in words.
        slipped: the figure that goes with the mistake; a run that cannot tell
            the two apart shows nothing.
        sharp: greatest standard error, as a share of the theory.
    """

    quantity: str
    theory: float
    slip: str
    slipped: float
    sharp: float = 0.02


@dataclass(frozen=True)
class Case:
    """A part of the market under known conditions.

    Attributes:
        name: what is played.
        claims: what theory says of it.
        play: plays one replication, given its seed.
        replications: how many the tests play.
        slow: whether only the long campaign plays it.
    """

    name: str
    claims: Sequence[Claim]
    play: Callable[[int], Samples]
    replications: int = 20
    slow: bool = False


@dataclass(frozen=True)
class Verdict:
    """A claim with what was measured."""

    case: str
    claim: Claim
    mean: float
    error: float
    """Standard error of the mean, from independent replications."""

    def sigmas(self, figure: float) -> float:
        """Return how many standard errors the mean is from a figure."""
        miss = self.mean - figure
        return miss / self.error if self.error else (inf if miss else 0.0)

    def complaints(self) -> list[str]:
        """Say what is wrong with the claim, or with the measurement."""
        claim, said = self.claim, []
        what = f"{self.case}: {claim.quantity} {self.mean:.6g} ± {self.error:.2g}"
        if abs(self.sigmas(claim.theory)) > SIGMAS:
            said.append(f"{what} is not {claim.theory:.6g}")
        if self.error > claim.sharp * claim.theory:
            said.append(f"{what} is too blunt")
        if abs(self.sigmas(claim.slipped)) <= SIGMAS:
            said.append(f"{what} would not notice {claim.slip} ({claim.slipped:.6g})")
        return said


def measure(case: Case, times: int = 1) -> list[Verdict]:
    """Play a case's replications, so many times over, and judge its claims."""
    # Cases share no luck: each has seeds of its own, which its name fixes.
    first = crc32(case.name.encode()) << 32
    runs = [case.play(first + k) for k in range(case.replications * times)]
    verdicts = []
    for claim in case.claims:
        values = [run[claim.quantity] for run in runs]
        error = stdev(values) / sqrt(len(values))
        verdicts.append(Verdict(case.name, claim, fmean(values), error))
    return verdicts


def complaints(case: Case) -> list[str]:
    """Return what the tests have to complain of in a case; nothing, if all is well."""
    return [text for verdict in measure(case) for text in verdict.complaints()]


def sampled(cases):
    """Return the cases as parameters: one for every run of the tests, all for long."""
    first, *others = [case for case in cases if not case.slow]
    return [first, *[pytest.param(case, marks=pytest.mark.long) for case in others]]
