"""The agents that play the arms of a study of the skills agent."""

from collections.abc import Callable, Mapping
from typing import Any

from test_time_gym.agents.skills.agent import SkillsAgent

from .arms import ARMS
from .curriculum import EPISODES_MAX

__all__ = ["skills_agent", "taught_agents", "untaught_agents"]

Usual = Mapping[str, Any]
"""Settings of all agents of a study."""


def skills_agent(arm: str, seed: int, usual: Usual) -> SkillsAgent:
    """Return the agent of an arm, which has not played.

    Args:
        arm: its name.
        seed: the agent's.
        usual: settings of all agents of the study.
    """
    return SkillsAgent(seed, **{**usual, **ARMS[arm].settings})


def untaught_agents(arm: str, seed: int, usual: Usual) -> Callable[[], SkillsAgent]:
    """Return what makes a new agent for each episode, with chance of its own."""
    seeds = iter(range(EPISODES_MAX * seed, EPISODES_MAX * (seed + 1)))
    return lambda: skills_agent(arm, next(seeds), usual)


def taught_agents(
    arm: str, seed: int, usual: Usual, teacher: SkillsAgent
) -> Callable[[], SkillsAgent]:
    """Return the same, of agents that know what another one has learned."""
    fresh = untaught_agents(arm, seed, usual)
    skills, known = teacher.skills, teacher.dump()

    def made() -> SkillsAgent:
        agent = fresh()
        agent.load(skills, known)
        return agent

    return made
