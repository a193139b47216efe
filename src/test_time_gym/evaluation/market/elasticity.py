"""Elasticities: what sales answer to base fares, by paired runs at +5 % and −5 %."""

from collections.abc import Sequence
from pathlib import Path

from test_time_gym.evaluation.statistics import Figure, log_ratio_figure
from test_time_gym.market.pricing.sellers import seller_of
from test_time_gym.scenarios import Scenario, load_scenario

from .counts import UnitsSold
from .market_spec import MarketSpec, spec_of
from .runs import MarketJob
from .seller_figures import Elasticities
from .seller_policies import PricedScenario
from .shown_demand import DOWN_PPM, STEP, UP_PPM

__all__ = ["elasticities_of", "elasticity_jobs", "runs_each", "segment_elasticities"]


def _moves(sellers: Sequence[str]) -> list[tuple[str, ...]]:
    """Return whose fares move together: all, then each of several alone."""
    alone = [(name,) for name in sellers] if len(sellers) > 1 else []
    return [tuple(sellers), *alone]


def runs_each(scenario: str | Path | Scenario) -> int:
    """Return how many runs of each seed a market with elasticities takes.

    Raises:
        ScenarioError: it does not exist or says something impossible.

    >>> runs_each("flights/emsr")
    7
    """
    products = load_scenario(scenario).market.catalog().products
    return 1 + 2 * len(_moves(tuple(dict.fromkeys(map(seller_of, products)))))


def elasticity_jobs(scenario: PricedScenario, seeds: Sequence[int]) -> list[MarketJob]:
    """Return the runs that elasticities take: two of each seed and each move."""
    market, users = scenario.scenario.market, scenario.users
    specs: list[MarketSpec] = [
        spec_of(market, users, moved, factor)
        for moved in _moves(scenario.sellers)
        for factor in (UP_PPM, DOWN_PPM)
    ]
    return [MarketJob(spec, seed, units=True) for spec in specs for seed in seeds]


def elasticities_of(
    sellers: Sequence[str], runs: int, sold: Sequence[UnitsSold]
) -> dict[str, Elasticities]:
    """Return the elasticities of every seller, and under ``""`` the market's.

    Args:
        sellers: all of them.
        runs: how many seeds there are.
        sold: run by run as `elasticity_jobs` asks for them.
    """
    units = [run.sellers for run in sold]
    found: dict[str, Elasticities] = {}
    for k, moved in enumerate(_moves(sellers)):
        up = units[2 * k * runs : (2 * k + 1) * runs]
        down = units[(2 * k + 1) * runs : (2 * k + 2) * runs]
        own = _elasticity(up, down, moved)
        if k == 0:
            found[""] = own, None
            if len(sellers) == 1:
                found[sellers[0]] = own, None
        else:
            others = [name for name in sellers if name not in moved]
            found[moved[0]] = own, _elasticity(up, down, others)
    return found


def segment_elasticities(runs: int, sold: Sequence[UnitsSold]) -> dict[str, Figure]:
    """Return what each segment buys in answer to the fares of all.

    Args:
        runs: how many seeds there are.
        sold: run by run as `elasticity_jobs` asks for them.
    """
    units = [run.segments for run in sold]
    up, down = units[:runs], units[runs : 2 * runs]
    return {name: _elasticity(up, down, [name]) for name in units[0]}


def _elasticity(
    up: Sequence[dict[str, int]], down: Sequence[dict[str, int]], whose: Sequence[str]
) -> Figure:
    tops, bottoms = (
        [sum(units[name] for name in whose) for units in runs] for runs in (up, down)
    )
    return log_ratio_figure(tops, bottoms, STEP)
