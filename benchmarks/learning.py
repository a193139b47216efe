"""Lives of the skills agent, with and without a memory on disk."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import test_time_gym as ttg
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.memory import (
    ChoiceRecord,
    EpisodeRecord,
    LearnerMemory,
    Memory,
)
from test_time_gym.scenarios import load_family

__all__ = ["lives"]

SITES = 4
EPISODES = 200


class _Keeping(SkillsAgent):
    """Saves every episode, and its own whole state after it."""

    def __init__(self, seed: int, learner: LearnerMemory) -> None:
        super().__init__(seed)
        self._learner = learner

    def end(self, result: dict[str, Any]) -> None:
        super().end(result)
        taken = self.trajectory.taken
        record = EpisodeRecord(
            episode=self.episode,
            id=f"episode {self.episode}",
            outcome=result["outcome"],
            success=result["outcome"] == "success",
            steps=len(taken),
            trace=[[one.by, one.verb, one.args] for one in taken],
        )
        choices = [
            ChoiceRecord(
                episode=self.episode,
                step=step,
                context=choice.context,
                arms=choice.arms,
                means=choice.means,
                spreads=choice.spreads,
                chosen=choice.chosen,
                propensity=choice.propensity,
                exploratory=choice.exploratory,
            )
            for step, choice in self.choices
        ]
        self._learner.save_episode(
            record, skills=self.skills, state=self.dump(), choices=choices
        )


def lives(*, stored: bool) -> Callable[[float], tuple[int, float]]:
    """Return what plays a share of the lives, and tells episodes and seconds."""

    def run(share: float) -> tuple[int, float]:
        family, episodes = load_family("flights/sites"), max(5, int(EPISODES * share))
        sites = [family.site(number) for number in range(SITES)]
        with tempfile.TemporaryDirectory() as folder:
            begun = process_time()
            with Memory(Path(folder) / "memory.db") as memory:
                for number, site in enumerate(sites):
                    learner = memory.learner(f"site {number}")
                    agent = _Keeping(number, learner) if stored else SkillsAgent(number)
                    seed = 1000 * number
                    ttg.run(site, agent, seed=seed, episodes=episodes, regret=False)
            return SITES * episodes, process_time() - begun

    return run
