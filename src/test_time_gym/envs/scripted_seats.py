"""Scripted seats: agents of a market that policies play, not the caller."""

from collections.abc import Callable
from typing import Any
from warnings import warn

from test_time_gym.market.interface.actions import Input, Malformed
from test_time_gym.market.interface.crash import crash_of, explained
from test_time_gym.market.interface.participant import Participant

__all__ = ["MakePolicies", "Policy", "ScriptedSeats"]

Policy = Callable[[dict[str, Any]], Any]
"""Takes a JSON observation, returns a structured action."""

MakePolicies = Callable[[int], dict[str, Policy]]
"""Returns, for a run's seed, who plays which agent, by its name."""


class ScriptedSeats:
    """The policies of one run, who see JSON observations.

    Args:
        make: makes them.
        seed: of the run.

    Attributes:
        crashes: what ended policies' programs in this run, in words, by name.
    """

    def __init__(self, make: MakePolicies, seed: int) -> None:
        """Make the policies."""
        self._policies = make(seed)
        self.crashes: dict[str, str] = {}

    def ask(self, seat: Participant) -> Input:
        """Return what an agent does; one whose policy fails ends its own episode."""
        seen = seat.role.observe(seat)
        try:
            chosen = self._policies[seat.name](seen)
            if chosen is None:
                return Malformed("the agent returned None")
            return seat.role.decode(chosen)
        except BaseException as error:  # noqa: BLE001 - any program sits there
            crash = crash_of(error)
            self.crashes[seat.name] = what = explained(error)
            msg = f"the agent of {seat.name} failed, its episode is over: {what}"
            warn(msg, RuntimeWarning, stacklevel=4)
            return crash
