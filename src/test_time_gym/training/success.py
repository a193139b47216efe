"""How often a policy that was trained meets its task."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from test_time_gym import market_v0
from test_time_gym.scenarios import Scenario

__all__ = ["Success", "success_of"]

Policy = Callable[[NDArray[np.float32], NDArray[np.int8]], int]
"""From an observation and the mask of legal actions to an action."""


@dataclass
class Success:
    """What became of the tasks that a policy was given.

    Attributes:
        outcomes: how many of them ended how.
        feasible: tasks that are not certified infeasible.
        met: of these, those that ended with success.
        infeasible: tasks that are certified infeasible.
        aborted: of these, those that were aborted, as they should be.
        decisions: actions taken, all in all.
    """

    outcomes: dict[str, int] = field(default_factory=dict)
    feasible: int = 0
    met: int = 0
    infeasible: int = 0
    aborted: int = 0
    decisions: int = 0

    @property
    def success_rate(self) -> float:
        """Share of the feasible tasks that were met; 1 if there are none."""
        return self.met / self.feasible if self.feasible else 1.0

    @property
    def abort_rate(self) -> float:
        """Share of the infeasible tasks that were aborted; 1 if there are none."""
        return self.aborted / self.infeasible if self.infeasible else 1.0

    def __str__(self) -> str:
        """Return it as one line."""
        return (
            f"met {self.met} of {self.feasible} feasible tasks "
            f"({100 * self.success_rate:.1f} %), aborted {self.aborted} of "
            f"{self.infeasible} infeasible ones; {self.decisions} decisions; "
            + ", ".join(f"{self.outcomes[one]} {one}" for one in sorted(self.outcomes))
        )


def success_of(
    policy: Policy,
    scenario: str | Path | Scenario,
    seeds: Iterable[int],
    **options: Any,
) -> Success:
    """Let one policy play all agents of a scenario, and count what it met.

    Args:
        policy: called with an agent's vector and the mask of its legal actions.
        scenario: a name, the path of a TOML file, or a `Scenario`.
        seeds: of the episodes; take some that it was not trained on.
        **options: of `market_v0.env`: ``n_agents``, ``actions``, ….

    Raises:
        Misuse: an option is unknown or out of range.
    """
    env = market_v0.env(scenario, **options).unwrapped
    told = Success()
    names = {code: name for name, code in market_v0.OUTCOME_CODES.items()}
    for seed in seeds:
        env.reset(seed=seed)
        possible = [seat.task.infeasible is None for seat in env.turns.seats]
        told.feasible += sum(possible)
        told.infeasible += len(possible) - sum(possible)
        for agent in env.agent_iter():
            observation, _, terminated, truncated, info = env.last()
            if not (terminated or truncated):
                told.decisions += 1
                mask = observation["action_mask"]
                env.step(int(policy(observation["observation"], mask)))
                continue
            outcome = names[info["outcome"]]
            told.outcomes[outcome] = told.outcomes.get(outcome, 0) + 1
            k = env.possible_agents.index(agent)
            told.met += possible[k] and outcome == "success"
            told.aborted += not possible[k] and outcome == "infeasible_aborted"
            env.step(None)
    env.close()
    return told
