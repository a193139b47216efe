"""The journals of an environment in one file: run after run, back to back."""

from pathlib import Path
from typing import Any, Final

from .journal_files import EpisodeDurability, JournalFiles, verify_episode_durability
from .limits import FILE_MAX
from .sink import BLOCK, FileSink, journal_path

__all__ = ["JournalRuns", "episode_journals"]

_FULL: Final = FILE_MAX // 2
"""Bytes after which the next run begins another file: larger ones are not read."""


class JournalRuns:
    """Writes the journals of all episodes to one file.

    Each is a whole chain, as in a file of its own; the file is opened once, and its
    bytes are written by the block, the last of a run at its end.

    Args:
        path: of the file.  Another one, by `journal_path`, follows when it is full,
            and after `sync`.
        overwrite: replace files that exist.
        durability: ``end`` forces each run onto the disk when its episode ends;
            with ``none`` `sync` does so, and environments call it when closed.

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
        """Open nothing yet."""
        verify_episode_durability(durability)
        self._path = Path(path)
        self._overwrite = overwrite
        self._durability = durability
        self._files = 0
        self._sink: FileSink | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open file behind: a copy begins the next one."""
        return self.__dict__ | {"_sink": None}

    def __call__(self) -> "_RunSink":
        """Begin the next run.

        Raises:
            Misuse: the file exists or cannot be written.
        """
        if self._sink is not None and self._sink.size >= _FULL:
            self.sync()
        if self._sink is None:
            path = journal_path(self._path, self._files)
            self._files += 1
            self._sink = FileSink(
                path,
                overwrite=self._overwrite,
                # A run ends as a turn does in a file of its own.
                durability="turn" if self._durability == "end" else "end",
            )
        return _RunSink(self._sink)

    def sync(self) -> None:
        """Close the file, forced onto the disk; the next run begins another.

        Raises:
            Misuse: the operating system tried, and failed.
        """
        if self._sink is not None:
            sink, self._sink = self._sink, None
            sink.close()


class _RunSink:
    """The part of the file that one run writes."""

    __slots__ = ("_file", "write")

    block = BLOCK

    def __init__(self, file: FileSink) -> None:
        self._file = file
        self.write = file.write

    def close(self) -> None:
        """Write out the rest of the run; the file stays open."""
        self._file.flush()
        self._file.end_turn()


def episode_journals(
    path: str | Path | None,
    *,
    one_file: bool = False,
    overwrite: bool = False,
    durability: EpisodeDurability = "none",
) -> JournalFiles | JournalRuns | None:
    """Return what opens the journals of an environment; None without a path.

    Args:
        path: of the first episode's file, or of the one file.
        one_file: write all episodes to one file.
        overwrite: replace journals that exist.
        durability: when they are forced onto the disk; see `JournalFiles`.

    Raises:
        Misuse: there is no such durability.
    """
    if path is None:
        return None
    opens = JournalRuns if one_file else JournalFiles
    return opens(path, overwrite=overwrite, durability=durability)
