"""Skill tools: skills as further tools, which the host carries out step by step."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, create_model

from test_time_gym.agents.skill_memory.render import description_of
from test_time_gym.agents.skill_memory.skill_file import slug_of
from test_time_gym.agents.skills.perception.page import features, legal_verbs
from test_time_gym.agents.skills.perception.place_key import context_key, place_key
from test_time_gym.agents.skills.perception.vocabulary import PAUSE
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Skill, Step
from test_time_gym.market.interface.tools import ToolSpec
from test_time_gym.market.interface.verbs import Verb

from .skill_learner import SkillLearner
from .skill_use import SkillUse

__all__ = ["SKILL_PREFIX", "SkillTools"]

SKILL_PREFIX: Final = "skill_"
"""How the names of these tools begin."""
_NAME_MAX: Final = 64
_LOOKS: Final = 5
"""Minutes, one by one, that a message is waited for in an episode."""
_OFFERED: Final = 8
"""Tools at once."""

Json = dict[str, Any]


class SkillTools:
    """The skills of one episode as tools.

    A skill is offered where its precondition holds and its first step can be taken.
    It breaks off where a step is refused or lacks an argument; then, and when it is
    through, the model is asked again.

    Args:
        learner: whose skills.

    Attributes:
        took: skill and step of the last action, if it was not the model's own.
        uses: of skills that have ended.
    """

    def __init__(self, learner: SkillLearner) -> None:
        """Carry out nothing."""
        self.learner = learner
        self.took: tuple[str, Step | None] | None = None
        self.uses: list[SkillUse] = []
        self._named: dict[str, Skill] = {}
        self._running: Execution | None = None
        self._context = ""
        self._broken: dict[tuple[str, str], bool] = {}
        self._looks = 0
        self._done: list[str] = []

    def next(self, page: Json) -> Json | None:
        """Return the next step of the skill under way; None: ask the model."""
        self.took = None
        run = self._running
        if run is None:
            return None
        found = run.action(page)
        if found is not None:
            verb, args, step = found
            self._done.append(verb)
            self.took = run.skill.name, step
            return {"verb": verb, "payload": args}
        if run.lacking and self._looks < _LOOKS and PAUSE in legal_verbs(page):
            self._looks += 1
            run.look_again()
            self.took = run.skill.name, None
            return {"verb": PAUSE, "payload": {"minutes": 1}}
        here = features(page)
        self._ended(run, arrived=run.arrived(here))
        return None

    def told(self) -> str:
        """Return what was carried out since the model was asked; empty: nothing."""
        done, self._done = self._done, []
        return f"(Carried out: {', then '.join(done)}.)" if done else ""

    def offered(self, page: Json) -> Sequence[ToolSpec]:
        """Return the skills that can be called on a page, the best first."""
        ready = self.ready(page)[:_OFFERED]
        self._named = {}
        for one in ready:
            self._named.setdefault(_tool_name(one), one)
        return [_tool(name, one) for name, one in self._named.items()]

    def ready(self, page: Json) -> list[Skill]:
        """Return the skills whose first step can be taken on a page."""
        here = features(page)
        where = place_key(here)
        at = self.learner.library.at(here)
        return [
            one
            for one in self.learner.skills
            if one in at
            and (one.name, where) not in self._broken
            and Execution(one, 0).action(page) is not None
        ]

    def begin(self, name: str, payload: Json, page: Json) -> Json | None:
        """Return the first step of what is called; None: it is no skill."""
        skill = self._named.get(name)
        if skill is None:
            return None
        self._running = Execution(self.filled(skill, payload), 0)
        self._context = context_key(features(page))
        return self.next(page)

    def filled(self, skill: Skill, payload: Json) -> Skill:
        """Return a skill with the arguments that a model has given."""
        del payload
        return skill

    def end(self, *, success: bool, late: bool) -> list[SkillUse]:
        """Return all uses, once the episode is over.

        Args:
            success: the task was met.
            late: the time was up; otherwise a skill under way is not to blame.
        """
        run = self._running
        if run is not None and (success or late):
            self._ended(run, arrived=success)
        return self.uses

    def _ended(self, run: Execution, *, arrived: bool) -> None:
        name = run.skill.name
        self._running = None
        self.uses.append(SkillUse(name, self._context, arrived))
        if not arrived:
            self._broken[name, self._context.rpartition("/")[0]] = True


def _tool_name(skill: Skill) -> str:
    return f"{SKILL_PREFIX}{slug_of(skill.name)}"[:_NAME_MAX]


def _tool(name: str, skill: Skill) -> ToolSpec:
    model: type[BaseModel] = create_model(
        "SkillArguments", __config__=ConfigDict(extra="forbid")
    )
    told = f"Worked here before, carried out as a whole: {description_of(skill)}"
    return ToolSpec(
        verb=Verb.WAIT,
        name=name,
        description=told,
        arguments=model,
        read_only=False,
        final=False,
        repeatable=False,
    )
