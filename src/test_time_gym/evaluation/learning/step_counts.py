"""Step counts: how many steps of an episode were by skills, trials and exploring."""

from typing import Any, NamedTuple

from test_time_gym.agents.skills.skill.trajectory import EXPLORE, TRIAL, Trajectory

__all__ = ["StepCounts", "steps_of"]


class StepCounts(NamedTuple):
    """Steps of one episode."""

    skills: int = 0
    """By what was known: by skills, by replays, and by what prices have taught."""
    trials: int = 0
    """To see what a price would be."""
    exploring: int = 0
    """By neither."""


def steps_of(agent: Any) -> StepCounts:
    """Return the counts of an agent's last episode; all 0 if it does not tell.

    >>> steps_of(object())
    StepCounts(skills=0, trials=0, exploring=0)
    """
    told = getattr(agent, "trajectory", None)
    if not isinstance(told, Trajectory):
        return StepCounts()
    takers = [taken.by for taken in told.taken]
    trials, exploring = takers.count(TRIAL), takers.count(EXPLORE)
    return StepCounts(len(takers) - trials - exploring, trials, exploring)
