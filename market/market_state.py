"""What a digest says of a marketplace."""

from typing import TypeVar

from msgspec import Raw, Struct

__all__ = [
    "BookedMarketState",
    "DecidedMarketState",
    "MarketState",
    "OpenHold",
    "OpenOrder",
    "OpenPayment",
    "PatientMarketState",
    "Rows",
]


_Row = TypeVar("_Row")

Rows = list[_Row] | Raw
"""A table, or what it is as JSON."""


class OpenHold(Struct, array_like=True, frozen=True, kw_only=True):
    """A hold that still claims seats."""

    id: str
    state: str
    expires: int
    lines: tuple[Struct, ...]


class OpenPayment(Struct, array_like=True, frozen=True, kw_only=True):
    """A payment that is decided or paid out yet; money in minor units."""

    id: str
    state: str
    reason: str
    hold: str
    card: str
    attempt: int
    bill: tuple[object, ...]
    """Items, discounts and fees."""
    plan: tuple[int, ...]
    started: int
    authorized: int
    authentication: str
    code: str
    submissions: int
    version: int


class OpenOrder(Struct, array_like=True, frozen=True, kw_only=True):
    """An order that is ticketed, or owed money; in minor units."""

    id: str
    hold: str
    payment: str
    state: str
    owed: int
    seats: list[int]
    """Of each line."""
    plan: list[int]
    captured: int
    refunded: int
    returning: int


class MarketState(Struct, array_like=True, frozen=True, kw_only=True):
    """All that the future depends on.

    Pending timers and the streams' counters belong to it: two markets of one
    world and seed with equal states have equal futures under equal actions.
    What is over (expired holds, declined payments, cancelled orders) is only
    counted: it stands in the journal, and a digest must not grow with the run.

    Lists of numbers are those that the market goes on with, not copies.
    """

    now_ms: int
    pools_sold: list[int]
    pools_held: list[int]
    sold: list[int]
    """Of each product, as `held` and `prices`."""
    held: list[int]
    prices: list[int]
    arrivals: object
    holds: list[OpenHold]
    payments: list[OpenPayment]
    orders: list[OpenOrder]
    counts: list[int]
    """Holds, payments and orders there ever were."""
    quotas: Rows[object]
    retries: list[list[int | str]]
    ledger: Rows[list[object]]
    """Account and balance, sorted."""
    transactions: int
    gateway: object
    """Payments that wait in line."""
    streams: Rows[tuple[str, int]]
    """Name and words drawn of each."""
    timers: list[tuple[int, int, str, str]]
    """When each is due, in which phase, what for and whom it concerns."""


class DecidedMarketState(MarketState, array_like=True, frozen=True, kw_only=True):
    """The state of a market in which policies decide prices and booking limits."""

    pricing: list[object]
    """Booking limits, and what each seller's policy has changed and remembers."""


class BookedMarketState(DecidedMarketState, array_like=True, frozen=True, kw_only=True):
    """The state of a market in which background bookings may be given up."""

    authorised: list[int]
    """Of each pool, how many may be sold."""
    bookings: list[list[str | int]]
    """Name and price of those that still may be."""


class PatientMarketState(BookedMarketState, array_like=True, frozen=True, kw_only=True):
    """The state of a market in which background buyers may come back."""

    waiting: list[list[str | int]]
    """Name, looks so far, hope and return of those who will; see `WaitingBuyers`."""
