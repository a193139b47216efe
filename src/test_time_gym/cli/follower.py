"""The follower: steps through the records of a journal, as somebody asks."""

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .line import Lines
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.journal import JournalFile

__all__ = ["Follower"]

_HELP: Final = (
    "Enter: next record; a number: that record; /kind: next record of a kind; "
    "s: state; q: quit"
)
_NUMBER: Final = re.compile("[0-9]{1,16}")


class Follower:
    """Prints records one after another; at a terminal it waits before each.

    Args:
        journal: whose records.
        first: number of the first record.
        last: number of the last one; None: as far as it goes.
        show_state: prints the state right after a record.

    Raises:
        Misuse: there is no record of that number.
    """

    def __init__(
        self,
        journal: "JournalFile",
        first: int,
        last: int | None,
        show_state: Callable[[int], None],
    ) -> None:
        """Stand before the first record."""
        from test_time_gym.market.errors import Misuse

        self._journal = journal
        self._lines = Lines(journal)
        self._show_state = show_state
        end = len(journal.lines) - 1
        for n in (first, end if last is None else last):
            if not 0 <= n <= end:
                msg = f"{journal.path} has records 0 to {end}; {n} is none of them"
                raise Misuse(msg)
        self._n = first
        self._last = end if last is None else last

    def run(self) -> None:
        """Print records until the last one, or until somebody has seen enough."""
        if sys.stdin is None or not sys.stdin.isatty():
            for n in range(self._n, self._last + 1):
                say(self._lines.of(self._journal.record(n)))
            return
        note(_HELP)
        while self._n <= self._last:
            say(self._lines.of(self._journal.record(self._n)))
            sys.stdout.flush()
            if not self._asked():
                return

    def _asked(self) -> bool:
        """Take commands until the next record is due; False ends it all."""
        while True:
            sys.stderr.write("> ")
            sys.stderr.flush()
            said = sys.stdin.readline()
            command = said.strip()
            if not said or command == "q":
                return False
            if not command:
                self._n += 1
                return True
            if command == "s":
                self._show_state(self._n)
                sys.stdout.flush()
            elif self._goes_to(command):
                return True

    def _goes_to(self, command: str) -> bool:
        """Go where a command says, or say why not."""
        if _NUMBER.fullmatch(command):
            n = int(command)
            if n <= self._last:
                self._n = n
                return True
            note(f"there are records 0 to {self._last}")
        elif command.startswith("/"):
            return self._finds(command[1:].strip())
        else:
            note(_HELP)
        return False

    def _finds(self, kind: str) -> bool:
        from test_time_gym.journal.grep import Search
        from test_time_gym.market.errors import Misuse

        search = Search(kinds=(kind,), first=self._n + 1, last=self._last)
        try:
            record = next(search.of(self._journal), None)
        except Misuse as error:
            note(error)
            return False
        if record is None:
            note(f"no record of the kind {kind} follows")
            return False
        self._n = record.n
        return True
