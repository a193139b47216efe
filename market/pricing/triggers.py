"""Triggers: what wakes a policy besides the time, and how a record names it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from ..clock import DAY_MS, MINUTE_MS
from .sellers import Seller, group_of, seller_of

if TYPE_CHECKING:
    from ..world import World

__all__ = ["RIVAL_MS", "Triggers", "trigger_of"]

RIVAL_MS: Final = MINUTE_MS
"""So long after a rival has shown another price a policy wakes: the time to notice."""


def trigger_of(seller: Seller, now_ms: int) -> str:
    """Return the name of a wake that comes by itself: ``dcp 21``, or ``time``.

    Args:
        seller: whose policy wakes.
        now_ms: the instant.
    """
    points: tuple[int, ...] = getattr(seller.pricing, "dcp_days", ())
    for days in points:
        if any(closes - days * DAY_MS == now_ms for closes in seller.closings_ms):
            return f"dcp {days}"
    return "time"


class Triggers:
    """Who is to wake when something is sold, comes back, or costs something else.

    Args:
        world: the compiled scenario.
        wanted: seller → what wakes its policy.
        soon: lets a policy wake, by the seller's name, the trigger, and after how long.
    """

    __slots__ = ("_products", "_rivals", "_soon", "_wanted")

    def __init__(
        self,
        world: "World",
        wanted: Mapping[str, tuple[str, ...]],
        soon: Callable[[str, str, int], None],
    ) -> None:
        """Look who wants to know of which groups."""
        self._products = world.catalog.products
        self._wanted, self._soon = wanted, soon
        self._rivals: dict[tuple[str, ...], list[str]] = {}
        """Group → sellers that look at rivals' prices there."""
        for seller in world.sellers:
            if "rival" in wanted.get(seller.name, ()):
                for group in dict.fromkeys(map(group_of, seller.products)):
                    self._rivals.setdefault(group, []).append(seller.name)

    def moved(self, product: int, units: int) -> None:
        """Note that units of a product were sold, or came back if there are less."""
        name = seller_of(self._products[product])
        trigger = "sale" if units > 0 else "cancellation"
        if trigger in self._wanted.get(name, ()):
            self._soon(name, trigger, 0)

    def repriced(self, products: Iterable[int]) -> None:
        """Note that products cost something else."""
        for index in products:
            product = self._products[index]
            rival = seller_of(product)
            for name in self._rivals.get(group_of(product), ()):
                if name != rival:
                    self._soon(name, f"rival {rival}", RIVAL_MS)
