"""The skill learner: skills mined from what a model did, by the parts of `skills`.

The model acts; which of its steps led to a success, what they have in common, how
often a skill arrived, and when it is retired is decided as for the skills agent.
"""

from collections.abc import Iterable
from typing import Any, Final

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.bandits.replay import Recorder
from test_time_gym.agents.skill_memory import contaminated
from test_time_gym.agents.skills.library.library import Library
from test_time_gym.agents.skills.library.maintenance import Maintenance
from test_time_gym.agents.skills.library.retirement import retire
from test_time_gym.agents.skills.perception.page import features, legal_verbs
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.mining import procedures
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.agents.skills.skill.trajectory import EXPLORE, Taken
from test_time_gym.market.interface.policy import policy_stream

from .played_episode import PlayedEpisode, PlayedTurn
from .skill_use import SkillUse

__all__ = ["SkillLearner"]


class SkillLearner:
    """A library of skills that grows with what a model does.

    Args:
        seed: of the chance by which skills are chosen.
        repeated: whether skills may be used at the instance they were mined from.
    """

    def __init__(self, seed: int, *, repeated: bool = False) -> None:
        """Know no skill."""
        self.settings: Final = Settings()
        self.repeated = repeated
        chance = policy_stream(seed, "choice")
        keep = self.settings.evidence_decay
        self.chooser = Recorder(make_chooser("thompson", chance, keep=keep))
        self.library = Library(self.chooser)
        self._maintenance = Maintenance(self.library, self.settings)
        self._episode = 0
        self._expected: dict[str, bool] = {}

    @property
    def skills(self) -> list[Skill]:
        """The skills that may be used in this episode, the best first."""
        stats = self.library.stats
        live = self.library.in_use()
        return sorted(live, key=lambda s: (-stats.worth(s.name), -s.support, s.born))

    def expect_own_way(self, context: str, mean: float) -> None:
        """Tell the chooser, once, what the model's own way is worth on such pages."""
        if context not in self._expected:
            self._expected[context] = True
            self.chooser.prior(context, EXPLORE, mean, self.settings.doubt)

    def begin(self, instance: str) -> None:
        """Begin an episode; what was mined from its instance is withheld."""
        self._episode += 1
        self.library.begin(self._episode, instance)
        every = self.library.skills.values()
        known = [] if self.repeated else contaminated(every, (), instance)
        self.library.withheld = dict.fromkeys(known, True)

    def end(self, episode: PlayedEpisode, uses: Iterable[SkillUse]) -> None:
        """Learn from an episode: what was used, and what can be mined.

        Args:
            episode: that was played.
            uses: of skills, in order.
        """
        self.chooser.pass_episode()
        arrived = []
        for use in uses:
            if use.name in self.library.skills:
                self.library.used(use.name, arrived=use.arrived, episode=self._episode)
                value = float(use.arrived and episode.success)
                self.library.learn(use.context, use.name, value)
            if use.arrived:
                arrived.append(use.name)
        retire(self.library)
        if episode.success:
            taken = [one for one in map(_taken, episode.turns) if one is not None]
            self.library.mine(procedures(taken))
        self._maintenance.pass_episode(self._episode)


def _taken(turn: PlayedTurn) -> Taken | None:
    """Return a turn as mining reads it; None: it was no sound action."""
    verb, payload = turn.action.get("verb"), turn.action.get("payload")
    if verb not in legal_verbs(turn.page) or not isinstance(payload, dict):
        return None
    args: dict[str, Any] = {k: v for k, v in payload.items() if v is not None}
    page, by = features(turn.page), turn.skill or EXPLORE
    return Taken(turn.page, page, str(verb), args, by, turn.step)
