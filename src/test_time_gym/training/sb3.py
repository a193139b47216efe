"""Stable-Baselines3: many markets as a masked `VecEnv`; PPO that skips idle rows.

Needs ``stable-baselines3`` and ``sb3-contrib``, with torch.

```
env = MarketVecEnv(market_v0.vector_env(4, "flights/sfo-mad", n_agents=1))
model = MaskablePPO("MlpPolicy", env, rollout_buffer_class=ReadyRolloutBuffer)
```
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from sb3_contrib.common.maskable.buffers import (
    MaskableRolloutBuffer,
    MaskableRolloutBufferSamples,
)
from stable_baselines3.common.vec_env import VecEnv

from test_time_gym.envs.vector import NO_ACTION, MarketVector
from test_time_gym.market.errors import Misuse

__all__ = ["MarketVecEnv", "ReadyRolloutBuffer"]


class MarketVecEnv(VecEnv):  # type: ignore[misc]
    """The rows of a `MarketVector` as Stable-Baselines3's environments.

    Every row is an environment, whose `action_masks` sb3-contrib asks for.  A row that
    is not ready has one legal action, which is not taken: a policy chooses it with
    probability 1 and learns nothing from it.  With one agent in a market all rows are
    ready always; with more, give PPO a `ReadyRolloutBuffer`.

    Infos have ``ready``, ``accepted``, ``now``, ``dt`` and ``outcome``, and at the end
    of an episode ``terminal_observation`` and ``TimeLimit.truncated``.

    Args:
        markets: with ``autoreset="same_step"``, as Stable-Baselines3 expects.

    Raises:
        Misuse: it has another autoreset.
    """

    def __init__(self, markets: MarketVector) -> None:
        """Take the environment; `reset` starts its runs."""
        if markets.autoreset != "same_step":
            raise Misuse('Stable-Baselines3 needs autoreset="same_step"')
        self.markets = markets
        actions = int(markets.single_action_space.n)
        self._idle = np.zeros(actions, np.bool_)
        self._idle[0] = True
        self._actions = np.full(markets.num_envs, NO_ACTION)
        super().__init__(
            markets.num_envs,
            markets.single_observation_space,
            markets.single_action_space,
        )

    # -- steps ------------------------------------------------------------------------

    def reset(self) -> Any:
        """Start new episodes, with the seed that `seed` was given; return observations.

        A market has the seed of its first row.
        """
        seeds = self._seeds[:: len(self.markets.agents)]
        observations, infos = self.markets.reset(seed=seeds)
        self.reset_infos = self._listed(infos)
        self._reset_seeds()
        self._reset_options()
        return observations

    def step_async(self, actions: Any) -> None:
        """Begin a step; actions of rows that are not ready are not taken."""
        given = np.asarray(actions).reshape(-1)
        self.markets.step_async(np.where(self.markets.ready, given, NO_ACTION))

    def step_wait(self) -> Any:
        """Return observations, rewards, dones and infos."""
        observations, rewards, ends, cuts, infos = self.markets.step_wait()
        listed = self._listed(infos)
        dones = ends | cuts
        for row in np.flatnonzero(dones).tolist():
            told = infos["final_info"]
            info = listed[row]
            for name in ("accepted", "now", "dt", "outcome"):
                info[name] = told[name][row].item()
            info["terminal_observation"] = infos["final_obs"][row]
            info["TimeLimit.truncated"] = bool(cuts[row])
        return observations, rewards.astype(np.float32), dones, listed

    def _listed(self, infos: dict[str, Any]) -> list[dict[str, Any]]:
        names = ("ready", "accepted", "now", "dt", "outcome")
        columns = [infos[name].tolist() for name in names]
        return [
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        ]

    def close(self) -> None:
        """Close the markets."""
        self.markets.close()

    # -- rows as environments ---------------------------------------------------------

    def action_masks(self) -> Any:
        """Return the masks of all rows; one that is not ready has one legal action."""
        masks = self.markets.action_masks()
        masks[~self.markets.ready] = self._idle
        return masks

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Return an attribute of rows: ``action_masks``, ``ready``, ``render_mode``, ….

        Raises:
            AttributeError: rows have no such attribute.
        """
        rows = self._rows(indices)
        if attr_name == "action_masks":
            return [_MaskOf(self, row) for row in rows]
        if attr_name == "ready":
            return [bool(self.markets.ready[row]) for row in rows]
        known = {
            "render_mode": None,
            "spec": None,
            "observation_space": self.markets.single_observation_space,
            "action_space": self.markets.single_action_space,
        }
        if attr_name not in known:
            raise AttributeError(f"rows of markets have no attribute {attr_name!r}")
        return [known[attr_name] for _ in rows]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Raise that rows cannot be changed."""
        raise AttributeError(f"{attr_name!r} of rows of markets cannot be set")

    def env_method(
        self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any
    ) -> list[Any]:
        """Return what a method of rows returns; they have `action_masks` alone."""
        if method_name != "action_masks":
            raise AttributeError(f"rows of markets have no method {method_name!r}")
        masks = self.action_masks()
        return [masks[row] for row in self._rows(indices)]

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Return that rows are not wrapped."""
        return [False for _ in self._rows(indices)]

    def _rows(self, indices: Any) -> Iterable[int]:
        found: Iterable[int] = self._get_indices(indices)
        return found


