"""Scripted seats: agents of a market that policies play, not the caller."""

from collections.abc import Callable, Mapping
from typing import Any
from warnings import warn

from test_time_gym.agents.answer import settled
from test_time_gym.agents.base import AgentSource, make_agent
from test_time_gym.market.interface.actions import Crashed, Input
from test_time_gym.market.interface.crash import crash_of, explained
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns

from .agent_views import AgentViews

__all__ = ["MakePolicies", "ScriptedSeats"]

MakePolicies = Callable[[int], Mapping[str, AgentSource]]
"""Returns, for a run's seed, who plays which agent, by its name."""


class ScriptedSeats:
    """The policies of one run.

    Those that have ``begin`` are shown what they begin with, as in `run`; ``end`` is
    for runs that are played to their end.

    Args:
        make: makes them.
        turns: the run, at its opening.

    Attributes:
        crashes: what ended policies' programs in this run, in words, by name.
    """

    def __init__(self, make: MakePolicies, turns: Turns) -> None:
        """Make the policies, and let them begin."""
        made = make(turns.market.streams.seed)
        self._policies = {name: make_agent(one) for name, one in made.items()}
        self._views: AgentViews | None = AgentViews(turns)
        self._crashed: dict[str, Crashed] = {}
        self.crashes: dict[str, str] = {}
        for name, agent in self._policies.items():
            begin = getattr(agent, "begin", None)
            if callable(begin):
                seen = self._views.observe(agent, turns.by_name[name])
                try:
                    settled(begin(seen))
                except BaseException as error:  # noqa: BLE001 - as in ask
                    self._crashed[name] = self._crash(name, error)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the run behind: a copy is shown the one that goes on."""
        return self.__dict__ | {"_views": None}

    def ask(self, turns: Turns, seat: Participant) -> Input:
        """Return what an agent does; one whose policy fails ends its own episode."""
        if self._views is None or self._views.turns is not turns:
            self._views = AgentViews(turns)
        if seat.name in self._crashed:
            return self._crashed[seat.name]
        agent = self._policies[seat.name]
        seen = self._views.observe(agent, seat)
        try:
            return self._views.decode(agent, seat, settled(agent.act(seen)))
        except BaseException as error:  # noqa: BLE001 - any program sits there
            return self._crash(seat.name, error)

    def _crash(self, name: str, error: BaseException) -> Crashed:
        """Keep what ended an agent's program, and say it."""
        crash = crash_of(error)
        self.crashes[name] = what = explained(error)
        msg = f"the agent of {name} failed, its episode is over: {what}"
        warn(msg, RuntimeWarning, stacklevel=5)
        return crash
