"""Gymnasium's vector environments: many focal buyers, each in a market of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from numpy.typing import NDArray

from test_time_gym.agents.base import AgentSource
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.scenarios import Scenario, load_scenario

from .adapter import EnvAdapter
from .booking_env import OtherSeats, given_seats, verify_options
from .flight_booking_env import FlightBookingEnv
from .hotel_booking_env import HotelBookingEnv
from .market_group import MarketJournals, MarketPlan
from .market_rows import MODES, Autoreset
from .vector import NO_ACTION, MarketVector, Results

__all__ = ["BookingVectorEnv", "FlightBookingVectorEnv", "HotelBookingVectorEnv"]

_AUTORESETS: Final[dict[AutoresetMode, Autoreset]] = {
    mode: autoreset for autoreset, mode in MODES.items()
}
_OF_MANY: Final = (
    "num_envs",
    "autoreset_mode",
    "processes",
    "copy",
    "start_method",
    "finish",
    "cooperation",
)
"""Options besides those of one environment."""


class BookingVectorEnv(VectorEnv[Any, Any, Any]):
    """What `gymnasium.make_vec` makes: as `BookingEnv`, in one process or several.

    Environment k plays, for the same seed and actions, what the `BookingEnv` of seed
    + k plays.  Everything in infos is an array of a number or a mask for each
    environment; ``infos["ready"]`` is false where an episode has ended, in the mode
    `AutoresetMode.NEXT_STEP`: the next action there is not taken.

    Args:
        num_envs: how many.
        scenario: a name, the path of a TOML file, or a `Scenario`.  None: `default`.
        others: who plays the other seats, as `BookingEnv` has it.
        autoreset_mode: Gymnasium's; by default ``NextStep``.
        processes: how many processes step the markets; the results are the same.
        seed: used by the first `reset` that gets none.
        observation: ``"vector"``.
        flatten: true: the mask is in infos, and `action_masks` returns it.
        copy: return copies; without, arrays are overwritten by the next call.
        start_method: of processes: ``"spawn"``, ``"forkserver"`` or ``"fork"``.
        **options: of `BookingEnv`: ``n_agents``, ``max_turns``, ``journal``, ….

    Attributes:
        default: the scenario of a class.
        markets: the rows behind it.

    Raises:
        Misuse: an argument is out of range.
    """

    default: ClassVar[str]

    def __init__(
        self,
        num_envs: int = 1,
        *,
        scenario: str | Path | Scenario | None = None,
        others: Mapping[str, AgentSource] | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        processes: int = 1,
        seed: int | None = None,
        observation: str = "vector",
        flatten: bool = True,
        copy: bool = True,
        start_method: str = "spawn",
        render_mode: str | None = None,
        **options: Any,
    ) -> None:
        """Make the markets; `reset` starts their runs."""
        verify_options(options, *_OF_MANY)
        self.closed = True
        try:
            mode = AutoresetMode(autoreset_mode)
        except ValueError as error:
            known = ", ".join(repr(one.value) for one in AutoresetMode)
            msg = f"autoreset_mode is one of {known}, not {shown(autoreset_mode)}"
            raise Misuse(msg) from error
        if observation != "vector" or not flatten or render_mode is not None:
            msg = "many markets at once are shown as plain vectors, and not rendered: "
            raise Misuse(msg + "take vectorization_mode='sync' or 'async' for more")
        declared = load_scenario(self.default if scenario is None else scenario)
        self.markets: MarketVector = MarketVector(
            _plan(declared, given_seats(others), _AUTORESETS[mode], options),
            num_envs,
            processes=processes,
            start_method=start_method,
            copy=copy,
        )
        self.closed: bool = False
        self.num_envs: int = self.markets.num_envs
        self.metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": mode}
        self.single_observation_space: Any = self.markets.single_observation_space
        self.single_action_space: Any = self.markets.single_action_space
        self.observation_space: Any = self.markets.observation_space
        self.action_space: Any = self.markets.action_space
        self._first_seed = seed

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start new episodes; return observations and infos.

        Args:
            seed: of the first environment, the others take the numbers after it; or
                one for each; None goes on from the last episode's.
            options: ``{"reset_mask": …}``: start them only where it is true.
        """
        if seed is None:
            seed, self._first_seed = self._first_seed, None
        if isinstance(seed, int):
            super().reset(seed=seed % 2**32)
        return self.markets.reset(seed=seed, options=options)

    def step(self, actions: Any) -> Results:
        """Take an action in every environment.

        Args:
            actions: integers of the action space, one for each environment.

        Raises:
            Misuse: the shape or an action is wrong; nothing has changed.
        """
        given = np.asarray(actions)
        if given.shape == (self.num_envs,):
            given = np.where(self.markets.ready, given, NO_ACTION)
        return self.markets.step(given)

    def action_masks(self) -> NDArray[np.bool_]:
        """Return the legal actions of every environment, as booleans."""
        return self.markets.action_masks()

    def close_extras(self, **kwargs: Any) -> None:
        """Seal the journals of unfinished episodes, and end all processes."""
        self.markets.close()


def _plan(
    scenario: Scenario,
    others: dict[str, AgentSource],
    autoreset: Autoreset,
    options: dict[str, Any],
) -> MarketPlan:
    """Return a plan of markets with one focal buyer each."""
    options = dict(options)
    journals = MarketJournals.of(options)
    if options.get("n_agents") is None and others:
        options["n_agents"] = max(scenario.agents.count, len(others) + 1)
    adapter = EnvAdapter(scenario, flatten=True, **options)
    seats = OtherSeats(scenario, adapter.names[1:], others)
    adapter.policies = seats.named()
    return MarketPlan(
        adapter,
        per_market=1,
        autoreset=autoreset,
        others=seats if seats.sources else None,
        scripted=tuple(seats.sources),
        journals=journals,
    )


class FlightBookingVectorEnv(BookingVectorEnv):
    """`FlightBookingEnv`, many at once."""

    default: ClassVar[str] = FlightBookingEnv.default


class HotelBookingVectorEnv(BookingVectorEnv):
    """`HotelBookingEnv`, many at once."""

    default: ClassVar[str] = HotelBookingEnv.default
