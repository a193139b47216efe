"""A model with a memory: it plays one episode after the other, and carries it along."""

from typing import Any

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.policy import CRASHES, AgentStopped, Thinking

from ..agent import LLMAgent
from ..llm_episode import LLMEpisode
from .model_memory import ModelMemory
from .played_episode import PlayedEpisode, PlayedTurn
from .skill_tools import SkillTools

__all__ = ["MemoryAgent", "MemoryEpisode"]


class MemoryAgent:
    """A language model that plays with a memory; it plays one episode at a time.

    Args:
        agent: the model, which may play elsewhere at the same time.
        memory: of this life alone.
        arm: name of its kind, for cassettes.
        site: where it plays; with an episode's seed it names the instance.
    """

    reads_as_people_do = True
    """See `agents.base.reads_as_people_do`."""

    def __init__(
        self, agent: LLMAgent, memory: ModelMemory, *, arm: str, site: str = "site"
    ) -> None:
        """Have played nothing."""
        self.memory = memory
        self._agent = agent
        self._arm = arm
        self._site = site

    def for_episode(self, *, seed: int, seat: str, trade: Trade) -> "MemoryEpisode":
        """Return what plays one episode, knowing those that have ended.

        Raises:
            AgentError: as `LLMAgent.for_episode`.
        """
        played = PlayedEpisode(f"{self._site}#{seed}")
        skills = self.memory.begin(played)
        # What is not carried along is not of one piece: each episode is kept apart.
        life = f"{self._arm}/{self._site if self.memory.carried else seed}"
        episode = self._agent.remembering(
            seed=seed,
            seat=seat,
            trade=trade,
            life=life,
            told=self.memory.told(trade),
            skills=skills,
        )
        return MemoryEpisode(episode, self.memory, played, skills)

    def act(self, observation: dict[str, Any]) -> Any:
        """Refuse, as `LLMAgent.act`."""
        return self._agent.act(observation)


class MemoryEpisode:
    """One episode of a model with a memory: what it does is written down.

    Args:
        episode: the model's.
        memory: that learns from it.
        played: where it is written down.
        skills: that the host carries out, if there are any.
    """

    asked_together = True

    def __init__(
        self,
        episode: LLMEpisode,
        memory: ModelMemory,
        played: PlayedEpisode,
        skills: Any = None,
    ) -> None:
        """Have played nothing yet."""
        self._episode = episode
        self._memory = memory
        self._played = played
        self._skills = skills if isinstance(skills, SkillTools) else None

    def act(self, observation: dict[str, Any]) -> Any:
        """Return the action of the model, or of the skill that it has called.

        Raises:
            AgentStopped: as `LLMEpisode.act`.
        """
        answer = self._episode.act(observation)
        action = answer.action if isinstance(answer, Thinking) else answer
        turn = PlayedTurn(observation, action)
        if self._skills is not None and self._skills.took is not None:
            turn.skill, turn.step = self._skills.took
        self._played.turns.append(turn)
        return answer

    def end(self, result: dict[str, Any]) -> None:
        """Let the memory learn, and keep how the episode ended.

        Raises:
            CassetteError: as `LLMEpisode.end`.
        """
        played = self._played
        played.outcome, played.result = result["outcome"], dict(result)
        # What an agent did that did not go on says nothing: nothing is learned of it.
        if played.outcome not in CRASHES:
            self._memory.end(played, self._asked)
        self._episode.end(result)

    def usage(self) -> dict[str, int | None]:
        """Return what the model's answers took so far, afterwards asked ones too."""
        return self._episode.usage()

    def _asked(self, over: str, question: str) -> str:
        try:
            return self._episode.ask_afterwards(over, question)
        except AgentStopped:
            return ""  # the episode itself was played, and counts
