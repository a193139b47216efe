"""The PettingZoo AEC door: agents act one at a time, in the order of events."""

from typing import Any, ClassVar

from pettingzoo import AECEnv

from test_time_gym.market.interface.turns import Turns

from .adapter import EnvAdapter
from .aec_books import AECBooks
from .multi_agent import MultiAgentEnv
from .rendering import FPS, MODES, check_mode

__all__ = ["MarketAEC"]


class MarketAEC(MultiAgentEnv, AECEnv):  # type: ignore[misc]
    """An AEC environment in event-time order.

    `agent_selection` is the live agent who is ready first, by (time, lottery);
    there is no cycle.  With ``finish="idle"`` (the default) a finished agent is
    not selected again and all end together; with ``finish="leave"`` it
    terminates at once.  A call out of order gets a clear error, without PettingZoo's
    wrappers (which work around this environment too, and cost more).

    Args:
        door: the world and how it is shown.
        render_mode: None, ``"human"``, ``"ansi"`` or ``"rgb_array"``.

    Attributes:
        turns: the run behind the environment; researchers may look, agents not.
    """

    _kind: ClassVar[str] = "AEC"
    metadata: ClassVar[dict[str, Any]] = {  # pyright: ignore[reportIncompatibleVariableOverride]
        "name": "market_v0",
        "render_modes": list(MODES),
        "is_parallelizable": False,
        "render_fps": FPS,
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
        self.turns: Turns = None  # type: ignore[assignment]
        self._books: AECBooks = None  # type: ignore[assignment]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> None:
        """Start a run.

        Args:
            seed: of the run; None goes on from the last one's.
            options: accepted and not used.
        """
        del options
        self._begin(seed)
        self._open_books()

    def _open_books(self, saved: dict[str, Any] | None = None) -> None:
        self._books = books = AECBooks(self.turns, self._adapter)
        if saved is not None:
            books.restore(saved)
        # They are the books' own, brought up to date in them.
        self.agents = books.agents
        self.terminations: dict[str, bool] = books.terminations
        self.truncations: dict[str, bool] = books.truncations

    @property
    def agent_selection(self) -> str:
        """Who acts next."""
        return self._of_run("agent_selection").selection

    @property
    def rewards(self) -> dict[str, float]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What each live agent earned in the last step."""
        return self._of_run("rewards").rewards()

    @property
    def _cumulative_rewards(self) -> dict[str, float]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What each live agent has earned since it last acted."""
        return self._of_run("_cumulative_rewards").cumulative()

    @property
    def infos(self) -> dict[str, dict[str, Any]]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What each live agent is told besides, made when asked for."""
        return self._of_run("infos").infos()

    def _of_run(self, what: str) -> AECBooks:
        self._verify_reset(what)
        return self._books

    def observe(self, agent: str) -> Any:
        """Return a fresh observation of any agent of the run.

        Raises:
            ResetNeeded: before `reset`; so do all methods but `close`.
            Misuse: there is no such agent.
        """
        self._verify_reset("observe")
        seat = self.turns.by_name.get(agent)
        if seat is None:
            raise self._no_agent(agent)
        return self._adapter.observe(seat)

    def last(
        self,
        observe: bool = True,  # noqa: FBT001, FBT002 - PettingZoo's signature
    ) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Return what the selected agent sees and has earned.

        Raises:
            Misuse: before `reset`, or after the end.
        """
        books = self._books
        if books is None:
            self._verify_reset("last")
        return books.last(observe)

    def step(self, action: Any) -> None:
        """Let the selected agent act, and run to the next decision.

        Args:
            action: in the agent's action space; None when the agent is done.

        Raises:
            Misuse: before `reset`, after the end or `close`, or with an action outside
                the space; nothing has changed.
        """
        books = self._books
        if books is None:
            self._verify_reset("step")
        if self._closed:
            self._verify_open()
        books.step(action)

    def agent_iter(self, max_iter: int = 2**63) -> Any:
        """Return an iterator over the agents, as each is selected."""
        self._verify_reset("agent_iter")
        return super().agent_iter(max_iter)

    def _kept(self) -> dict[str, Any]:
        return self._books.save()

    def _go_on(self, kept: dict[str, Any]) -> None:
        self._open_books(kept)

    def _unstarted(self) -> dict[str, Any]:
        return {"agents": [], "_books": None}
