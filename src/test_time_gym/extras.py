"""Extras: libraries that only some of a journal's uses need."""

from test_time_gym.market.errors import Misuse

__all__ = ["MissingExtra"]


class MissingExtra(Misuse):
    """A library that was not installed is needed."""

    def __init__(self, what: str, extra: str) -> None:
        """Say what needs it, and how to install it.

        >>> print(MissingExtra("reading x.jsonl.zst", "zstd"))
        reading x.jsonl.zst needs more: pip install 'test-time-gym[zstd]'
        """
        super().__init__(f"{what} needs more: pip install 'test-time-gym[{extra}]'")
