"""The journals of an environment: a file for each episode."""

from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

from test_time_gym.atomic_file import sync_folder
from test_time_gym.journal import disk
from test_time_gym.market.errors import Misuse, shown

from .sink import FileSink, journal_path, meta_path

__all__ = ["EpisodeDurability", "JournalFiles", "verify_episode_durability"]

EpisodeDurability = Literal["none", "end"]
"""When the journals of an environment are forced onto the disk."""


def verify_episode_durability(durability: str) -> None:
    """Raise when an environment has no such durability.

    Raises:
        Misuse: it is neither ``none`` nor ``end``.
    """
    if durability not in get_args(EpisodeDurability):
        known = " or ".join(get_args(EpisodeDurability))
        msg = f"an environment's durability is {known}, not {shown(durability)}"
        raise Misuse(msg)


class JournalFiles:
    """Opens the file of each next episode's journal.

    Args:
        path: of the first episode's; the others follow `journal_path`.
        overwrite: replace journals that exist.
        durability: ``end`` forces each onto the disk when its episode ends; with
            ``none`` `sync` does so for all, and environments call it when closed.

    Raises:
        Misuse: it is neither.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        overwrite: bool = False,
        durability: EpisodeDurability = "none",
    ) -> None:
        """Begin with the first episode."""
        verify_episode_durability(durability)
        self._path = Path(path)
        self._overwrite = overwrite
        self._durability = durability
        self._episode = 0
        self._synced = 0

    def __call__(self) -> FileSink:
        """Open the next file.

        Raises:
            Misuse: it exists or cannot be written.
        """
        path = journal_path(self._path, self._episode)
        self._episode += 1
        return FileSink(path, overwrite=self._overwrite, durability=self._durability)

    def sync(self) -> None:
        """Force the journals of all episodes so far onto the disk, and their names.

        A journal that has been moved or taken away meanwhile is left out.

        Raises:
            Misuse: the operating system tried, and failed.
        """
        begun, self._synced = self._synced, self._episode
        if self._durability != "none" or begun == self._episode:
            return
        try:
            for episode in range(begun, self._episode):
                path = journal_path(self._path, episode)
                for file in (path, meta_path(path)):
                    with suppress(FileNotFoundError):
                        disk.sync(file)
            sync_folder(self._path)
        except OSError as error:
            msg = f"journals beside {self._path} cannot be forced onto the disk: "
            raise Misuse(msg + str(error.strerror)) from error
