"""Seating: which seats clients play, and who plays the others."""

from collections.abc import Mapping, Sequence

from test_time_gym.agents.base import AgentSource, reads_as_people_do
from test_time_gym.envs.adapter import buyer_names
from test_time_gym.market.errors import Misuse
from test_time_gym.scenarios import Scenario

__all__ = ["seated", "takes_its_time", "verify_clients"]


def takes_its_time(source: AgentSource) -> bool:
    """Return whether an agent may answer late: a model, or a program of one's own.

    >>> takes_its_time("cheapest"), takes_its_time("llm:m@http://127.0.0.1:1/v1")
    (False, True)
    """
    return not isinstance(source, str) or reads_as_people_do(source)


def seated(
    scenario: Scenario, given: Mapping[str, AgentSource], count: int
) -> dict[str, AgentSource]:
    """Return who plays each seat, were there no clients.

    Args:
        scenario: has policies for seats that nobody is given for.
        given: by the name of the seat.
        count: how many seats there are.

    Raises:
        Misuse: there are no so many seats, or none of a name.
    """
    most = scenario.agents.most
    if not 1 <= count <= most:
        msg = f"{scenario.name} seats 1 to {most} agents, not {count}"
        raise Misuse(msg)
    names = buyer_names(count)
    _verify_known(list(given), names)
    policies = scenario.policies
    return {
        name: given.get(name, policies[k % len(policies)])
        for k, name in enumerate(names)
    }


def verify_clients(clients: Sequence[str], names: Sequence[str]) -> None:
    """Raise when clients cannot play these seats.

    Raises:
        Misuse: a seat is unknown or named twice.
    """
    _verify_known(clients, names)
    twice = [name for k, name in enumerate(clients) if name in clients[:k]]
    if twice:
        msg = f"the seat {twice[0]!r:.40} is given to clients twice"
        raise Misuse(msg)


def _verify_known(wanted: Sequence[str], names: Sequence[str]) -> None:
    unknown = [name for name in wanted if name not in names]
    if unknown:
        msg = f"no seat is called {unknown[0]!r:.40}; seats: {names[0]} … {names[-1]}"
        raise Misuse(msg)
