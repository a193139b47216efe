"""The pace at which a run is shown: so many actions a second, or step by step."""

from typing import Final

__all__ = ["WatchSpeed"]

_SPEED_MIN: Final = 0.1
_SPEED_MAX: Final = 1000.0
"""Actions a second."""

_FASTER = ("+", "=", "up")
_SLOWER = ("-", "_", "down")
_STEP = ("n", "\r", "\n", "right")


class WatchSpeed:
    """How long each action stays in sight, as keys say.

    Args:
        speed: actions a second.
        paused: wait for a key before each.

    Attributes:
        speed: actions a second.
        paused: whether it waits for a key.
        finished: nothing is to be waited for any more.
        stopped: the run is to end here.

    >>> pace = WatchSpeed(4)
    >>> pace.key("+"), pace.speed, pace.key(" "), pace.paused, pace.key("n")
    (False, 8, False, True, True)
    """

    def __init__(self, speed: float, *, paused: bool = False) -> None:
        """Begin at a speed."""
        self.speed = speed
        self.paused = paused
        self.finished = False
        self.stopped = False

    def key(self, key: str) -> bool:
        """Take a key; return whether the next action is due now."""
        if key == " ":
            self.paused = self.finished or not self.paused
            self.finished = False
        elif key in _FASTER:
            self.speed = min(_SPEED_MAX, self.speed * 2)
        elif key in _SLOWER:
            self.speed = max(_SPEED_MIN, self.speed / 2)
        elif key in _STEP:
            self.paused, self.finished = True, False
            return True
        elif key == "f":
            self.finished, self.paused = True, False
            return True
        elif key in ("q", "\x03"):
            self.stopped = True
            return True
        return False

    @property
    def seconds(self) -> float:
        """How long an action stays in sight."""
        return 1 / self.speed
