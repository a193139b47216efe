"""Playing a case: an episode under watch, its settling, and what is said of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

from test_time_gym.envs.adapter import buyer_names
from test_time_gym.market.errors import MarketError, Misuse
from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.streams import Streams

from .case import DrawnCase
from .case_agents import seated, to_plain
from .confluence import check_confluence, comparable, with_more_notices
from .coverage import Count
from .journal_checks import check_records, check_replay, check_rewards
from .reference import Reference
from .settle import settle
from .watch import CoverageContext, LawBroken, WatchedTurns, record_of, world_state

__all__ = ["CONFLUENT_PPM", "REPLAYED_PPM", "CaseResult", "play_case", "valid"]

REPLAYED_PPM: Final = 50_000
"""Share of the seeds that are played again, and their journal re-executed."""

CONFLUENT_PPM: Final = 50_000
"""Share of the seeds that are played again with more notices."""

VALUES_MAX: Final = 500
"""Characters of the values that are told of a broken law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of a case."""

    seed: int
    law: str = ""
    """The law that was broken; empty: none."""
    values: str = ""
    simulated_ms: int = 0
    events: int = 0
    """Of the clock."""
    actions: int = 0
    checks: int = 0
    """How often all laws were checked."""
    replayed: bool = False
    sometimes: Mapping[str, int] = field(default_factory=dict)
    recorded_actions: Mapping[int, list[Any]] = field(default_factory=dict)
    """What every seat did, as plain data."""


class _Run:
    """One execution of a case."""

    def __init__(self, case: DrawnCase) -> None:
        self._case = case
        self._how = case.run()
        self._streams = Streams(case.seed)
        self.count = Count()
        self.reference = Reference()
        self.actions = 0
        self.recorded_actions: dict[int, list[Any]] = {
            k: [] for k in range(len(case.players))
        }
        self.turns: WatchedTurns | None = None

    def episode(self) -> WatchedTurns:
        """Play until every agent has stopped."""
        case, how = self._case, self._how
        names = buyer_names(len(case.players))
        turns = _Held(
            self,
            case.scenario(),
            case.seed,
            names,
            self._look,
            finish=how["finish"],
            window_ms=how["window_ms"],
            shuffle_ties=how.get("shuffle_ties", False),
            policies=dict(zip(names, case.players, strict=True)),
        )
        page, offers = turns.config.page, turns.world.trade.words.offers
        players = seated(case.players, case.recorded_actions, case.seed, how)
        for seat, player in zip(turns.seats, players, strict=True):
            player.begin(page.usual(observe(turns, seat), offers))
        while turns.ready:
            self._out_of_turn(turns)
            seat = turns.seats[turns.ready[0].index]
            mask = turns.check_masks(seat)
            seen = observe(turns, seat)
            self.reference.check(turns, seat, seen)
            self.reference.check_slots(turns, seat, mask)
            usual = page.usual(seen, offers)
            given = players[seat.index].act(usual, turns.world.exponent)
            self.recorded_actions[seat.index].append(to_plain(given))
            self.actions += 1
            turns.act(seat, given)
            turns.advance()
        self.check_pages(turns)
        return turns

    def check_pages(self, turns: WatchedTurns) -> None:
        """Compare what every seat sees with what it must see.

        Raises:
            Broken: they differ.
        """
        for seat in turns.seats:
            self.reference.check(turns, seat, observe(turns, seat))

    def _look(self, moment: CoverageContext) -> None:
        self.count.look(moment)
        self.reference.see(moment)

    def _out_of_turn(self, turns: WatchedTurns) -> None:
        """Let a seat act that is not asked, at times: it must change nothing."""
        rate = self._how.get("out_of_turn_ppm", 0)
        seats = [seat for seat in turns.seats if seat not in turns.ready]
        dice = self._streams.at(self.actions, "dst", "out-of-turn")
        if not seats or not dice.chance(rate):
            return
        before, lines = world_state(turns), len(turns.lines)
        seat = seats[dice.below(len(seats))]
        try:
            turns.act(seat, Action(Verb.WAIT, {}))
        except Misuse:
            self.count.seen["acted_out_of_turn"] += 1
        else:
            raise LawBroken("nobody_acts_out_of_turn", f"{seat.name} was let in")
        if (world_state(turns), len(turns.lines)) != (before, lines):
            raise LawBroken(
                "nobody_acts_out_of_turn", f"{seat.name} changed the market"
            )


class _Held(WatchedTurns):
    """Turns that the run can look at even if a law is broken while they open."""

    def __init__(self, run: _Run, *args: Any, **options: Any) -> None:
        run.turns = self
        super().__init__(*args, **options)


def valid(case: DrawnCase) -> bool:
    """Return whether a case declares a world that can be played."""
    try:
        case.scenario()
    except MarketError:
        return False
    return bool(case.players)


def play_case(case: DrawnCase) -> CaseResult:
    """Play a case under all laws, to its settled end.

    Nothing is raised: what goes wrong anywhere is a broken law of the result.
    """
    run, law, values, replayed = _Run(case), "", "", False
    try:
        turns = run.episode()
        played = len(turns.lines)
        check_rewards(turns)
        settle(turns)
        run.check_pages(turns)
        check_records(turns)
        dice = Streams(case.seed)
        if dice.get("dst", "replay").chance(REPLAYED_PPM):
            replayed = True
            again = _Run(case).episode()
            check_replay(turns.lines[:played], again)
        if comparable(case) and dice.get("dst", "confluence").chance(CONFLUENT_PPM):
            _play_with_more_notices(case, run, turns)
    except LawBroken as error:
        law, values = error.law, error.values
    except Exception as error:  # noqa: BLE001 - whatever fails is a finding
        law, values = f"nothing_fails:{type(error).__name__}", _where(error)
    lines = [] if run.turns is None else run.turns.lines
    clock = None if run.turns is None or not lines else run.turns.clock
    return CaseResult(
        seed=case.seed,
        law=law,
        values=values[:VALUES_MAX],
        simulated_ms=0 if clock is None else clock.now_ms - record_of(lines[0])["t"],
        events=0 if clock is None else clock.events,
        actions=run.actions,
        checks=0 if run.turns is None else run.turns.checks,
        replayed=replayed,
        sometimes=dict(sorted(run.count.seen.items())),
        recorded_actions=run.recorded_actions,
    )


def _play_with_more_notices(case: DrawnCase, run: _Run, turns: WatchedTurns) -> None:
    more = _Run(with_more_notices(case, run.recorded_actions)).episode()
    settle(more)
    check_confluence(turns, more)


def _where(error: Exception) -> str:
    frame = extract_tb(error.__traceback__)[-1]
    return f"{error} ({Path(frame.filename).name}, in {frame.name})"
