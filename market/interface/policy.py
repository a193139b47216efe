"""What the writer of an agent may use of the market: errors and own chance."""

from typing import Any, Final

from ..errors import Misuse, shown
from ..streams import Stream, Streams, seed_of
from .actions import CRASHES, ThinkingTime

__all__ = [
    "CRASHES",
    "AgentError",
    "AgentStopped",
    "Misuse",
    "Thinking",
    "policy_stream",
    "seed_of",
    "shown",
]

THINKING_MS_MAX: Final = 31_536_000_000
"""A year."""


class AgentError(Misuse):
    """Something that should be an agent is none, or does not behave like one."""


class AgentStopped(Exception):
    """Raised by an agent that does not go on, through no fault of its own program.

    Its episode ends with the outcome; the others play on.

    Args:
        outcome: ``provider_error``, ``budget_exhausted`` or ``refused``.
        kind: a word for the journal, such as ``rate_limit``; no text of others.
        why: the whole story, for the person who plays.

    Raises:
        AgentError: there is no such outcome, or the kind is no text.
    """

    def __init__(self, outcome: str, kind: str, why: str = "") -> None:
        """Keep the outcome and its kind."""
        if outcome not in CRASHES[1:]:
            known = ", ".join(CRASHES[1:])
            raise AgentError(f"an agent stops with {known}, not {shown(outcome)}")
        if not (isinstance(kind, str) and kind and isinstance(why, str)):
            said = shown(why if isinstance(kind, str) and kind else kind)
            raise AgentError(f"an agent says in a text why it stops, not by {said}")
        super().__init__(why or kind)
        self.outcome: str = outcome
        self.kind: str = kind


class Thinking:
    """An action, and how long its agent took to find it, in simulated time.

    An agent may return it in place of an action.  It is busy for so long: the world
    goes on, and then the action is taken as it was found, on a page that may be old.

    Args:
        action: as an agent would return it.
        ms: milliseconds of simulated time, from 0 to a year.
        prompt_tokens: that a model read, for the journal.
        completion_tokens: that it wrote.

    Raises:
        AgentError: a number is none, or out of its range.
    """

    def __init__(
        self,
        action: Any,
        ms: int,
        *,
        prompt_tokens: int = 0,
        completion_tokens: int = 0,
    ) -> None:
        """Check the numbers."""
        self.action: Any = action
        numbers = (ms, prompt_tokens, completion_tokens)
        for number in numbers:
            if type(number) is not int or not 0 <= number <= THINKING_MS_MAX:
                msg = f"thinking takes whole numbers from 0 on, not {shown(number)}"
                raise AgentError(msg)
        self.time: ThinkingTime = ThinkingTime(*numbers)


def policy_stream(seed: int, name: str = "policy") -> Stream:
    """Return a stream of an agent's own, apart from all the market draws from.

    >>> policy_stream(7).below(100) == policy_stream(7).below(100)
    True
    """
    return Streams(seed).get("policy", name)
