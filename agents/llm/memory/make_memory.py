"""Making the memory of an arm."""

from collections.abc import Sequence

from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.interface.policy import AgentError

from .arm_names import MEMORY_ARMS
from .limits import MemoryLimits
from .model_memory import ModelMemory, NoMemory
from .note_memory import NoteMemory
from .skill_choice import SkillChoice
from .skill_learner import SkillLearner
from .skill_texts import GivenTexts, SkillTextMemory
from .skill_tool_memory import SkillToolMemory
from .transcript_memory import TranscriptMemory

__all__ = ["make_memory"]


def make_memory(
    arm: str,
    *,
    seed: int = 0,
    limits: MemoryLimits | None = None,
    repeated: bool = False,
    given: Sequence[Skill] = (),
) -> ModelMemory:
    """Return an empty memory.

    Args:
        arm: one of `MEMORY_ARMS`.
        seed: of the chance by which skills are chosen.
        limits: how much of it a model is shown.
        repeated: whether an instance may be played with what was learned from it.
        given: the skills of ``placebo``.

    Raises:
        AgentError: there is no such arm.

    >>> make_memory("none").carried, make_memory("notes").carried
    (False, True)
    """
    limits = limits or MemoryLimits()
    match arm:
        case "none":
            return NoMemory()
        case "transcripts":
            return TranscriptMemory(limits, repeated=repeated)
        case "notes":
            return NoteMemory(limits, repeated=repeated)
        case "placebo":
            return GivenTexts(given, limits)
    learner = SkillLearner(seed, repeated=repeated)
    match arm:
        case "skills-text":
            return SkillTextMemory(learner, limits)
        case "skills-tools":
            return SkillToolMemory(learner)
        case "skills-bandit":
            return SkillToolMemory(learner, SkillChoice)
    msg = f"no arm is called {arm!r:.40}; known: {', '.join(MEMORY_ARMS)}"
    raise AgentError(msg)
