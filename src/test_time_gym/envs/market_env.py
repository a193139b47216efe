"""What the environments share: a run that begins with `reset`, shown and let go of."""

from typing import Any, Final

from test_time_gym.market.interface.turns import Turns

from .adapter import EnvAdapter
from .rendering import render_text
from .reset_needed import ResetNeeded

__all__ = ["MarketEnv"]

_OF_A_RUN: Final = (
    "_cumulative_rewards",
    "agent_selection",
    "infos",
    "rewards",
    "terminations",
    "truncations",
)
"""What PettingZoo's AEC environments have once they have been reset."""


class _OfARun:
    """Stands where an attribute will be after `reset`, and says so until then.

    Python would find `__getattr__` as well, but looks up everything else more slowly
    where there is one.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, env: object, owner: type) -> Any:
        raise ResetNeeded(f"{self._name} before reset: call reset first")


class MarketEnv:
    """An environment through which a run is played, or will be after `reset`.

    Attributes:
        turns: the run behind the environment; None before `reset`.
    """

    _cumulative_rewards: Any = _OfARun()
    agent_selection: Any = _OfARun()
    infos: Any = _OfARun()
    rewards: Any = _OfARun()
    terminations: Any = _OfARun()
    truncations: Any = _OfARun()
    render_mode: str | None
    turns: Turns
    _adapter: EnvAdapter

    def digest(self) -> str:
        """Return a digest of the market's and all visitors' state."""
        self._verify_reset("digest")
        return self.turns.digest()

    def render(self) -> str | None:
        """Return the market as text (``ansi``), or print it (``human``).

        It is for people who watch: it tells of every agent what no other may see.
        """
        self._verify_reset("render")
        return render_text(self.turns, self.render_mode)

    def close(self) -> None:
        """Seal the journal of an unfinished run, and make all journals durable."""
        self._adapter.close()

    def _verify_reset(self, what: str) -> None:
        """Raise that a method was called before `reset`.

        Raises:
            ResetNeeded: there is no run.
        """
        if self.turns is None:
            raise ResetNeeded(f"{what} before reset: call reset first")

    def _without_run(self) -> dict[str, Any]:
        """Return the state of a copy: a run cannot be copied, so it has none."""
        state = {
            key: self.__dict__[key] for key in self.__dict__ if key not in _OF_A_RUN
        }
        return state | {"turns": None}
