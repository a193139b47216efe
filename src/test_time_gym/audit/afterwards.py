"""Afterwards: what becomes of background bookings once they are sold."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from .draws import exponential_of
from .lines import Line
from .scenario import DAY_MS, PPM, DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["AfterwardsRules", "RecordedBooking"]

_GRAIN_MS: Final = 1
"""By so much two ways to take a logarithm may round an instant differently."""

_Name = tuple[str, tuple[str, ...], int]
"""Segment, group and arrival."""


@dataclass(slots=True, eq=False)
class RecordedBooking:
    """A background booking."""

    number: int
    arrival: int
    product: DeclaredProduct
    price: int
    """Of one seat."""
    seats: int
    ends: int | None
    """When it is cancelled; None if it never is."""
    shows: bool
    """Whether its buyer shows up, if it stands at the closing."""
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
        self._booked: dict[_Name, RecordedBooking] = {}
        self._for: dict[int, list[RecordedBooking]] = {}
        """Pool → bookings for it."""
        self._boards_at: dict[int, int] = {}
        self._beyond: dict[int, tuple[int, list[RecordedBooking]]] = {}
        """Pool → who showed up when it boarded, and who is to be denied yet."""

    def book(self, record: Line, product: DeclaredProduct) -> None:
        """Take a background sale, and expect what becomes of it."""
        case, data = self._state, record.data
        group = case.scenario.group_of(data, product)
        name: _Name = (data["segment"], group, data["arrival"])
        declared = case.scenario.segments.get(data["segment"], {})
        hazard, absent = product.cancel_ppm_per_day, product.no_show_ppm
        hazard = declared.get("cancel_ppm_per_day", 0) if hazard is None else hazard
        absent = declared.get("no_show_ppm", 0) if absent is None else absent
        if not (hazard or absent or case.scenario.oversells):
            return
        dice = case.scenario.luck.stream("booking", name[0], *name[1], name[2])
        word = dice.word()
        booking = RecordedBooking(
            number=len(self._booked),
            arrival=name[2],
            product=product,
            price=data["price"],
            seats=data.get("seats", 1),
            ends=None,
            shows=not absent or not dice.chance(absent),
        )
        if hazard:
            ends = record.t + max(1, exponential_of(word, DAY_MS * PPM // hazard))
            booking.ends = ends if ends < product.closes else None
        self._booked[name] = booking
        self._expect(booking)

    def _expect(self, booking: RecordedBooking) -> None:
        deadlines, product = self._state.deadlines, booking.product
        due = product.closes if booking.ends is None else booking.ends + _GRAIN_MS
        if booking.ends is not None or not booking.shows:
            deadlines.owe(due, "afterwards", partial(_overdue, booking))
        for pool in product.pools:
            if pool not in self._for:
                unseated = partial(self._unseated, pool)
                deadlines.owe(self._boards(pool), "afterwards", unseated)
            self._for.setdefault(pool, []).append(booking)

    def _boards(self, pool: int) -> int:
        """Return when the last of what is sold from a pool closes."""
        if pool not in self._boards_at:
            products = self._state.scenario.products
            own = [one.closes for one in products if pool in one.pools]
            self._boards_at[pool] = max(own)
        return self._boards_at[pool]

    def end(self, record: Line) -> RecordedBooking | None:
        """Check that a booking is given up, missed or denied.

        Returns:
            The booking; None if there is none that stands.
        """
        case, data, n = self._state, record.data, record.n
        case.nobody(record)
        product = case.scenario.by_id.get(data["product"])
        group = case.scenario.group_of(data, product) if product else ()
        booking = self._booked.get((data["segment"], group, data["arrival"]))
        stands = booking is not None and not booking.over
        same = booking is not None and booking.product is product
        text = "{} of arrival {} of {} in {}, which does not stand"
        of = (record.kind, data["arrival"], data["segment"], data["product"])
        known = case.check(stands and same, "afterwards", n, text, *of)
        if not known or booking is None:
            return None
        if record.kind == "denied":
            self._denied(record, booking)
        else:
            self._given_up(record, booking)
        booking.over = True
        return booking

    def _given_up(self, record: Line, booking: RecordedBooking) -> None:
        """Check a cancellation or a no-show, and what goes back by its rate."""
        check, n, product = self._state.check, record.n, booking.product
        if record.kind == "no_show":
            due: int | None = product.closes if not booking.shows else None
            near = record.t == due
        else:
            due = booking.ends
            near = due is not None and abs(record.t - due) <= _GRAIN_MS
            self._stock.closed(product, record, product.closes)
            self._stock.give_back(product, booking.seats)
        text = "{} at {}, the seed says {}"
        check(near, "afterwards", n, text, record.kind, record.t, due)
        text, told = "{} seats of {} are given up, which were {}", booking.seats
        seats = record.data.get("seats", 1)
        check(seats == told, "afterwards", n, text, seats, product.id, told)
        fee, price = product.cancel_fee, booking.price
        back = max(0, price - fee) * booking.seats if product.refundable else 0
        text, found = (
            "{} of the {} for {} go back, by its rate {}",
            record.data["refund"],
        )
        check(found == back, "afterwards", n, text, found, price, product.id, back)

    # -- denied ------------------------------------------------------------------------

    def _denied(self, record: Line, booking: RecordedBooking) -> None:
        """Check that somebody is denied who has to be, for what is declared."""
        case, data, n, pool = self._state, record.data, record.n, record.data["pool"]
        boards = self._boards(pool) if pool in self._for else None
        text = "{} are denied pool {} at {}, which boards at {}"
        on_time = case.check(
            record.t == boards,
            "afterwards",
            n,
            text,
            data["product"],
            pool,
            record.t,
            boards,
        )
        if not on_time:
            return
        shown, due = self._boarded(pool)
        text = "arrival {} is denied pool {}, for which {} showed up, not {}"
        fits = bool(due) and due[0] is booking and data["shown"] == shown
        case.check(
            fits, "afterwards", n, text, booking.arrival, pool, shown, data["shown"]
        )
        if booking in due:
            due.remove(booking)
        paid, owed = data["compensation"], case.scenario.market.get("denied_minor")
        text = "{} are paid for a denied boarding, not {}"
        case.check(paid == owed, "afterwards", n, text, paid, owed)

    def _boarded(self, pool: int) -> tuple[int, list[RecordedBooking]]:
        """Return who shows up for a pool, and for whom there is no room."""
        if pool not in self._beyond:
            shown = [one for one in self._for[pool] if not one.over]
            agents, has = (
                self._stock.of_agents(pool),
                self._state.scenario.capacity[pool],
            )
            beyond = max(0, len(shown) + agents - has)
            shown.sort(key=lambda one: (one.price, -one.number))
            self._beyond[pool] = len(shown) + agents, shown[:beyond]
        return self._beyond[pool]

    def _unseated(self, pool: int) -> str | None:
        """Say who should have been denied, once a pool has boarded."""
        left = [one.arrival for one in self._boarded(pool)[1]]
        return f"arrivals {left} had no room in pool {pool}" if left else None


def _overdue(booking: RecordedBooking) -> str | None:
    if booking.over:
        return None
    what = f"arrival {booking.arrival} for {booking.product.id}"
    if booking.ends is None:
        return f"{what} should not have shown up"
    return f"{what} should have been cancelled at {booking.ends}"
