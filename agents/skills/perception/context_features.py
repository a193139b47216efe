"""Context features: a page in a few numbers, for bandits that generalise over pages."""

from math import log
from typing import Any, Final

from .page_state import PageState
from .shop import asked

__all__ = ["CONTEXT_FEATURES", "context_features"]

CONTEXT_FEATURES: Final = (
    "time",
    "turns",
    "dearer",
    "room",
    "attempts",
    "contradicts",
    "chosen",
    "paying",
)
"""What the numbers of `context_features` are called, in their order."""

_MOST_ATTEMPTS: Final = 4


def context_features(
    state: PageState,
    task: dict[str, Any],
    excess: float | None,
    attempts: int,
) -> tuple[float, ...]:
    """Return numbers that describe a page; 0 is where nothing is known or was done.

    - ``time``, ``turns``: share of the minutes and of the turns that is gone, 0 to 1;
    - ``dearer``: ln(price asked / usual price for such a task), -1 to 1;
    - ``room``: ln(budget / price asked), -1 to 1;
    - ``attempts``: skills that did not arrive in this episode, by four, 0 to 1;
    - ``contradicts``: 1 when the cart breaks a constraint of the task;
    - ``chosen``, ``paying``: 1 when something is in the cart, and when its payment
      has begun. A chooser without buckets tells by these two where it explores.

    A chooser adds the constant 1 itself.

    Args:
        state: of the page.
        task: the first page of the episode.
        excess: ln(price asked / usual price), if both are known.
        attempts: skills that were begun without effect.
    """
    observation = state.observation
    price, budget = asked(observation), float(observation["constraints"]["budget"])
    room = log(budget / price) if price and price > 0 and budget > 0 else 0.0
    return (
        _gone(observation["minutes_left"], task["minutes_left"]),
        _gone(observation["turns_left"], task["turns_left"]),
        _within(-1.0, excess or 0.0),
        _within(-1.0, room),
        min(1.0, attempts / _MOST_ATTEMPTS),
        float(state.page["checks"] == "contradict"),
        float(state.page["cart"] == "some"),
        float(state.page["payment"] != "none"),
    )


def _gone(left: int, of: int) -> float:
    return _within(0.0, 1 - left / of) if of > 0 else 1.0


def _within(low: float, value: float) -> float:
    """Return a number, cut at a lower bound and at 1."""
    return max(low, min(1.0, value))
