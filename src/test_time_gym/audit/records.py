"""Holds, payments and orders, as records tell them."""

from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["TAKEN", "RecordedHold", "RecordedOrder", "RecordedPayment"]

TAKEN: Final = ("captured", "partially_refunded", "refunded")
"""States of a payment that has paid for an order."""
_UNDECIDED: Final = ("processing", "requires_challenge", "authorized")
"""States that are no answer to a key yet."""


@dataclass(slots=True, eq=False)
class RecordedHold:
    """Seats that are claimed before payment."""

    id: str
    seat: int
    lines: list[tuple[int, int, int]]
    """Product, seats, price of one."""
    placed: tuple[int, int]
    """Instant and record."""
    expires: int
    state: str = "held"
    live: "RecordedPayment | None" = None
    """The last payment of it."""

    @property
    def total(self) -> int:
        """Sum of the locked prices."""
        return sum(seats * price for _, seats, price in self.lines)

    def runs(self, now: int) -> bool:
        """Return whether the claim stands at an instant."""
        return self.state == "held" and now < self.expires


@dataclass(slots=True, eq=False)
class RecordedPayment:
    """Money on its way from a card to the merchant."""

    id: str
    seat: int
    hold: RecordedHold
    card: str
    attempt: int
    items: int
    discounts: list[list[Any]]
    fees: int
    amount: int
    plan: list[int]
    key: str
    cause: int
    """Number of the record that causes what happens to it next."""
    state: str = "processing"
    history: list[tuple[str, str]] = field(default_factory=lambda: [("processing", "")])
    """State and reason after every transition; its length is the version."""
    submissions: int = 0
    begun: tuple[int, int] = (0, 0)
    """When the gateway took it up, the last time, and the record that let it."""
    answer: int = 0
    """When the gateway is done with it."""
    code: str = ""
    """What answers its challenge."""
    passed: bool = False
    """Whether its challenge was answered rightly."""
    challenged: tuple[int, int] = (0, 0)
    """Instant and record at which it was."""
    expires: int = 0
    """When its challenge ends."""
    authentication: str = ""
    late: tuple[int, int] | None = None
    """Instant and record at which it was authorized, if that was too late."""
    to_capture: int = 0
    """Authorized just now, and to be captured at once."""
    order: "RecordedOrder | None" = None
    refunds: list[tuple[int, int]] = field(default_factory=list)
    """When refunds are due, and how much."""
    authorized: int = 0
    captured: int = 0
    voided: int = 0
    refunded: int = 0
    returning: int = 0
    """Announced as refunds, and not on the card yet."""

    def move(self, state: str, reason: str = "") -> None:
        """Go to a state, which is a new version."""
        self.state = state
        self.history.append((state, reason))

    @property
    def version(self) -> int:
        """Transitions so far."""
        return len(self.history)

    @property
    def verdict(self) -> tuple[str, str]:
        """What first became of it; what it is now, while that is undecided."""
        for told in self.history:
            if told[0] not in _UNDECIDED:
                return told
        return self.history[-1]

    @property
    def first(self) -> int:
        """The part that is paid with the ticket."""
        return self.plan[0] if self.plan else self.amount

    @property
    def live(self) -> bool:
        """Whether it may still take money."""
        return self.state in {"processing", "requires_challenge"}

    @property
    def reserved(self) -> int:
        """What is authorized, neither captured nor voided."""
        return self.authorized - self.captured - self.voided

    @property
    def kept(self) -> int:
        """What the merchant keeps."""
        return self.captured - self.refunded - self.returning

    @property
    def spends(self) -> bool:
        """Whether its coupons are used up or may yet be."""
        return self.live or self.state in TAKEN

    @property
    def coupons(self) -> list[str]:
        """Codes of the coupons that lowered its bill."""
        return [code for code, _ in self.discounts]


@dataclass(slots=True, eq=False)
class RecordedOrder:
    """What a captured payment makes of a hold."""

    id: str
    seat: int
    payment: RecordedPayment
    left: list[int]
    """Seats that are left, by line of the hold."""
    owed: int
    ticketed: int
    state: str = "ticketed"
    part: int = 1
    """The part that comes due next."""
    tries: int = 0
    due: int | None = None
    was_set: tuple[int, int] = (0, 0)
    """Instant and record at which the due was set."""
    failed: bool = False
    """Whether a part has failed for good."""
