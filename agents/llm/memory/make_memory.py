"""Making the memory of an arm."""

from collections.abc import Callable, Sequence

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

    def learner() -> SkillLearner:
        return SkillLearner(seed, repeated=repeated)

    makers: dict[str, Callable[[], ModelMemory]] = {
        "none": NoMemory,
        "transcripts": lambda: TranscriptMemory(limits, repeated=repeated),
        "notes": lambda: NoteMemory(limits, repeated=repeated),
        "skills-text": lambda: SkillTextMemory(learner(), limits),
        "skills-tools": lambda: SkillToolMemory(learner()),
        "skills-bandit": lambda: SkillToolMemory(learner(), SkillChoice),
        "placebo": lambda: GivenTexts(given, limits),
    }
    if arm not in makers:
        msg = f"no arm is called {arm!r:.40}; known: {', '.join(MEMORY_ARMS)}"
        raise AgentError(msg)
    return makers[arm]()
