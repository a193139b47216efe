"""The state of an audit: what its parts share about one journal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from .deadlines import Deadlines
from .draws import WordStream
from .findings import Findings
from .lines import Line
from .page import Expected, Page
from .records import RecordedHold, RecordedOrder, RecordedPayment
from .scenario import DeclaredScenario
from .task import DrawnTask, draw_task

__all__ = ["AuditState", "AuditedAgent", "KeyRecord", "Notice"]


class KeyRecord(NamedTuple):
    """What an idempotency key was first used for."""

    asked: tuple[str, str, int, int]
    """Hold, card, amount and number of parts."""
    payment: RecordedPayment
    used: int
    given: bool
    """Whether the agent named it; otherwise the shop made it up."""


@dataclass(slots=True, eq=False)
class Notice:
    """A message that is on its way to an agent."""

    payment: RecordedPayment
    version: int
    """Of the payment, that it tells; 0 for the code of its challenge."""
    due: int
    sent: tuple[int, int] = (0, 0)
    """Instant and record at which it was."""
    done: bool = False
    """Whether it has arrived."""

    @property
    def message(self) -> tuple[str, str]:
        """Sender and text."""
        if not self.version:
            return "Bank", f"Bank: your code is {self.payment.code}"
        state = self.payment.history[self.version - 1][0]
        return "Shop", f"Shop: payment {self.payment.id} is {state}"


@dataclass(slots=True, eq=False)
class AuditedAgent:
    """One agent."""

    index: int
    name: str
    task: DrawnTask
    lottery: WordStream
    pages: list[Page]
    """Each of them may be what the agent sees; nearly always there is one."""
    ticket: int = 0
    """Its lot among those that are ready when it acts next."""
    turn: int = 0
    act: Line | None = None
    """Its last action."""
    outcome: str | None = None
    hold: RecordedHold | None = None
    """The last that was placed."""
    holds: int = 0
    payments: list[RecordedPayment] = field(default_factory=list)
    orders: list[RecordedOrder] = field(default_factory=list)
    tries: dict[str, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    keys: dict[str, KeyRecord] = field(default_factory=dict)
    """Key → its first use, the last time that it was new."""
    notices: list[Notice] = field(default_factory=list)

    def known_key(self, key: str, now: int, counts: int) -> KeyRecord | None:
        """Return the first use of a key that still counts.

        Args:
            key: an idempotency key.
            now: the present instant.
            counts: so long after its first use a key does.
        """
        use = self.keys.get(key)
        return None if use is None or now >= use.used + counts else use

    @property
    def stopped(self) -> str:
        """Why it has no more turns; empty while it has."""
        return self.pages[0].stopped

    @property
    def acted(self) -> int:
        """Number of its last action."""
        return self.act.n if self.act else 0

    def only(self, fits: Callable[[Page], bool]) -> bool:
        """Keep the pages that fit, and return whether there is one.

        All are kept where none does: that is a finding already.
        """
        if len(self.pages) == 1:
            return fits(self.pages[0])
        pages = [page for page in self.pages if fits(page)]
        self.pages = pages or self.pages
        return bool(pages)


class AuditState:
    """What the records so far have shown."""

    def __init__(self, scenario: DeclaredScenario, findings: Findings) -> None:
        """Nothing has happened yet."""
        self.scenario = scenario
        self.findings = findings
        self.check = findings.check
        self.deadlines = Deadlines(findings)
        self.seats = [self._seat(k, name) for k, name in enumerate(scenario.names)]
        self.by_name = {seat.name: seat for seat in self.seats}
        self.holds: dict[str, RecordedHold] = {}
        self.payments: dict[str, RecordedPayment] = {}
        self.orders: dict[str, RecordedOrder] = {}
        self.active: AuditedAgent | None = None
        """Whose pages tell which records come next, at once."""
        self.asked: Expected | None = None
        """What the record at hand was expected as; None if it comes by itself."""
        self.asking: AuditedAgent | None = None
        """Whose pages expected it."""
        self._line = (-(2**60), 0, (0, 0))
        """Instant and phase of the last timer, and when it was set."""

    def _seat(self, index: int, name: str) -> AuditedAgent:
        task = draw_task(self.scenario, self.scenario.luck, index)
        lottery = self.scenario.luck.stream("lottery", index)
        return AuditedAgent(index, name, task, lottery, [Page(form=dict(task.form))])

    def expect(self, seat: AuditedAgent, *expected: Expected) -> None:
        """Let records come next, before all that is expected already."""
        for page in seat.pages:
            page.due[:0] = expected
        self.active = seat

    def in_line(self, record: Line, phase: int, was_set: tuple[int, int]) -> None:
        """Check that a timer runs after those of its instant that were set before it.

        Args:
            record: what came of it.
            phase: the part of the instant.
            was_set: instant and record at which it was set.
        """
        now, then, before = self._line
        same = (record.t, phase) == (now, then) and not self.scenario.shuffled
        text = "{} comes at {} before what was set before it"
        self.check(
            not same or was_set >= before,
            "phases",
            record.n,
            text,
            record.kind,
            record.t,
        )
        self._line = (record.t, phase, was_set)

    def unasked(self, record: Line, rule: str) -> bool:
        """Check that something asks for a record in which nothing else is wrong."""
        found = self.findings.found
        known = bool(found) and found[-1].record == record.n
        text = "{} of {!r} comes, and nothing asks for it"
        return self.check(
            known or self.asked is not None,
            rule,
            record.n,
            text,
            record.kind,
            record.actor,
        )

    def owner(self, record: Line, seat: int | None = None) -> AuditedAgent | None:
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

    def nobody(self, record: Line) -> None:
        """Check that a record is the market's own, and nobody's doing."""
        text = "{} concerns {!r}, it is the market's own"
        self.check(
            not record.actor, "actors", record.n, text, record.kind, record.actor
        )
        self.caused(record, 0)

    def caused(self, record: Line, cause: int) -> bool:
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

    def by_act(self, record: Line, seat: AuditedAgent, *verbs: str) -> bool:
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
