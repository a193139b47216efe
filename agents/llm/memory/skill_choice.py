"""Skill choice: the host chooses a skill, the model fills it in or declines."""

from collections.abc import Sequence
from dataclasses import replace as replaced
from typing import Any

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, create_model

from test_time_gym.agents.bandits.choice import Choice
from test_time_gym.agents.skills.perception.arguments import fields_of
from test_time_gym.agents.skills.perception.page import features
from test_time_gym.agents.skills.perception.place_key import context_key
from test_time_gym.agents.skills.perception.places import MISSING
from test_time_gym.agents.skills.skill.binding import fixed, resolve
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.agents.skills.skill.trajectory import EXPLORE
from test_time_gym.market.domain import COUNT
from test_time_gym.market.interface.tools import ToolSpec

from .skill_learner import SkillLearner
from .skill_tools import SkillTools
from .skill_use import SkillUse

__all__ = ["SkillChoice"]

_MEAN = 0.05
"""What the model's own way beside a known skill is worth, beforehand."""

Json = dict[str, Any]


class SkillChoice(SkillTools):
    """The one skill that Thompson sampling chooses on a page, as a tool.

    The model's own way is an arm, too: then no skill is offered.  It declines what is
    offered by doing something else.

    Args:
        learner: whose skills, and whose chooser.

    Attributes:
        choices: of this episode.
    """

    def __init__(self, learner: SkillLearner) -> None:
        """Choose nothing yet."""
        super().__init__(learner)
        self.choices: list[Choice] = []
        self._lacking: dict[str, str] = {}

    def ready(self, page: Json) -> list[Skill]:
        """Return the chosen skill, or none."""
        ready = super().ready(page)
        if not ready:
            return []
        context = context_key(features(page))
        self.learner.expect_own_way(context, _MEAN)
        arms = [*[one.name for one in ready], EXPLORE]
        choice = self.learner.chooser.choose(context, (), arms)
        self.choices.append(choice)
        return [one for one in ready if one.name == choice.chosen]

    def end(self, *, success: bool, late: bool) -> list[SkillUse]:
        """Return all uses, once the model's own ways have been learned from."""
        own = [one.context for one in self.choices if one.chosen == EXPLORE]
        value = float(success) * self.learner.settings.curiosity
        for context in dict.fromkeys(own):
            self.learner.library.learn(context, EXPLORE, value)
        return super().end(success=success, late=late)

    def offered(self, page: Json) -> Sequence[ToolSpec]:
        """Return the chosen skill, with the arguments that the page does not hold."""
        tools = super().offered(page)
        self._lacking = {
            name: verb
            for one in self._named.values()
            for name, verb in _lacking(one, page).items()
        }
        if not self._lacking:
            return tools
        return [replaced(tool, arguments=_model(self._lacking)) for tool in tools]

    def filled(self, skill: Skill, payload: Json) -> Skill:
        """Return a skill with the arguments that a model has given."""
        given = {k: v for k, v in payload.items() if k in self._lacking}
        given = {name: value for name, value in given.items() if value is not None}
        steps = []
        for step in skill.steps:
            mine = {n: v for n, v in given.items() if n in step.args}
            args = {**step.args, **fixed(step.verb, mine).args}
            steps.append(replace(step, args=args) if mine else step)
        return replace(skill, steps=tuple(steps))


def _lacking(skill: Skill, page: Json) -> dict[str, str]:
    """Return the arguments that a page does not hold and no message brings."""
    found = {}
    for step in skill.steps:
        for name, bindings in step.args.items():
            brought = bindings[0].path.startswith("messages")
            usable = [b for b in bindings[1:] if not b.path]
            ways = [bindings[0], *usable]
            missing = all(resolve(b, page) is MISSING for b in ways)
            if missing and not brought and name not in step.optional:
                found[name] = step.verb
    return found


def _model(lacking: dict[str, str]) -> type[BaseModel]:
    """Return arguments that may be given; their kinds are those of the verbs."""
    fields: dict[str, Any] = {}
    for name, verb in lacking.items():
        kind = next(one.kind for one in fields_of(verb) if one.name == name)
        told = f"for {verb}; {kind.words}; leave it out to let the skill find it"
        type_ = int if kind is COUNT else str
        fields[name] = (type_ | None, Field(None, description=told))
    config = ConfigDict(extra="forbid")
    model: type[BaseModel] = create_model("SkillArguments", __config__=config, **fields)
    return model
