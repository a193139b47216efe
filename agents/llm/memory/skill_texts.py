"""Skill texts: mined skills in the prompt, in words and as data."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from test_time_gym.agents.skill_memory.render import steps_of, what_for
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.market.domain import Trade

from .limits import MemoryLimits, estimated_tokens_of
from .model_memory import AskAfterwards, ModelMemory
from .played_episode import PlayedEpisode
from .skill_learner import SkillLearner
from .skill_use import uses_in

__all__ = ["GivenTexts", "SkillTextMemory", "lean", "skill_text", "skills_section"]

_HEAD: Final = (
    "# Skills\n\nThese worked at this site in earlier episodes, with other goals. "
    "Where a page shows what a skill asks for, its steps are a good way on; decide for "
    "yourself. A skill is told in words, and then as data: `path` is a place on the "
    "page."
)


def lean(skill: Skill) -> Skill:
    """Return what is needed to carry out a skill: nothing counted, the likeliest ways.

    Statistics stay with the host, and so does where a skill is from.
    """
    steps = tuple([replace(step, args=_ways(step)) for step in skill.steps])
    return Skill(
        name=skill.name,
        precondition=skill.precondition,
        steps=steps,
        postcondition=skill.postcondition,
    )


def _ways(step: Step) -> dict[str, tuple[Binding, ...]]:
    """Return for each argument what an execution looks at; see `Execution`."""
    return {
        name: (
            bindings[0],
            *[b for b in bindings[1:] if not (b.path or _brought(bindings))],
        )
        for name, bindings in step.args.items()
    }


def _brought(bindings: tuple[Binding, ...]) -> bool:
    return bindings[0].path.startswith("messages")


def skill_text(skill: Skill) -> str:
    """Return a skill as a SKILL.md tells it: when, the steps in words, and the data."""
    one = lean(skill)
    # Nothing can end the block: these characters stand in strings alone.
    data = json.dumps(msgspec.to_builtins(one)).replace("`", "\\u0060")
    lines = [f"## {one.name}", "", what_for(one), "", *steps_of(one), ""]
    return "\n".join([*lines, "```json", data, "```"])


def skills_section(skills: Sequence[Skill], limits: MemoryLimits) -> str:
    """Return what a prompt tells of skills: the first ones that the limit holds."""
    texts, left = [], limits.tokens - estimated_tokens_of(_HEAD)
    for one in skills:
        text = skill_text(one)
        left -= estimated_tokens_of(text) + 1
        if left < 0:
            break
        texts.append(text)
    return "\n\n".join([_HEAD, *texts]) if texts else ""


class SkillTextMemory(ModelMemory):
    """Skills that are mined from the model's successes, and told in the prompt.

    Args:
        learner: that mines them.
        limits: how many tokens they may have.
    """

    def __init__(self, learner: SkillLearner, limits: MemoryLimits) -> None:
        """Know no skill."""
        super().__init__(repeated=learner.repeated)
        self.learner = learner
        self._limits = limits
        self._shown: list[Skill] = []

    def begin(self, episode: PlayedEpisode) -> None:
        """Withhold what was mined from this instance."""
        self.learner.begin(episode.instance)
        self._shown = self.learner.skills

    def told(self, trade: Trade) -> str:
        """Return the skills, the best first."""
        del trade
        return skills_section(self._shown, self._limits)

    def end(self, episode: PlayedEpisode, ask: AskAfterwards) -> None:
        """Count what was used, and mine."""
        del ask
        self.learner.end(episode, uses_in(episode, self._shown))


class GivenTexts(ModelMemory):
    """Skills that are told in the prompt and never change; a placebo is one.

    Args:
        skills: that are told.
        limits: how many tokens they may have.
    """

    def __init__(self, skills: Sequence[Skill], limits: MemoryLimits) -> None:
        """Keep them."""
        super().__init__()
        self._told = skills_section(skills, limits)

    def told(self, trade: Trade) -> str:
        """Return the skills."""
        del trade
        return self._told
