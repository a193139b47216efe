"""Numbers of the vector door that say where a visit is, whatever is on offer."""

from array import array
from functools import lru_cache

from test_time_gym.market.interface.observation import STATUSES, VIEWS
from test_time_gym.market.interface.vector_actions import OFFERS

from .vector_fields import CAP

__all__ = ["visit_numbers"]

_ITEMS, _FAILED, _PARTS = 4, 5, 12
"""What counts are shown as shares of."""


@lru_cache(maxsize=4096)
def visit_numbers(  # noqa: PLR0917 - keywords would not be as quick to remember by
    view: str,
    status: str,
    items: int,
    failed: int,
    shown: int,
    parts: int,
    code: bool,  # noqa: FBT001
    searched: bool,  # noqa: FBT001
    selected: bool,  # noqa: FBT001
) -> "tuple[array[float], array[float]]":
    """Return the block of the visit, and those of view and status; not to be changed.

    They follow from a few small numbers, so that visits share them.  What the cart
    costs is a zero, whatever it is.

    Args:
        view: name of the page.
        status: of the payment.
        items: in the cart.
        failed: payments.
        shown: offers.
        parts: to pay in.
        code: whether a challenge's code stands on the page.
        searched: whether there are results.
        selected: whether an offer is.
    """
    visit = (
        0.0,
        items / _ITEMS,
        code,
        min(failed / _FAILED, CAP),
        shown / OFFERS,
        searched,
        selected,
        parts / _PARTS,
    )
    place = [float(one == view) for one in VIEWS]
    place += [float(one == status) for one in STATUSES]
    return array("f", visit), array("f", place)
