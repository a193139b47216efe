"""Agents play episodes of a scenario."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from test_time_gym.agents.base import AgentSource
from test_time_gym.envs.adapter import buyer_names
from test_time_gym.journal.sink import (
    Durability,
    verify_durability,
    verify_new_journals,
)
from test_time_gym.market.errors import Misuse, did_you_mean, shown
from test_time_gym.market.integers import as_integer, whole
from test_time_gym.market.interface.role import ROLES, verify_roles
from test_time_gym.market.interface.seller import seller_names
from test_time_gym.market.interface.workload import verify_workload
from test_time_gym.market.streams import seed_of
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario, load_scenario

from .hooks import Advise, Measure
from .results import RunResult
from .rollout import NOBODY, Report, policy_name
from .run_plan import RunPlan
from .seating import verify_seating

__all__ = ["SELLER", "Agents", "play"]

SELLER: Final = "load-follower"
"""Who plays a seller for whom nobody is named."""

Agents = Mapping[str, AgentSource] | Sequence[AgentSource] | AgentSource | None


def play(
    scenario: str | Path | Scenario,
    agents: Agents = None,
    *,
    seed: int = 0,
    n_agents: int | None = None,
    roles: Sequence[str] | None = None,
    episodes: int = 1,
    journal: str | Path | None = None,
    overwrite: bool = False,
    durability: Durability = "end",
    measure: Measure | None = None,
    advised: Mapping[str, Advise] = NOBODY,
    max_turns: int | None = None,
    reward: object = None,
    window_s: int | None = None,
    concurrency: int = 1,
    allow_long: bool = False,
    progress: Report | None = None,
) -> RunResult:
    """Play agents in a scenario.

    The arguments are those of `test_time_gym.run`, but for two with which it measures
    regret and plays the oracle: ``measure`` hears of every action and adds to the
    results; ``advised`` has, by their names, agents that are made for each episode.

    Raises:
        TooLong: the scenario hardly ends, and nothing has been played.
        Misuse: an argument is wrong, and nothing has been played; or a journal
            could not be written to its end.
        AgentError: an agent's ``end`` failed; the episode has been played.

    >>> result = play("flights/sfo-mad", "cheapest", seed=42)
    >>> result.episodes[0].agents["buyer_0"].outcome
    'success'
    """
    declared = load_scenario(scenario).with_reward(reward)
    episodes = whole("episodes", episodes, 1)
    if max_turns is not None:
        max_turns = whole("max_turns", max_turns, 1)
    concurrency = whole("concurrency", concurrency, 1)
    window_ms = 0 if window_s is None else whole("window_s", window_s, 1) * 1000
    verify_workload(declared, allow_long=allow_long)
    verify_durability(durability)
    seed = seed_of(seed)
    seed_of(seed + episodes - 1)
    sellers = _sellers(declared, agents, roles)
    sources = _seats(declared, agents, n_agents) | sellers
    verify_seating(sources)
    policies = {name: policy_name(one, advised) for name, one in sources.items()}
    base = None if journal is None else Path(journal)
    if base is not None and not overwrite:
        verify_new_journals(base, episodes)
    plan = RunPlan(
        scenario=declared,
        sources=sources,
        policies=policies,
        seed=seed,
        episodes=episodes,
        roles=ROLES if sellers else ("buyer",),
        window_ms=window_ms,
        max_turns=max_turns,
        measure=measure,
        advised=advised,
        journal=base,
        overwrite=overwrite,
        durability=durability,
    )
    return RunResult(
        scenario=declared.name,
        seed=seed,
        currency=declared.market.currency,
        units=declared.market.trade.words.in_stock,
        episodes=plan.play(concurrency, progress),
    )


def _seats(
    scenario: Scenario, agents: Agents, n_agents: int | None
) -> dict[str, AgentSource]:
    """Return who plays each seat."""
    given = agents if isinstance(agents, Mapping) else None
    listed: list[AgentSource] = []
    if given is None and agents is not None:
        one = isinstance(agents, str) or not isinstance(agents, Sequence)
        listed = [agents] if one else list(agents)  # type: ignore[list-item, arg-type]
    count = n_agents
    if count is None:
        count = len(listed) if len(listed) > 1 else scenario.agents.count
        every = buyer_names(scenario.agents.most)
        named = [k + 1 for k, seat in enumerate(every) if seat in (given or {})]
        count = max([count, *named])
    seats = as_integer(count)
    if seats is None or not 1 <= seats <= scenario.agents.most:
        msg = f"{scenario.name} seats 1 to {scenario.agents.most} agents, "
        raise Misuse(f"{msg}not {shown(count)}")
    names = buyer_names(seats)
    sellers = _playable(scenario)
    unknown = [name for name in given or () if name not in [*names, *sellers]]
    if unknown:
        msg = f"no seat is called {unknown[0]!r:.40}; seats: {names[0]} … {names[-1]}"
        raise Misuse(msg + did_you_mean(unknown[0], [*names, *sellers]))
    if len(listed) > seats:
        msg = f"{len(listed)} agents for {seats} seats"
        raise Misuse(msg)
    if len(listed) == 1:
        listed = listed * seats
    sources: dict[str, AgentSource] = {}
    for k, name in enumerate(names):
        fallback = scenario.policies[k % len(scenario.policies)]
        own = listed[k] if k < len(listed) else fallback
        sources[name] = (given or {}).get(name, own)
    return sources


def _playable(scenario: Scenario) -> list[str]:
    """Return the names of the sellers that agents can play, if there are any."""
    try:
        return seller_names(World.of(scenario.market))
    except Misuse:
        return []


def _sellers(
    scenario: Scenario, agents: Agents, roles: Sequence[str] | None
) -> dict[str, AgentSource]:
    """Return who plays each seller: all of them if one is named, or the role is.

    Raises:
        Misuse: the roles are none, or no seller can be played.
    """
    given = agents if isinstance(agents, Mapping) else {}
    if roles is None:
        names = _playable(scenario)
        if not any(name in given for name in names):
            return {}
    elif "seller" in verify_roles(roles):
        names = seller_names(World.of(scenario.market))
    else:
        return {}
    return {name: given.get(name, SELLER) for name in names}
