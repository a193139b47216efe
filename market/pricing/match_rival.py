"""Competitor matching: the lowest price that a rival shows, less an undercut."""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import Field

from ..config import MAX_MINOR, PPM
from .policy import Change, Decision, Moved, Offer, PolicyConfig, View
from .rival_groups import RivalGroup, rival_groups
from .sellers import Seller

__all__ = ["MatchRival"]

_CUT: Final = ("floor", "ceiling")
"""Reasons of prices that stand at a bound in place of beyond it."""


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
    """A matcher in one run; what it keeps between wakes follows from its view."""

    def __init__(self, undercut_minor: int) -> None:
        self._undercut = undercut_minor
        self._seen: View | None = None
        """A view of which no groups have been made yet."""
        self._groups: dict[tuple[str, ...], RivalGroup] = {}
        self._cut: dict[int, None] = {}
        """Own products that stand at a bound in place of beyond it."""
        self._group_of: dict[int, RivalGroup] = {}

    def decide(self, view: View) -> Decision:
        """Follow the lowest price shown in each group."""
        self._seen = view
        lowest: dict[tuple[str, ...], int] = {}
        for shown in view.rivals:
            known = lowest.get(shown.group, shown.price_minor)
            lowest[shown.group] = min(known, shown.price_minor)
        return Decision(
            prices=[self._change(one, lowest.get(one.group)) for one in view.offers]
        )

    def decide_moved(self, moved: Moved) -> Decision:
        """Follow where the lowest price of a group is another; leave the rest."""
        if self._seen is not None:
            self._keep(self._seen)
        for product in moved.closed:
            self._group_of.pop(product).close(product)
            self._cut.pop(product, None)
        groups = self._groups
        shown = dict.fromkeys(one.group for one in (*moved.gone, *moved.come))
        before = {
            group: groups.setdefault(group, RivalGroup([], ())).lowest
            for group in shown
        }
        for one in moved.come:
            groups[one.group].come(one.price_minor)
        for one in moved.gone:
            groups[one.group].gone(one.price_minor)
        touched = {offer.product: None for offer in moved.offers}
        for group, was in before.items():
            touched |= dict.fromkeys(self._concerned(groups[group], was))
        changes = []
        for product in touched:
            own = self._group_of[product]
            change = self._change(own.own[product], own.lowest)
            self._note(change)
            changes.append(change)
        again = sum(change.reason in _CUT for change in changes)
        return Decision(prices=changes, cut_besides=len(self._cut) - again)

    def _change(self, offer: Offer, rival: int | None) -> Change:
        """Return the price of an offer beside the lowest that rivals show, if any."""
        wanted = offer.base_minor if rival is None else rival - self._undercut
        price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
        reason = "match" if rival is not None else "no_rival"
        if price != wanted:
            reason = "floor" if price > wanted else "ceiling"
        return Change(offer.product, price, reason)

    def _concerned(self, group: RivalGroup, was: int | None) -> Iterable[int]:
        """Return own products whose price may be another after the lowest one moved."""
        now = group.lowest
        if now == was:
            return ()
        if now is None or was is None:
            return group.own
        return group.between(was - self._undercut, now - self._undercut)

    def _keep(self, view: View) -> None:
        """Sort a view, so that what moves next is soon found."""
        self._seen = None
        self._groups = rival_groups(view.offers, view.rivals)
        self._group_of, self._cut = {}, {}
        for group in self._groups.values():
            for product, offer in group.own.items():
                self._group_of[product] = group
                self._note(self._change(offer, group.lowest))

    def _note(self, change: Change) -> None:
        """Keep whether a price is cut."""
        if change.reason in _CUT:
            self._cut[change.of] = None
        else:
            self._cut.pop(change.of, None)

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()
