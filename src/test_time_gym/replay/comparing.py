"""Comparing: sinks that re-execution writes to, line by line against a journal's."""

from collections.abc import Callable

from test_time_gym.journal.record import decoded

from .divergence import Diverged, divergence_of

__all__ = ["Comparing", "Enough", "GoingOn", "Unsound"]


class Comparing:
    """A sink that compares instead of writing, and stops at the first difference.

    Args:
        lines: of the journal.
        last: number of the last record that matters; later ones may differ.

    Attributes:
        n: number of the next record.
    """

    def __init__(self, lines: list[bytes], last: int) -> None:
        """Begin with record 0."""
        self._lines = lines
        self._last = last
        self.n: int = 0

    def write(self, line: bytes) -> None:
        """Compare one record.

        Raises:
            Diverged: the journal has other bytes.
        """
        expected = self._lines[self.n] if self.n < len(self._lines) else b""
        if line != expected and self.n <= self._last:
            raise Diverged(divergence_of(self._lines, self.n, [line]))
        self.n += 1


class Enough(Exception):
    """Re-execution has diverged, and has reached a digest since."""


class Unsound(Exception):
    """The journal that is re-executed breaks a structural rule."""


class GoingOn:
    """A sink that compares, and after a difference collects up to the next digest.

    To collect at once, rather than in another execution, is what makes the report
    true of chance that no seed holds: it may not fall the same way twice.

    Args:
        lines: of the journal.
        open_end: the journal was cut short: what follows its last line is no
            difference.
        verify_sound: raises `Unsound` where lines that nobody has checked are not
            those of a journal.

    Attributes:
        n: records that came out the same.
        found: records since the first that differs, that one included.
    """

    def __init__(
        self, lines: list[bytes], verify_sound: Callable[[], None], *, open_end: bool
    ) -> None:
        """Begin with record 0."""
        self._lines = lines
        self._open_end = open_end
        self._verify_sound = verify_sound
        self.n: int = 0
        self.found: list[bytes] = []

    def write(self, line: bytes) -> None:
        """Compare one record, or collect it.

        Raises:
            Enough: nothing that comes later is of interest.
            Unsound: the first that differs, of lines that are not a journal's.
        """
        if not self.found:
            if self.n < len(self._lines) and line == self._lines[self.n]:
                self.n += 1
                return
            if self.n == len(self._lines) and self._open_end:
                raise Enough
            self._verify_sound()
        self.found.append(line)
        if decoded(line).kind == "digest":
            raise Enough
