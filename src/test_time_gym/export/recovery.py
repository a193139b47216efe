"""Recovery: the environment in which recorded episodes come out the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from test_time_gym.journal.reader import JournalFile
from test_time_gym.market.errors import MarketError
from test_time_gym.market.interface.reward import RewardConfig, reward_of
from test_time_gym.market.snapshot import digest_of
from test_time_gym.scenarios import load_scenario

from .vector_episode import VectorEpisode

__all__ = ["Recovery", "recovery_of"]

_FOCAL = "buyer_0"
"""The agent that a `BookingEnv` lets act."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """An environment's specification, or why there is none."""

    spec: Any
    """Gymnasium's ``EnvSpec``, or None."""
    reason: str = ""


def recovery_of(episodes: list[VectorEpisode], agent: str) -> Recovery:
    """Return the environment that gives all of these episodes, if there is one.

    It is tried: only an environment that shows every observation and pays every
    reward again is returned.
    """
    if agent != _FOCAL:
        return Recovery(None, f"the environment lets {_FOCAL} act, not {agent}")
    options: dict[str, Any] | None = None
    for episode in episodes:
        mine, reason = _options(episode.journal)
        if reason:
            return Recovery(None, f"{episode.journal.path.name}: {reason}")
        if options is not None and options != mine:
            return Recovery(None, "the journals are of different environments")
        options = mine
    return _tried(episodes, options or {})


def _options(journal: JournalFile) -> tuple[dict[str, Any], str]:
    """Return what a `BookingEnv` would have to be made with, or why not."""
    header = journal.header
    name, rest = header["scenario"]["name"], header["seats"][1:]
    numbers = header["scenario"]["reward"]
    try:
        scenario = load_scenario(name)
        reward = reward_of(numbers, RewardConfig())
        scenario = scenario.model_copy(update={"reward": reward})
        known = scenario.model_dump(mode="json", by_alias=True)
    except MarketError:
        known = None
    if known is None or digest_of(known) != header["scenario_digest"]:
        return {}, f"its scenario, {name}, is none that comes with Test-Time Gym"
    for seat in rest:
        if seat["policy"] in ("external", "oracle"):
            return {}, f"{seat['name']} was played by nobody whom it can name"
    options = {
        "scenario": name,
        "observation": "vector",
        "reward": numbers,
        "n_agents": len(rest) + 1,
        "max_turns": header["max_turns"],
        "others": {seat["name"]: seat["policy"] for seat in rest},
    }
    return options, ""


def _tried(episodes: list[VectorEpisode], options: dict[str, Any]) -> Recovery:
    from test_time_gym.envs import booking_spec  # noqa: PLC0415 - it imports us

    spec = booking_spec(load_scenario(options["scenario"]).market.trade, **options)
    try:
        env = spec.make()
        try:
            for episode in episodes:
                if not _same(env, episode):
                    path = episode.journal.path.name
                    reason = f"{path}: the environment gives another episode"
                    return Recovery(None, reason)
        finally:
            env.close()
    except MarketError as error:
        return Recovery(None, f"the environment cannot be made or played: {error}")
    return Recovery(spec)


def _same(env: Any, episode: VectorEpisode) -> bool:
    seen: Any
    seen, _ = env.reset(seed=episode.seed)
    if not _equal(seen, episode.observations[0]):
        return False
    played = zip(
        episode.actions,
        episode.observations[1:],
        episode.rewards,
        episode.terminations,
        episode.truncations,
        strict=True,
    )
    for action, observation, *rest in played:
        seen, *now, _ = env.step(action)
        if now != rest or not _equal(seen, observation):
            return False
    return True


def _equal(one: Any, two: Any) -> bool:
    return all(np.array_equal(one[key], two[key]) for key in two)
