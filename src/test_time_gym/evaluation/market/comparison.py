"""Policies compared in one market, on common random numbers: pairs of runs by seed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, fsum, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any, ClassVar, Final

from test_time_gym.evaluation.statistics import student
from test_time_gym.market.errors import Misuse
from test_time_gym.rollout.rollout import Report
from test_time_gym.scenarios import Scenario
from test_time_gym.tables import Columns, TabularResult, TitledTable, aligned

from .best_sales import verify_known
from .counts import Counts, RunCounts
from .hindsight import HINDSIGHT
from .market_figures import MarketFigures, figures
from .market_spec import spec_of, verify_specs_fit
from .runs import MarketJob, play_kept, scenario_to_play, seeds_of
from .seller_figures import sums_of
from .seller_policies import DECLARED, Policies, PricedScenario, priced
from .tables import comparison_tables
from .trials import TrialPlan, trial_plan

__all__ = [
    "MarketComparison",
    "PairedFigure",
    "compare",
    "comparison_of",
    "paired_figure",
]

_LEVEL: Final = 0.95
_PAIR: Final = 2
"""Policies and seeds below which there is nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedFigure:
    """A figure under two policies, run by run with the same chance."""

    name: str
    """``revenue`` (minor units), ``sold``, ``load_factor`` (0 to 1), ``spill`` or
    ``consumer_surplus`` (minor units); of a run."""
    seller: str
    """Empty: all together."""
    baseline: float
    """Mean under the policies that come first."""
    mean: float
    """Mean under the others."""
    difference: float
    """Mean less baseline."""
    standard_error: float | None
    """Of the difference, by pairs; None for one seed."""
    low: float | None
    """Of the 95 % interval: Student's t on the pairs."""
    high: float | None
    correlation: float | None
    """Of the two; None where one of them never changes."""
    variance_reduction: float | None
    """1 − Var(difference) / (Var + Var): what pairing takes off the variance that
    independent runs would have.  None where neither changes."""
    seeds_for_one_percent: int | None
    """Seeds after which the 95 % interval is ±1 % of the baseline: (1.96 s / 1 %)².
    None where the baseline is 0."""


