"""What all memories have in common: the interface, and the one that holds nothing."""

from collections.abc import Callable

from test_time_gym.market.domain import Trade

from ..hosted_skills import HostedSkills
from .played_episode import PlayedEpisode

__all__ = ["AskAfterwards", "ModelMemory"]

AskAfterwards = Callable[[str, str], str]
"""Asks the model, which is told how it ended, a question; returns what it says."""


class ModelMemory:
    """A memory of one life; this one holds nothing.

    ``begin`` is called before each episode, then what stands in the prompt is asked
    for, and ``end`` is told what was played.  What was learned from the very instance
    that is played stays out of it, unless the protocol says that it may be repeated.

    Args:
        repeated: whether instances may be played again with what is known of them.
    """

    carried = True
    """Whether anything is carried from one episode to the next."""

    def __init__(self, *, repeated: bool = False) -> None:
        """Hold nothing."""
        self.repeated = repeated

    def begin(self, episode: PlayedEpisode) -> HostedSkills | None:
        """Make ready for an episode; return skills that are offered as tools."""
        del episode
        return None

    def told(self, trade: Trade) -> str:
        """Return what stands in the prompt; empty: nothing."""
        del trade
        return ""

    def end(self, episode: PlayedEpisode, ask: AskAfterwards) -> None:
        """Learn from an episode.

        Raises:
            CassetteError: the model was asked, and its cassette holds something else.
        """

    def known(self, origins: tuple[str, ...], instance: str) -> bool:
        """Return whether something may be shown where an instance is played."""
        return self.repeated or instance not in origins


class NoMemory(ModelMemory):
    """The frozen twin's: nothing is carried along."""

    carried = False
