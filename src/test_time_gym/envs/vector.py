"""The vector door: many markets at once, a row of arrays for each of their agents."""

from collections.abc import Sequence
from typing import Any, Final, Self, get_args

import numpy as np
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import whole
from test_time_gym.market.interface.reward import SELLER_TERMS, TERMS
from test_time_gym.market.streams import seed_of

from .market_group import MarketGroup, MarketPlan
from .market_rows import MODES, Autoreset
from .market_worker import MarketWorkers, WorkerLost
from .reset_needed import ResetNeeded
from .row_buffers import RowBuffers, RowShape

__all__ = ["NO_ACTION", "MarketVector"]

NO_ACTION: Final = -1
"""Stands in `actions` for a row that is not ready."""

Results = tuple[
    NDArray[np.float32],
    NDArray[np.float64],
    NDArray[np.bool_],
    NDArray[np.bool_],
    dict[str, Any],
]
"""Observations, rewards, terminations, truncations and infos."""


class MarketVector(VectorEnv[Any, Any, Any]):
    """Many markets of one scenario, stepped together.

    A row is a learning agent of a market: row ``market * agents + agent``.  A row
    acts only when it is ready (`infos["ready"]`); a step takes one action of every
    ready row, and runs each market to its next decision.  Until it is ready again, a
    row keeps the observation of its last decision, and its mask allows only to wait.

    It is one of Gymnasium's vector environments, so that their wrappers take it; an
    action that the mask allows is right for every row, ready or not.

    Args:
        plan: how the markets are made.
        n: how many there are.
        processes: how many processes step them; with one, this process does.
        start_method: of the other processes: ``spawn``, ``forkserver`` or ``fork``.
        copy: return copies; without, arrays are overwritten by the next call.

    Attributes:
        num_markets: `n`.
        num_envs: rows, all in all.
        agents: names of the agents that have a row in each market.
        reward_terms: names of the terms of rewards.
        single_observation_space: of a row.
        single_action_space: of a row.
        observation_space: of all rows.
        action_space: of all rows.

    Raises:
        Misuse: an argument is out of range, or rows would be of several roles.
        WorkerLost: a process has ended before its markets were made.
    """

    def __init__(
        self,
        plan: MarketPlan,
        n: int,
        *,
        processes: int = 1,
        start_method: str = "spawn",
        copy: bool = True,
    ) -> None:
        """Make the markets; `reset` starts their runs."""
        self.closed: bool = True
        self.num_markets: int = whole("n", n, 1)
        processes = whole("processes", processes, 1, self.num_markets)
        for name, value, known in (
            ("autoreset", plan.autoreset, get_args(Autoreset)),
            ("start_method", start_method, ("spawn", "forkserver", "fork")),
        ):
            if value not in known:
                msg = f"{name} is {' or '.join(map(repr, known))}, not {shown(value)}"
                raise Misuse(msg)
        adapter = plan.adapter
        self.agents: list[str] = [
            name for name in adapter.names if name not in plan.scripted
        ]
        self.num_envs: int = self.num_markets * len(self.agents)
        self.autoreset: Autoreset = plan.autoreset
        self.metadata: dict[str, Any] = {
            "name": "market_v0",
            "render_modes": [],
            "autoreset_mode": MODES[self.autoreset],
        }
        self.copy = copy
        sells = [name not in adapter.buyers for name in self.agents]
        if len(set(sells)) > 1:
            msg = "rows are of one role: give the agents of the other one to others"
            raise Misuse(msg)
        self.reward_terms: tuple[str, ...] = SELLER_TERMS if sells[0] else TERMS
        self.single_observation_space: Any = adapter.observation_space(self.agents[0])
        self.single_action_space: Any = adapter.action_space(self.agents[0])
        self.observation_space: Any = batch_space(
            self.single_observation_space, self.num_envs
        )
        self.action_space: Any = batch_space(self.single_action_space, self.num_envs)
        shape = RowShape(
            self.single_observation_space.shape[0],
            int(self.single_action_space.n),
            self.reward_terms,
        )
        self._group: MarketGroup | MarketWorkers
        if processes == 1:
            self._rows = RowBuffers(shape, self.num_envs)
            self._group = MarketGroup(plan, self._rows)
        else:
            self._group = MarketWorkers(
                plan, shape, self.num_markets, processes, start_method
            )
            self._rows = self._group.rows
        self.closed = False
        self._begun = self._pending = False
        self._name_arrays(self._rows)

    def _name_arrays(self, rows: RowBuffers) -> None:
        """Keep what every step tells, and by which names."""
        self._told: list[NDArray[Any]] = [
            rows.observations,
            rows.action_masks,
            rows.flags,
            rows.times,
            rows.earned,
        ]
        self._terms = [
            (f"reward_{name}", column)
            for column, name in enumerate(self.reward_terms, start=1)
        ]
        self._views = self._arrange(self._told)

    # -- calls ------------------------------------------------------------------------

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start new episodes; return every row's observation, and the infos.

        Args:
            seed: of the first market; the others take the numbers after it.  Or one for
                each market; None goes on from the last episode's.
            options: ``{"reset_mask": rows}``: only in markets of which a row is true.

        Raises:
            Misuse: a seed is no seed, or the mask has another shape, or the environment
                is closed; nothing has changed.
        """
        self._verify_open()
        seeds = self._seeds(seed)
        if isinstance(seed, int):
            # Gymnasium's own generator, which only wrappers draw from.
            super().reset(seed=seed % 2**32)
        chosen = self._chosen(options or {})
        self._let_go()
        try:
            self._group.reset(seeds, chosen)
        except WorkerLost:
            self.closed = True
            raise
        self._begun = True
        observations, _, _, _, infos = self._results()
        return observations, infos

    def step(self, actions: Any) -> Results:
        """Take an action of every ready row, and run each market to its next decision.

        Args:
            actions: integers, of the shape ``(num_envs,)``.  For a row that is not
                ready `NO_ACTION`, or to wait.

        Returns:
            Observations, rewards (what was earned in this step), terminations,
            truncations and infos.

        Raises:
            Misuse: the shape or an action is wrong; nothing has changed.
        """
        self.step_async(actions)
        return self.step_wait()

    def step_async(self, actions: Any) -> None:
        """Begin a step; with several processes the markets go on meanwhile.

        Raises:
            Misuse: as `step`, or a step is pending.
        """
        self._verify_open()
        if not self._begun:
            raise ResetNeeded("step before reset: call reset first")
        if self._pending:
            raise Misuse("a step is pending: call step_wait first")
        self._take(actions)
        self._pending = True
        self._group.begin("step")

    def step_wait(self) -> Results:
        """Return the results of the step that was begun.

        Raises:
            Misuse: none was.
            WorkerLost: a process has ended; the environment is closed.
        """
        if not self._pending:
            raise Misuse("no step is pending: call step_async first")
        try:
            ended = any(self._group.wait())
        except KeyboardInterrupt:
            # Processes go on, and `step_wait` may be called again; a step of this
            # process has been cut off.
            self._pending = self._begun = isinstance(self._group, MarketWorkers)
            raise
        except BaseException as error:
            self._pending = self._begun = False
            self.closed = self.closed or isinstance(error, WorkerLost)
            raise
        self._pending = False
        results = self._results()
        if ended and self.autoreset == "same_step":
            _, _, terminations, truncations, infos = results
            infos.update(self._final(terminations | truncations))
        return results

    def _final(self, ended: NDArray[np.bool_]) -> dict[str, Any]:
        """Return how the episodes of rows ended in whose place others have begun."""
        rows, given = self._rows, self._given
        flags, times = given(rows.final_flags), given(rows.final_times)
        told = {
            "action_mask": given(rows.final_action_masks),
            "accepted": flags[1],
            "now": times[0],
            "dt": times[1],
            "outcome": times[2],
        }
        return {
            "final_obs": given(rows.final_observations),
            "_final_obs": ended,
            "final_info": told,
            "_final_info": ended,
        }

    def action_masks(self) -> NDArray[np.bool_]:
        """Return the legal actions of every row, as booleans."""
        masks: NDArray[np.bool_] = self._rows.action_masks != 0
        return masks

    @property
    def ready(self) -> NDArray[np.bool_]:
        """Which rows are asked for an action; overwritten by the next call."""
        return self._rows.ready

    def _let_go(self) -> None:
        """Wait for a step whose results nobody has asked for."""
        if self._pending and isinstance(self._group, MarketWorkers):
            self._group.wait()
        self._pending = False

    def digests(self) -> list[str]:
        """Return the digest of each market's present run."""
        self._verify_open()
        if not self._begun:
            raise ResetNeeded("digests before reset: call reset first")
        self._let_go()
        return [told["digest"] for told in self._group.told()]

    def close(self, **kwargs: Any) -> None:
        """Seal the journals of unfinished episodes, and end all processes."""
        del kwargs
        if not self.closed:
            self.closed = True
            self._group.close()

    def __enter__(self) -> Self:
        """Return the environment; it is closed at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the environment."""
        self.close()

    def __reduce_ex__(self, protocol: object) -> Any:
        """Refuse to be copied or pickled: rows are shared with other processes.

        Raises:
            Misuse: always.
        """
        msg = "many markets at once are neither copied nor pickled: make others by "
        raise Misuse(msg + "the same call, and reset them with the same seed")

    # -- arguments --------------------------------------------------------------------

    def _take(self, actions: Any) -> None:
        """Write down the actions, if all of them are possible."""
        given, rows, most = np.asarray(actions), self._rows, self._rows.shape.actions
        if given.shape != (self.num_envs,) or given.dtype.kind not in "iu":
            msg = f"actions are integers of the shape ({self.num_envs},), one for each "
            msg += f"row; these are {given.dtype} of the shape {given.shape}"
            raise Misuse(msg)
        highest = int(given.argmax())
        if given.item(highest) >= most:
            self._refuse(highest, given.item(highest))
        acts = given > NO_ACTION
        if acts.tobytes() != rows.ready.tobytes():
            for row in np.flatnonzero(acts != rows.ready).tolist():
                # A row that is not ready may wait, as its mask says.
                if not acts[row] or not rows.action_masks[row, given[row]]:
                    self._refuse(row, int(given[row]))
        if self.autoreset == "disabled":
            ended = (rows.outcome != 0).reshape(self.num_markets, -1).all(axis=1)
            if ended.any():
                msg = f"the episode of market {int(ended.argmax())} has ended: "
                raise Misuse(msg + "reset it, with options={'reset_mask': rows}")
        rows.actions[:] = given

    def _refuse(self, row: int, action: int) -> None:
        market, agent = divmod(row, len(self.agents))
        named = f"row {row} ({self.agents[agent]} of market {market})"
        if self._rows.ready[row]:
            most = self._rows.shape.actions - 1
            msg = f"{named} is ready: its action is an integer from 0 to {most}, "
            raise Misuse(f"{msg}not {action}")
        msg = f"{named} is not ready: its action is {NO_ACTION}, or to wait, "
        raise Misuse(f"{msg}not {action}; see infos['ready']")

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        count = self.num_markets
        if seed is None:
            return [None] * count
        if isinstance(seed, Sequence) and not isinstance(seed, str | bytes):
            if len(seed) != count:
                msg = f"seeds are one for each of {count} markets, not {len(seed)}"
                raise Misuse(msg)
            return [None if one is None else seed_of(one) for one in seed]
        first = seed_of(seed)
        return [seed_of(first + k) for k in range(count)]

    def _chosen(self, options: dict[str, Any]) -> list[bool]:
        mask = options.get("reset_mask")
        if mask is None:
            return [True] * self.num_markets
        rows = np.asarray(mask)
        if rows.shape != (self.num_envs,) or rows.dtype != np.bool_:
            msg = f"reset_mask has a boolean for each of {self.num_envs} rows"
            raise Misuse(msg)
        if not self._begun:
            raise ResetNeeded("reset_mask before reset: reset all markets first")
        by_market = rows.reshape(self.num_markets, -1)
        return [bool(one.any()) for one in by_market]

    def _verify_open(self) -> None:
        if self.closed:
            raise Misuse("the environment is closed")

    # -- results ----------------------------------------------------------------------

    def _given(self, array: NDArray[Any]) -> NDArray[Any]:
        return array.copy() if self.copy else array

    def _results(self) -> Results:
        """Return the rows' arrays, or copies of them, by the names of `step`."""
        if not self.copy:
            observations, rewards, terminations, truncations, infos = self._views
            return observations, rewards, terminations, truncations, infos.copy()
        return self._arrange([one.copy() for one in self._told])

    def _arrange(self, told: list[NDArray[Any]]) -> Results:
        observations, masks, flags, times, earned = told
        infos: dict[str, Any] = {
            "action_mask": masks,
            "ready": flags[0],
            "accepted": flags[1],
            "now": times[0],
            "dt": times[1],
            "outcome": times[2],
        }
        for name, column in self._terms:
            infos[name] = earned[column]
        return observations, earned[0], flags[2], flags[3], infos
