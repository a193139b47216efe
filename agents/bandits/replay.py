"""Replaying choices: a chooser's life as a list, and the same life lived again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from .choice import Choice, Chooser

__all__ = ["Chosen", "Event", "Forgotten", "Known", "Learned", "Passed", "Recorder"]
__all__ += ["replay"]


class Chosen(Struct, frozen=True, tag="chosen"):
    """It chose; the features are the choice's."""

    choice: Choice


class Learned(Struct, frozen=True, tag="learned"):
    """It learned what an arm brought."""

    context: str
    features: tuple[float, ...]
    arm: str
    reward: float


class Passed(Struct, frozen=True, tag="passed"):
    """An episode's time passed."""


class Forgotten(Struct, frozen=True, tag="forgotten"):
    """An arm was forgotten."""

    arm: str


class Known(Struct, frozen=True, tag="known"):
    """It was told of an arm beforehand."""

    context: str
    arm: str
    mean: float
    weight: float


Event = Chosen | Learned | Passed | Forgotten | Known
"""What can happen to a chooser; msgspec tells them apart by their tags."""


class Recorder:
    """A chooser that passes everything on to another one, and writes it down.

    Args:
        chooser: decides and learns.
        events: what happened since the start, or the last `load`.
    """

    def __init__(self, chooser: Chooser) -> None:
        """Start with an empty list."""
        self.chooser = chooser
        self.events: list[Event] = []

    @property
    def kind(self) -> str:
        """The kind of the chooser inside."""
        return self.chooser.kind

    def choose(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> Choice:
        """Choose, and write the choice down."""
        choice = self.chooser.choose(context, features, arms)
        self.events.append(Chosen(choice))
        return choice

    def probabilities(
        self, context: str, features: Sequence[float], arms: Sequence[str]
    ) -> tuple[float, ...]:
        """Return the probabilities; nothing happens, so nothing is written."""
        return self.chooser.probabilities(context, features, arms)

    def learn(
        self, context: str, features: Sequence[float], arm: str, reward: float
    ) -> None:
        """Learn, and write down what."""
        self.chooser.learn(context, features, arm, reward)
        self.events.append(Learned(context, tuple(features), arm, float(reward)))

    def pass_episode(self) -> None:
        """Let an episode pass."""
        self.chooser.pass_episode()
        self.events.append(Passed())

    def forget(self, arm: str) -> None:
        """Forget an arm."""
        self.chooser.forget(arm)
        self.events.append(Forgotten(arm))

    def prior(self, context: str, arm: str, mean: float, weight: float) -> None:
        """Take in what is known beforehand."""
        self.chooser.prior(context, arm, mean, weight)
        self.events.append(Known(context, arm, float(mean), float(weight)))

    def dump(self) -> dict[str, Any]:
        """Return the dump of the chooser inside; the events are not part of it."""
        return self.chooser.dump()

    def load(self, data: dict[str, Any]) -> None:
        """Load the chooser inside, and start a new list."""
        self.chooser.load(data)
        self.events.clear()


def replay(
    chooser: Chooser, events: Iterable[Event]
) -> Iterator[tuple[Choice, Choice]]:
    """Live recorded events again, and yield each choice as it was and as it is now.

    A chooser of the same kind, settings and seed makes the same choices. Another one
    chooses for itself, but learns what was recorded: the arm that was pulled then.

    Args:
        chooser: new, or loaded with the dump with which the events began.
        events: oldest first.
    """
    for event in events:
        match event:
            case Chosen(choice):
                now = chooser.choose(choice.context, choice.features, choice.arms)
                yield choice, now
            case Learned(context, features, arm, reward):
                chooser.learn(context, features, arm, reward)
            case Passed():
                chooser.pass_episode()
            case Forgotten(arm):
                chooser.forget(arm)
            case Known(context, arm, mean, weight):
                chooser.prior(context, arm, mean, weight)
