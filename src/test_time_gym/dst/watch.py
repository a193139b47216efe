"""Turns under watch: every law after every event of the clock and every action."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec.structs import asdict

from test_time_gym.journal.sink import MemorySink
from test_time_gym.market.interface.actions import (
    Action,
    Input,
    SetPrices,
    ThinkingTime,
)
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.legality import legal_verbs, verbs_by_the_rules
from test_time_gym.market.interface.masks import Masks
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.invariants import step_violations, violations
from test_time_gym.market.journal import PREFIX
from test_time_gym.market.snapshot import MarketSnapshot, snapshot
from test_time_gym.market.world import World
from test_time_gym.scenarios.schema import Scenario

from .verbs import VERB_NAMES

__all__ = [
    "BUDGET",
    "INSTANT_MAX",
    "CoverageContext",
    "LawBroken",
    "WatchedTurns",
    "record_of",
    "world_state",
]

INSTANT_MAX: Final = 100_000
"""Events at one instant; more is a livelock."""
BUDGET: Final = 1_000_000
"""Events of one run."""

_TURN_STREAMS: Final = ("lottery/", "ties")
_TURN_TIMERS: Final = ("turn", "digest")


class LawBroken(Exception):
    """A law does not hold.

    Args:
        law: its name.
        values: what breaks it.
    """

    def __init__(self, law: str, values: str) -> None:
        super().__init__(law, values)
        self.law = law
        self.values = values


@dataclass(slots=True)
class CoverageContext:
    """What one event or action has done, for those who look on."""

    turns: Turns
    before: MarketSnapshot
    after: MarketSnapshot
    records: list[dict[str, Any]]
    """What it has written into the journal."""
    acted: Buyer | None = None
    """Whose action it was; None for an event of the clock."""
    given: Input | None = None
    was_status: str = ""
    """What the acting visitor knew of its payment before."""

    def gone_off(self, kind: str) -> list[str]:
        """Return whom the timers of a kind concern that have gone off right now."""
        if self.acted is not None:
            return []
        now, left = self.after.now_ms, self.after.timers
        return [
            timer[3]
            for timer in self.before.timers
            if timer[0] == now and timer[2] == kind and timer not in left
        ]


@dataclass(slots=True)
class _Waits:
    """Since when each visitor has been looking at a page that does not load."""

    since_ms: dict[int, int] = field(default_factory=dict)

    def check(self, turns: Turns) -> None:
        now = turns.clock.now_ms
        most = turns.world.config.gateway.client_timeout_s * 1000
        for seat in turns.seats:
            if not seat.visitor.awaiting:
                self.since_ms.pop(seat.index, None)
                continue
            since = self.since_ms.setdefault(seat.index, now)
            if now - since > most:
                values = f"{seat.name} waits since {since}, it is {now}"
                raise LawBroken("every_page_loads_or_gives_up", values)


class WatchedTurns(Turns):
    """Turns that stop at the first broken law.

    Args:
        scenario: the declared world.
        seed: the only source of chance.
        names: of the seats.
        on_moment: shown what every event and action has done.
        options: as `Turns` takes them.

    Attributes:
        lines: the journal so far.
        records: what its lines say, as far as was looked at.
        checks: how often all laws were checked.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        names: list[str],
        on_moment: Callable[[CoverageContext], None],
        **options: Any,
    ) -> None:
        """Open the market under watch."""
        sink = MemorySink()
        self.lines = sink.lines
        self.records: list[dict[str, Any]] = []
        self.checks = 0
        self._on_moment = on_moment
        self._before: MarketSnapshot | None = None
        self._instant = (0, 0)
        self._waits = _Waits()
        super().__init__(
            scenario,
            World.of(scenario.market),
            seed,
            names,
            sink=sink,
            observer=self.look,
            **options,
        )
        self._masks = Masks(self)
        self.look()

    def look(self) -> None:
        """Check every law now, and against what was seen last.

        Raises:
            Broken: one does not hold.
        """
        self._see(None, None, "")

    def act(self, seat: Participant, action: Input) -> bool:
        """Take an action under watch; it must do what the rules say of it.

        Raises:
            Broken: a law, or what is promised of actions, does not hold.
        """
        if not isinstance(seat, Buyer):
            return super().act(seat, action)
        before = world_state(self)
        why = _rule_against(self, seat, action)
        status = seat.visitor.status
        legal = super().act(seat, action)
        if legal != (why is None):
            raise LawBroken(
                "rules_say_what_is_refused", f"{action}: {why}, took {legal}"
            )
        if not legal and world_state(self) != before:
            raise LawBroken("a_refused_action_changes_nothing", f"{action}: {why}")
        self._see(seat, action, status)
        return legal

    def check_masks(self, seat: Buyer) -> Any:
        """Compare mask and verbs that a seat is given with every rule asked again.

        Returns:
            The mask.

        Raises:
            Broken: they differ.
        """
        told, asked = self._masks.of(seat), self._masks.by_the_rules(seat)
        if (told != asked).any():
            values = f"{seat.name}: told {told.tolist()}, asked {asked.tolist()}"
            raise LawBroken("masks_follow_the_rules", values)
        if seat.stopped:
            return told
        verbs, rules = legal_verbs(self, seat), verbs_by_the_rules(self, seat)
        if verbs != rules:
            values = f"{seat.name}: told {verbs}, asked {rules}"
            raise LawBroken("masks_follow_the_rules", values)
        return told

    def _see(self, seat: Buyer | None, given: Input | None, was: str) -> None:
        now = snapshot(self.market)
        before = self._before
        found = violations(now)
        if before is not None:
            found += step_violations(before, now)
        if found:
            raise LawBroken(found[0].law, f"at {now.now_ms} ms {found[0].values}")
        if before is None:
            # Before opening there was nothing to compare with.
            before = now
        self._before = now
        self.checks += 1
        self._waits.check(self)
        self.count()
        records = [record_of(line) for line in self.lines[len(self.records) :]]
        self.records += records
        self._on_moment(CoverageContext(self, before, now, records, seat, given, was))

    def count(self) -> None:
        """Count an event, and look at nothing else.

        Raises:
            Broken: there are too many, at one instant or in all.
        """
        now_ms = self.clock.now_ms
        instant, count = self._instant
        self._instant = (now_ms, count + 1 if instant == now_ms else 1)
        if self._instant[1] > INSTANT_MAX or self.clock.events > BUDGET:
            values = (
                f"{self._instant[1]} events at {now_ms}, {self.clock.events} in all"
            )
            raise LawBroken("time_goes_on", values)


