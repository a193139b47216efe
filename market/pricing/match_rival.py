"""Competitor matching: the lowest price that a rival shows, less an undercut."""

from typing import Annotated, Literal

from pydantic import Field

from ..config import MAX_MINOR, PPM
from .policy import Change, Decision, PolicyConfig, View
from .sellers import Seller

__all__ = ["MatchRival"]


class MatchRival(PolicyConfig):
    """``price = lowest rival price of the same group - undercut``, within the bounds.

    Only what rivals can still sell counts, as every visitor sees it.  Where no rival
    shows anything the base price is asked.
    """

    kind: Literal["match_rival"]
    undercut_minor: Annotated[int, Field(ge=-MAX_MINOR, le=MAX_MINOR)] = 0
    """Taken off the rival's price; negative: added to it."""
    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = 800_000
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = 1_200_000

    def begin(self, seller: Seller) -> "_MatchRival":
        """Return the policy of one run."""
        return _MatchRival(self.undercut_minor)


class _MatchRival:
    """A matcher in one run; it remembers nothing between wakes."""

    def __init__(self, undercut_minor: int) -> None:
        self._undercut = undercut_minor

    def decide(self, view: View) -> Decision:
        """Follow the lowest price shown in each group."""
        lowest: dict[tuple[str, ...], int] = {}
        for shown in view.rivals:
            known = lowest.get(shown.group, shown.price_minor)
            lowest[shown.group] = min(known, shown.price_minor)
        changes = []
        for offer in view.offers:
            rival = lowest.get(offer.group)
            wanted = offer.base_minor if rival is None else rival - self._undercut
            price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
            reason = "match" if rival is not None else "no_rival"
            if price != wanted:
                reason = "floor" if price > wanted else "ceiling"
            changes.append(Change(offer.product, price, reason))
        return Decision(prices=changes)

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()
