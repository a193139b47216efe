"""Prices that an agent decides; a scripted rule stands in where none plays."""

from typing import Annotated, Literal

from pydantic import Field

from ..config import PPM
from .policy import Change, Decision, Moved, Offer, PolicyConfig, View
from .sellers import Seller

__all__ = ["AgentPricing"]


class AgentPricing(PolicyConfig):
    """The agent in the role of this seller decides, every ``reprice_every_s``.

    In a run without that role the price goes from the floor, with nothing sold, to
    the ceiling, with everything sold.
    """

    kind: Literal["agent"]
    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = 700_000
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = 1_500_000

    def begin(self, seller: Seller) -> "_ByLoad":
        """Return the rule of a run in which no agent plays this seller."""
        del seller
        return _ByLoad()


class _ByLoad:
    """The stand-in in one run; it remembers nothing between wakes."""

    def decide(self, view: View) -> Decision:
        """Price each product by the load of its scarcest pool."""
        return Decision(prices=list(map(_by_load, view.offers)))

    def decide_moved(self, moved: Moved) -> Decision:
        """Price likewise what has sold, or come back."""
        return Decision(prices=list(map(_by_load, moved.offers)))

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def _by_load(offer: Offer) -> Change:
    units = offer.capacity
    load = (units - offer.left) * PPM // units if units else PPM
    room = offer.ceiling_minor - offer.floor_minor
    return Change(offer.product, offer.floor_minor + room * load // PPM, "load")