class _MaskOf:
    """A row's `action_masks`."""

    def __init__(self, env: MarketVecEnv, row: int) -> None:
        self._env = env
        self._row = row

    def __call__(self) -> Any:
        return self._env.action_masks()[self._row]


class ReadyRolloutBuffer(MaskableRolloutBuffer):  # type: ignore[misc]
    """A rollout buffer in which only decisions count.

    A row that is not ready has one legal action; such entries are no decisions.  What
    is earned in them belongs to the decision before, and is discounted as if it came
    with it; samples are decisions alone (a semi-Markov decision process, in which each
    decision is one step).
    """

    generator_ready: bool

    def compute_returns_and_advantage(self, last_values: Any, dones: Any) -> None:
        """Compute lambda-returns and advantages over the decisions of each row."""
        decides = self.action_masks.sum(axis=2) > 1
        following = last_values.clone().cpu().numpy().flatten()
        live = 1.0 - dones.astype(np.float32)
        last = np.zeros(self.n_envs, np.float32)
        earned = np.zeros(self.n_envs, np.float32)
        for step in reversed(range(self.buffer_size)):
            earned = earned + self.rewards[step]
            now = decides[step]
            delta = earned + self.gamma * following * live - self.values[step]
            last = np.where(
                now, delta + self.gamma * self.gae_lambda * live * last, last
            )
            self.advantages[step] = last
            following = np.where(now, self.values[step], following)
            earned = np.where(now, 0.0, earned).astype(np.float32)
            # An episode that began here ended in the step before.
            begun = self.episode_starts[step].astype(bool)
            live = np.where(begun, 0.0, np.where(now, 1.0, live)).astype(np.float32)
            earned = np.where(begun, 0.0, earned).astype(np.float32)
            last = np.where(begun, 0.0, last).astype(np.float32)
        self.returns = self.advantages + self.values

    def get(
        self, batch_size: int | None = None
    ) -> Iterator[MaskableRolloutBufferSamples]:
        """Return batches of decisions, in random order.

        None of them has one decision alone: PPO divides advantages by their deviation,
        which one number does not have.  A last one joins the batch before it; where
        there is no other it counts twice.
        """
        if not self.generator_ready:
            decides = self.action_masks.sum(axis=2) > 1
            self._decisions = np.flatnonzero(decides.swapaxes(0, 1).reshape(-1))
        shuffled: Callable[[Any], Any] = np.random.permutation  # noqa: TID251
        order = shuffled(self._decisions)
        if len(order) == 1:
            order = order.repeat(2)
        size = max(len(order) if batch_size is None else batch_size, 2)
        self._flatten()
        start = 0
        while start < len(order):
            end = start + size
            if len(order) - end == 1:
                end += 1
            yield self._get_samples(order[start:end])
            start = end

    def _flatten(self) -> None:
        """Lay out the entries of all rows, one after the other, once."""
        if self.generator_ready:
            return
        for name in (
            "observations",
            "actions",
            "values",
            "log_probs",
            "advantages",
            "returns",
            "action_masks",
        ):
            setattr(self, name, self.swap_and_flatten(getattr(self, name)))
        self.generator_ready = True
