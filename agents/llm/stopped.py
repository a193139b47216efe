"""Why a model's episode ends before it is over."""

from test_time_gym.market.interface.policy import AgentError

__all__ = ["AgentStopped"]


class AgentStopped(AgentError):
    """An agent cannot go on, and it is no failure of its program.

    Args:
        outcome: ``provider_error``, ``budget_exhausted`` or ``refused``.
        why: a word that says more, the same whenever it happens again.
        text: what else is known, for the person who plays.
    """

    def __init__(self, outcome: str, why: str, text: str = "") -> None:
        """Keep all."""
        super().__init__(f"{outcome}: {text or why}")
        self.outcome = outcome
        self.why = why
