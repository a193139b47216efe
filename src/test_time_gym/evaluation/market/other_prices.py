"""All prices of a market multiplied, against those that it has."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, cast

from test_time_gym.market.config import PPM
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.market_config import PRICE_MAX
from test_time_gym.rollout.rollout import Report
from test_time_gym.scenarios import Scenario

from .comparison import MarketComparison, comparison_of
from .counts import RunCounts
from .market_spec import spec_of, verify_specs_fit
from .runs import MarketJob, play_all, scenario_to_play, seeds_of
from .seller_policies import Policies, priced

__all__ = ["compare_prices", "factor_ppm"]

_LEAST_PPM: Final = PPM // 100
_MOST_PPM: Final = 100 * PPM


def factor_ppm(factor: object) -> int:
    """Return a factor on prices in ppm.

    Raises:
        Misuse: it is no number from 0.01 to 100.

    >>> factor_ppm(1.5), factor_ppm("0.95")
    (1500000, 950000)
    """
    try:
        ppm = Decimal(str(factor)) * PPM
    except InvalidOperation:
        ppm = Decimal(0)
    if not ppm.is_finite() or not _LEAST_PPM <= ppm <= _MOST_PPM or ppm != int(ppm):
        msg = "prices are multiplied by a number from 0.01 to 100 with six decimals "
        raise Misuse(msg + f"at most, such as 1.5, not by {shown(factor)}")
    return int(ppm)


def compare_prices(
    scenario: str | Path | Scenario,
    factor: float | str,
    *,
    policies: Policies | str | None = None,
    seeds: int | Iterable[int] = 20,
    warm_up: str | None = None,
    workers: int = 1,
    allow_long: bool = False,
    memory: int | None = None,
    progress: Report | None = None,
) -> MarketComparison:
    """Play the market of a scenario with all base fares multiplied, and as it is.

    Everything that is a share of a base fare, such as floors, ceilings and the curves
    of prices by load and days, goes with it; policies go on as they do.  Chance is
    keyed: the same buyers come, so that the difference is what the prices do.

    Args:
        scenario: as in `market`.
        factor: on the base fares of all sellers, 0.01 to 100.
        policies: as in `market`, at both prices.
        seeds: as in `market`.
        warm_up: as in `market`; only ``"simulate"`` counts sales before the opening.
        workers: as in `market`.
        allow_long: as in `market`.
        memory: as in `market`.
        progress: as in `market`.

    Raises:
        Misuse: as `market`; or the factor is none, or makes a price impossible.
        ScenarioError: as `market`.
        PolicyError: as `market`.

    >>> found = compare_prices("flights/emsr", 1, seeds=2)
    >>> found.labels, found.pairs[0][0].difference
    (('prices × 1', 'prices × 1'), 0.0)
    """
    ppm, chosen = factor_ppm(factor), seeds_of(seeds)
    played = scenario_to_play(scenario, warm_up, allow_long=allow_long)
    _verify(played, ppm)
    one = priced(played, policies)
    config = one.scenario.market
    specs = [
        spec_of(config, one.users),
        spec_of(config, one.users, one.sellers, ppm),
    ]
    runs = len(specs) * len(chosen)
    verify_specs_fit(played.name, specs, runs=runs, workers=workers, memory=memory)
    jobs = [MarketJob(spec, seed, units=False) for spec in specs for seed in chosen]
    found = cast("list[RunCounts]", play_all(jobs, played.name, workers, progress))
    labels = "prices × 1", f"prices × {Decimal(ppm) / PPM:f}"
    return comparison_of(played, [one, one], chosen, found, labels)


def _verify(played: Scenario, ppm: int) -> None:
    """Raise which price would be out of bounds."""
    for product in played.market.catalog().products:
        dearest = played.market.pricing_for(product).bounds(product)[1]
        if dearest * ppm > PRICE_MAX * PPM:
            msg = f"{product.id} might cost {dearest * ppm // PPM} minor units then, "
            raise Misuse(msg + f"more than {PRICE_MAX}: multiply prices by less")
