"""Lives of the skills agent, with and without a memory on disk."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import test_time_gym as ttg
from test_time_gym.agents.skill_memory import Memory
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.persistent_agent import PersistentAgent
from test_time_gym.scenarios import load_family

__all__ = ["lives"]

SITES = 4
EPISODES = 200


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
                    alone = SkillsAgent(number)
                    agent = PersistentAgent(alone, learner) if stored else alone
                    seed = 1000 * number
                    ttg.run(site, agent, seed=seed, episodes=episodes, regret=False)
            return SITES * episodes, process_time() - begun

    return run
