"""Players: who may sit at a seat, and what the dst itself does to their actions."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from test_time_gym.agents.base import make_agent
from test_time_gym.market.interface.actions import (
    Action,
    Crashed,
    Malformed,
    SetPrices,
    TurnInput,
    decode_action,
)
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.streams import Stream, Streams

from .adversaries import GARBAGE, HABITS
from .browsing import browse
from .purchase_driver import Observation, do
from .verbs import TABLE, VERB_NAMES, VERBS

__all__ = ["IDLE", "PLAYERS", "CaseAgent", "from_plain", "seated", "to_plain"]

_BROWSING_ON_PPM: Final = 500_000

IDLE: Final = "idle"
"""Who plays nothing; minimising puts it in the place of others."""

SCRIPTED: Final = (
    "cheapest",
    "dummy",
    "first-offer",
    "patient",
    "random",
    "rebooker",
)
"""Agents of the package.  Named here: a new one there must not move every case."""

PLAYERS: Final = (*HABITS, *SCRIPTED)
"""Who is drawn for a seat."""


class _Scripted:
    """Any agent of the package, or a shopper, as something that acts."""

    def __init__(self, name: str, dice: Stream) -> None:
        habit = HABITS.get(name)
        seed = dice.word()
        agent: Any = make_agent(name, seed) if habit is None else habit(dice)
        self.act: Callable[[Observation], Any] = agent.act
        self.begin: Callable[[Observation], None] | None = getattr(agent, "begin", None)


class CaseAgent:
    """A seat's player, under the faults that affect agents.

    Args:
        name: of `PLAYERS`, or `IDLE`.
        seat: its index.
        seed: of the case.
        run: how the case is played: rates of faults, when everybody calms down.
    """

    def __init__(self, name: str, seat: int, seed: int, run: Mapping[str, Any]) -> None:
        """Seat the player."""
        self._streams = Streams(seed)
        self._seat = seat
        self._run = run
        self._agent: Any = None
        if name != IDLE:
            dice = self._streams.get("dst", "player", seat)
            self._agent = _Scripted(name, dice)
        self._turn = 0
        self._faults: dict[str, Callable[[Observation], Any]] = {
            "garbage_ppm": self._garbage,
            "twice_ppm": lambda _: self._last,
            "distracted_ppm": lambda _: do("wait", minutes=2),
            "browsing_ppm": self._browse,
        }
        self._last: Any = do("wait")
        self._answered = ""

    def begin(self, seen: Observation) -> None:
        """Show the first page, as a run does."""
        begin = getattr(self._agent, "begin", None)
        if begin is not None:
            begin(seen)

    def act(self, seen: Observation, exponent: int) -> TurnInput:
        """Return the seat's action in this situation."""
        self._turn += 1
        if self._agent is not None and self._hit("crash_ppm"):
            return Crashed("RuntimeError")
        chosen = self._chosen(seen)
        if chosen is None:
            return Malformed("the agent returned None")
        return decode_action(chosen, TABLE, exponent)

    def _chosen(self, seen: Observation) -> Any:
        if self._turn > self._run["calm_from"]:
            return self._calm(seen)
        if self._agent is None:
            return do("wait", minutes=60)
        for fault, instead in self._faults.items():
            if self._hit(fault):
                return instead(seen)
        if self._goes_on_browsing(seen):
            return self._browse(seen)
        self._last = self._agent.act(seen)
        return self._last

    def _garbage(self, _seen: Observation) -> Any:
        dice = self._streams.at(self._turn, "dst", "garbage", self._seat)
        return GARBAGE[dice.below(len(GARBAGE))]

    def _goes_on_browsing(self, seen: Observation) -> bool:
        """Return whether somebody who has filtered looks on, as people do."""
        if seen["last_action"] != "filter_results" or not self._run.get("browsing_ppm"):
            return False
        dice = self._streams.at(self._turn, "dst", "browsing-on", self._seat)
        return dice.chance(_BROWSING_ON_PPM)

    def _browse(self, seen: Observation) -> Any:
        dice = self._streams.at(self._turn, "dst", "browsing", self._seat)
        return browse(seen, dice)

    def _calm(self, seen: Observation) -> Any:
        """Ask again about what is open, answer the bank once, else wait."""
        status = seen["payment_state"]["status"]
        if status == "unknown":
            return do("confirm_payment")
        codes = [m["text"][-6:] for m in seen["messages"] if m["from"] == "Bank"]
        if status == "requires_challenge" and codes and codes[-1] != self._answered:
            self._answered = codes[-1]
            return do("answer_challenge", code=codes[-1])
        return do("wait", minutes=1 if status == "requires_challenge" else 10)

    def _hit(self, fault: str) -> bool:
        """Return whether a fault of agents fires at this turn."""
        rate = self._run.get(fault, 0)
        if not rate:
            return False
        return self._streams.at(self._turn, "dst", fault, self._seat).chance(rate)


class _Recorded:
    """A seat that takes the actions of a script, then looks on."""

    def __init__(self, tape: list[Any]) -> None:
        self._actions = iter([from_plain(item) for item in tape])

    def begin(self, seen: Observation) -> None:
        """Nothing to learn."""

    def act(self, seen: Observation, exponent: int) -> TurnInput:
        """Return the next action of the script."""
        return next(self._actions, Action(Verb.WAIT, {"minutes": 60}))


def seated(
    players: tuple[str, ...],
    recorded_actions: Mapping[int, list[Any]],
    seed: int,
    run: Mapping[str, Any],
) -> list[CaseAgent | _Recorded]:
    """Return the player of every seat."""
    return [
        _Recorded(recorded_actions[seat])
        if seat in recorded_actions
        else CaseAgent(name, seat, seed, run)
        for seat, name in enumerate(players)
    ]


def to_plain(given: TurnInput) -> Any:
    """Return an action as plain data: ``[verb, arguments]``, or what went wrong."""
    if isinstance(given, Action):
        return [VERB_NAMES[given.verb], given.args]
    if isinstance(given, SetPrices):
        return ["set_prices", given.prices]
    return ["error" if isinstance(given, Crashed) else "malformed", given.why]


def from_plain(item: Any) -> TurnInput:
    """Return the action that `to_plain` has written down.

    >>> from_plain(["wait", {"minutes": 5}])
    Action(verb=<Verb.WAIT: 11>, args={'minutes': 5})
    """
    verb, args = item
    if verb == "error":
        return Crashed(args)
    if verb == "malformed":
        return Malformed(args)
    return SetPrices(args) if verb == "set_prices" else Action(VERBS[verb], args)
