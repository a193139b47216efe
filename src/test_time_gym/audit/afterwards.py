"""Afterwards: what becomes of background bookings once they are sold."""

from dataclasses import dataclass
from typing import Final

from .draws import exponential_of
from .lines import Line
from .scenario import DAY_MS, PPM, DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["AfterwardsRules"]

_GRAIN_MS: Final = 1
"""By so much two ways to take a logarithm may round an instant differently."""

_Name = tuple[str, tuple[str, ...], int]
"""Segment, group and arrival."""


@dataclass(slots=True, eq=False)
class _Sold:
    """A background booking."""

    product: DeclaredProduct
    price: int
    ends: int | None
    """When it is cancelled; None if it never is."""
    over: bool = False


class AfterwardsRules:
    """Background bookings, drawn again by the seed of the header.

    Args:
        case: the journal.
        stock: whose seats come back.
    """

    def __init__(self, case: AuditState, stock: StockRules) -> None:
        """Nothing is booked."""
        self._state, self._stock = case, stock
        self._booked: dict[_Name, _Sold] = {}

    def book(self, record: Line, product: DeclaredProduct) -> None:
        """Take a background sale, and expect what becomes of it."""
        case, data = self._state, record.data
        name: _Name = (data["segment"], product.group, data["arrival"])
        hazard = product.cancel_ppm_per_day
        if hazard is None:
            declared = case.scenario.segments.get(data["segment"], {})
            hazard = declared.get("cancel_ppm_per_day", 0)
        sold = _Sold(product, data["price"], None)
        if hazard:
            dice = case.scenario.luck.stream("booking", name[0], *name[1], name[2])
            stands = exponential_of(dice.word(), DAY_MS * PPM // hazard)
            ends = record.t + max(1, stands)
            if ends < product.closes:
                sold.ends = ends
                missing = ends + _GRAIN_MS
                case.deadlines.owe(missing, "afterwards", lambda: _overdue(name, sold))
        self._booked[name] = sold

    def cancel(self, record: Line) -> tuple[int, int] | None:
        """Check that a booking is given up, and free its seat.

        Returns:
            Its product and what went back; None if there is no such booking.
        """
        case, data, n = self._state, record.data, record.n
        case.nobody(record)
        product = case.scenario.by_id.get(data["product"])
        group = product.group if product else ()
        sold = self._booked.get((data["segment"], group, data["arrival"]))
        stands = sold is not None and not sold.over and sold.product is product
        text = "{} of arrival {} of {} is cancelled, which does not stand"
        known = case.check(
            stands, "afterwards", n, text, data["product"], data["arrival"], group
        )
        if not known or sold is None or product is None:
            return None
        sold.over = True
        text = "it is cancelled at {}, the seed says {}"
        near = sold.ends is not None and abs(record.t - sold.ends) <= _GRAIN_MS
        case.check(near, "afterwards", n, text, record.t, sold.ends)
        self._stock.closed(product, record, product.closes)
        self._refund(record, product, sold.price)
        self._stock.take_back(product.index, 1)
        return product.index, data["refund"]

    def _refund(self, record: Line, product: DeclaredProduct, price: int) -> None:
        """Check what goes back for a booking, by its rate."""
        back = max(0, price - product.cancel_fee) if product.refundable else 0
        text = "{} of the {} for {} go back, by its rate {}"
        self._state.check(
            record.data["refund"] == back,
            "afterwards",
            record.n,
            text,
            record.data["refund"],
            price,
            product.id,
            back,
        )


def _overdue(name: _Name, sold: _Sold) -> str | None:
    if sold.over:
        return None
    segment, group, arrival = name
    where = f"{segment} in {'-'.join(group)}"
    return f"arrival {arrival} of {where} should have cancelled at {sold.ends}"
