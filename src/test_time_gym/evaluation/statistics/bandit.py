"""Choices among arms: do they explore, and what are the arms worth?

Exploration failures are measured as by Krishnamurthy et al., "Can large language
models explore in-context?" (arXiv 2403.15371), section 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from test_time_gym.market.errors import Misuse

__all__ = [
    "ArmChoice",
    "Weighted",
    "explore_ratio",
    "ips_value",
    "min_frac",
    "suff_fail_freq",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmChoice:
    """One logged choice."""

    means: Mapping[str, float]
    """Arm → its posterior mean at the time of the choice; every arm on offer."""
    chosen: str
    propensity: float
    """Probability with which this arm was chosen then; above 0, at most 1."""
    reward: float | None = None
    """What came of it; None when that is not known."""

    def __post_init__(self) -> None:
        """Refuse what cannot have been logged.

        Raises:
            Misuse: the arm was not on offer, or its propensity is no probability.
        """
        if self.chosen not in self.means:
            msg = f"arm {self.chosen!r:.40} was chosen, but has no posterior mean"
            raise Misuse(msg)
        if not 0 < self.propensity <= 1:
            msg = f"a propensity is above 0 and at most 1, not {self.propensity!r:.40}"
            raise Misuse(msg)

    @property
    def exploratory(self) -> bool:
        """Whether an arm not chosen had a higher posterior mean than the chosen."""
        return self.means[self.chosen] < max(self.means.values())


class Weighted(NamedTuple):
    """An estimate from choices weighted by how unlikely they were."""

    estimate: float
    variance: float | None
    """Of the estimate; None from one choice alone."""
    effective: float
    """Kish's number of equally weighted choices of the arm worth as much as these,
    (Σw)² / Σw²; 0 when the arm was never chosen."""


def explore_ratio(choices: Sequence[ArmChoice]) -> float | None:
    """Return exploratory choices / choices with an alternative; None without any.

    >>> means = {"fast": 0.4, "slow": 0.9}
    >>> arms = "fast", "slow"
    >>> log = [ArmChoice(means=means, chosen=a, propensity=0.5) for a in arms]
    >>> explore_ratio(log)
    0.5
    """
    made = [choice for choice in choices if len(choice.means) > 1]
    if not made:
        return None
    return sum(choice.exploratory for choice in made) / len(made)


def suff_fail_freq(
    runs: Sequence[Sequence[str]], best: Sequence[str], t: int
) -> float | None:
    """Return the share of runs in which the best arm is never chosen from t on.

    A suffix failure: the run has settled on something worse.

    Args:
        runs: the arms that each run chose, in their order.
        best: the arm that was the best in truth, for every run.
        t: number of the first choice that counts, from 1.

    Returns:
        None if no run is as long.

    Raises:
        Misuse: t is less than 1, or there is not one best arm for every run.

    >>> suff_fail_freq([["a", "b", "b"], ["b", "a", "a"]], best=["a", "a"], t=2)
    0.5
    """
    _verify_t(t)
    if len(runs) != len(best):
        msg = f"{len(runs)} runs need as many best arms, not {len(best)}"
        raise Misuse(msg)
    failed = [
        arm not in run[t - 1 :]
        for run, arm in zip(runs, best, strict=True)
        if len(run) >= t
    ]
    return sum(failed) / len(failed) if failed else None


def min_frac(
    runs: Sequence[Sequence[str]], arms: Sequence[str], t: int
) -> float | None:
    """Return K × the share of the least chosen arm in the first t choices.

    The mean over runs.  1 means that all arms are chosen alike, which late in a
    run is a failure too: nothing has been learned.

    Args:
        runs: the arms that each run chose, in their order.
        arms: all K of them.
        t: how many choices count.

    Returns:
        None if no run is as long.

    Raises:
        Misuse: t is less than 1, or there are no arms.

    >>> min_frac([["a", "b", "a", "a"]], arms=["a", "b"], t=4)
    0.5
    """
    _verify_t(t)
    if not arms:
        msg = "without arms there is no choice"
        raise Misuse(msg)
    shares = [
        min(list(run[:t]).count(arm) for arm in arms) / t
        for run in runs
        if len(run) >= t
    ]
    return len(arms) * sum(shares) / len(shares) if shares else None


def ips_value(choices: Sequence[ArmChoice], arm: str) -> Weighted | None:
    """Return an arm's value by inverse propensity scoring.

    The mean over all choices of reward / propensity where the arm was chosen and 0
    where another was: without bias even though the agent chose, as long as the arm
    could always have been chosen.  Horvitz and Thompson, "A generalization of
    sampling without replacement from a finite universe" (JASA 1952).

    Args:
        choices: logged ones; those whose reward is not known are left out, which
            is without bias only if what they would have brought is no other.
        arm: whose value is asked for.

    Returns:
        None without any choice whose reward is known.

    >>> log = [
    ...     ArmChoice(means={"a": 0, "b": 0}, chosen=arm, propensity=0.5, reward=reward)
    ...     for arm, reward in (("a", 1), ("b", 0), ("a", 0), ("b", 1))
    ... ]
    >>> ips_value(log, "a")
    Weighted(estimate=0.5, variance=0.25, effective=2.0)
    """
    known = [(choice, choice.reward) for choice in choices if choice.reward is not None]
    n = len(known)
    if not n:
        return None
    weights = [(c.chosen == arm) / c.propensity for c, _ in known]
    scores = [
        weight * reward for weight, (_, reward) in zip(weights, known, strict=True)
    ]
    mean = sum(scores) / n
    variance = None
    if n > 1:
        variance = sum((score - mean) ** 2 for score in scores) / (n - 1) / n
    squares = sum(weight * weight for weight in weights)
    effective = sum(weights) ** 2 / squares if squares else 0.0
    return Weighted(mean, variance, effective)


def _verify_t(t: int) -> None:
    if t < 1:
        msg = f"choices are counted from 1, not from {t!r:.40}"
        raise Misuse(msg)
