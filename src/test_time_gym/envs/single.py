"""The Gymnasium door: one focal agent; the others are played by policies."""

from typing import Any, ClassVar

import gymnasium
from gymnasium.spaces import Space

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.streams import seed_of

from .adapter import EnvAdapter
from .market_env import MarketEnv
from .rendering import FPS, MODES, check_mode, render
from .scripted_seats import MakePolicies, ScriptedSeats

__all__ = ["MarketSingle"]


class MarketSingle(MarketEnv, gymnasium.Env[Any, Any]):
    """One agent's environment; ``buyer_0`` is the focal agent.

    Args:
        door: the world and how the focal agent sees it.
        others: makes, for a seed, the agents that play the other seats, by name.
        seed: used by the first `reset` that gets none.
        render_mode: None, ``"human"``, ``"ansi"`` or ``"rgb_array"``.
    """

    _kind: ClassVar[str] = "Gymnasium"
    # Gymnasium declares it as an attribute of instances.
    metadata: dict[str, Any] = {"render_modes": list(MODES), "render_fps": FPS}  # noqa: RUF012

    def __init__(
        self,
        adapter: EnvAdapter,
        others: MakePolicies,
        *,
        seed: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Prepare the spaces; `reset` starts a run."""
        self._adapter = adapter
        self._make_others = others
        self._others: ScriptedSeats = None  # type: ignore[assignment]
        self._first_seed = None if seed is None else seed_of(seed)
        self.render_mode: str | None = check_mode(render_mode)
        self.observation_space: Space[Any] = adapter.observation_space("buyer_0")
        self.action_space: Space[Any] = adapter.action_space("buyer_0")
        self.turns: Turns = None  # type: ignore[assignment]

    @property
    def crashes(self) -> dict[str, str]:
        """What ended other agents' programs in this run, in words, by their names."""
        return {} if self._others is None else self._others.crashes

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start a run; return the focal agent's observation and info."""
        del options
        if seed is not None:
            # Gymnasium's own generator knows no others than Python's integers.
            seed = seed_of(seed)
            super().reset(seed=seed % 2**32)
        if seed is None:
            seed, self._first_seed = self._first_seed, None
        self._begin(seed)
        self._others = ScriptedSeats(self._make_others, self.turns)
        self._done = False
        self._terms: dict[str, float] = {}
        self._then_ms = 0
        self._play_others()
        return self._shown()

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Let the focal agent act, and run to its next turn.

        Raises:
            Misuse: before `reset`, after the end or `close`, or with an action outside
                the space; nothing has changed.
        """
        self._verify_reset("step")
        self._verify_open()
        if self._done:
            msg = "step after the end of the episode: call reset first"
            raise Misuse(msg)
        seat = self._focal
        decoded = self._adapter.decode(seat, action)
        self._terms = {}
        self._then_ms = self.turns.market.clock.now_ms
        self.turns.act(seat, decoded)
        self.turns.advance()
        self._play_others()
        for earner, terms in self._adapter.collect():
            if earner is seat:
                self._terms = terms
        outcome = seat.outcome
        self._done = outcome is not None
        if self._done:
            self._adapter.end()
        observation, info = self._shown()
        return (
            observation,
            float(sum(self._terms.values())),
            self._done and outcome != "truncated",
            outcome == "truncated",
            info,
        )

    @property
    def _focal(self) -> Participant:
        return self.turns.seats[0]

    def _play_others(self) -> None:
        """Let scripted agents act until the focal one is ready, or done."""
        turns, others = self.turns, self._others
        while turns.ready and self._focal.outcome is None:
            seat = turns.ready[0]
            if seat is self._focal:
                return
            turns.act(seat, others.ask(turns, seat))
            turns.advance()

    def _shown(self) -> tuple[Any, dict[str, Any]]:
        """Return what the focal agent sees, and its info."""
        adapter, seat = self._adapter, self._focal
        now = self.turns.market.clock.now_ms
        info = adapter.infos.info(seat, self._terms, now, self._then_ms)
        if not adapter.mask_told:
            return adapter.observe(seat), info
        shown = adapter.codecs[seat.index].observe_with_mask(seat)
        observation, info["action_mask"] = shown
        return observation, info

    def action_masks(self) -> Any:
        """Return the mask as booleans, as sb3-contrib's MaskablePPO asks for it."""
        self._verify_reset("action_masks")
        return self._adapter.mask(self._focal).astype(bool)

    def render(self) -> Any:
        """Return the focal agent's page as text or as an image of it, or print it.

        It shows what the agent may see, and nothing of the others.
        """
        self._verify_reset("render")
        return render(self.turns, self.render_mode, agent=0)

    def _kept(self) -> dict[str, Any]:
        return {
            "others": self._others,
            "done": self._done,
            "terms": self._terms,
            "then_ms": self._then_ms,
        }

    def _go_on(self, kept: dict[str, Any]) -> Any:
        self._others = kept["others"]
        self._terms, self._then_ms = kept["terms"], kept["then_ms"]
        self._done = kept["done"]
        if self._done:
            self._adapter.end()
        return self._shown()

    def _unstarted(self) -> dict[str, Any]:
        return {"_others": None}
