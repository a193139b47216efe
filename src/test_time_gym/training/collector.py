"""Rollouts of many markets, as the decisions that a learner learns from."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from test_time_gym.envs.vector import NO_ACTION, MarketVector
from test_time_gym.market.errors import Misuse
from test_time_gym.market.integers import whole

from .advantages import decision_advantages

__all__ = ["DecisionBatch", "DecisionCollector"]

Decide = Callable[[NDArray[np.float32], NDArray[np.int8]], tuple[Any, Any, Any]]
"""From observations and masks of rows to actions, their log-probabilities, values."""


class DecisionBatch(NamedTuple):
    """Decisions and what is known of each; all arrays have one row for a decision."""

    observations: NDArray[np.float32]
    action_masks: NDArray[np.int8]
    actions: NDArray[np.int64]
    log_probs: NDArray[np.float64]
    """As `Decide` has told them."""
    values: NDArray[np.float64]
    """As `Decide` has told them."""
    advantages: NDArray[np.float64]
    """See `decision_advantages`; the return is the advantage plus the value."""


class DecisionCollector:
    """Steps markets by a policy, and keeps the decisions.

    Args:
        env: with ``autoreset="same_step"``; it is reset.
        decide: the policy, which is given only rows that are ready, and returns their
            actions, log-probabilities and values.
        seed: of the first market's first episode.
        **discounts: ``gamma`` and ``gae_lambda`` of `decision_advantages`; with
            ``unit_ms`` it discounts by time.

    Attributes:
        mean_return: sum of rewards in the last rollout, for each episode of a row that
            ended in it; NaN if none has.

    Raises:
        Misuse: the environment has another autoreset.
    """

    def __init__(
        self,
        env: MarketVector,
        decide: Decide,
        *,
        seed: int | None = None,
        **discounts: Any,
    ) -> None:
        """Reset the environment, and decide for the first time."""
        if env.autoreset != "same_step":
            msg = "episodes of a rollout follow each other: "
            raise Misuse(msg + 'make the environment with autoreset="same_step"')
        self.mean_return: float = float("nan")
        self._env = env
        self._policy = decide
        self._discounts = discounts
        self._decision = self._decide(*env.reset(seed=seed))

    def _decide(self, observations: Any, infos: dict[str, Any]) -> tuple[Any, ...]:
        """Let the rows that are ready decide; the others do nothing."""
        masks, ready = infos["action_mask"], infos["ready"]
        actions = np.full(len(ready), NO_ACTION)
        log_probs, values = np.zeros((2, len(ready)))
        told = self._policy(observations[ready], masks[ready])
        actions[ready], log_probs[ready], values[ready] = told
        return observations, masks, actions, log_probs, values, ready, infos["dt"]

    def collect(self, steps: int) -> DecisionBatch:
        """Step the markets, and return the decisions of which is known what follows.

        Args:
            steps: of the environment; the next rollout goes on where this one ends.

        Raises:
            Misuse: there are no steps, or `decide` returned what is no action.
        """
        happened = []
        for _ in range(whole("steps", steps, 1)):
            actions = self._decision[2]
            observations, rewards, ends, cuts, infos = self._env.step(actions)
            happened.append((*self._decision, rewards, ends | cuts))
            self._decision = self._decide(observations, infos)
        *decided, rewards, ended = map(np.stack, zip(*happened, strict=True))
        values, ready, dt = (
            np.vstack([before, last])
            for before, last in zip(decided[4:], self._decision[4:], strict=True)
        )
        by_time = dt if "unit_ms" in self._discounts else None
        advantages, known = decision_advantages(
            rewards, ended, values, ready, by_time, **self._discounts
        )
        episodes = int(ended.sum())
        self.mean_return = rewards.sum() / episodes if episodes else float("nan")
        return DecisionBatch(*(one[known] for one in (*decided[:5], advantages)))
