"""Perfect hindsight: what a market could have earned, had it known who would come.

All sellers together see every buyer of a run beforehand, and show each of them one
product or none.  No policy that keeps base fares earns more in that run, whatever it
closes, and when.
"""

from math import ceil

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing.sellers import seller_of
from test_time_gym.market.world import World

from .best_sales import best_sales, verify_known
from .counts import RunCounts
from .demand_record import Comer, comers
from .market_run import count_sale, empty_counts

__all__ = ["HINDSIGHT", "play_hindsight"]

HINDSIGHT = "hindsight"
"""What stands in the place of a policy."""

_SLACK = 1e-6
"""Of a unit, or of a minor unit: the programme's figures are the nearest floats."""


def play_hindsight(world: World, seed: int) -> RunCounts:
    """Return what would have been sold, had sellers known who would come.

    Of buyers who may buy the same, those who come first get it.  Where the programme
    gives a part of a seat, only whole ones are counted as sold, and the revenue of all
    together is the programme's nevertheless, rounded up: a bound.

    Args:
        world: the compiled market.
        seed: of the run.

    Raises:
        Misuse: a segment's buyers choose by taste, or some come without a booking.
    """
    verify_known(world.config)
    market = Marketplace(world, seed, [], JournalWriter(None))
    market.open()
    gone, products = list(market.inventory.sold), world.catalog.products
    left = [has - sold for has, sold in zip(world.catalog.capacity, gone, strict=True)]
    come = sorted(comers(world, seed), key=lambda one: one.at_ms)
    alike: dict[tuple[int, ...], list[Comer]] = {}
    for comer in come:
        if comer.may_buy:
            alike.setdefault(comer.may_buy, []).append(comer)
    numbers = {may: len(some) for may, some in alike.items()}
    value, sold = best_sales(left, numbers, products)
    waiting = {may: iter(some) for may, some in alike.items()}
    sales = [
        (next(waiting[may]), products[j])
        for may, j, number in sold
        for _ in range(int(number + _SLACK))
    ]
    for _, product in sales:
        for pool in product.pools:
            gone[pool] += 1
    counts = empty_counts(market, seed, come, gone)
    for comer, product in sales:
        count_sale(counts, product, comer, comer.at_ms, product.base_minor)
    total = counts.total
    total.revenue_minor = max(ceil(value - _SLACK), total.revenue_minor)
    served = dict.fromkeys(comer.key for comer, _ in sales)
    for comer in come:
        if comer.wants is not None and comer.key not in served:
            counts.of[seller_of(products[comer.wants])].spilled += 1
            total.spilled += 1
    return counts
