"""The wall clock: how long a model takes, and the waits between attempts.

Nothing of it reaches the market, a journal or what a model is shown: models are asked
over real networks, and those have no simulated time.
"""

import time

__all__ = ["monotonic_ms", "sleep_ms", "unix_s"]


def monotonic_ms() -> int:
    """Return a reading of a clock that only goes on."""
    return time.monotonic_ns() // 1_000_000


def unix_s() -> int:
    """Return seconds since 1970, for dates that servers tell."""
    return int(time.time())


def sleep_ms(duration_ms: int) -> None:
    """Wait; Ctrl-C ends it."""
    time.sleep(duration_ms / 1000)
