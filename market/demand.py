"""Background demand: shoppers who arrive, look, and buy or leave.

They are not agents.  Each segment arrives in each group by a
non-homogeneous Poisson process: every listing is wanted by equally
many, and who wants it follows the booking curve until its sale closes.  Where a
segment's count has another law, or days have shocks, it is drawn first how many come.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .bases import market_name
from .catalog import Catalog, Group, Product
from .choice import Taste
from .clock import DAY_MS
from .config import PPM
from .curve import Curve, CurvePoints
from .demand_shocks import DemandShocks
from .domain import DATE
from .segment import BuyerCount, Segment, from_none_to_all
from .streams import Streams

__all__ = [
    "MICRO",
    "BuyerCount",
    "Demand",
    "Segment",
    "demands_of",
    "from_none_to_all",
    "penalty_of",
]

MICRO: Final = 1_000_000
"""Of arrivals: counts are expected in millionths."""

_Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one segment wants in one group; follows from a scenario alone."""

    segment: Segment
    group: Group
    members: tuple[int, ...]
    """Products of the group that it may buy, and of dates near its own where it looks
    at them, in the order of their clocks."""
    penalties_milli: tuple[int, ...]
    """Of each member, what counts against it besides its price."""
    away_minor: tuple[int, ...]
    """By how much dearer each member seems, for the days between its date and that of
    the group; empty where none does."""
    taste: Taste
    expected: Curve
    """Micro-arrivals expected from the first one on, by market time."""
    begins_at_ms: int
    """Before it, nobody comes."""
    ends_at_ms: int
    """The last closing of the group itself: from it on, nobody comes."""
    departs_minutes: tuple[int, ...]
    """Of each member, the local minute of the day at which it departs."""
    day: str
    """The date on which the group is used."""
    level_ppm: int
    """How many are expected on it, as a multiple of the usual."""
    expected_micro: int
    """The millionths of arrivals expected in all."""
    shocks: DemandShocks

    def group_beside(self, group: Group) -> Group:
        """Return its group where a product is in another one; else nothing.

        So records tell it of those buyers alone who have left their date.
        """
        return () if group == self.group else self.group

    @property
    def market(self) -> Group:
        """What the group is without its dates: a city pair, a city."""
        return tuple(value for value in self.group if not DATE.fits(value))

    def drawn_count(self, streams: Streams) -> int | None:
        """Return how many arrive in a run; None if that is not drawn first."""
        segment, shocks = self.segment, self.shocks
        if not (segment.counted or shocks.any):
            return None
        shock = shocks.factor_ppm(streams, self.day, self.market, segment.name)
        word = streams.get("demand-count", segment.name, *self.group).word
        factor_ppm = self.level_ppm * shock // PPM
        return segment.drawn_count(word, factor_ppm, market_name(self.group))


_CALM: Final = DemandShocks()


def demands_of(
    catalog: Catalog, segments: tuple[Segment, ...], shocks: DemandShocks = _CALM
) -> tuple[Demand, ...]:
    """Return what every segment wants in every group, segment by segment.

    Args:
        catalog: what is for sale.
        segments: as declared.
        shocks: that they share.
    """
    products = catalog.products
    tastes: dict[tuple[int, ...], Taste] = {}
    demands = []
    for segment in segments:
        for group, every in catalog.by_group.items():
            if not segment.wants(group):
                continue
            closing = Counter(
                {products[j].listing: products[j].closes_at_ms for j in every}.values()
            )
            first, last = min(closing), max(closing)
            day = products[every[0]].day
            level_ppm = segment.level_ppm(day)
            micro = segment.expected_micro(level_ppm, market_name(group))
            seen = _seen_by(segment, group, catalog)
            members = _open_to(segment, tuple(seen), catalog)
            away_minor = tuple([seen[j] for j in members])
            if members not in tastes:
                tastes[members] = Taste(products[j].id for j in members)
            demand = Demand(
                segment=segment,
                group=group,
                members=members,
                penalties_milli=tuple(
                    [penalty_of(segment, products[j]) for j in members]
                ),
                away_minor=away_minor if any(away_minor) else (),
                taste=tastes[members],
                expected=_expected(segment.booking_curve, closing, micro),
                begins_at_ms=first - segment.first_day() * DAY_MS,
                ends_at_ms=last,
                departs_minutes=tuple(
                    catalog.minute_of_day(products[j].closes_at_ms) for j in members
                ),
                day=day,
                level_ppm=level_ppm,
                expected_micro=micro,
                shocks=shocks,
            )
            demands.append(demand)
    return tuple(demands)


def penalty_of(segment: Segment, product: Product) -> int:
    """Return the utility that a product loses to a segment besides its price.

    In thousandths; see `ChoiceModel.penalty_milli`.
    """
    return segment.choice.penalty_milli(
        product.drawback, product.seller, product.travel_minutes
    )


def _seen_by(segment: Segment, group: Group, catalog: Catalog) -> dict[int, int]:
    """Return what a segment's buyers look at, if no fence keeps them from it.

    Returns:
        Product → by how much dearer it seems for its date, in the order of the catalog.
    """
    by_group, shifts = catalog.by_group, segment.shifts
    if shifts is None:
        return dict.fromkeys(by_group[group], 0)
    seen = {
        index: more
        for near, more in shifts.near(group)
        for index in by_group.get(near, ())
    }
    return dict(sorted(seen.items()))


def _open_to(
    segment: Segment, members: tuple[int, ...], catalog: Catalog
) -> tuple[int, ...]:
    """Return those of some products that no fence keeps a segment from."""
    products = [catalog.products[j] for j in members]
    if not (segment.refundable_only or any(one.segments for one in products)):
        return members
    return tuple(
        one.index
        for one in products
        if (one.segments is None or segment.name in one.segments)
        and (one.refundable or not segment.refundable_only)
    )


def _expected(points: CurvePoints, closing: Counter[int], micro: int) -> Curve:
    """Return the micro-arrivals expected by each instant.

    Every listing is wanted by an equal share of the buyers, who come by the
    booking curve that ends with it.

    Args:
        points: of the booking curve.
        closing: instants of closing, and how many listings close at each.
        micro: micro-arrivals expected in all.
    """
    bends = np.array([days * DAY_MS for days, _ in points])
    shares = np.array([share for _, share in points])
    instants = np.unique(np.subtract.outer(np.array(list(closing)), bends))
    come = np.zeros(len(instants), np.int64)
    for at, wanted in closing.items():
        come += wanted * (PPM - _between(bends, shares, at - instants))
    everybody = closing.total() * PPM
    return Curve(
        [
            (x, share * micro // everybody)
            for x, share in zip(instants.tolist(), come.tolist(), strict=True)
        ]
    )


def _between(xs: _Integers, ys: _Integers, places: _Integers) -> _Integers:
    """Return `Curve.at` of many places, for values below a million or so."""
    after = np.clip(np.searchsorted(xs, places, "right"), 1, len(xs) - 1)
    x0, y0 = xs[after - 1], ys[after - 1]
    inside = np.clip(places, xs[0], xs[-1]) - x0
    values: _Integers = y0 + (ys[after] - y0) * inside // (xs[after] - x0)
    return values
