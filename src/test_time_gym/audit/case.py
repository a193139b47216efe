"""The case: what the parts of an audit share about one journal."""

from dataclasses import dataclass, field
from typing import Any

from .dues import Dues
from .findings import Findings
from .frame import Record
from .setting import Setting

__all__ = ["Case", "Hold", "Order", "Payment", "Seat"]


@dataclass(slots=True)
class Hold:
    """Seats that are claimed before payment."""

    id: str
    seat: int
    lines: list[tuple[int, int, int]]
    """Product, seats, price of one."""
    placed: int
    expires: int
    state: str = "held"
    live: "Payment | None" = None
    """The last payment of it."""

    @property
    def total(self) -> int:
        """Sum of the locked prices."""
        return sum(seats * price for _, seats, price in self.lines)


@dataclass(slots=True)
class Payment:
    """Money on its way from a card to the merchant."""

    id: str
    seat: int
    hold: Hold
    card: str
    attempt: int
    items: int
    discounts: list[list[Any]]
    fees: int
    amount: int
    plan: list[int]
    started: int
    submitted: int
    """When it last went to the gateway."""
    turn: int
    """Turns that its visitor had taken by then."""
    cause: int
    """Number of the record that causes what happens to it next."""
    state: str = "processing"
    passed: bool = False
    """Whether its challenge was answered rightly."""
    expires: int = 0
    """When its challenge ends."""
    authentication: str = ""
    late: int | None = None
    """When it was authorized, if that was too late."""
    to_capture: int = 0
    """Authorized just now, and to be captured at once."""
    order: "Order | None" = None
    refunds: list[tuple[int, int]] = field(default_factory=list)
    """When refunds are due, and how much."""
    authorized: int = 0
    captured: int = 0
    voided: int = 0
    refunded: int = 0
    returning: int = 0
    """Announced as refunds, and not on the card yet."""

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
        return self.captured > 0 or self.state in {"processing", "requires_challenge"}


@dataclass(slots=True)
class Order:
    """What a captured payment makes of a hold."""

    id: str
    seat: int
    payment: Payment
    left: list[int]
    """Seats that are left, by line of the hold."""
    owed: int
    ticketed: int
    state: str = "ticketed"
    part: int = 1
    """The part that comes due next."""
    tries: int = 0
    due: int | None = None
    failed: bool = False
    """Whether a part has failed for good."""


@dataclass(slots=True)
class Seat:
    """One agent."""

    index: int
    name: str
    turn: int = 0
    act: Record | None = None
    """Its last action."""
    crashed: bool = False
    gave_up: bool = False
    outcome: str | None = None
    reached: list[str] = field(default_factory=list)
    hold: Hold | None = None
    """The last that was placed."""
    holds: int = 0
    selected: str | None = None
    """The flight of the page that was chosen last."""
    card: str | None = None
    """Entered since the hold was placed."""
    parts: int | None = None
    """Chosen since the hold was placed."""
    ever_parts: list[int] = field(default_factory=lambda: [1])
    coupons: list[tuple[str, int]] = field(default_factory=list)
    """Applied since the last restart, and when."""
    sure: int = 0
    """So many of them, from the end, are certainly applied still."""
    doubted: int = 0
    """So many were, when the payment page was asked for."""
    coupon_turn: int = 0
    """Turn in which a coupon was last accepted."""
    payments: list[Payment] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    tries: dict[str, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    """Key → when it was first used, the last time that it was new."""
    failures: int = 0
    """Turns for the worse of its payments, each told at most once."""
    penalties: int = 0

    @property
    def ended(self) -> bool:
        """Whether its records show that it has no more turns."""
        return self.outcome is not None or self.crashed or self.gave_up


class Case:
    """What the records so far have shown."""

    def __init__(self, setting: Setting, findings: Findings) -> None:
        """Nothing has happened yet."""
        self.setting = setting
        self.findings = findings
        self.check = findings.check
        self.dues = Dues(findings)
        self.seats = [Seat(k, name) for k, name in enumerate(setting.names)]
        self.by_name = {seat.name: seat for seat in self.seats}
        self.holds: dict[str, Hold] = {}
        self.payments: dict[str, Payment] = {}
        self.orders: dict[str, Order] = {}
        self.follow: tuple[str, str, str] | None = None
        """Kind of the record that must come next, the rule, and a sentence."""

    def owner(self, record: Record, seat: int | None = None) -> Seat | None:
        """Return the seat that a record concerns, if it is the one it should be.

        Args:
            record: whose actor.
            seat: of what the record names; None when any seat will do.
        """
        found = self.by_name.get(record.actor)
        fits = found is not None and seat in {None, found.index}
        text = "{} concerns {!r}, who has no such seat"
        ok = self.check(fits, "actors", record.n, text, record.kind, record.actor)
        return found if ok else None

    def caused(self, record: Record, cause: int) -> bool:
        """Check that a record names the one record that can have caused it."""
        text = "{} names {} as its cause, not {}"
        return self.check(
            record.cause == cause,
            "causes",
            record.n,
            text,
            record.kind,
            record.cause,
            cause,
        )

    def follows(self, record: Record, causes: list[int]) -> bool:
        """Check that a record names one of the records that can have caused it."""
        text = "{} names {} as its cause, which is none of {}"
        return self.check(
            record.cause in causes,
            "causes",
            record.n,
            text,
            record.kind,
            record.cause,
            causes,
        )

    def by_act(self, record: Record, seat: Seat, *verbs: str) -> bool:
        """Check that a record follows from its agent's action at this instant."""
        act = seat.act
        fits = (
            act is not None
            and act.n == record.cause
            and act.t == record.t
            and act.data["status"] == "ok"
            and act.data["verb"] in verbs
        )
        text = "{} names {} as its cause, which is no {} of {} at {}"
        return self.check(
            fits,
            "causes",
            record.n,
            text,
            record.kind,
            record.cause,
            " or ".join(verbs),
            seat.name,
            record.t,
        )
