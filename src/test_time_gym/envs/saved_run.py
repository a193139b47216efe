"""A saved run: what an environment needs to go on from where it was.

A simulation that runs cannot be written down, and need not be: it is a function of its
scenario, its seed and what agents did.  So these are kept, and done again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.interface.turns import Turns

__all__ = ["RunSettings", "SavedRun", "copying"]


@contextmanager
def copying() -> Iterator[None]:
    """Say in words what cannot be copied: that can only be an agent of a user.

    Raises:
        Misuse: something cannot.
    """
    try:
        yield
    except (TypeError, ValueError, AttributeError) as error:
        msg = f"an agent in another seat cannot be copied ({error!s:.200}): give it "
        raise Misuse(msg + "a method __deepcopy__ that does it") from error


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What two environments must share so that one can go on from the other's run."""

    environment: str
    """Which kind: ``AEC``, ``Parallel`` or ``Gymnasium``."""
    observation: str
    flatten: bool
    actions: str
    mask_in_info: bool
    info: str
    agents: tuple[str, ...]
    finish: str
    window_ms: int
    max_turns: int | None
    scenario: EpisodeConfig

    def verify(self, other: "RunSettings") -> None:
        """Raise what is different in another environment.

        Raises:
            Misuse: something is.
        """
        for name in self.__slots__:
            mine, its = getattr(self, name), getattr(other, name)
            if mine is not its and mine != its:
                what = "" if name == "scenario" else f": {its!r:.80}, here {mine!r:.80}"
                msg = f"that run has another {name} than this environment{what}"
                raise Misuse(msg)


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A point of a run, as `save` of an environment returns it; it can be pickled.

    Attributes:
        settings: of the environment.
        seed: of the run.
        actors: who acted so far, by index and in order.
        inputs: what each of them did.
        terms: every agent's reward terms that nobody has read yet.
        touched: agents whose reward nobody has read yet.
        shown: what the environment itself keeps, such as rewards of the last step.
    """

    settings: RunSettings
    seed: int
    actors: tuple[int, ...]
    inputs: tuple[Input, ...]
    terms: tuple[dict[str, int], ...]
    touched: tuple[int, ...]
    shown: dict[str, Any]

    @classmethod
    def of(
        cls, turns: Turns, settings: RunSettings, shown: dict[str, Any]
    ) -> "SavedRun":
        """Return where a run is now; what it refers to may still change."""
        return cls(
            settings=settings,
            seed=turns.market.streams.seed,
            actors=tuple(turns.actors),
            inputs=tuple(turns.inputs),
            terms=tuple(one.terms for one in turns.participants),
            touched=tuple(one.index for one in turns.touched),
            shown=shown,
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> "SavedRun":
        """Share what never changes: actions, and the scenario."""
        return SavedRun(
            settings=self.settings,
            seed=self.seed,
            actors=self.actors,
            inputs=self.inputs,
            terms=tuple(terms.copy() for terms in self.terms),
            touched=self.touched,
            shown=deepcopy(self.shown, memo),
        )

    def repeat(self, turns: Turns) -> None:
        """Bring a new run of the same seed to this point."""
        turns.repeat(self.actors, self.inputs)
        for one, terms in zip(turns.participants, self.terms, strict=True):
            one.terms, one.touched = terms, False
        turns.touched = [turns.participants[index] for index in self.touched]
        for one in turns.touched:
            one.touched = True
