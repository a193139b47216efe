"""The placebo: skills that look like those of an agent, and mean nothing."""

from collections.abc import Sequence

from msgspec.structs import replace

from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.interface.policy import policy_stream

__all__ = ["shuffled"]


def shuffled(skills: Sequence[Skill], seed: int) -> list[Skill]:
    """Return as many skills of the same lengths, with their steps shuffled.

    Conditions, names and lengths stay; which step stands where is chance.

    Args:
        skills: those of an agent, in their order.
        seed: of the chance.
    """
    steps = [step for one in skills for step in one.steps]
    dice = policy_stream(seed, "placebo")
    # Fisher and Yates.
    for last in range(len(steps) - 1, 0, -1):
        other = dice.below(last + 1)
        steps[last], steps[other] = steps[other], steps[last]
    dealt = iter(steps)
    return [
        replace(one, steps=tuple([next(dealt) for _ in one.steps])) for one in skills
    ]
