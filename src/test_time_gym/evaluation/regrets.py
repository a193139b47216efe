"""Measuring regret while agents play."""

from collections.abc import Mapping, Sequence
from typing import Any

from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.rollout.hooks import Setup

from .optimum import clairvoyant
from .regret import Decisions, regret_in

__all__ = ["Regrets"]


class Regrets:
    """Measures what agents pay beyond their clairvoyant optimum; a `Measure`.

    That is one more execution of the market for each agent.

    Attributes:
        decisions: what each decision of the episode could have chosen.

    Args:
        optima: optimal prices of episodes by their seeds (None: infeasible), where
            they are known from another run of a single agent; they are not computed
            again.
    """

    def __init__(self, optima: Mapping[int, int | None] | None = None) -> None:
        """Begin with no episode."""
        self._known = {} if optima is None else optima
        self._setup: Setup
        self.decisions: Decisions = Decisions()

    def begin(self, setup: Setup) -> None:
        """Make ready for an episode."""
        self._setup, self.decisions = setup, Decisions()

    def act(self, turns: Turns, seat: Participant, action: Input) -> bool:
        """Take an action, and note what the decision could have chosen."""
        return self.decisions.act(turns, seat, action)

    def measured(
        self,
        turns: Turns,
        seat: Participant,
        recorded_actions: Mapping[int, Sequence[Input]],
    ) -> dict[str, Any]:
        """Return the regret of a seat, and what it came from."""
        if not isinstance(seat, Buyer):
            return {}
        optimal = self._optimum(seat.index, recorded_actions)
        found = regret_in(turns, seat, self.decisions, optimal)
        return {
            "optimal": found.optimal,
            "regret": found.total,
            "timing": found.timing,
            "search": found.search,
            "execution": found.execution,
            "first_offer": self.decisions.first_offer(turns, seat),
            "lost_surplus": found.lost_surplus,
        }

    def _optimum(
        self, focal: int, recorded_actions: Mapping[int, Sequence[Input]]
    ) -> int | None:
        setup = self._setup
        # With rivals the optimum depends on what they do.
        alone = setup.roles == ("buyer",) and len(setup.names) == 1
        if alone and setup.seed in self._known:
            return self._known[setup.seed]
        best = clairvoyant(
            setup.scenario,
            setup.world,
            setup.seed,
            list(setup.names),
            focal=focal,
            recorded_actions=recorded_actions,
            window_ms=setup.window_ms,
            roles=setup.roles,
        )
        return None if best is None else best.price_minor
