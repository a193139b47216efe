"""How many buyers fill the flights: the demand that a table of fares lacks."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from test_time_gym.market.choice import logit_weight
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.config import PPM
from test_time_gym.market.curve import Curve
from test_time_gym.market.demand import Segment, penalty_of
from test_time_gym.market.world import World

from ..flights.domain import FlightChoice, FlightSegment
from .elasticity import ShownOffers

__all__ = [
    "LEISURE_PPM",
    "NAMES",
    "buyers_to_fill",
    "come_ppm",
    "expected_load",
    "segments",
]

Point = tuple[int, int]

NAMES: Final = ("leisure", "business")
"""Of the segments."""

LEISURE_PPM: Final = 600_000
"""Share of the buyers who plan ahead; the others come late and pay more."""

_LEISURE_CURVE: Final = (
    (0, 0),
    (3, 20_000),
    (7, 70_000),
    (14, 200_000),
    (21, 380_000),
    (35, 700_000),
    (60, PPM),
)
_BUSINESS_CURVE: Final = (
    (0, 0),
    (1, 80_000),
    (3, 260_000),
    (7, 520_000),
    (14, 780_000),
    (30, PPM),
)
_STEPS: Final = (60, 50, 42, 35, 30, 25, 21, 18, 15, 14, 12, 10, 8, 7, 5, 4, 3, 2, 1, 0)
"""Days before departure between which the forecast goes in one step."""

_WHOLE: Final = 1 << 20
"""The logit weight of not buying."""

_BUYERS_A_SEAT_MAX: Final = 16

_LEVELS: Final = 16
"""Levels of willingness to pay that stand for all buyers of a segment."""


def come_ppm(days: int) -> int:
    """Return the share of all buyers who have come so many days before departure.

    >>> come_ppm(60), come_ppm(0)
    (0, 1000000)
    """
    leisure = LEISURE_PPM * Curve(_LEISURE_CURVE).at(days)
    business = (PPM - LEISURE_PPM) * Curve(_BUSINESS_CURVE).at(days)
    return PPM - (leisure + business) // PPM


def segments(level_minor: int, late_ppm: int, buyers: int) -> tuple[FlightSegment, ...]:
    """Return the two kinds of buyers, their means tied to the price level.

    Args:
        level_minor: what a middling flight costs long before departure.
        late_ppm: factor on it three days before departure.
        buyers: both kinds together, expected.
    """
    leisure = buyers * LEISURE_PPM // PPM
    late_minor = level_minor * late_ppm // PPM
    return (
        FlightSegment(
            name=NAMES[0],
            buyers_per_group=leisure,
            booking_curve=_LEISURE_CURVE,
            willingness_median_minor=level_minor * 2,
            willingness_sigma_ppm=400_000,
            choice=FlightChoice(
                reference_minor=level_minor,
                scale_minor=2 * level_minor,
                drawback_penalty_milli=200,
            ),
        ),
        FlightSegment(
            name=NAMES[1],
            buyers_per_group=buyers - leisure,
            booking_curve=_BUSINESS_CURVE,
            willingness_median_minor=late_minor * 2,
            willingness_sigma_ppm=400_000,
            choice=FlightChoice(
                reference_minor=late_minor,
                scale_minor=2 * late_minor,
                drawback_penalty_milli=300,
            ),
        ),
    )


def buyers_to_fill(
    world: World, demand: Callable[[int], tuple[FlightSegment, ...]], fill_ppm: int
) -> int:
    """Return the fewest buyers, to 1 in 64, with whom the flights fill that far.

    Args:
        world: the flights and their price rules; its own demand is not looked at.
        demand: the segments for a number of buyers.
        fill_ppm: load factor wanted at departure. When no number of buyers
            reaches it (they would not pay the prices), sixteen for every seat.
    """
    most = sum(world.catalog.capacity) * _BUYERS_A_SEAT_MAX
    low, high = 0, most
    while high - low > max(1, low // 64):
        middle = (low + high) // 2
        if expected_load(world, demand(middle)) < fill_ppm:
            low = middle
        else:
            high = middle
    return high


def expected_load(world: World, demand: Sequence[Segment]) -> int:
    """Return the load factor at departure that a fluid forecast expects, in ppm.

    Buyers come as a stream instead of one by one: in every step each flight
    gets its logit share of those who come, at the prices of its load so far.
    Whom a flight cannot take goes to the others in the next step.
    """
    sold = [0] * len(world.catalog.capacity)  # millionths of a seat, by pool
    for _ in _forecast(world, demand, sold):
        pass
    return sum(sold) // sum(world.catalog.capacity)


def shown_after_opening(world: World, demand: Sequence[Segment]) -> list[ShownOffers]:
    """Return what the forecast shows those who come once the market is open."""
    sold = [0] * len(world.catalog.capacity)
    opens = min(world.catalog.closing_ms) // DAY_MS
    return [shown for day, shown in _forecast(world, demand, sold) if day <= opens]


def _forecast(
    world: World, demand: Sequence[Segment], sold: list[int]
) -> Iterator[tuple[int, ShownOffers]]:
    """Go through the steps, and yield the day on which each begins and what it shows.

    Args:
        world: the flights and their price rules.
        demand: who comes.
        sold: millionths of a seat, by pool; it is kept up to date.
    """
    capacity, products = world.catalog.capacity, world.catalog.products
    left_over = [0] * len(demand)
    for before, after in pairwise(_STEPS):
        middle_ms = (before + after) * DAY_MS // 2
        offers = []
        for j, rule in enumerate(world.rules):
            pool = products[j].pools[0]
            if sold[pool] < capacity[pool] * PPM:
                price = rule(middle_ms, sold[pool] // capacity[pool])
                offers.append((price, j))
        offers.sort()
        new = []
        for segment in demand:
            curve = Curve(segment.booking_curve)
            ppm = curve.at(before) - curve.at(after)
            new.append(segment.expected_micro() * ppm // PPM)
        shown = tuple((price, products[j].drawback) for price, j in offers)
        yield before, ShownOffers(tuple(new), shown)
        for s, segment in enumerate(demand):
            come = new[s] + left_over[s]
            left_over[s] = 0
            for j, micro in _bought(offers, segment, come, world):
                pool = products[j].pools[0]
                taken = min(micro, capacity[pool] * PPM - sold[pool])
                sold[pool] += taken
                left_over[s] += micro - taken


def _bought(
    offers: list[Point], segment: Segment, come_micro: int, world: World
) -> list[Point]:
    """Return (product, millionths of a seat) that a stream of buyers takes.

    The market's logit over the offers that cost at most a willingness to pay,
    averaged over 16 levels of it; the sums over levels are shared by all offers.
    """
    law = segment.willingness()
    levels = [law.quantile((2 * k + 1) * PPM // (2 * _LEVELS)) for k in range(_LEVELS)]
    prices = [price for price, _ in offers]
    model = segment.choice
    reference = model.reference_from(prices[0] if prices else 0)
    weights = [
        logit_weight(
            price, penalty_of(segment, world.catalog.products[j]), model, reference
        )
        for price, j in offers
    ]
    totals, total = [], _WHOLE
    for weight in weights:
        total += weight
        totals.append(total)
    places = 20 + (total.bit_length() if model.steep else 0)
    rates = [0] * (len(offers) + 1)
    for level in levels:
        affordable = bisect_right(prices, level)
        if affordable:
            rates[affordable - 1] += (come_micro << places) // totals[affordable - 1]
    taken = []
    rate = 0
    for k in range(len(offers) - 1, -1, -1):
        rate += rates[k]
        taken.append((offers[k][1], weights[k] * rate // (len(levels) << places)))
    return taken
