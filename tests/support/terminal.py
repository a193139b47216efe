"""A terminal of its own for a command: a pseudo-terminal, keys, and what it showed."""

import os
import re
import select
import subprocess
import sys
import time
from types import TracebackType

__all__ = ["ENTERED", "LEFT", "Terminal"]

ENTERED, LEFT = "\x1b[?1049h", "\x1b[?1049l"
"""A program takes a screen of its own, and gives it back."""
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r")
_PATIENCE_S = 300.0


class Terminal:
    """Runs a command on a pseudo-terminal of a size; POSIX alone.

    Attributes:
        raw: all that the command has written so far.
    """

    def __init__(self, command, *, rows=30, columns=110, env=None, stderr=None):
        import fcntl
        import pty
        import struct
        import termios

        self._termios = termios
        self._own, self._its = pty.openpty()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._its, termios.TIOCSWINSZ, size)
        self._before = termios.tcgetattr(self._its)
        self.raw = ""
        self._seen = 0
        # The size is that of the terminal, and not what the environment tells of one.
        known = dict(os.environ if env is None else env) | {"TERM": "xterm-256color"}
        known = {k: v for k, v in known.items() if k not in {"COLUMNS", "LINES"}}
        # The child's own interpreter makes the terminal its own: Ctrl-C needs that.
        adopt = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        adopt += "os.execv(sys.argv[1], sys.argv[1:])"
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", adopt, *command],
            stdin=self._its,
            stdout=self._its,
            stderr=self._its if stderr is None else stderr,
            start_new_session=True,
            env=known,
        )

    def __enter__(self):
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._own)
        os.close(self._its)

    @property
    def text(self):
        """All that was written, without codes for the terminal."""
        return _CODES.sub("", self.raw)

    @property
    def sane(self):
        """Whether the terminal reads keys as it did before."""
        return self._termios.tcgetattr(self._its) == self._before

    def press(self, keys):
        """Type; what was shown until now is not expected any more."""
        self._seen = len(self.text)
        os.write(self._own, keys.encode())

    def expect(self, text):
        """Wait until a text is shown, after the last key."""
        until = time.monotonic() + _PATIENCE_S
        while text not in self.text[self._seen :]:
            assert time.monotonic() < until, f"no {text!r} in {self.text[-2000:]!r}"
            assert self._read() or self.process.poll() is None, self.text[-2000:]

    def end(self):
        """Wait until the command is over, and return its exit code."""
        until = time.monotonic() + _PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < until, self.text[-2000:]
            self._read()
        while self._read():
            pass
        return self.process.returncode

    def _read(self):
        ready, _, _ = select.select([self._own], [], [], 0.05)
        if not ready:
            return False
        try:
            read = os.read(self._own, 1 << 16)
        except OSError:  # on Linux: everybody has closed the other end
            return False
        self.raw += read.decode(errors="replace")
        return bool(read)
