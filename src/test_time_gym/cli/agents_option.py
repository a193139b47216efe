"""Seating: who plays, as said on the command line."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .values import listed

if TYPE_CHECKING:
    from test_time_gym.agents.base import AgentSource
    from test_time_gym.scenarios import Scenario

__all__ = ["ChosenAgents", "chosen_agents", "successors"]


@dataclass(frozen=True, slots=True)
class ChosenAgents:
    """Who plays each seat that was given to somebody."""

    count: int
    """Seats in all; the scenario's own policies play the others."""
    sources: "dict[str, AgentSource]"
    labels: dict[str, str]
    """What the user called the agents that are not built in."""


def chosen_agents(
    scenario: "Scenario",
    agents: str | None,
    single: list[str],
    n_agents: int | None,
) -> ChosenAgents:
    """Return who plays.

    Args:
        scenario: the declared world.
        agents: one agent for all seats, or several in the order of seats,
            separated by commas.
        single: ``SEAT=AGENT``, stronger than ``agents``.
        n_agents: seats in all; None: as many as ``agents`` lists, or the
            scenario's number, and at least those named in ``single``.

    Raises:
        Misuse: an agent cannot be loaded, or there are more than seats.
    """
    from test_time_gym.market.errors import Misuse
    from test_time_gym.market.interface.episode import AGENTS_MAX

    names = listed("--agents", agents) or []
    named = dict(_pair(text) for text in single)
    count = n_agents
    if count is None:
        places = [_place(seat) + 1 for seat in named]
        count = len(names) if len(names) > 1 else scenario.agents.count
        count = max([count, *places])
    if len(names) > count:
        msg = f"--agents lists {len(names)} agents for {count} seats"
        raise Misuse(msg)
    if len(names) == 1:
        names *= min(count, AGENTS_MAX)
    wanted = {f"buyer_{k}": name for k, name in enumerate(names)} | named
    return ChosenAgents(count, *_sources(wanted))


def successors(single: list[str]) -> "tuple[dict[str, AgentSource], dict[str, str]]":
    """Return who takes over which seats, and what the user called own agents.

    Args:
        single: ``SEAT=AGENT`` each.

    Raises:
        Misuse: an agent cannot be loaded, or a seat is named twice.
    """
    from test_time_gym.market.errors import Misuse

    pairs = [_pair(text) for text in single]
    named = dict(pairs)
    if len(named) < len(pairs):
        twice = next(
            seat for k, (seat, _) in enumerate(pairs) if seat in dict(pairs[:k])
        )
        raise Misuse(f"--agent names {twice!r:.60} twice")
    return _sources(named)


def _sources(
    wanted: dict[str, str],
) -> "tuple[dict[str, AgentSource], dict[str, str]]":
    """Return an agent for each seat, and the names of those that are not built in."""
    from test_time_gym.agents.trained import is_policy_file
    from test_time_gym.rollout.load_agent import instance_of, is_custom, load_agent

    own = {
        name: load_agent(name)
        for name in dict.fromkeys(wanted.values())
        if is_custom(name)
    }
    sources = {
        seat: instance_of(name, own[name]) if name in own else name
        for seat, name in wanted.items()
    }
    labels = {
        seat: name
        for seat, name in wanted.items()
        if name in own or is_policy_file(name)
    }
    return sources, labels


def _pair(text: str) -> tuple[str, str]:
    from test_time_gym.market.errors import Misuse

    seat, equals, name = text.partition("=")
    if not (seat and equals and name):
        msg = f"--agent {text!r:.60}: say it as buyer_1=patient"
        raise Misuse(msg)
    return seat, name


def _place(seat: str) -> int:
    """Return a seat's index; an impossible name is left to the run to refuse."""
    found = re.fullmatch(r"buyer_([0-9]{1,4})", seat)
    return int(found[1]) if found else -1
