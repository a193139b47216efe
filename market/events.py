"""Facts: what can happen in the market, each a frozen record in the past tense.

A fact's class says what its ``d`` holds in the journal; `kind` is its name
there.  Fields stand in alphabetical order, because that is their order in the
canonical JSON.  Money is minor units, time milliseconds, rewards thousandths.
"""

from typing import Any, Final

from msgspec import Raw

from .background_facts import (
    BackgroundCancelled,
    Denied,
    GoShow,
    NoShow,
    Postponed,
    SeatSold,
)
from .fact import Fact

__all__ = [
    "CRASHES",
    "KINDS",
    "THINKING",
    "Acted",
    "BackgroundCancelled",
    "ChallengePassed",
    "CouponApplied",
    "Denied",
    "Digested",
    "Ended",
    "Fact",
    "GoShow",
    "Header",
    "HoldExpired",
    "HoldPlaced",
    "HoldReleased",
    "InstalmentFailed",
    "MarketOpened",
    "MessageDelivered",
    "NoShow",
    "OrderCancelled",
    "OrderDefaulted",
    "OutcomeReached",
    "PaymentAuthorized",
    "PaymentCaptured",
    "PaymentChallenged",
    "PaymentClosed",
    "PaymentDeclined",
    "PaymentRefunded",
    "PaymentStarted",
    "PaymentVoided",
    "Postponed",
    "Repriced",
    "Rewarded",
    "SeatSold",
    "TicketIssued",
]

Postings = tuple[tuple[str, int], ...]


class Header(Fact, frozen=True):
    """What must match for a run to be the same run; always record 0."""

    kind = "header"
    digest_every: int
    finish: str
    format: str
    hash: str
    """Algorithm of the chain."""
    max_turns: int | None
    money_unit: str
    parent: dict[str, Any] | None
    """The run that this one was forked from, and where; None otherwise."""
    scenario: Raw
    """Canonical JSON."""
    scenario_digest: str
    schema: int
    seats: Raw
    """Canonical JSON."""
    seed: str
    semantics: int
    streams: dict[str, Any]
    tie_rule: int
    time_unit: str
    window_ms: int


CRASHES: Final = ("error", "provider_error", "budget_exhausted", "refused")
"""Statuses, and then outcomes, of agents that did not go on, and why: their program
failed, the one who answers for them did, what they may spend is spent, they refuse."""
THINKING: Final = "thinking"
"""Status of a turn that an agent has not taken yet: it is still busy thinking."""


class Acted(Fact, frozen=True):
    """An input: one turn of one agent, legal or not."""

    kind = "act"
    args: dict[str, Any]
    reward: dict[str, int]
    status: str
    ticket: int
    turn: int
    verb: str


class MarketOpened(Fact, frozen=True):
    """Background buyers had bought seats before the market opened."""

    kind = "market_opened"
    sold: tuple[tuple[str, int], ...]
    """Product id and seats, of those that had sold any."""


class HoldPlaced(Fact, frozen=True):
    """Seats are held and their price is locked."""

    kind = "hold_placed"
    expires: int
    hold: str
    lines: tuple[tuple[str, int, int], ...]
    """Product id, seats, price of one seat."""


class HoldReleased(Fact, frozen=True):
    """The holder gave the seats back."""

    kind = "hold_released"
    hold: str


class HoldExpired(Fact, frozen=True):
    """The hold's time is over; its seats are free."""

    kind = "hold_expired"
    hold: str


