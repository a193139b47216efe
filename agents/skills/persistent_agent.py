"""A persistent agent: it saves what it learns, and goes on from there."""

from collections.abc import Callable
from typing import Any, Final

from test_time_gym.agents.skill_memory import (
    ChoiceRecord,
    EpisodeRecord,
    LearnerMemory,
    SkillChange,
    contaminated,
)
from test_time_gym.agents.skills.perception.place_key import page_text
from test_time_gym.market.interface.policy import AgentError

from .agent import SkillsAgent

__all__ = ["PersistentAgent", "remembered_seed"]

_SEED: Final = "seed"


class PersistentAgent:
    """Plays as the agent inside, and saves every episode when it ends.

    Made on a memory that has episodes it goes on from there, as if it had never
    stopped. Skills that were mined from the very instance that is played are left out
    for the episode: else it would be told what it is asked.

    Args:
        agent: a fresh one, of the same seed and settings as before.
        learner: its part of a memory; who opened the memory closes it.
        instance: names what is played, as ``flights/sites/3#3001``; a function is
            asked before every episode, and any other name is of all of them. Without
            one, each episode is an instance of its own.
        repeated: whether an instance may be played with what was mined from it.

    Attributes:
        instance: as given; it may be set between two episodes.
        withheld: names of skills left out in this episode.
        withheld_before: how many were left out in all episodes before, since it was
            made.

    Raises:
        AgentError: the agent has played, or cannot go on from this memory.
        StoreError: the memory cannot be read.
    """

    one_seat: Final = True

    def __init__(
        self,
        agent: SkillsAgent,
        learner: LearnerMemory,
        *,
        instance: Callable[[], str] | str = "",
        repeated: bool = False,
    ) -> None:
        """Load what there is."""
        if agent.episode:
            msg = "this agent has played: let a fresh one remember"
            raise AgentError(msg)
        self.agent: Final = agent
        self.learner: Final = learner
        self.instance = instance
        self.repeated = repeated
        self.withheld: list[str] = []
        self.withheld_before = 0
        known = learner.load()
        seed = int(known.state.get(_SEED, agent.seed))
        if seed != agent.seed:
            msg = f"this memory is of an agent of seed {seed}, and this one has seed "
            raise AgentError(f"{msg}{agent.seed}: make it with the same")
        if known.skills or known.state:
            # A library by hand comes without a state: then it is a fresh agent's.
            agent.load(known.skills, agent.dump() | known.state)

    def begin(self, task: dict[str, Any]) -> None:
        """Begin an episode with its first page."""
        agent = self.agent
        self.withheld_before += len(self.withheld)
        agent.instance = self._named()
        self.withheld = []
        if not self.repeated:
            self.withheld = contaminated(agent.skills, (), agent.instance)
        agent.library.withheld = dict.fromkeys(self.withheld, True)
        agent.begin(task)

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return an action for a page."""
        return self.agent.act(observation)

    def end(self, result: dict[str, Any]) -> None:
        """Learn from an episode, and save it.

        Raises:
            StoreError: the memory could not be written.
        """
        agent = self.agent
        agent.end(result)
        episode, instance = agent.episode, agent.instance
        taken = agent.trajectory.taken
        self.learner.save_episode(
            EpisodeRecord(
                episode=episode,
                id=instance,
                outcome=result["outcome"],
                success=result["outcome"] == "success",
                steps=len(taken),
                paid=result["paid"],
                trace=[
                    {
                        "page": page_text(one.page),
                        "verb": one.verb,
                        "args": one.args,
                        "by": one.by,
                    }
                    for one in taken
                ],
            ),
            skills=agent.skills,
            state=agent.dump() | {_SEED: str(agent.seed)},
            choices=[
                ChoiceRecord(
                    episode=episode,
                    step=step,
                    context=one.context,
                    arms=one.arms,
                    means=one.means,
                    spreads=one.spreads,
                    chosen=one.chosen,
                    propensity=one.propensity,
                    exploratory=one.exploratory,
                    features=one.features,
                )
                for step, one in agent.choices
            ],
            changes=[*self._refused(episode, instance), *agent.changes],
        )

    def _named(self) -> str:
        given = self.instance() if callable(self.instance) else self.instance
        return given or f"{self.learner.key}#{self.agent.episode + 1}"

    def _refused(self, episode: int, instance: str) -> list[SkillChange]:
        why = f"mined from {instance}"
        return [
            SkillChange(episode=episode, skill=name, what="withheld", why=why)
            for name in self.withheld
        ]


def remembered_seed(learner: LearnerMemory) -> int | None:
    """Return the seed of the agent that a learner was, or None if it has not played.

    Raises:
        StoreError: the memory cannot be read.
    """
    known = learner.load().state.get(_SEED)
    return None if known is None else int(known)
