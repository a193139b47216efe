"""Memories whose skills are tools: all that apply, or the one that the host chose."""

from collections.abc import Callable

from .model_memory import AskAfterwards, ModelMemory
from .played_episode import PlayedEpisode
from .skill_learner import SkillLearner
from .skill_tools import SkillTools

__all__ = ["SkillToolMemory"]


class SkillToolMemory(ModelMemory):
    """Skills that are mined from the model's successes, and offered as tools.

    Args:
        learner: that mines them.
        tools: makes the tools of an episode.
    """

    def __init__(
        self,
        learner: SkillLearner,
        tools: Callable[[SkillLearner], SkillTools] = SkillTools,
    ) -> None:
        """Know no skill."""
        super().__init__(repeated=learner.repeated)
        self.learner = learner
        self._make = tools
        self._tools: SkillTools | None = None

    def begin(self, episode: PlayedEpisode) -> SkillTools:
        """Withhold what was mined from this instance, and offer the rest."""
        self.learner.begin(episode.instance)
        self._tools = self._make(self.learner)
        return self._tools

    def end(self, episode: PlayedEpisode, ask: AskAfterwards) -> None:
        """Count what was used, and mine."""
        del ask
        tools, success = self._tools, episode.success
        late = episode.outcome == "failed"
        uses = [] if tools is None else tools.end(success=success, late=late)
        self.learner.end(episode, uses)
