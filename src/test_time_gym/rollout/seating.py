"""Seating: whether one object may play several seats of a market at once."""

import warnings
from collections.abc import Mapping

from test_time_gym.agents.base import AgentSource
from test_time_gym.market.interface.policy import AgentError

__all__ = ["SharedAgent", "verify_seating"]


class SharedAgent(UserWarning):
    """One object plays several seats, though it keeps something of an episode."""


def verify_seating(sources: Mapping[str, AgentSource]) -> None:
    """Raise why agents cannot have their seats; warn of one that had better not.

    An object with ``begin`` keeps something of its episode.  In two seats it would
    take what it keeps of one for what it keeps of the other.

    Args:
        sources: seat → who plays it.

    Raises:
        AgentError: an object has ``one_seat = True``, and several seats.

    >>> class Learner:
    ...     one_seat = True
    ...     def act(self, page): ...
    >>> one = Learner()
    >>> verify_seating({"buyer_0": one, "buyer_1": Learner()})
    >>> verify_seating({"buyer_0": one, "buyer_1": one})
    Traceback (most recent call last):
    test_time_gym.market.interface.policy.AgentError: ...
    """
    seats: dict[int, list[str]] = {}
    for seat, source in sources.items():
        if not isinstance(source, str):
            seats.setdefault(id(source), []).append(seat)
    for names in seats.values():
        if len(names) == 1:
            continue
        agent = sources[names[0]]
        if getattr(agent, "one_seat", False) is True:
            raise AgentError(_told(agent, names))
        if _keeps_an_episode(agent):
            more = "; if it keeps its seats apart, say one_seat = False in its class"
            warnings.warn(_told(agent, names) + more, SharedAgent, stacklevel=4)


def _keeps_an_episode(agent: object) -> bool:
    """Return whether an object seems to; what plays in its place is made per seat."""
    if getattr(agent, "one_seat", True) is False or hasattr(agent, "for_episode"):
        return False
    return callable(getattr(agent, "begin", None))


def _told(agent: object, names: list[str]) -> str:
    name = type(agent).__name__
    return (
        f"one {name} would play {names[0]} to {names[-1]} at once, but keeps what it "
        f"knows of one episode: give each seat one of its own "
        f"([{name}(…) for _ in range({len(names)})]), or play one seat (n_agents=1)"
    )
