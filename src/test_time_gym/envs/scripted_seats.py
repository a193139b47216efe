"""Scripted seats: agents of a market that policies play, not the caller."""

from collections.abc import Callable
from typing import Any
from warnings import warn

from test_time_gym.agents.base import Agent
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.crash import crash_of, explained
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns

from .agent_views import AgentViews

__all__ = ["MakePolicies", "ScriptedSeats"]

MakePolicies = Callable[[int], dict[str, Agent]]
"""Returns, for a run's seed, who plays which agent, by its name."""


class ScriptedSeats:
    """The policies of one run.

    Args:
        make: makes them.
        seed: of the run.

    Attributes:
        crashes: what ended policies' programs in this run, in words, by name.
    """

    def __init__(self, make: MakePolicies, seed: int) -> None:
        """Make the policies."""
        self._policies = make(seed)
        self._views: AgentViews | None = None
        self.crashes: dict[str, str] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the run behind: a copy is shown the one that goes on."""
        return self.__dict__ | {"_views": None}

    def ask(self, turns: Turns, seat: Participant) -> Input:
        """Return what an agent does; one whose policy fails ends its own episode."""
        if self._views is None or self._views.turns is not turns:
            self._views = AgentViews(turns)
        agent = self._policies[seat.name]
        seen = self._views.observe(agent, seat)
        try:
            return self._views.decode(agent, seat, agent.act(seen))
        except BaseException as error:  # noqa: BLE001 - any program sits there
            crash = crash_of(error)
            self.crashes[seat.name] = what = explained(error)
            msg = f"the agent of {seat.name} failed, its episode is over: {what}"
            warn(msg, RuntimeWarning, stacklevel=4)
            return crash
