"""The best answer to the prices that rivals show, where buyers choose by a logit.

S. P. Anderson, A. de Palma and J.-F. Thisse (1992), Discrete Choice Theory of Product
Differentiation, chapter 7.  Sellers who answer each other so come to the Nash prices of
`logit_bertrand`, and one seller who has all of the offers asks the joint price.

A price goes into the journal, so its exponentials are taken in decimal arithmetic,
which rounds correctly, and alike on every machine; C libraries need not.
"""

from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from ..catalog import Product
from ..config import MAX_MINOR, PPM
from .one_class import verify_one_class
from .policy import Change, Decision, Offer, PolicyConfig, View
from .sellers import Seller

__all__ = ["LogitBestResponse", "LogitDemand", "best_response"]

_EXACT: Final = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""With room for the exponential of any price."""


class LogitDemand(PolicyConfig):
    """What a policy is told of buyers who choose by a logit, and of its own cost."""

    reference_minor: Annotated[int, Field(ge=0, le=MAX_MINOR)]
    """Price at which an offer is worth as much to buyers as not buying."""
    scale_minor: Annotated[int, Field(ge=1, le=MAX_MINOR)]
    """Price difference that changes the odds by a factor of e."""
    cost_minor: Annotated[int, Field(ge=0, le=MAX_MINOR)] = 0
    """Of one unit, to the seller."""


class LogitBestResponse(LogitDemand):
    """``p = c + s / (1 - Q)``: the best price while rivals keep theirs.

    ``Q = n·w(p) / (1 + n·w(p) + Σ w(rivals))`` with ``w(p) = e^((reference - p) / s)``
    is the chance that a buyer takes one of the n own offers of the group.
    """

    kind: Literal["logit_best_response"]
    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = 500_000
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = 3_000_000

    @model_validator(mode="before")
    @classmethod
    def _is_told(cls, given: Any) -> Any:
        if isinstance(given, dict) and not {"reference_minor", "scale_minor"} & set(
            given
        ):
            msg = (
                "logit_best_response needs reference_minor and scale_minor, and learns "
            )
            msg += "neither: its past departures tell what it sold, and not who bought "
            msg += (
                "from rivals or nothing; gallego_van_ryzin learns prices without them"
            )
            raise ValueError(msg)
        return given

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if an itinerary has several classes: all would have one price.

        Raises:
            ValueError: one has.
        """
        verify_one_class(self.kind, products)

    def begin(self, seller: Seller) -> "_LogitBestResponse":
        """Return the policy of one run."""
        del seller
        return _LogitBestResponse(self)


class _LogitBestResponse:
    """Best responses in one run; nothing is remembered between wakes."""

    def __init__(self, config: LogitBestResponse) -> None:
        self._told = (config.reference_minor, config.scale_minor, config.cost_minor)

    def decide(self, view: View) -> Decision:
        """Answer the prices shown in each group."""
        own: dict[tuple[str, ...], list[Offer]] = {}
        for offer in view.offers:
            if offer.left > 0:
                own.setdefault(offer.group, []).append(offer)
        rivals: dict[tuple[str, ...], list[int]] = {}
        for shown in view.rivals:
            rivals.setdefault(shown.group, []).append(shown.price_minor)
        changes = []
        for group, offers in own.items():
            others = tuple(sorted(rivals.get(group, ())))
            wanted = best_response(*self._told, len(offers), others)
            changes += [_within(offer, wanted) for offer in offers]
        return Decision(prices=changes)

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def _within(offer: Offer, wanted: int) -> Change:
    price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
    reason = "best_response"
    if price != wanted:
        reason = "floor" if price > wanted else "ceiling"
    return Change(offer.product, price, reason)


@lru_cache(maxsize=16_384)
def best_response(
    reference_minor: int,
    scale_minor: int,
    cost_minor: int,
    offers: int,
    rivals: tuple[int, ...],
) -> int:
    """Return the best price of like offers, in minor units, halves rounded up.

    Args:
        reference_minor: price at which an offer is worth as much as not buying.
        scale_minor: price difference that changes the odds by a factor of e.
        cost_minor: of a unit.
        offers: own ones, 1 or more, that all have this price.
        rivals: prices that others show.

    >>> best_response(2_000_000, 250_000, 1_000_000, 1, (1_472_927,))
    1472927
    >>> best_response(2_000_000, 250_000, 1_000_000, 2, ())
    1924981
    """
    scale = Decimal(scale_minor)

    def weight(twice: int) -> Decimal:
        utility = _EXACT.divide(Decimal(2 * reference_minor - twice), 2 * scale)
        return _EXACT.exp(utility)

    others = Decimal(1)
    for price in rivals:
        others = _EXACT.add(others, weight(2 * price))

    def too_low(twice: int) -> bool:
        """Return whether (p − c) · (1 − Q) < s at p, of which the double is given."""
        taken = _EXACT.multiply(Decimal(offers), weight(twice))
        gain = _EXACT.multiply(Decimal(twice - 2 * cost_minor), others)
        due = _EXACT.multiply(2 * scale, _EXACT.add(others, taken))
        return gain < due

    # The price is the least p for which p + 1/2 is dearer than the root.
    low, width = cost_minor, scale_minor
    while too_low(2 * (low + width) + 1):
        low, width = low + width, 2 * width
    high = low + width
    while low < high:
        middle = (low + high) // 2
        if too_low(2 * middle + 1):
            low = middle + 1
        else:
            high = middle
    return low
