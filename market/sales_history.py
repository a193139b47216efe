"""Past departures: the market of a scenario, played before, for sellers that learn.

They are played without agents, each by a seed of its own that no run has, and sold by
the policies as they were then: a policy that learns knew those before it, and no more.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .departure_watch import DepartureWatch
from .pricing.past_sales import PastDeparture
from .pricing.sellers import Seller
from .streams import Streams

if TYPE_CHECKING:
    from .marketplace import Marketplace
    from .world import World

__all__ = ["Begin", "SalesHistory", "departure_seed", "history_of", "learning_sellers"]

Begin = Callable[["World", int, "SalesHistory"], "Marketplace"]
"""Makes a market without agents, from its world, a seed and what sellers know."""


class SalesHistory:
    """What sellers know of past departures.

    Attributes:
        played: how many there have been.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[str, list[PastDeparture]] = {}
        self._seen: dict[str, tuple[PastDeparture, ...]] = {}
        self.played: int = 0

    def seen(self, seller: Seller) -> tuple[PastDeparture, ...]:
        """Return the last ones that a seller's policy looks at, the oldest first."""
        count, known = seller.pricing.past_departures, self._seen.get(seller.name)
        if known is None:
            past = self._of.get(seller.name, [])
            known = self._seen[seller.name] = tuple(past[-count:] if count else ())
        return known

    def add(self, departure: dict[str, PastDeparture]) -> None:
        """Add what each seller that learns knows of one more departure."""
        for name, sales in departure.items():
            self._of.setdefault(name, []).append(sales)
        self._seen.clear()
        self.played += 1


_NOTHING: Final = SalesHistory()


def learning_sellers(world: "World") -> list[Seller]:
    """Return the sellers whose policies look at past departures."""
    return [seller for seller in world.sellers if seller.pricing.past_departures]


def departure_seed(number: int, trial: int = 0) -> int:
    """Return the seed of a past departure, which is that of no run.

    Args:
        number: 0 for the oldest.
        trial: of several pasts, which one.

    >>> departure_seed(0) == departure_seed(0, 0) != departure_seed(1)
    True
    """
    return int.from_bytes(Streams(trial).key("past departure", number)[:16], "little")


def history_of(world: "World", begin: Begin) -> SalesHistory:
    """Return what sellers know as a run begins: played once for a world, and kept.

    Args:
        world: with any sellers.
        begin: makes the markets that are played.
    """
    learning = learning_sellers(world)
    if not learning:
        return _NOTHING
    if not world.past:
        history = SalesHistory()
        for number in range(max(one.pricing.past_departures for one in learning)):
            market = begin(world, departure_seed(number), history)
            market.open()
            watch = DepartureWatch(market, learning)
            watch.advance(world.catalog.last_closing_ms)
            history.add(watch.sales())
        world.past.append(history)
    return world.past[0]
