"""Facts about background buyers: what they buy, postpone, give up, are denied."""

from .fact import Fact

__all__ = ["BackgroundCancelled", "Denied", "GoShow", "NoShow", "Postponed", "SeatSold"]


class SeatSold(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A background buyer bought a seat, or a party all of its seats, and paid."""

    kind = "seat_sold"
    arrival: int
    group: tuple[str, ...] = ()
    """What its buyer came for, where that is not the product's group: it has left its
    date.  Of this group it is the arrival."""
    look: int = 1
    """How often its buyer had come by then: more than once, if it waited."""
    price: int
    """Of one seat."""
    product: str
    seats: int = 1
    segment: str


class Postponed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A background buyer would have bought, and waits for a lower price."""

    kind = "postponed"
    arrival: int
    """As in the sale of who buys in the end, with its segment."""
    group: tuple[str, ...] = ()
    """As in a sale of the product."""
    look: int
    """How often its buyer had come by then."""
    price: int
    """Of one seat of the product."""
    product: str
    """What it would have bought."""
    returns: int
    """When it comes back."""
    segment: str


class BackgroundCancelled(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A background buyer gave a booking back; all its seats are free."""

    kind = "background_cancelled"
    arrival: int
    """As in the sale of the booking, with its segment and group."""
    group: tuple[str, ...] = ()
    product: str
    refund: int
    """For all its seats."""
    seats: int = 1
    segment: str


class NoShow(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody showed up for a background booking that stood at the closing."""

    kind = "no_show"
    arrival: int
    group: tuple[str, ...] = ()
    product: str
    refund: int
    seats: int = 1
    segment: str


class Denied(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A background buyer showed up and was denied: the pool had been oversold."""

    kind = "denied"
    arrival: int
    compensation: int
    group: tuple[str, ...] = ()
    pool: int
    """Number of the leg, or night, that more had shown up for than there was room."""
    product: str
    segment: str
    shown: int
    """How many had shown up for it, agents included."""


class GoShow(Fact, frozen=True):
    """Somebody came to a departure without a booking, and took a unit left over."""

    kind = "go_show"
    number: int
    """Of those who came so for the product, from 1."""
    price: int
    product: str
