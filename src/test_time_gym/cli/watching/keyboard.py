"""The keyboard: single keys, as they are pressed, and a terminal that stays sane."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["Keyboard", "keyboard"]

_ARROWS: Final = {"A": "up", "B": "down", "C": "right", "D": "left"}
_WINDOWS: Final = {"H": "up", "P": "down", "M": "right", "K": "left"}
_ESCAPE_S: Final = 0.05
"""After an escape: what belongs to one key comes at once."""
_POLL_S: Final = 0.02


class Keyboard:
    """Returns keys of a terminal; without one, it only lets time pass."""

    def key(self, timeout_s: float) -> str | None:
        """Wait for a key for so long; an arrow is ``up``, ``down`` and so on."""
        time.sleep(max(0.0, timeout_s))
        return None


class _Posix(Keyboard):
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._gone = False

    def key(self, timeout_s: float) -> str | None:
        if self._gone:
            return super().key(timeout_s)
        first = self._read(timeout_s)
        if first != "\x1b":
            return first
        if self._read(_ESCAPE_S) not in ("[", "O"):
            return "escape"
        last = self._read(_ESCAPE_S)
        while last is not None and not ("@" <= last <= "~"):
            last = self._read(_ESCAPE_S)
        return _ARROWS.get(last or "", "escape")

    def _read(self, timeout_s: float) -> str | None:
        import select

        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, timeout_s))
        if not ready:
            return None
        read = os.read(self._descriptor, 1)
        if not read:  # the terminal has gone away
            self._gone = True
            return None
        return read.decode("latin-1")


class _Windows(Keyboard):
    def key(self, timeout_s: float) -> str | None:
        import msvcrt

        console: Any = msvcrt  # its functions are known on Windows alone
        until = time.monotonic() + timeout_s
        while not console.kbhit():
            if time.monotonic() >= until:
                return None
            time.sleep(_POLL_S)
        key: str = console.getwch()
        if key in ("\0", "\xe0"):
            return _WINDOWS.get(console.getwch(), "escape")
        return key


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Read single keys, unseen, while this lasts; then the terminal is as before.

    Ctrl-C interrupts as ever.  Ctrl-Z does nothing meanwhile: who comes back would
    find a terminal that waits for whole lines.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        yield Keyboard()
        return
    if sys.platform == "win32":
        yield _Windows()
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    changed = termios.tcgetattr(descriptor)
    changed[3] &= ~(termios.ICANON | termios.ECHO)
    changed[6][termios.VMIN], changed[6][termios.VTIME] = 1, 0
    changed[6][termios.VSUSP] = b"\0"
    termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
    try:
        yield _Posix(descriptor)
    finally:
        # What was typed for the view is not for the shell.
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
