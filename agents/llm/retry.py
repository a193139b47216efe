"""Retries: how long to wait before a model is asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from test_time_gym.market.interface.policy import AgentError

__all__ = ["RetryPolicy", "retry_after_ms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a call that failed is made again: waits double, and none is drawn."""

    retries: int = 5
    """After the first attempt; 0: none."""
    first_ms: int = 500
    longest_ms: int = 30_000
    """The longest wait of our own."""
    asked_longest_ms: int = 120_000
    """The longest wait that a provider may ask for; what is beyond it is cut."""

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            AgentError: one is no whole number from 0 on.
        """
        for name in ("retries", "first_ms", "longest_ms", "asked_longest_ms"):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= 10**9:
                msg = f"{name} of a RetryPolicy is a whole number from 0 to 10**9, not "
                raise AgentError(f"{msg}{value!r:.60}")

    def delay_ms(self, attempt: int, asked_ms: int | None = None) -> int:
        """Return the wait after an attempt that failed.

        Args:
            attempt: its number, from 1.
            asked_ms: what the provider asked for.

        >>> [RetryPolicy().delay_ms(k) for k in range(1, 9)]
        [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]
        >>> RetryPolicy().delay_ms(1, 3_600_000)
        120000
        """
        if asked_ms is not None:
            return min(asked_ms, self.asked_longest_ms)
        return min(self.first_ms << (attempt - 1), self.longest_ms)


def retry_after_ms(headers: Mapping[str, str], now_s: int) -> int | None:
    """Return how long an answer asks to wait; None: it does not.

    Args:
        headers: by their names in small letters.
        now_s: seconds since 1970.

    >>> retry_after_ms({"retry-after": "2"}, 0)
    2000
    >>> retry_after_ms({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, 50)
    10000
    """
    exact = _number(headers.get("retry-after-ms", ""))
    if exact is not None:
        return int(exact)
    value = headers.get("retry-after", "").strip()
    seconds = _number(value)
    if seconds is not None:
        return int(seconds * 1000)
    try:
        when = parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0, int(when) - now_s) * 1000


def _number(text: str) -> float | None:
    """Return a number of waiting, not below 0 and not absurd."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < 10**9 else None
