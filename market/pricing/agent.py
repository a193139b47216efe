"""Prices that an agent decides; a scripted rule stands in where none plays."""

from typing import Annotated, Literal

from pydantic import Field

from ..config import PPM
from .policy import Change, Decision, PolicyConfig, View
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
        changes = []
        for offer in view.offers:
            units = offer.capacity
            load = (units - offer.left) * PPM // units if units else PPM
            room = offer.ceiling_minor - offer.floor_minor
            price = offer.floor_minor + room * load // PPM
            changes.append(Change(offer.product, price, "load"))
        return Decision(prices=changes)

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()
