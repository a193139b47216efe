"""Retry limits: how often a card may be tried, as card schemes rule it."""

from bisect import bisect_right
from typing import Annotated

from pydantic import Field

from ..clock import DAY_MS
from ..config import Config

__all__ = ["Retries", "RetryRules"]


class RetryRules(Config):
    """What card schemes allow; a try beyond it is declined unasked."""

    most: Annotated[int, Field(ge=1, le=1000)] = 15
    """Tries of one card by one visitor within the window."""
    window_days: Annotated[int, Field(ge=1, le=365)] = 30
    stop_after_hard_decline: bool = True
    """Whether a card that was refused for good may not be tried again."""


class Retries:
    """Counts tries, and remembers cards that were refused for good."""

    __slots__ = ("_refused", "_rules", "_tried")

    def __init__(self, rules: RetryRules) -> None:
        """Start without a try."""
        self._rules = rules
        self._tried: dict[tuple[int, str], list[int]] = {}
        """(seat, card) → when it was tried, oldest first."""
        self._refused: dict[tuple[int, str], None] = {}

    def count(self, seat: int, card: str, now_ms: int) -> int:
        """Count one more try, and return its number, from 1."""
        tried = self._tried.setdefault((seat, card), [])
        tried.append(now_ms)
        return len(tried)

    def refuse(self, seat: int, card: str) -> None:
        """Remember that the issuer refused this card for good."""
        self._refused[seat, card] = None

    def objection(self, seat: int, card: str, attempt: int, now_ms: int) -> str | None:
        """Return why a try of a card must not reach its issuer, or None.

        Args:
            seat: whose card.
            card: its token.
            attempt: number of the try; those that began after it do not count.
            now_ms: when the try is judged.
        """
        if self._rules.stop_after_hard_decline and (seat, card) in self._refused:
            return "retry_after_hard_decline"
        since = now_ms - self._rules.window_days * DAY_MS
        tried = self._tried.get((seat, card), [])
        begun = min(attempt, len(tried))
        recent = begun - bisect_right(tried, since, 0, begun)
        return "retry_limit" if recent > self._rules.most else None

    def state(self) -> list[list[int | str]]:
        """Return ``[seat, card, refused, tries]``, sorted.

        When it was tried is part of the keys' mark: every try binds a key.
        """
        return sorted(
            [seat, card, int((seat, card) in self._refused), len(tried)]
            for (seat, card), tried in self._tried.items()
        )
