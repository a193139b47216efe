"""The PettingZoo AEC door: agents act one at a time, in the order of events."""

from typing import Any, ClassVar, NoReturn

from pettingzoo import AECEnv

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.turns import Turns

from .adapter import EnvAdapter
from .aec_books import AECBooks
from .market_env import MarketEnv
from .rendering import MODES, check_mode

__all__ = ["CheckedMarketAEC", "MarketAEC"]


class MarketAEC(MarketEnv, AECEnv):  # type: ignore[misc]
    """An AEC environment in event-time order.

    `agent_selection` is the live agent who is ready first, by (time, lottery);
    there is no cycle.  With ``finish="idle"`` (the default) a finished agent is
    not selected again and all end together; with ``finish="leave"`` it
    terminates at once.

    Args:
        door: the world and how it is shown.
        render_mode: None, ``"human"`` or ``"ansi"``.

    Attributes:
        turns: the run behind the environment; researchers may look, agents not.
    """

    metadata: ClassVar[dict[str, Any]] = {  # pyright: ignore[reportIncompatibleVariableOverride]
        "name": "market_v0",
        "render_modes": list(MODES),
        "is_parallelizable": False,
        "render_fps": 1,
    }

    def __init__(self, adapter: EnvAdapter, render_mode: str | None = None) -> None:
        """Prepare the spaces; `reset` starts a run."""
        super().__init__()
        self._adapter = adapter
        self.render_mode: str | None = check_mode(render_mode)
        self.possible_agents: list[str] = list(adapter.names)
        self.agents: list[str] = []
        names = self.possible_agents
        self.observation_spaces: dict[str, Any] = {
            name: adapter.observation_space(name) for name in names
        }
        self.action_spaces: dict[str, Any] = {
            name: adapter.action_space(name) for name in names
        }
        self.agent_selection: str
        self.turns: Turns = None  # type: ignore[assignment]

    def observation_space(self, agent: str) -> Any:
        """Return the space of an agent's observations, the same object each time."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """Return the space of an agent's actions, the same object each time."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> None:
        """Start a run.

        Args:
            seed: of the run; None goes on from the last one's.
            options: accepted and not used.
        """
        del options
        self.turns = self._adapter.begin(seed)
        self._books = books = AECBooks(self.turns, self._adapter)
        # They are the books' own dictionaries: these are brought up to date in them.
        self.agents = books.agents
        self.rewards: dict[str, float] = books.rewards
        self._cumulative_rewards = books.cumulative
        self.terminations: dict[str, bool] = books.terminations
        self.truncations: dict[str, bool] = books.truncations
        self.infos: dict[str, dict[str, Any]] = books.infos
        if self.agents:
            self.agent_selection = books.selection

    def observe(self, agent: str) -> Any:
        """Return a fresh observation of any agent of the run.

        Raises:
            ResetNeeded: before `reset`; so do all methods but `close`.
        """
        self._verify_reset("observe")
        return self._adapter.observe(self.turns.by_name[agent])

    def last(
        self,
        observe: bool = True,  # noqa: FBT001, FBT002 - PettingZoo's signature
    ) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Return what the selected agent sees and has earned."""
        self._verify_reset("last")
        name = self.agent_selection
        return (
            self._adapter.observe(self.turns.by_name[name]) if observe else None,
            self._cumulative_rewards[name],
            self.terminations[name],
            self.truncations[name],
            self.infos[name],
        )

    def step(self, action: Any) -> None:
        """Let the selected agent act, and run to the next decision.

        Args:
            action: in the agent's action space; None when the agent is done.
        """
        self._verify_reset("step")
        books = self._books
        books.step(action)
        self.agent_selection = books.selection

    def agent_iter(self, max_iter: int = 2**63) -> Any:
        """Return an iterator over the agents, as each is selected."""
        self._verify_reset("agent_iter")
        return super().agent_iter(max_iter)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the run behind: a copy of an environment must be reset.

        A running simulation cannot be copied.  Its journal can be re-executed.
        """
        return self._without_run() | {"agents": [], "_books": None}


class CheckedMarketAEC(MarketAEC):
    """`MarketAEC` that answers calls out of order with a clear error.

    The checks cost well under a microsecond, unlike PettingZoo's wrappers
    (which work around this environment too); `super` would cost as much again.
    """

    def step(self, action: Any) -> None:
        """Let the selected agent act.

        Raises:
            Misuse: before `reset`, after the end, or with an action outside the
                space; nothing has changed.
        """
        if not self.agents:
            self._refuse("step")
        MarketAEC.step(self, action)

    def last(
        self,
        observe: bool = True,  # noqa: FBT001, FBT002 - PettingZoo's signature
    ) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Return what the selected agent sees and has earned.

        Raises:
            Misuse: before `reset`, or after the end.
        """
        if not self.agents:
            self._refuse("last")
        return MarketAEC.last(self, observe)

    def observe(self, agent: str) -> Any:
        """Return a fresh observation.

        Raises:
            Misuse: before `reset`, or for an agent that does not exist.
        """
        self._verify_reset("observe")
        if agent not in self.turns.by_name:
            msg = f"there is no agent {agent!r:.40}"
            raise Misuse(msg)
        return super().observe(agent)

    def _refuse(self, what: str) -> NoReturn:
        self._verify_reset(what)
        raise Misuse(f"{what} after the end of the run: call reset first")
