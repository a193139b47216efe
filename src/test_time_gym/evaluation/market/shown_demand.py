"""The demand of those who come: how many would buy at the prices shown, and at others.

Sales answer to prices only as far as there is stock.  Demand does not ask for stock:
each who comes is shown what is on sale at that instant, and of its segment the share
is computed that would buy something there, were all prices shown 5 % higher, and 5 %
lower.  Nobody's luck is in it, so that few runs tell an elasticity exactly.
"""

from collections.abc import Mapping, Sequence
from math import log
from typing import Final

from test_time_gym.evaluation.statistics import Figure, log_ratio_figure
from test_time_gym.market.buyers import (
    Buyers,
    Weigh,
    buying_share,
    named_offer,
    weigher,
)
from test_time_gym.market.choice import logit_weight
from test_time_gym.market.demand import Demand, Segment
from test_time_gym.market.marketplace import Marketplace

__all__ = ["DOWN_PPM", "STEP", "UP_PPM", "ShownDemand", "demand_elasticities"]

UP_PPM: Final = 1_050_000
DOWN_PPM: Final = 950_000
STEP: Final = log(UP_PPM / DOWN_PPM)
"""What the logarithm of a ratio at both is divided by."""

Offers = tuple[tuple[int, int, int, int], ...]
"""Price, penalty and minute of departure of each offer on sale, and how much dearer it
seems for its date, in the order of the catalog; the minute is 0 where nobody minds."""

_HOURS: Final = 48
"""Ideal hours that stand for those of a segment, for equally many buyers each."""


class ShownDemand:
    """Adds up, segment by segment, the demand of those who come.

    Args:
        market: while it is played.

    Attributes:
        sums: segment → shares that would buy at +5 % and at −5 %, added up over who
            came, of `Buyers.UNIT` each.
    """

    def __init__(self, market: Marketplace) -> None:
        """Begin before anybody has come."""
        self._market = market
        demands = market.world.demands
        self._demands = {(one.segment.name, one.group): one for one in demands}
        self._weighers = {
            one.segment.name: weigher(one.segment) for one in self._demands.values()
        }
        self._known: dict[tuple[str, Offers], tuple[int, int]] = {}
        self.sums: dict[str, tuple[int, int]] = {
            segment.name: (0, 0) for segment in market.world.config.demand
        }

    def see(self, segment: str, group: tuple[str, ...]) -> None:
        """Add who comes now, and sees what is on sale."""
        demand = self._demands[segment, group]
        offers = self._offers(demand)
        shares = self._known.get((segment, offers))
        if shares is None:
            weigh = self._weighers[segment]
            shares = (
                _share(demand.segment, offers, weigh, UP_PPM),
                _share(demand.segment, offers, weigh, DOWN_PPM),
            )
            self._known[segment, offers] = shares
        above, below = self.sums[segment]
        self.sums[segment] = above + shares[0], below + shares[1]

    def _offers(self, demand: Demand) -> Offers:
        prices, on_sale = self._market.prices, self._market.on_sale
        minds = demand.segment.ideal_hours() is not None
        away_minor = demand.away_minor or (0,) * len(demand.members)
        return tuple(
            (prices[index], penalty, minute if minds else 0, away)
            for index, penalty, minute, away in zip(
                demand.members,
                demand.penalties_milli,
                demand.departs_minutes,
                away_minor,
                strict=True,
            )
            if on_sale(index)
        )


def _share(segment: Segment, offers: Offers, weigh: Weigh, factor_ppm: int) -> int:
    """Return `buying_share`, or its mean over ideal hours where a segment has any.

    Who is asked for more than it would pay buys nothing, however near the offer is.
    """
    model, hours = segment.choice, segment.ideal_hours()
    if hours is None and not any(away for *_, away in offers):
        plain = [(price, penalty) for price, penalty, _, _ in offers]
        return buying_share(model, plain, weigh, factor_ppm)
    shares, survival = 0, segment.willingness().survival
    numbered = [(price, k) for k, (price, *_) in enumerate(offers)]
    ideals = [0] if hours is None else hours.quantiles(_HOURS)
    for ideal in ideals:

        def at_that_hour(price: int, k: int, ideal: int = ideal) -> tuple[int, int]:
            _, penalty, minute, away = offers[k]
            seems = price + away
            if hours is not None:
                seems += hours.away_minor(minute, ideal)
            if model.mixed or model.steep:
                return named_offer(seems, penalty), survival(price)
            return logit_weight(seems, penalty, model), survival(price)

        shares += buying_share(model, numbered, at_that_hour, factor_ppm)
    return shares // len(ideals)


def demand_elasticities(
    runs: Sequence[Mapping[str, tuple[int, int]]],
) -> dict[str, Figure]:
    """Return the elasticity of each segment's demand in all prices shown.

    Args:
        runs: of each, `ShownDemand.sums`.

    >>> found = demand_elasticities([{"leisure": (86, 100)}, {"leisure": (87, 100)}])
    >>> round(found["leisure"].estimate, 2)
    -1.45
    """
    found = {}
    for name in runs[0]:
        pairs = [run[name] for run in runs]
        tops = [above / Buyers.UNIT for above, _ in pairs]
        bottoms = [below / Buyers.UNIT for _, below in pairs]
        found[name] = log_ratio_figure(tops, bottoms, STEP)
    return found
