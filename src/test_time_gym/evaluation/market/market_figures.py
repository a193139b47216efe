"""A market looked at without agents: what its sellers earn, and from whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

from test_time_gym.evaluation.statistics import Figure, dispersion_figure, mean_figure
from test_time_gym.rollout.rollout import Report
from test_time_gym.scenarios import Scenario
from test_time_gym.tables import Columns, TabularResult, TitledTable, aligned

from .counts import RunCounts, UnitsSold
from .elasticity import elasticities_of, elasticity_jobs, segment_elasticities
from .market_notes import market_notes
from .market_spec import spec_of, verify_specs_fit
from .runs import MarketJob, play_all, scenario_to_play, seeds_of
from .segment_figures import SegmentFigures, segment_figures
from .seller_figures import (
    SELLER_COLUMNS,
    Elasticities,
    SellerFigures,
    all_figures,
)
from .seller_policies import Policies, PricedScenario, priced
from .tables import market_tables

__all__ = ["MarketFigures", "figures", "market"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFigures(TabularResult):
    """What was measured; money is in minor units of `currency`."""

    COLUMNS: ClassVar[Columns] = {
        "scenario": str,
        "seller": str,
        "policy": str,
        "currency": str,
        **{
            f"{name}{end}": float
            for name in SELLER_COLUMNS
            for end in ("", "_standard_error")
        },
    }
    """Columns of `as_rows`: a row is a seller, and the last one, whose ``seller`` is
    empty, all together.  Each is a mean over runs: money in minor units, shares 0 to 1,
    the rest counts."""

    scenario: str
    currency: str
    unit: str
    """What is counted of stock: seats, rooms."""
    seeds: tuple[int, ...]
    """Sorted."""
    warm_up: str
    """``simulate``: sales count from the first arrival on; else from the opening on."""
    gives_up: bool
    """Whether background bookings may be cancelled, missed or denied, or anybody may
    come without one."""
    notes: tuple[str, ...]
    """In words: what the figures leave out."""
    arrivals: Figure
    """Background buyers who came in a run, to buy or not."""
    dispersion: Figure
    """Variance of their number over runs / its mean: 1 where it is Poisson."""
    sellers: tuple[SellerFigures, ...]
    """In the order of the catalog."""
    total: SellerFigures
    """All together."""
    segments: tuple[SegmentFigures, ...]
    """In the order of the scenario."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym market --json`` prints it."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "unit": self.unit,
            "seeds": list(self.seeds),
            "warm_up": self.warm_up,
            "gives_up": self.gives_up,
            "notes": list(self.notes),
            "arrivals": self.arrivals._asdict(),
            "dispersion": self.dispersion._asdict(),
            "sellers": [seller.as_dict() for seller in self.sellers],
            "total": self.total.as_dict(),
            "segments": [segment.as_dict() for segment in self.segments],
        }

    def __str__(self) -> str:
        """Return the tables that ``ttgym market`` prints."""
        return aligned(self.as_tables())

    def as_rows(self) -> list[dict[str, Any]]:
        """Return a row of each seller and one of all together; see `COLUMNS`."""
        rows = []
        for one in (*self.sellers, self.total):
            row: dict[str, Any] = {
                "scenario": self.scenario,
                "seller": one.name,
                "policy": one.policy,
                "currency": self.currency,
            }
            for column, name in SELLER_COLUMNS.items():
                found = getattr(one, name)
                row[column] = None if found is None else found.estimate
                error = None if found is None else found.standard_error
                row[f"{column}_standard_error"] = error
            rows.append(row)
        return rows

    def as_tables(self) -> list[TitledTable]:
        """Return the tables that ``ttgym market`` prints."""
        return market_tables(self)


def market(
    scenario: str | Path | Scenario,
    policies: Policies | str | None = None,
    *,
    seeds: int | Iterable[int] = 20,
    warm_up: str | None = None,
    elasticity: bool = True,
    workers: int = 1,
    allow_long: bool = False,
    memory: int | None = None,
    progress: Report | None = None,
) -> MarketFigures:
    """Play the market of a scenario without agents, and return what comes of it.

    It is played from its first instant to the last closing.  Where the scenario draws
    what was sold before the opening, only later sales count, and `notes` says so.

    Figures per kilometre are left out where nobody knows how far it is.

    Args:
        scenario: a name, a path or a scenario; of a family its base.
        policies: seller, or ``"*"`` for all, → the policy that replaces its own: a
            kind, a table with ``kind`` and other keys as in ``[market.pricing_of]``,
            a class with ``decide(view)``, or ``"module:Class"``; or all of it as
            text, as on the command line.
        seeds: how many, from 0 on; or which.
        warm_up: ``"simulate"``, ``"draw"`` or ``"none"`` instead of the scenario's.
        elasticity: measure elasticities: of demand at the prices shown, and of sales
            by playing each seed again with base fares 5 % up and 5 % down, of all and
            of each seller alone.
        workers: processes; the result does not depend on them.
        allow_long: play even scenarios that hardly end.
        memory: bytes that all processes may take together: a market that is expected
            to need more is refused; None: what the machine has.
        progress: called with the scenario's name and how many runs are done.

    Raises:
        Misuse: an argument is wrong, and nothing has been played.
        ScenarioError: a scenario does not exist or says something impossible.
        PolicyError: a policy of one's own failed.

    >>> found = market("flights/emsr", {"Lufthansa": "fixed"}, seeds=2)
    >>> [(seller.name, seller.policy) for seller in found.sellers]
    [('Lufthansa', 'fixed'), ('Vueling', 'emsr_b')]
    """
    played = priced(
        scenario_to_play(scenario, warm_up, allow_long=allow_long), policies
    )
    chosen = seeds_of(seeds)
    spec = spec_of(played.scenario.market, played.users)
    jobs = [MarketJob(spec, seed, units=False, demand=elasticity) for seed in chosen]
    if elasticity:
        jobs += elasticity_jobs(played, chosen)
    name = played.scenario.name
    verify_specs_fit(name, [spec], runs=len(jobs), workers=workers, memory=memory)
    found = play_all(jobs, name, workers, progress)
    runs = cast("list[RunCounts]", found[: len(chosen)])
    if not elasticity:
        return figures(played, runs, {}, {})
    sold = cast("list[UnitsSold]", found[len(chosen) :])
    of_segments = {}
    if played.scenario.market.warm_up != "draw":
        of_segments = segment_elasticities(len(chosen), sold)
    of_sellers = elasticities_of(played.sellers, len(chosen), sold)
    return figures(played, runs, of_sellers, of_segments)


def figures(
    played: PricedScenario,
    runs: list[RunCounts],
    of_sellers: dict[str, Elasticities],
    of_segments: dict[str, Figure],
) -> MarketFigures:
    """Return the figures of runs, which stand in the order of their seeds."""
    config = played.scenario.market
    catalog = config.catalog()
    *sellers, total = all_figures(runs, played.kinds, of_sellers)
    return MarketFigures(
        scenario=played.scenario.name,
        currency=config.currency,
        unit=config.trade.words.units,
        seeds=tuple(run.seed for run in runs),
        warm_up=config.warm_up,
        gives_up=config.knows_afterwards(catalog) or catalog.takes_go_shows,
        notes=tuple(market_notes(played)),
        arrivals=mean_figure([run.arrivals for run in runs]),
        dispersion=dispersion_figure([run.arrivals for run in runs]),
        sellers=tuple(sellers),
        total=total,
        segments=segment_figures(config.demand, runs, of_segments),
    )
