"""Agents leave in good order: seen off once, paid in full, and gone for good."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from contextlib import closing
from itertools import pairwise
from typing import Any

from .errors import ConformanceError
from .walk import EnvFn, MaskedRandom, PolicyFn, Turn, is_parallel, walk

CHECK = "check_dead_steps"


def check_dead_steps(
    env_fn: EnvFn,
    *,
    seed: int = 42,
    max_steps: int | None = None,
    name_pattern: str | None = r"[a-z][a-z0-9_]*_[0-9]+",
    policy_fn: PolicyFn = MaskedRandom,
) -> None:
    """Deaths must follow PettingZoo's protocol, in any agent's turn.

    Through the AEC door: `last()` works at every turn; `rewards`, `terminations`,
    `truncations` and `infos` have the agents as keys; terminations are plain bools;
    an agent leaves `agents` by its own dead step and no other way, so that `last()`
    can hand over the sum of its rewards; nobody comes back. Through the Parallel
    door: the answers are keyed by the agents that acted, an agent that ended leaves
    `agents` at once, nobody else does, and nobody comes back.

    Args:
        env_fn: Makes a new AEC or Parallel environment.
        seed: The seed of the episode.
        max_steps: Stop after so many actions; by default play to the end.
        name_pattern: What agents' names must look like; `None` for anything.
        policy_fn: Makes the policy that plays.

    Raises:
        ConformanceError: A death goes wrong, or nobody died before `max_steps`.

    Example:
        >>> from test_time_gym import market_v0  # doctest: +SKIP
        >>> check_dead_steps(market_v0.env)  # doctest: +SKIP
    """
    with closing(env_fn()) as env:
        turns = list(walk(CHECK, env, policy_fn(), seed=seed, max_steps=max_steps))
        everyone = {agent for turn in turns for agent in turn.seen["agents"]}
        # An environment that makes up agents as it goes need not list them.
        possible = list(getattr(env, "possible_agents", sorted(everyone)))
        parallel = is_parallel(env)
    _require_names(turns, possible, name_pattern)
    if not any(turn.someone_died for turn in turns):
        raise ConformanceError(CHECK, "nobody died, so nothing was checked")
    _require_no_return(turns)
    if parallel:
        for before, after in pairwise(turns):
            _require_parallel_order(before, after)
        return
    for turn in turns:
        _require_keys(turn)
    for before, after in pairwise(turns):
        _require_orderly_leave(before, after)
    _require_all_rewards(turns)


def _require_names(turns: list[Turn], possible: list[str], pattern: str | None) -> None:
    if not possible:
        raise ConformanceError(CHECK, "there are no possible_agents")
    for name in possible:
        if pattern is not None and not re.fullmatch(pattern, str(name)):
            problem = f"the name {name!r} does not match {pattern!r}"
            raise ConformanceError(CHECK, problem, name)
    for turn in turns:
        agents = turn.seen["agents"]
        if len(set(agents)) < len(agents) or not set(agents) <= set(possible):
            problem = f"agents is {agents}, possible_agents is {possible}"
            raise ConformanceError(CHECK, problem, turn.agent, turn.step)


def _require_no_return(turns: list[Turn]) -> None:
    gone: set[str] = set()
    for before, after in pairwise(turns):
        gone |= set(before.seen["agents"]) - set(after.seen["agents"])
        for agent in gone & set(after.seen["agents"]):
            problem = f"came back from the dead: agents is {after.seen['agents']}"
            raise ConformanceError(CHECK, problem, agent, after.step)


def _require_keys(turn: Turn) -> None:
    agents = turn.seen["agents"]
    if turn.agent is not None and turn.agent not in agents:
        problem = f"is selected, but agents is {agents}"
        raise ConformanceError(CHECK, problem, turn.agent, turn.step)
    for name in ("rewards", "terminations", "truncations", "infos"):
        keys = list(turn.seen[name])
        if set(keys) != set(agents):
            problem = f"{name} has keys {keys}, agents is {agents}"
            raise ConformanceError(CHECK, problem, turn.agent, turn.step)
    for name in ("terminations", "truncations"):
        for agent, value in turn.seen[name].items():
            _require_bool(name, value, agent, turn.step)


def _require_bool(name: str, value: object, agent: str, step: int) -> None:
    if type(value) is not bool:
        problem = f"{name} must be True or False, not {value!r}"
        problem += f" of type {type(value).__name__}"
        raise ConformanceError(CHECK, problem, agent, step)


def _require_orderly_leave(before: Turn, after: Turn) -> None:
    left = [a for a in before.seen["agents"] if a not in after.seen["agents"]]
    due = [before.agent] if before.someone_died else []
    if left != due:
        problem = (
            f"the step removed {left or 'nobody'} from agents, expected "
            f"{due or 'nobody'}: an agent leaves by its own dead step"
        )
        raise ConformanceError(CHECK, problem, before.agent, before.step)
    for agent in after.seen["agents"]:
        was, is_ = (
            turn.seen["terminations"].get(agent) or turn.seen["truncations"].get(agent)
            for turn in (before, after)
        )
        if was and not is_:
            problem = "was dead and is alive again, before its dead step"
            raise ConformanceError(CHECK, problem, agent, after.step)


def _require_all_rewards(turns: list[Turn]) -> None:
    due: defaultdict[str, float] = defaultdict(float)
    for turn in turns:
        if turn.step:
            for agent, reward in turn.seen["rewards"].items():
                due[agent] += float(reward)
        if turn.agent is None:
            return
        paid = float(turn.seen["reward"])
        if not math.isclose(paid, due[turn.agent], rel_tol=1e-9, abs_tol=1e-9):
            problem = (
                f"last() hands over a reward of {paid}, but rewards since its "
                f"previous turn add up to {due[turn.agent]}"
            )
            raise ConformanceError(CHECK, problem, turn.agent, turn.step)
        due[turn.agent] = 0.0


def _require_parallel_order(before: Turn, after: Turn) -> None:
    acted, agents = before.seen["agents"], after.seen["agents"]
    for name in ("observation", "reward", "termination", "truncation", "info"):
        keys: dict[str, Any] = after.seen[name]
        allowed = {*acted, *agents}
        missing = [agent for agent in acted if agent not in keys]
        extra = [key for key in keys if key not in allowed]
        # PettingZoo allows entries for all, such as "common", in these two.
        if missing or (extra and name not in {"observation", "info"}):
            problem = f"{name}s have keys {list(keys)}, but {acted} acted"
            raise ConformanceError(CHECK, problem, step=after.step)
    for agent in acted:
        for name in ("termination", "truncation"):
            _require_bool(f"{name}s", after.seen[name][agent], agent, after.step)
        ended = after.seen["termination"][agent] or after.seen["truncation"][agent]
        if ended == (agent in agents):
            what = "ended but is still in" if ended else "did not end but is not in"
            problem = f"{what} agents {agents}"
            raise ConformanceError(CHECK, problem, agent, after.step)
