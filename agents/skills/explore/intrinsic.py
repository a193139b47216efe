"""Intrinsic rewards: what an agent tells itself, long before the outcome is known."""

import math
from typing import Any, Final

from test_time_gym.agents.skills.perception.page import cured, item_names
from test_time_gym.agents.skills.perception.place_key import page_kind
from test_time_gym.agents.skills.perception.prices import asked
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.trajectory import Taken

__all__ = [
    "Intrinsic",
    "dearer",
]

_IDLE: Final = 1 / 6
"""Cost of a step that changes nothing, against a place that was never seen."""
_PRICE: Final = 1.0
"""Cost of a price that rises by a factor of e, against a cart that contradicts."""
_RECENT: Final = 200
"""Steps that the usual error follows."""

_Seen = dict[str, int]


class Intrinsic:
    """Three rewards for each step of an episode; a weight of 0 switches one off.

    - **progress**: 1 / √n for the first arrival in this episode at a kind of place
      (`page_kind`), n being the episodes that came there, this one included; and
      -1/6 for a step after which the page is the same (`page.signature`).
    - **consistency**: the offer against the task, and the price against itself. -1
      when the cart comes to contradict the task (`page.contradictions`), +1 when
      that is cured with something left in the cart. And -ln(after / before) when
      the least total that the page asked for these items so far is exceeded: a fee
      that comes late, a code that no longer holds. Getting back below gives as much
      back, so that going round in a circle earns nothing. What is charged is the
      total shown at the last payment page: nothing is added behind it.
    - **surprise**: the error of a learned model of the next page. The model counts
      which place followed a verb at a place; with n such steps before, c of which
      led where this one did, it gave that place the probability c / (n + 1), and
      the error is 1 - c / (n + 1), divided by √(n + 1): what is left to chance can
      never be predicted, and is still no news for ever. It is paid less the mean
      error of about the last 200 steps: else a way would be worth the more, the longer.

    Counts of episodes as in Bellemare et al., "Unifying count-based exploration and
    intrinsic motivation" (2016); prediction error as in Pathak et al.,
    "Curiosity-driven exploration by self-supervised prediction" (2017).

    Args:
        settings: the weights `progress`, `consistency` and `surprise`.
    """

    def __init__(self, settings: Settings) -> None:
        """Know nothing."""
        self._set = settings
        self._visits: _Seen = {}
        self._led: _Seen = {}
        self._usual = 1.0
        self._steps = 0

    def rewards(self, taken: list[Taken]) -> list[float]:
        """Return the reward of each step of an episode, and learn from it.

        The last step has none: no page was seen after it.
        """
        visited = [page_kind(one.page) for one in taken]
        rewards = self._progress(taken, visited)
        rises = dearer([one.observation for one in taken])
        for k in range(len(taken) - 1):
            one, after = taken[k], taken[k + 1]
            own = cured(one.page, after.page) - _PRICE * (rises[k + 1] - rises[k])
            rewards[k] += self._set.consistency * own
            error = self.surprise(visited[k], one.verb, visited[k + 1])
            rewards[k] += self._set.surprise * (error - self._usual)
            self._steps = min(self._steps + 1, _RECENT)
            self._usual += (error - self._usual) / self._steps
            step = f"{visited[k]} {one.verb}"
            for key in (step, f"{step} {visited[k + 1]}"):
                self._led[key] = self._led.get(key, 0) + 1
        return rewards

    def surprise(self, place: str, verb: str, after: str) -> float:
        """Return how little was known of what a verb leads to, from 1 down to 0.

        >>> Intrinsic(Settings()).surprise("cart", "wait", "cart")
        1.0
        """
        step = f"{place} {verb}"
        n = self._led.get(step, 0) + 1
        return (1 - self._led.get(f"{step} {after}", 0) / n) / math.sqrt(n)

    def _progress(self, taken: list[Taken], visited: list[str]) -> list[float]:
        rewards = [0.0] * len(taken)
        here: dict[str, bool] = {}
        for k, place in enumerate(visited):
            if k and taken[k - 1].signature == taken[k].signature:
                rewards[k - 1] -= self._set.progress * _IDLE
            if place not in here:
                here[place] = True
                n = self._visits[place] = self._visits.get(place, 0) + 1
                if k:
                    rewards[k - 1] += self._set.progress / math.sqrt(n)
        return rewards

    def dump(self) -> dict[str, Any]:
        """Return the counts, as plain data: of steps, and of where they led."""
        return {
            "visits": dict(self._visits),
            "led": dict(self._led),
            "usual": self._usual,
            "steps": self._steps,
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._visits = dict(data["visits"])
        self._led = dict(data["led"])
        self._usual, self._steps = data["usual"], data["steps"]


def dearer(observations: list[dict[str, Any]]) -> list[float]:
    """Return by how much each page asks more than was promised, ln(total / least).

    The promise is the least total that was shown for the same items so far in the
    episode; 0 where nothing is in the cart.
    """
    least: dict[tuple[Any, ...], float] = {}
    rises = []
    for observation in observations:
        named = item_names(observation)
        price = asked(observation) if named else None
        if price is None or price <= 0:
            rises.append(0.0)
            continue
        promise = least[named] = min(price, least.get(named, price))
        rises.append(math.log(price / promise))
    return rises
