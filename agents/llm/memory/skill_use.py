"""Uses of skills: what is counted of them, and how a model's own are recognised."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from test_time_gym.agents.skills.perception.page import features, holds
from test_time_gym.agents.skills.perception.place_key import context_key
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Skill

from .played_episode import PlayedEpisode

__all__ = ["SkillUse", "uses_in"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SkillUse:
    """One use of a skill."""

    name: str
    context: str
    """The sort of page that it was begun on."""
    arrived: bool


def uses_in(episode: PlayedEpisode, skills: Sequence[Skill]) -> list[SkillUse]:
    """Return how a model that was only told of skills has used them.

    A skill counts as used where its precondition held and the model's actions were its
    steps, one after the other, to the last; a part of them may be chance.  It has then
    arrived if the page shows what it should.

    Args:
        episode: that was played.
        skills: that the model was told of.
    """
    found, at = [], 0
    while at < len(episode.turns):
        use, steps = None, 1
        for one in skills:
            used = _followed(episode, one, at)
            if used is not None and (use is None or used[1] > steps):
                use, steps = used
        found += [] if use is None else [use]
        at += steps
    return found


def _followed(
    episode: PlayedEpisode, skill: Skill, at: int
) -> tuple[SkillUse, int] | None:
    """Return the use of a skill from a turn on, and its turns; None: there is none."""
    page = features(episode.turns[at].page)
    if not holds(skill.precondition, page):
        return None
    run, steps = Execution(skill, at), 0
    for turn in episode.turns[at:]:
        action = run.action(turn.page)
        if action is None and not steps:
            return None  # nothing of it was possible there
        if action is None:
            arrived = run.arrived(features(turn.page))
            return (SkillUse(skill.name, context_key(page), arrived), steps)
        if not _same(action[0], action[1], turn.action):
            return None
        steps += 1
    # The episode ended with its last step, or in the middle of it.
    return SkillUse(skill.name, context_key(page), episode.success), steps


def _same(verb: str, args: Json, action: Json) -> bool:
    payload = action.get("payload")
    given = payload if isinstance(payload, dict) else {}
    given = {name: value for name, value in given.items() if value is not None}
    return bool(action.get("verb") == verb and given == args)
