"""Credit assignment: the reward of each choice, once the episode's end is known."""

from collections.abc import Iterator
from typing import Final

from test_time_gym.agents.bandits import Choice
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.trajectory import EXPLORE

__all__ = ["rewards", "worth"]

_HAGGLE: Final = 1.5
"""Worth of a bargain: 0.5 at the usual price, and so much more per logarithm less."""


def worth(excess: float | None, settings: Settings) -> float:
    """Return what a success is worth, from 0 to 1.

    Args:
        excess: ln(paid / usual), None if one of both is unknown.
        settings: `price_weight` is the share that depends on it.
    """
    cheap = 0.5 if excess is None else max(0.0, min(1.0, 0.5 - _HAGGLE * excess))
    return 1 - settings.price_weight + settings.price_weight * cheap


def rewards(
    choices: list[tuple[int, Choice]],
    steps: int,
    value: float,
    lost: dict[tuple[str, str], bool],
    settings: Settings,
) -> Iterator[tuple[str, str, float, tuple[float, ...]]]:
    """Yield context, arm, reward and features of each choice, of the same ones once.

    In each context the last choice led on; those before it led back to it, and have
    brought nothing.

    Args:
        choices: with the number of the action before which each was made.
        steps: actions of the episode.
        value: of its end.
        lost: arms that did not bring what they should, and their contexts.
        settings: `discount` and `curiosity`.
    """
    last = {choice.context: choice.chosen for _, choice in choices}
    told: dict[tuple[str, str], bool] = {}
    for at, choice in choices:
        key = choice.chosen, choice.context
        if len(choice.arms) == 1 or key in told:
            continue
        told[key] = True
        led_on = last[choice.context] == choice.chosen and key not in lost
        reward = value * settings.discount ** (steps - at) if led_on else 0.0
        if choice.chosen == EXPLORE:
            reward *= settings.curiosity
        yield choice.context, choice.chosen, reward, choice.features
