"""Files of the journals of all sessions, one for each episode."""

import re
from hashlib import blake2b
from pathlib import Path
from typing import Final

from test_time_gym.journal.sink import FileSink, journal_path

__all__ = ["EpisodeFiles"]

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class EpisodeFiles:
    """Opens a journal's file for each episode of a server.

    Args:
        folder: where they go; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self._folder = folder

    def open(self, episode_id: str) -> FileSink:
        """Return the file of an episode; one that is played again gets ``-2``, ….

        Raises:
            Misuse: it cannot be written.
        """
        base = self._folder / f"{_stem(episode_id)}.jsonl"
        again = 0
        while journal_path(base, again).exists():
            again += 1
        return FileSink(journal_path(base, again), durability="none")


def _stem(episode_id: str) -> str:
    """Return a file's name for what a client calls an episode.

    >>> _stem("run_1-007"), _stem("../../etc/passwd")
    ('run_1-007', 'episode-5d4f5fa40bb34f3a')
    """
    if _PLAIN.fullmatch(episode_id):
        return episode_id
    digest = blake2b(episode_id.encode("utf-8", "replace"), digest_size=8)
    return f"episode-{digest.hexdigest()}"
