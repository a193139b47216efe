"""What a seller takes whose policy was trained, or anybody else in its place."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from test_time_gym.agents.base import Agent, AgentSource
from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.booking_env import OtherSeats
from test_time_gym.envs.scripted_seats import ScriptedSeats
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.interface.role import ROLES
from test_time_gym.scenarios import Scenario, load_scenario

from .success import Policy

__all__ = ["revenue_of"]

_OTHER_SELLERS = "load-follower"


def revenue_of(
    policy: Policy | str | Agent,
    scenario: str | Path | Scenario,
    seeds: Iterable[int],
    *,
    seller: str = "seller_0",
    others: Mapping[str, AgentSource] | None = None,
    **options: Any,
) -> list[int]:
    """Let somebody play a seller of a scenario, and return what it took each time.

    Args:
        policy: a function of the seller's vector and the mask of its legal actions; or
            an agent, by its name (``ppo:FILE.npz`` is one) or as an object with
            ``act``, which then plays all episodes.
        scenario: a name, the path of a TOML file, or a `Scenario`.
        seeds: of the episodes; take some that nobody was trained on.
        seller: the agent that is played.
        others: who plays whom of the others; by default buyers are the scenario's own
            policies, and sellers ``"load-follower"``.
        **options: ``n_agents``, ``max_turns``, … of the environments.

    Returns:
        For each seed, what the seller's units were sold for since the opening, in minor
        units.

    Raises:
        Misuse: no seller of the scenario has this name, or ``others`` names it, too, or
            a seat that is none, or an option is out of range.
        AgentError: somebody is no agent.

    >>> others = {"buyer_0": "cheapest"}
    >>> revenue_of("undercut", "flights/duopoly", [1], others=others, n_agents=1)
    [13825]
    """
    declared = load_scenario(scenario)
    adapter = EnvAdapter(declared, roles=ROLES, **options)
    sellers = adapter.names[len(adapter.buyers) :]
    if seller not in sellers:
        msg = f"{declared.name} has no seller {shown(seller)}; an agent can play "
        raise Misuse(msg + ", ".join(sellers))
    if seller in (others or {}):
        raise Misuse(f"others names {seller!r}, whom the policy plays: leave it out")
    given: dict[str, AgentSource] = dict.fromkeys(sellers, _OTHER_SELLERS)
    plays = policy if isinstance(policy, str | Agent) else _OfVectors(policy)
    given |= {**(others or {}), seller: plays}
    seats = OtherSeats(declared, adapter.names, given)
    return [_played(adapter, seats, seller, seed) for seed in seeds]


class _OfVectors:
    """A policy as an agent that is shown vectors."""

    observes = "vector"

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def act(self, seen: dict[str, Any]) -> int:
        """Return what the policy does."""
        return int(self._policy(seen["observation"], seen["action_mask"]))


def _played(adapter: EnvAdapter, seats: OtherSeats, seller: str, seed: int) -> int:
    """Play one episode, and return the revenue of the seller."""
    turns = adapter.begin(seed)
    scripted = ScriptedSeats(seats, turns)
    mine = turns.by_name[seller]
    turns.advance()
    while mine.outcome is None:
        seat = turns.ready[0]
        turns.act(seat, scripted.ask(turns, seat))
        turns.advance()
    adapter.end()
    return turns.seller.revenue_minor(mine)  # type: ignore[arg-type]
