"""What the environments share: a run that begins with `reset`, shown and let go of."""

from copy import deepcopy
from pathlib import Path
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from test_time_gym.journal.journal_files import JournalFiles
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.interface.turns import Turns

from .adapter import EnvAdapter
from .rendering import render
from .reset_needed import ResetNeeded
from .saved_run import SavedRun, copying

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
    _closed: bool = False
    _kind: ClassVar[str]

    def digest(self) -> str:
        """Return a digest of the market's and all visitors' state."""
        self._verify_reset("digest")
        return self.turns.digest()

    def render(self) -> str | NDArray[np.uint8] | None:
        """Return the market as text or as an image of it, or print it.

        ``ansi`` returns the text, ``rgb_array`` an array of uint8, 480 × 640 × 3,
        and ``human`` prints.

        It is for people who watch: it tells of every agent what no other may see.
        """
        self._verify_reset("render")
        return render(self.turns, self.render_mode)

    def close(self) -> None:
        """Seal the journal of an unfinished run, and make all journals durable.

        What was reached can still be looked at, and `reset` starts another run; a
        `step` is refused, since its journal is written no more.
        """
        self._closed = True
        self._adapter.close()

    def _begin(self, seed: int | None) -> None:
        """Start a run."""
        self.turns = self._adapter.begin(seed)
        self._closed = False

    def _verify_open(self) -> None:
        """Raise that a run was stepped whose journal is sealed.

        Raises:
            Misuse: the environment was closed, and not reset since.
        """
        if self._closed:
            raise Misuse("step after close: call reset first")

    def _verify_reset(self, what: str) -> None:
        """Raise that a method was called before `reset`.

        Raises:
            ResetNeeded: there is no run.
        """
        if self.turns is None:
            raise ResetNeeded(f"{what} before reset: call reset first")

    # -- saving and copying -----------------------------------------------------------

    def fork(self, journal: str | Path | None = None) -> Self:
        """Return an environment of its own that is where this one is.

        Both have the same digest, and go on alike as long as they are given the same
        actions; neither notices what the other does.  The time that it takes grows
        with the number of actions so far, which are carried out again.

        Args:
            journal: path of the fork's journal, which has all that led here, too;
                None: it writes none, also after a `reset`.

        Raises:
            ResetNeeded: before `reset`.
            Misuse: the journal exists or cannot be written, or an agent in another
                seat cannot be copied.
        """
        self._verify_reset("fork")
        return self._copy({}, None if journal is None else JournalFiles(journal))

    def save(self) -> SavedRun:
        """Return where this environment is, for `restore`; it can be pickled.

        Raises:
            ResetNeeded: before `reset`.
            Misuse: an agent in another seat cannot be copied.
        """
        self._verify_reset("save")
        with copying():
            return deepcopy(self._saved())

    def restore(self, saved: "SavedRun | MarketEnv") -> Any:
        """Go to where an environment was when it was saved, or where another one is.

        The present episode ends as with `reset`.  An environment that writes journals
        begins the next one, which has all that led to the saved point.

        Args:
            saved: of this environment, or of one with the same scenario and options;
                it can be restored as often as you like.

        Returns:
            What `reset` returns: what agents see and are told now.

        Raises:
            Misuse: the other environment was made differently, or an agent in another
                seat cannot be copied; nothing has changed.
        """
        if isinstance(saved, MarketEnv):
            saved = saved.save()
        elif isinstance(saved, SavedRun):
            with copying():
                saved = deepcopy(saved)
        else:
            msg = "restore takes what save() has returned, or an environment, not "
            raise Misuse(msg + shown(saved))
        self._adapter.settings(self._kind).verify(saved.settings)
        return self._resume(saved)

    def _saved(self) -> SavedRun:
        return self._adapter.save(self.turns, self._kind, self._kept())

    def _resume(self, run: SavedRun) -> Any:
        self.turns = self._adapter.resume(run)
        self._closed = False
        return self._go_on(run.shown)

    def _kept(self) -> dict[str, Any]:
        """Return what an environment keeps of a run beside the run itself."""
        raise NotImplementedError

    def _go_on(self, kept: dict[str, Any]) -> Any:
        """Take what `_kept` has returned; return what `reset` does."""
        raise NotImplementedError

    def _unstarted(self) -> dict[str, Any]:
        """Return the attributes that have other values while there is no run."""
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        """Write down a run as what has led to it."""
        run = None if self.turns is None else self._saved()
        state = {
            key: self.__dict__[key] for key in self.__dict__ if key not in _OF_A_RUN
        }
        return state | self._unstarted() | {"turns": None, "_run": run}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Do again what has led to where the original was."""
        run = state["_run"]
        self.__dict__.update(state)
        del self.__dict__["_run"]
        if run is not None:
            self._resume(run)

    def __copy__(self) -> Self:
        """Return a copy that goes on by itself: it can share no run."""
        return self._copy({}, None)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a copy that goes on by itself, and writes no journal."""
        return self._copy(memo, None)

    def _copy(self, memo: dict[int, Any], journal: JournalFiles | None) -> Self:
        other = memo[id(self)] = object.__new__(type(self))
        with copying():
            state = deepcopy(self.__getstate__(), memo)
        state["_adapter"].write_journals(journal)
        other.__setstate__(state)
        return other
