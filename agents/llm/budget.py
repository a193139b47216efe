"""Budgets: how much a model may cost, in calls, tokens and money."""

from dataclasses import dataclass
from threading import Lock
from typing import Final

from test_time_gym.market.interface.policy import AgentError

from .model_usage import ModelUsage

__all__ = ["Budget", "RunBudget", "TokenPrices"]

_MILLION: Final = 10**6


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What a provider asks for a million tokens, in millionths of a dollar."""

    prompt: int
    completion: int

    def cost(self, usage: ModelUsage) -> int:
        """Return what tokens cost, in millionths of a dollar, rounded up.

        >>> TokenPrices(2_500_000, 10_000_000).cost(
        ...     ModelUsage(prompt_tokens=1000, completion_tokens=10)
        ... )
        2600
        """
        parts = usage.prompt_tokens * self.prompt
        parts += usage.completion_tokens * self.completion
        return -(-parts // _MILLION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be used; None: as much as is needed.

    It is looked at before each call, so that the last one may go beyond it.

    Raises:
        AgentError: a number is below 1, or there is money and no prices.
    """

    calls: int | None = None
    """Answers of the model; failed attempts and retries count for nothing."""
    tokens: int | None = None
    """Prompt and completion together."""
    microdollars: int | None = None
    """Millionths of a dollar."""
    prices: TokenPrices | None = None

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        for name in ("calls", "tokens", "microdollars"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < 1):
                msg = (
                    f"a budget's {name} is a whole number from 1 on, not {value!r:.60}"
                )
                raise AgentError(msg)
        if self.microdollars is not None and self.prices is None:
            msg = "a budget of money needs the prices of tokens: no price list comes "
            raise AgentError(msg + "with the package")

    def spent(self, usage: ModelUsage) -> str | None:
        """Return what has been used up; None while a call may be made.

        >>> Budget(calls=2).spent(ModelUsage(calls=2))
        'calls'
        """
        if self.calls is not None and usage.calls >= self.calls:
            return "calls"
        if self.tokens is not None and usage.tokens >= self.tokens:
            return "tokens"
        if self.microdollars is None or self.prices is None:
            return None
        return "money" if self.prices.cost(usage) >= self.microdollars else None


class RunBudget:
    """A budget that all agents and episodes of a run share.

    Args:
        budget: of all of them together.
    """

    def __init__(self, budget: Budget) -> None:
        """Begin with nothing used."""
        self._budget = budget
        self._usage = ModelUsage()
        self._lock = Lock()

    def add(self, more: ModelUsage) -> None:
        """Count what a call has used."""
        with self._lock:
            self._usage.add(more)

    def spent(self) -> str | None:
        """Return what has been used up; None while a call may be made."""
        with self._lock:
            return self._budget.spent(self._usage)
