"""A whole network, of which another simulator tells what it looks like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.world import World

from .row import ValidationRow

__all__ = ["NetworkShape"]


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """How full a network flies, and how alike its two alike airlines do.

    These are figures of another simulator with a choice model of its own: what is
    compared is the shape, within a tolerance, and not the last digit.
    """

    id: str
    world: Callable[[], World]
    airlines: tuple[str, str]
    load_factor: float
    """Per cent, as the other simulator has it."""
    load_factor_within: float
    """Points of per cent by which it may differ."""
    apart_within: float
    """Per cent of seats sold by which the two may differ."""
    replications: int
    slow: bool = True

    def rows(self, times: int = 1) -> list[ValidationRow]:
        """Play the network, so many times over."""
        world, seeds = self.world(), range(self.replications * times)
        runs = [play_market(world, seed) for seed in seeds]
        capacity = runs[0].total.capacity
        loads = [100 * run.total.used / capacity for run in runs]
        first, second = self.airlines
        sold = fmean([run.total.used for run in runs]) / 2
        apart = [100 * (r.of[first].used - r.of[second].used) / sold for r in runs]
        return [
            self._row(
                "load-factor",
                "load factor, per cent",
                self.load_factor,
                loads,
                self.load_factor_within,
            ),
            self._row(
                "apart",
                "seats sold by one airline more than by the other, per cent",
                0.0,
                apart,
                self.apart_within,
            ),
        ]

    def _row(
        self, name: str, what: str, theory: float, values: Sequence[float], most: float
    ) -> ValidationRow:
        mean, error = fmean(values), stdev(values) / sqrt(len(values))
        off = abs(mean - theory)
        wrong = (
            f"{what}: {mean:.2f} ± {error:.2f} is more than {most:g} from {theory:g}"
        )
        return ValidationRow(
            id=f"{self.id}/{name}",
            quantity=f"{what}, within {most:g}",
            theory=theory,
            estimate=mean,
            standard_error=error,
            z=(mean - theory) / error if error else None,
            ok=off <= most,
            kind="shape",
            seeds=len(values),
            digits=2,
            complaints=() if off <= most else (wrong,),
        )