def _rule_against(turns: Turns, seat: Buyer, action: Input) -> str | None:
    """Return what refuses an action: a rule, or its having no meaning."""
    if isinstance(action, Action):
        why = turns.buyer.why_not(seat, action.verb, action.args)
        if why is None and VERB_NAMES[action.verb] not in legal_verbs(turns, seat):
            raise LawBroken(
                "masks_follow_the_rules", f"{action} is not listed as legal"
            )
        return why
    if isinstance(action, ThinkingTime):
        return "time is no action"
    return "only sellers set prices" if isinstance(action, SetPrices) else action.why


def record_of(line: bytes) -> dict[str, Any]:
    """Return the body of a journal's line."""
    record: dict[str, Any] = msgspec.json.decode(b"{" + line[PREFIX:-1])
    return record


def world_state(turns: Turns) -> list[Any]:
    """Return the state without what a turn itself moves.

    That is its own timer, a checkpoint that is due, and what both draw.
    """
    market, visitors = turns.state()
    named = asdict(market)
    draws, pending = named.pop("streams"), named.pop("timers")
    return [
        [_frozen(part) for part in named.values()],
        [draw for draw in draws if not draw[0].startswith(_TURN_STREAMS)],
        [timer for timer in pending if timer[2] not in _TURN_TIMERS],
        visitors,
    ]


def _frozen(part: Any) -> Any:
    """Copy the lists that the market goes on writing to."""
    return list(part) if isinstance(part, list) else part
