"""The best that can be sold to known buyers at base fares: a linear programme.

Known are numbers: how many may buy which products, and no others.  What sells most is
``max Σ f_j y_j``, nobody buying twice and no pool giving more than it has left.
"""

from collections.abc import Mapping, Sequence

from test_time_gym.market.catalog import Product
from test_time_gym.market.errors import Misuse
from test_time_gym.market.party_sizes import ALONE
from test_time_gym.market.pricing import dlp
from test_time_gym.market.segment import Segment
from test_time_gym.market.value_law import SURVIVAL_UNIT
from test_time_gym.market.world import MarketConfig, World

__all__ = ["Sold", "best_sales", "expected_bound", "verify_choices", "verify_known"]

Sold = list[tuple[tuple[int, ...], int, float]]
"""Products that some may buy, which of them they buy, and how many of them do."""

_MICRO = 10**6


def verify_choices(segments: Sequence[Segment]) -> None:
    """Raise if nobody can tell beforehand what buyers may be sold.

    Raises:
        Misuse: those of a segment weigh prices by taste, or come in parties.
    """
    for segment in segments:
        if segment.choice.kind != "cheapest_fence":
            msg = "hindsight is known of buyers who take the cheapest that they may "
            msg += 'buy (choice = "cheapest_fence"), and those of the segment '
            raise Misuse(f"{msg}{segment.name} choose by {segment.choice.kind}")
        if segment.party_sizes != ALONE:
            msg = "hindsight is known of buyers who come alone, and those of the "
            raise Misuse(f"{msg}segment {segment.name} come in parties")


def verify_known(config: MarketConfig) -> None:
    """Raise if nobody can tell beforehand what may be sold in a market.

    Raises:
        Misuse: as `verify_choices`, or somebody may come without a booking.
    """
    verify_choices(config.demand)
    for product in config.catalog().products:
        if product.go_shows_milli:
            msg = "hindsight is known of who books, and to "
            raise Misuse(f"{msg}{product.id} some come without (go_shows_milli)")


def best_sales(
    left: Sequence[int],
    buyers: Mapping[tuple[int, ...], float],
    products: Sequence[Product],
) -> tuple[float, Sold]:
    """Return what the best allocation earns, in minor units, and what it sells.

    Args:
        left: units of each pool.
        buyers: products → how many may buy one of these.
        products: all of them.
    """
    # Who may buy several buys one: their number is a stock, like that of a pool.
    capacity: dict[int | tuple[int, ...], float] = dict(enumerate(left))
    capacity |= {may: number for may, number in buyers.items() if len(may) > 1}
    columns = [(may, j) for may in buyers for j in may]
    found = dlp(
        capacity,
        [
            (
                products[j].base_minor,
                buyers[may],
                [*products[j].pools, *([may] if len(may) > 1 else [])],
            )
            for may, j in columns
        ],
    )
    return found.value, [
        (may, j, number)
        for (may, j), number in zip(columns, found.allocation, strict=True)
    ]


def expected_bound(world: World) -> float:
    """Return what buyers would bring at best if as many came as are expected.

    The deterministic programme of the whole market: no policy that keeps base fares
    earns more on average.  Ends of advance purchase are not looked at, which only
    makes it greater.

    Args:
        world: of which nothing is sold before it opens.

    Returns:
        Minor units.

    Raises:
        Misuse: a segment's buyers choose by taste, or some come without a booking.
    """
    verify_known(world.config)
    products = world.catalog.products
    buyers: dict[tuple[int, ...], float] = {}
    for demand in world.demands:
        come = demand.expected_micro / _MICRO
        able = demand.segment.willingness().survival
        prices = sorted({products[j].base_minor for j in demand.members})
        shares = [able(price) / SURVIVAL_UNIT for price in prices]
        for k, share in enumerate(shares):
            # Those who would pay this price, and not the next one.
            just = share - (shares[k + 1] if k + 1 < len(shares) else 0)
            may = tuple(
                j for j in demand.members if products[j].base_minor <= prices[k]
            )
            buyers[may] = buyers.get(may, 0) + come * just
    return best_sales(world.catalog.capacity, buyers, products)[0]
