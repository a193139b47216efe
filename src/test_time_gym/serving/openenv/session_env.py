"""The environment of a session, whose journals are named after its episodes."""

from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.scripted_seats import MakePolicies
from test_time_gym.envs.single import MarketSingle
from test_time_gym.journal.sink import FileSink

from .episode_files import EpisodeFiles

__all__ = ["SessionEnv"]


class SessionEnv(MarketSingle):
    """A Gymnasium environment of one focal buyer.

    Args:
        adapter: the world; this environment's own.
        others: makes the agents of the other seats.
        files: of the journals; None: none are written.

    Attributes:
        journal_name: of the present episode's file; None: there is none.
    """

    def __init__(
        self, adapter: EnvAdapter, others: MakePolicies, files: EpisodeFiles | None
    ) -> None:
        """Begin without an episode."""
        super().__init__(adapter, others)
        self.journal_name: str | None = None
        self._files = files
        self._next_id = ""
        if files is not None:
            adapter.write_journals(self._file)

    def name_next(self, episode_id: str) -> None:
        """Say what the episode of the next `reset` is called."""
        self._next_id = episode_id

    def _file(self) -> FileSink:
        files: EpisodeFiles = self._files  # type: ignore[assignment]
        sink = files.open(self._next_id)
        self.journal_name = sink.path.name
        return sink