class Repriced(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Prices or booking limits moved; only those that changed are listed."""

    kind = "repriced"
    authorised: tuple[tuple[int, int], ...] = ()
    """Pool index, and how many units of it may be sold from now on."""
    bids: tuple[tuple[int, int], ...] = ()
    """Pool index and new bid price."""
    limits: tuple[tuple[int, int], ...] = ()
    """Product index and new booking limit."""
    prices: tuple[tuple[int, int], ...]
    """Product index and new price."""
    reasons: tuple[str, ...] = ()
    """Why, for each in this order of fields; none where rules decide."""
    seller: str = ""
    """Whose they are; empty for all sellers that have no pricing of their own."""
    trigger: str = ""
    """What woke the policy; of those alone that more than the time may wake."""


class CouponApplied(Fact, frozen=True):
    """A coupon lowers what the visitor's cart will cost."""

    kind = "coupon_applied"
    code: str


class PaymentStarted(Fact, frozen=True):
    """A payment went to the gateway."""

    kind = "payment_started"
    amount: int
    attempt: int
    card: str
    discounts: tuple[tuple[str, int], ...]
    """Coupon, and what it takes off the items."""
    fees: tuple[tuple[str, int], ...]
    hold: str
    items: int
    key: str
    payment: str
    plan: tuple[int, ...]
    """The parts in which the amount is paid."""


class PaymentChallenged(Fact, frozen=True):
    """The issuer asks the cardholder to prove identity."""

    kind = "payment_challenged"
    expires: int
    payment: str


class ChallengePassed(Fact, frozen=True):
    """The cardholder answered the challenge of this attempt rightly."""

    kind = "challenge_passed"
    payment: str


class PaymentDeclined(Fact, frozen=True):
    """The issuer, or the gateway, says no."""

    kind = "payment_declined"
    payment: str
    reason: str


class PaymentAuthorized(Fact, frozen=True):
    """Funds are reserved, not yet moved."""

    kind = "payment_authorized"
    amount: int
    authentication: str
    payment: str
    postings: Postings


class PaymentCaptured(Fact, frozen=True):
    """Reserved funds moved to the merchant."""

    kind = "payment_captured"
    amount: int
    payment: str
    postings: Postings


class PaymentVoided(Fact, frozen=True):
    """Reserved funds went back uncaptured."""

    kind = "payment_voided"
    amount: int
    payment: str
    postings: Postings
    reason: str
    state: str
    """``voided`` by the merchant, or ``expired`` by itself."""


class PaymentRefunded(Fact, frozen=True):
    """Captured funds went back."""

    kind = "payment_refunded"
    amount: int
    payment: str
    postings: Postings


class PaymentClosed(Fact, frozen=True):
    """A payment ended without money: expired or cancelled."""

    kind = "payment_closed"
    payment: str
    reason: str
    state: str


class TicketIssued(Fact, frozen=True):
    """An order is confirmed and its ticket issued."""

    kind = "ticket_issued"
    hold: str
    order: str
    payment: str
    total: int


class OrderCancelled(Fact, frozen=True):
    """An order, or part of it, was cancelled; its seats are free."""

    kind = "order_cancelled"
    order: str
    refund: int
    """What goes back to the card, at once or later."""
    seats: tuple[tuple[str, int], ...]
    """Product id, and how many of its seats are free again."""
    whole: bool
    """Whether nothing is left of the order."""


class InstalmentFailed(Fact, frozen=True):
    """A later part of an order could not be charged."""

    kind = "instalment_failed"
    amount: int
    order: str
    part: int
    """From 1; part 0 comes with the ticket."""
    reason: str
    retry: int | None
    """When it is tried again; None when that was the last try."""


class OrderDefaulted(Fact, frozen=True):
    """A part failed for good: seats that have not flown are free again."""

    kind = "order_defaulted"
    order: str
    refund: int
    seats: tuple[tuple[str, int], ...]


class MessageDelivered(Fact, frozen=True):
    """A text reached a visitor."""

    kind = "message"
    sender: str
    text: str
    untrusted: bool


class Rewarded(Fact, frozen=True):
    """Reward terms that became known after the action was taken."""

    kind = "reward"
    terms: dict[str, int]


class OutcomeReached(Fact, frozen=True):
    """An agent's episode is over, with its last reward terms."""

    kind = "outcome"
    outcome: str
    paid: int | None
    terms: dict[str, int]


class Digested(Fact, frozen=True):
    """A checkpoint: digest of the whole state and every stream's counter."""

    kind = "digest"
    draws: list[tuple[str, int]] | Raw
    """What they are, or the same as JSON."""
    pending: int
    state: str


class Ended(Fact, frozen=True):
    """The seal: nothing may follow."""

    kind = "end"
    count: int
    outcomes: dict[str, str]
    state: str
    status: str
    """``complete``, or ``aborted`` when the run was cut short."""


KINDS: dict[str, type[Fact]] = {cls.kind: cls for cls in Fact.__subclasses__()}
"""Every kind of record, by its name in the journal."""
