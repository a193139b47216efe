"""Policies in the order that theory puts them in, on the same buyers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev
from zlib import crc32

from test_time_gym.evaluation.market.best_sales import expected_bound
from test_time_gym.evaluation.market.comparison import paired_figure
from test_time_gym.evaluation.market.hindsight import HINDSIGHT, play_hindsight
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.evaluation.market.market_spec import MarketSpec, spec_of, world_of
from test_time_gym.evaluation.market.seller_policies import priced
from test_time_gym.scenarios import load_scenario

from .row import ValidationRow
from .simulation import SIGMAS

__all__ = ["Ordering"]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Policies of all sellers of a packaged scenario, the best first.

    Each row is the revenue of a policy less that of the next one, run by run with the
    same buyers; it is right if the 95 % interval of the difference lies above 0.  The
    last row is the bound of the deterministic programme, which hindsight's mean must
    not exceed.
    """

    id: str
    scenario: str
    policies: Sequence[str]
    """As `compare` takes them; that of hindsight stands first."""
    replications: int
    slow: bool = False

    def rows(self, times: int = 1) -> list[ValidationRow]:
        """Play every policy on the same seeds, so many times over."""
        # The name fixes the seeds: nobody has chosen them.
        first = crc32(self.scenario.encode()) << 32
        seeds = range(first, first + self.replications * times)
        earned = {
            policy: [_earned(self.scenario, policy, seed) for seed in seeds]
            for policy in self.policies
        }
        rows = [
            self._row(better, worse, earned[better], earned[worse])
            for better, worse in pairwise(self.policies)
        ]
        return [*rows, self._bound(earned[self.policies[0]])]

    def _row(
        self, better: str, worse: str, high: Sequence[float], low: Sequence[float]
    ) -> ValidationRow:
        found = paired_figure("revenue", None, low, high)
        error, least = found.standard_error or 0.0, found.low or 0.0
        what = f"{better} less {worse}"
        wrong = f"{what} is {found.difference:.2f} ± {error:.2f}: the 95 % interval "
        wrong += "reaches 0"
        return ValidationRow(
            id=f"{self.id}/{_slug(better)}/{_slug(worse)}",
            quantity=f"{what}, above 0: {self.scenario}",
            theory=0.0,
            estimate=found.difference,
            standard_error=error,
            z=found.difference / error if error else None,
            ok=least > 0,
            kind="ordering",
            seeds=len(high),
            digits=2,
            complaints=() if least > 0 else (wrong,),
        )

    def _bound(self, values: Sequence[float]) -> ValidationRow:
        bound = expected_bound(world_of(_spec(self.scenario, self.policies[0]))) / 100
        mean, error = fmean(values), stdev(values) / sqrt(len(values))
        ok = mean - SIGMAS * error <= bound
        wrong = f"hindsight earns {mean:.2f} ± {error:.2f}, above the bound {bound:.2f}"
        return ValidationRow(
            id=f"{self.id}/bound",
            quantity=f"hindsight, at most the deterministic bound: {self.scenario}",
            theory=bound,
            estimate=mean,
            standard_error=error,
            z=(mean - bound) / error,
            ok=ok,
            kind="ordering",
            seeds=len(values),
            digits=2,
            complaints=() if ok else (wrong,),
        )


def _slug(policy: str) -> str:
    return policy.replace("_", "-")


def _earned(scenario: str, policy: str, seed: int) -> float:
    """Return the revenue of a run, in units of money."""
    world = world_of(_spec(scenario, policy))
    play = play_hindsight if policy == HINDSIGHT else play_market
    return play(world, seed).total.revenue_minor / 100


@cache
def _spec(scenario: str, policy: str) -> MarketSpec:
    found = priced(load_scenario(scenario), None if policy == HINDSIGHT else policy)
    return spec_of(found.scenario.market, found.users)