_FIGURES: Final[Mapping[str, Callable[[Counts], float]]] = {
    "revenue": lambda sums: sums.revenue_minor,
    "sold": lambda sums: sums.sold,
    "load_factor": lambda sums: sums.used / sums.capacity if sums.capacity else 0.0,
    "spill": lambda sums: sums.spilled,
    "consumer_surplus": lambda sums: sums.surplus_minor,
}
_MEASURED: Final = (
    "baseline",
    "mean",
    "difference",
    "standard_error",
    "low",
    "high",
    "correlation",
    "variance_reduction",
    "seeds_for_one_percent",
)
_MONEY: Final = ("revenue", "consumer_surplus")
_UNITS: Final = {"sold": "sales", "load_factor": "share", "spill": "arrivals"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketComparison(TabularResult):
    """What was compared; money is in minor units of `currency`."""

    COLUMNS: ClassVar[Columns] = {
        "scenario": str,
        "policies": str,
        "against": str,
        "seller": str,
        "figure": str,
        "unit": str,
        "baseline": float,
        "mean": float,
        "difference": float,
        "standard_error": float,
        "low": float,
        "high": float,
        "correlation": float,
        "variance_reduction": float,
        "seeds_for_one_percent": int,
    }
    """Columns of `as_rows`: a row is one figure under ``policies`` and, with the same
    chance, under the first (``against``).  ``unit`` is that of ``baseline`` to
    ``high``: ``minor EUR``, ``sales``, ``share`` or ``arrivals``."""

    scenario: str
    currency: str
    seeds: tuple[int, ...]
    labels: tuple[str, ...]
    """What policies are called, the baseline first."""
    markets: tuple[MarketFigures, ...]
    """Under each of them, without elasticities."""
    pairs: tuple[tuple[PairedFigure, ...], ...]
    """Of each but the first, against the first: of all together, then by seller."""
    notes: tuple[str, ...]
    trial: TrialPlan | None = None
    """How long trials were; then `seeds` are their numbers, and a value is the mean
    of a trial's departures."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym market --compare --json`` prints it."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "seeds": list(self.seeds),
            "trial": None if self.trial is None else asdict(self.trial),
            "labels": list(self.labels),
            "notes": list(self.notes),
            "markets": [one.as_dict() for one in self.markets],
            "pairs": [[asdict(one) for one in pairs] for pairs in self.pairs],
        }

    def __str__(self) -> str:
        """Return the tables that ``ttgym market --compare`` prints."""
        return aligned(self.as_tables())

    def as_rows(self) -> list[dict[str, Any]]:
        """Return a row of each paired figure; see `COLUMNS`."""
        units = _UNITS | dict.fromkeys(_MONEY, f"minor {self.currency}")
        first, *others = self.labels
        return [
            {
                "scenario": self.scenario,
                "policies": label,
                "against": first,
                "seller": one.seller,
                "figure": one.name,
                "unit": units[one.name],
                **{name: getattr(one, name) for name in _MEASURED},
            }
            for label, pairs in zip(others, self.pairs, strict=True)
            for one in pairs
        ]

    def as_tables(self) -> list[TitledTable]:
        """Return the tables that ``ttgym market --compare`` prints."""
        return comparison_tables(self)


def compare(
    scenario: str | Path | Scenario,
    policies: Sequence[Policies | str | None],
    *,
    base: Policies | str | None = None,
    seeds: int | Iterable[int] = 20,
    trials: int | Iterable[int] | None = None,
    samples: int | None = None,
    burn_in: int | None = None,
    keep: str | Path | None = None,
    warm_up: str | None = None,
    workers: int = 1,
    allow_long: bool = False,
    memory: int | None = None,
    progress: Report | None = None,
) -> MarketComparison:
    """Play the market of a scenario under several policies, with the same chance.

    Chance is keyed: under all of them the same buyers come at the same instants and
    like the same, so that what differs is the policies' work.

    Args:
        scenario: as in `market`.
        policies: two or more; each as in `market`, None or ``"declared"`` for those
            of the scenario, or ``"hindsight"``: the most that all sellers together
            could have earned at base fares, had they known who would come.  All
            others are compared with the first.
        base: those that all of them have besides, as in `market`.
        seeds: as in `market`.
        trials: in place of seeds: how many trials, or which.  A trial is departures
            one after the other, and sellers that learn begin each with what they have
            declared; pairs are then of trials.
        samples: departures of a trial that count; 50 unless given.
        burn_in: departures before them, which do not; unless given as many as any
            seller learns from.
        keep: a file to which every finished run is added, and from which those that
            it has are taken: what was interrupted goes on there, to the same figures.
        warm_up: as in `market`.
        workers: as in `market`.
        allow_long: as in `market`.
        memory: as in `market`.
        progress: as in `market`.

    Raises:
        Misuse: as `market`; or there is nothing to compare, or the file to keep runs
            in is another one, or damaged.
        ScenarioError: as `market`.
        PolicyError: as `market`.

    >>> found = compare("flights/emsr", ["declared", "declared"], seeds=2)
    >>> found.pairs[0][0].difference
    0.0
    """
    if isinstance(policies, (str, Mapping)) or len(policies) < _PAIR:
        raise Misuse("give two policies at least: the first is what others are held to")
    chosen = seeds_of(seeds if trials is None else trials)
    played = scenario_to_play(scenario, warm_up, allow_long=allow_long)
    each = [_played(played, base, one) for one in policies]
    plan = trial_plan(trials, samples, burn_in, map(_learns_from, each))
    specs = [spec_of(one.scenario.market, one.users) for one in each]
    runs = len(specs) * len(chosen)
    verify_specs_fit(played.name, specs, runs=runs, workers=workers, memory=memory)
    jobs = [
        MarketJob(spec, seed, units=False, hindsight=one == HINDSIGHT, trial=plan)
        for spec, one in zip(specs, policies, strict=True)
        for seed in chosen
    ]
    found = play_kept(jobs, played.name, workers, progress, keep)
    labels = tuple(map(_label, policies))
    return comparison_of(played, each, chosen, found, labels, trial=plan)


def _learns_from(one: PricedScenario) -> int:
    """Return the most past departures that any seller learns from."""
    market = one.scenario.market
    users = (user.pricing() for user in one.users.values())
    every = (market.pricing, *market.pricing_of.values(), *users)
    return max(pricing.past_departures for pricing in every)


def comparison_of(
    played: Scenario,
    each: Sequence[PricedScenario],
    seeds: Sequence[int],
    found: Sequence[RunCounts],
    labels: tuple[str, ...],
    *,
    trial: TrialPlan | None = None,
) -> MarketComparison:
    """Return what runs of several markets have in common and apart.

    Args:
        played: the scenario.
        each: the markets, the first of which the others are held to.
        seeds: sorted.
        found: the runs of one market after the other, seed by seed.
        labels: what the markets are called.
        trial: how long trials are, if the runs are means of them.
    """
    n = len(seeds)
    runs = [found[k * n : (k + 1) * n] for k in range(len(each))]
    markets = tuple(
        figures(one, list(own), {}, {}) for one, own in zip(each, runs, strict=True)
    )
    notes = dict.fromkeys(note for one in markets for note in one.notes)
    return MarketComparison(
        scenario=played.name,
        currency=played.market.currency,
        seeds=tuple(seeds),
        labels=labels,
        markets=markets,
        pairs=tuple(
            tuple(
                paired_figure(name, seller, *_values(name, seller, runs[0], own))
                for seller in (None, *each[0].sellers)
                for name in _FIGURES
            )
            for own in runs[1:]
        ),
        notes=tuple(notes),
        trial=trial,
    )


def _played(
    scenario: Scenario, base: Policies | str | None, policies: Policies | str | None
) -> PricedScenario:
    """Return a scenario under policies; with hindsight, those matter to none.

    Raises:
        Misuse: a policy is wrong, or hindsight is not to be had of its buyers.
    """
    if policies != HINDSIGHT:
        return priced(scenario, base, policies)
    verify_known(scenario.market)
    return priced(scenario, base)


def _values(
    name: str, seller: str | None, *runs: Sequence[RunCounts]
) -> list[list[float]]:
    value = _FIGURES[name]
    return [[value(sums) for sums in sums_of(own, seller)] for own in runs]


def _label(policies: Policies | str | None) -> str:
    """Return what policies are called.

    >>> _label({"Aurora": "fixed", "*": {"kind": "load_days"}}), _label(None)
    ('Aurora=fixed; *=load_days', 'declared')
    """
    if not policies:
        return DECLARED
    if isinstance(policies, str):
        return policies
    parts = []
    for seller, policy in policies.items():
        kind = policy.get("kind") if isinstance(policy, Mapping) else policy
        parts.append(f"{seller}={getattr(kind, '__name__', kind)}")
    return "; ".join(parts)


def paired_figure(
    name: str, seller: str | None, first: Sequence[float], other: Sequence[float]
) -> PairedFigure:
    """Return a figure under two policies, from its values run by run.

    >>> found = paired_figure("sold", None, [10, 20, 30], [11, 22, 33])
    >>> found.difference, round(found.correlation, 6), found.variance_reduction > 0.99
    (2.0, 1.0, True)
    """
    n = len(first)
    pairs = list(zip(first, other, strict=True))
    changes = [two - one for one, two in pairs]
    baseline, mean, difference = (fsum(v) / n for v in (first, other, changes))
    error = low = high = correlation = reduction = needed = None
    if n >= _PAIR:
        alone, beside, spread = map(_variance, (first, other, changes))
        error = sqrt(spread / n)
        reach = student.quantile(_LEVEL, n - 1) * error
        low, high = difference - reach, difference + reach
        if alone and beside:
            shared = fsum((a - baseline) * (b - mean) for a, b in pairs) / (n - 1)
            correlation = shared / sqrt(alone) / sqrt(beside)
            correlation = max(-1.0, min(1.0, correlation))
        if alone + beside:
            reduction = 1 - spread / (alone + beside)
        if baseline:
            z = NormalDist().inv_cdf((1 + _LEVEL) / 2)
            needed = max(_PAIR, ceil(spread * (z / (0.01 * baseline)) ** 2))
    return PairedFigure(
        name=name,
        seller="" if seller is None else seller,
        baseline=baseline,
        mean=mean,
        difference=difference,
        standard_error=error,
        low=low,
        high=high,
        correlation=correlation,
        variance_reduction=reduction,
        seeds_for_one_percent=needed,
    )


def _variance(values: Sequence[float]) -> float:
    mean = fsum(values) / len(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
