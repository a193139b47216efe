"""Trials: departures one after the other, from which sellers learn as they go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from test_time_gym.market.errors import Misuse
from test_time_gym.market.integers import whole
from test_time_gym.market.sales_history import SalesHistory, departure_seed
from test_time_gym.market.world import World

from .counts import Counts, RunCounts
from .hindsight import play_hindsight
from .market_run import play_market

__all__ = ["TrialPlan", "mean_counts", "play_trial", "trial_plan"]


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """How long trials are."""

    samples: int
    """Departures that count."""
    burn_in: int
    """Departures before them, which do not."""


def trial_plan(
    trials: object, samples: object, burn_in: object, histories: Iterable[int]
) -> TrialPlan | None:
    """Return how long trials are; None if none are asked for.

    Args:
        trials: how many, or which; None: none.
        samples: departures that count; None: 50.
        burn_in: departures before them; None: as many as any seller learns from.
        histories: from how many past departures sellers learn.

    Raises:
        Misuse: a number is wrong, or given without trials.

    >>> trial_plan(4, None, None, [0, 26])
    TrialPlan(samples=50, burn_in=26)
    """
    if trials is None:
        for name, value in (("samples", samples), ("burn_in", burn_in)):
            if value is not None:
                msg = f"{name} is of trials, and none are asked for: give trials"
                raise Misuse(msg)
        return None
    longest = max(histories, default=0)
    return TrialPlan(
        50 if samples is None else whole("samples", samples, 1),
        longest if burn_in is None else whole("burn_in", burn_in, 0),
    )


def play_trial(
    world: World, number: int, plan: TrialPlan, *, hindsight: bool
) -> list[RunCounts]:
    """Play a trial; return the departures that count.

    Sellers that learn begin with their declared forecast, and know of each departure
    those before it.  Chance is keyed by trial and departure: all policies meet the same
    buyers.

    Args:
        world: the compiled market.
        number: of the trial.
        plan: how long it is.
        hindsight: sellers know who will come, and need not learn.
    """
    history, found = SalesHistory(), []
    first = plan.burn_in if hindsight else 0
    for k in range(first, plan.burn_in + plan.samples):
        seed = departure_seed(k, number)
        if hindsight:
            counts = play_hindsight(world, seed)
        else:
            counts = play_market(world, seed, history=history)
        if k >= plan.burn_in:
            found.append(counts)
    return found


def mean_counts(number: int, runs: Sequence[RunCounts]) -> RunCounts:
    """Return what a trial's departures sold on average, in fractions.

    Args:
        number: of the trial.
        runs: its departures, one at least.
    """
    n, first = len(runs), runs[0]

    def mean(values: Iterable[int | None]) -> Any:
        known = [value for value in values if value is not None]
        return sum(known) / n if len(known) == n else None

    def means(some: Sequence[Counts]) -> Counts:
        names = [one.name for one in fields(Counts)]
        return Counts(
            **{name: mean(getattr(counts, name) for counts in some) for name in names}
        )

    def rows(tables: Sequence[Mapping[Any, tuple[int, ...]]]) -> dict[Any, Any]:
        """Return the means of tables of rows; where one has no row it is zeros."""
        places = dict.fromkeys(place for table in tables for place in table)
        return {
            place: tuple(map(mean, zip(*_rows_at(place, tables), strict=True)))
            for place in places
        }

    return RunCounts(
        seed=number,
        arrivals=mean(run.arrivals for run in runs),
        of={name: means([run.of[name] for run in runs]) for name in first.of},
        total=means([run.total for run in runs]),
        classes={
            place: mean(run.classes[place] for run in runs) for place in first.classes
        },
        days=rows([run.days for run in runs]),
        segments=rows([run.segments for run in runs]),
    )


def _rows_at(
    place: Any, tables: Sequence[Mapping[Any, tuple[int, ...]]]
) -> list[tuple[int, ...]]:
    length = next(len(table[place]) for table in tables if place in table)
    return [table.get(place, (0,) * length) for table in tables]
